/** A command as a member of the hub, as each OpenCode is one: presses on its cards arrive here. */

import { createAudit } from "../audit/audit.ts";
import { auditDirectory } from "../audit/lines.ts";
import type { Config } from "../composition/config.ts";
import { ledgerDirectory } from "../composition/paths.ts";
import { runConnection } from "../composition/slack-connection.ts";
import type { Slack } from "../composition/slack-side.ts";
import type { CardRef } from "../gateway/domain/card.ts";
import { createMemberID, identifyMachine } from "../machine/identity.ts";
import { createLedger } from "../machine/ledger.ts";
import { adviceFor, parseSlackFailure, type SlackFailure } from "../slack/connection/errors.ts";
import type { Count } from "../slack/connection/socket-mode.ts";
import type { Log } from "../system/log.ts";
import { unlessLate } from "../system/pause.ts";
import { createSlices } from "../system/slices.ts";
import { unknown, wrong, type Check } from "./checks/check.ts";

/** How long joining may take: a holder that is dead is noticed within some seconds, and Slack says hello within 15 s. */
const JOIN_LIMIT_MS = 30_000;
/** How long leaving may take when Slack does not answer. */
const LEAVE_LIMIT_MS = 5_000;

interface MemberOptions {
  readonly config: Config;
  /** Gives the joining up. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

export interface Member {
  readonly memberID: string;
  /** Whether Slack has sent what is for no gateway. */
  readonly isForeign: () => boolean;
  /** The next payload that fits, of those that nobody was handed. */
  readonly received: (fits: (payload: unknown) => boolean) => Promise<unknown>;
  /** In the ledger: should this process be killed, another one closes the card. */
  readonly noted: {
    readonly attempted: () => void;
    readonly posted: (card: CardRef) => void;
    readonly closed: () => void;
  };
}

export type JoinedAsMember =
  | {
      readonly kind: "joined";
      readonly member: Member;
      readonly slack: Slack;
      /** Slack's count; undefined where another process holds the connection. */
      readonly count: Count | undefined;
      /** Does not reject. */
      readonly leave: () => Promise<void>;
    }
  | { readonly kind: "failed"; readonly check: Check };

/** Keeps the process alive until it has left. Does not reject. */
export async function joinAsMember(options: MemberOptions): Promise<JoinedAsMember> {
  const end = new AbortController();
  // What waits for Slack does not keep a process alive.
  const alive = setInterval(() => undefined, 1_000);
  const { joined, running, goodbye, member } = startMember(options, end.signal);
  async function leave(): Promise<void> {
    end.abort();
    await unlessLate(running, LEAVE_LIMIT_MS);
    goodbye();
    clearInterval(alive);
  }
  const result = await unlessLate(Promise.race([joined, stopped(options.signal)]), JOIN_LIMIT_MS);
  if (result !== undefined && result !== "stopped" && !("failure" in result))
    return { kind: "joined", member, leave, ...result };
  await leave();
  if (result === "stopped") return { kind: "failed", check: STOPPED };
  return { kind: "failed", check: result === undefined ? NOT_JOINED : refused(result.failure) };
}

/** Resolves when the person wants no more of it. */
export async function stopped(signal: AbortSignal): Promise<"stopped"> {
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  return "stopped";
}

const STOPPED = unknown("Stopped before Slack was connected");
const NOT_JOINED = wrong(
  `This process could not connect to Slack within ${JOIN_LIMIT_MS / 1_000} seconds`,
  "A WebSocket (wss://) must get through: see whether a firewall or a proxy stops it. The log says more.",
);

function refused(failure: SlackFailure): Check {
  return wrong(
    "Slack refuses the connection",
    adviceFor(failure, "SLACK_APP_TOKEN") ?? "Try again later: the log says more.",
  );
}

interface Joined {
  readonly slack: Slack;
  readonly count: Count | undefined;
}

interface StartedMember {
  readonly member: Member;
  readonly joined: Promise<Joined | { readonly failure: SlackFailure }>;
  /** Resolves when nothing of it is left. Does not reject. */
  readonly running: Promise<unknown>;
  readonly goodbye: () => void;
}

function startMember({ config, log }: MemberOptions, signal: AbortSignal): StartedMember {
  const machine = identifyMachine();
  const memberID = createMemberID(machine);
  const slices = createSlices();
  const audit = createAudit({ directory: auditDirectory(config.stateDirectory), memberID, slices, log });
  const ledger = createLedger({ directory: ledgerDirectory(config), machine, memberID, log });
  const mailbox = createMailbox();
  let count: Count | undefined;
  let hasFailed = false;
  let isForeign = false;

  let running: Promise<unknown> = Promise.resolve();
  const joined = new Promise<Joined | { failure: SlackFailure }>((resolve) => {
    const failed = (error: unknown): void => {
      hasFailed = true;
      resolve({ failure: parseSlackFailure(error) });
    };
    const options = {
      config,
      machine,
      memberID,
      pressed: () => undefined,
      submitted: () => undefined,
      notUnderstood: () => undefined,
      received: mailbox.put,
      joined: () => undefined,
      // Whoever asks is told by checks of all that is to be mended.
      advise: () => undefined,
      appWarnings: { foreign: () => (isForeign = true), installed: () => undefined },
      audit,
      slices,
      log,
    };
    running = runConnection(options, {
      joined: (slack) => resolve({ slack, count }),
      connected: (counted) => (count = counted),
      failed,
      mayConnect: () => !hasFailed,
      signal,
    }).catch(failed);
  });

  return {
    joined,
    running,
    goodbye: () => ledger.goodbye(),
    member: {
      memberID,
      isForeign: () => isForeign,
      received: mailbox.take,
      noted: {
        attempted: () => ledger.attempted({ ...NOTED, directory: process.cwd() }),
        posted: (card) => ledger.posted(NOTED.attemptID, card),
        closed: () => ledger.closed(NOTED.attemptID),
      },
    },
  };
}

const NOTED = {
  attemptID: "test",
  kind: "permission",
  requestID: "test",
  sessionID: "test",
  permission: "test of opencode-slack-gateway",
  requests: 1,
} as const;

interface Mailbox {
  readonly put: (payload: unknown) => void;
  readonly take: Member["received"];
}

/** Keeps what comes before somebody waits for it. */
function createMailbox(): Mailbox {
  const payloads: unknown[] = [];
  let waiting:
    | { readonly fits: (payload: unknown) => boolean; readonly hand: (payload: unknown) => void }
    | undefined;

  function deliver(): void {
    const index = payloads.findIndex((payload) => waiting?.fits(payload) === true);
    if (index === -1) return;
    const [payload] = payloads.splice(index, 1);
    waiting?.hand(payload);
    waiting = undefined;
  }

  return {
    put(payload) {
      payloads.push(payload);
      deliver();
    },
    take: async (fits) =>
      new Promise((hand) => {
        waiting = { fits, hand };
        deliver();
      }),
  };
}
