/**
 * Proves that a press arrives: joins the hub as a member of its own, posts a test card, and waits for a real press. What
 * no call of Slack's tells, whether Interactivity and Socket Mode are on, is shown by nothing else.
 */

import { createAudit } from "../audit/audit.ts";
import { auditDirectory } from "../audit/lines.ts";
import { createAppWarnings } from "../composition/app-warnings.ts";
import type { Config } from "../composition/config.ts";
import { ledgerDirectory } from "../composition/paths.ts";
import { runConnection } from "../composition/slack-connection.ts";
import type { Slack } from "../composition/slack-side.ts";
import { createMemberID, identifyMachine } from "../machine/identity.ts";
import { createLedger } from "../machine/ledger.ts";
import { createWebClient } from "../slack/connection/client.ts";
import { createSlackClock } from "../slack/connection/clock.ts";
import { adviceFor, parseSlackFailure, type SlackFailure } from "../slack/connection/errors.ts";
import { createProxyAgent } from "../slack/connection/proxy.ts";
import type { Count } from "../slack/connection/socket-mode.ts";
import { postSelfTest, type SelfTestCard } from "../slack/cards/self-test-card.ts";
import type { Log } from "../system/log.ts";
import { unlessLate } from "../system/pause.ts";
import { createSlices } from "../system/slices.ts";
import { startStopwatch } from "../system/stopwatch.ts";
import { unknown, wrong, type Check } from "./checks/check.ts";
import { checkConnections, checkPair, checkPress, NO_PRESS } from "./checks/press.ts";

/** How long joining may take: a holder that is dead is noticed within some seconds, and Slack says hello within 15 s. */
const JOIN_LIMIT_MS = 30_000;
/** How long leaving may take when Slack does not answer. */
const LEAVE_LIMIT_MS = 5_000;

interface RoundTripOptions {
  readonly config: Config;
  /** How long a press is waited for. */
  readonly waitMs: number;
  /** Tells the person what to do now. */
  readonly say: (line: string) => void;
  /** Ends it early: the card is removed all the same. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** Where this process has joined the hub. */
interface Joined {
  readonly slack: Slack;
  /** Slack's count; undefined where another process holds the connection. */
  readonly count: Count | undefined;
}

/** Does not reject. */
export async function proveRoundTrip(options: RoundTripOptions): Promise<readonly Check[]> {
  const end = new AbortController();
  // What waits for Slack does not keep a process alive.
  const alive = setInterval(() => undefined, 1_000);
  const member = startMember(options, end.signal);
  try {
    const joined = await unlessLate(Promise.race([member.joined, stopped(options.signal)]), JOIN_LIMIT_MS);
    if (joined === "stopped") return [STOPPED];
    if (joined === undefined) return [NOT_JOINED];
    if ("failure" in joined) return [refused(joined.failure)];
    return [...checkConnections(joined.count), ...(await tryCard(options, member, joined))];
  } finally {
    end.abort();
    await unlessLate(member.running, LEAVE_LIMIT_MS);
    member.noted.goodbye();
    clearInterval(alive);
  }
}

const STOPPED = unknown("Stopped before the test card was posted");
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

/** Posts the card, and removes it, whatever happens in between. */
async function tryCard(
  { config, waitMs, say, signal, log }: RoundTripOptions,
  member: Member,
  { slack }: Joined,
): Promise<readonly Check[]> {
  const { channelID: channel, cardCheck: check } = config;
  const clock = createSlackClock();
  const client = createWebClient(config, createProxyAgent(config), clock, log);
  const { memberID } = member;
  member.noted.attempted();
  const posted = await postSelfTest({ client, channel, memberID, check, log });
  if (posted.kind !== "posted") {
    member.noted.closed();
    return [notPosted(posted, channel)];
  }
  const { test } = posted;
  member.noted.posted(test.card);
  try {
    say(
      `A test card is in Slack (${test.card.channel}). Press “Or this…” on it, or “Press this” and then its dialog's button.`,
    );
    say(
      `Waiting for a press, ${Math.round(waitMs / 1_000)} seconds at most (Ctrl-C ends it, and removes the card) …`,
    );
    const waitedMs = startStopwatch();
    const payload = await unlessLate(Promise.race([member.pressOn(test), stopped(signal)]), waitMs);
    if (payload === "stopped") return [unknown("Stopped before somebody pressed: nothing is proven")];
    if (payload === undefined) return [...NO_PRESS, ...checkPair(config.appToken, test.appID)];
    const press = test.pressed(payload);
    const refusal = press && (await slack.approvers.refusal(press));
    return checkPress({ test, payload, config, refusal, waitedMs: waitedMs() });
  } finally {
    if (await test.remove()) member.noted.closed();
    else say("The test card could not be removed: delete it in Slack. The log says why.");
  }
}

function notPosted(failure: SlackFailure, channel: string): Check {
  const known = adviceFor(failure);
  switch (failure.kind) {
    case "refused":
      return wrong(
        `Slack does not take a card for ${channel} (${failure.code})`,
        known ?? "The log says more.",
      );
    case "limited":
      return unknown(
        `Slack does not take a card for ${channel} now: it has had too many`,
        "Try again in a minute.",
      );
    case "unsent":
      return wrong(
        `Slack does not take a card for ${channel}`,
        "The network broke off: try again. The log says more.",
      );
    case "unanswered":
      return wrong(
        `Slack does not take a card for ${channel}, or its answer was lost`,
        "Look for a test card there, delete it, and try again.",
      );
  }
}

interface Member {
  readonly memberID: string;
  readonly joined: Promise<Joined | { readonly failure: SlackFailure }>;
  /** Resolves when nothing of it is left. Does not reject. */
  readonly running: Promise<unknown>;
  readonly pressOn: (test: SelfTestCard) => Promise<unknown>;
  /** In the ledger: should this process be killed, another one closes the card. */
  readonly noted: {
    readonly attempted: () => void;
    readonly posted: (card: SelfTestCard["card"]) => void;
    readonly closed: () => void;
    readonly goodbye: () => void;
  };
}

/** A member of the hub, as each OpenCode is one. */
function startMember({ config, say, log }: RoundTripOptions, signal: AbortSignal): Member {
  const machine = identifyMachine();
  const memberID = createMemberID(machine);
  const audit = createAudit({ directory: auditDirectory(config.stateDirectory), memberID, log });
  const ledger = createLedger({ directory: ledgerDirectory(config), machine, memberID, log });
  const payloads: unknown[] = [];
  let hear: ((payload: unknown) => void) | undefined;
  let count: Count | undefined;
  let hasFailed = false;

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
      received(payload: unknown) {
        payloads.push(payload);
        hear?.(payload);
      },
      joined: () => undefined,
      advise: say,
      appWarnings: createAppWarnings(say, log),
      audit,
      slices: createSlices(),
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
    memberID,
    joined,
    running,
    async pressOn(test) {
      return new Promise((resolve) => {
        hear = (payload) => (test.pressed(payload) === undefined ? undefined : resolve(payload));
        for (const payload of payloads) hear(payload);
      });
    },
    noted: {
      attempted: () => ledger.attempted({ ...NOTED, directory: process.cwd() }),
      posted: (card) => ledger.posted(NOTED.attemptID, card),
      closed: () => ledger.closed(NOTED.attemptID),
      goodbye: () => ledger.goodbye(),
    },
  };
}

const NOTED = {
  attemptID: "doctor",
  kind: "permission",
  requestID: "doctor",
  sessionID: "doctor",
  permission: "test of opencode-slack-gateway",
  requests: 1,
} as const;

async function stopped(signal: AbortSignal): Promise<"stopped"> {
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  return "stopped";
}
