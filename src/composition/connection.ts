/**
 * The reference-counted connection to Slack: hub, Socket Mode and clients. It begins with the first request that needs a card and ends when
 * nobody needs it any more, so that a machine with nothing to ask takes nobody's presses.
 */

import { join as joinPath } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createPressRouter } from "./press-router.ts";
import { type Config } from "./config.ts";
import { appKey, ledgerDirectory } from "./paths.ts";
import type { Audit, Connection } from "../gateway/ports.ts";
import { HubDirectoryError } from "../hub/election.ts";
import type { Hub } from "../hub/holder.ts";
import { runHub, type HubEvent, type HubOptions } from "../hub/hub.ts";
import type { Log } from "../system/log.ts";
import type { Machine } from "../machine/identity.ts";
import { createSweeper } from "./orphans.ts";
import { pause, unlessAborted } from "../system/pause.ts";
import type { Press, Presser, Submission } from "../gateway/domain/interaction.ts";
import { createApprovers } from "../slack/people/approvers.ts";
import { clientOptions, createWebClient } from "../slack/connection/client.ts";
import { createSlackClock } from "../slack/connection/clock.ts";
import { adviceFor, parseSlackFailure } from "../slack/connection/errors.ts";
import { describePayload, parseInteraction } from "../slack/connection/interaction.ts";
import { createInstallationFinder } from "../slack/people/installation.ts";
import { createCards } from "../slack/cards/messages.ts";
import { createModals } from "../slack/cards/modals.ts";
import { createProxyAgent, socketIgnoresProxy } from "../slack/connection/proxy.ts";
import { runSocketMode } from "../slack/connection/socket-mode.ts";
import type { Slices } from "../system/slices.ts";

/** How long leaving may take when Slack does not answer: with the gateway's own 2 s, less than the TUI waits. */
const CLOSE_LIMIT_MS = 2_000;

/** How soon a process without a hub notices that it may connect again. */
const LOOK_AGAIN_MS = 200;

/** Slack gives each press to one connection at random: what goes to the others is lost, or answered by them. */
const SHARED_APP =
  "Slack counts other connections of this app than ours: another machine uses the app too, or Slack still counts a dead one. Some presses will have to be repeated. Use one Slack app per developer and machine.";

interface ConnectionOptions {
  readonly config: Config;
  readonly machine: Machine;
  readonly memberID: string;
  readonly pressed: (press: Press) => void;
  readonly submitted: (submission: Submission) => void;
  readonly notUnderstood: (presser: Presser) => void;
  /** Called each time that this process has joined a hub: somebody may have taken it for dead before. */
  readonly joined: () => void;
  /** Tells the user of OpenCode what to mend. */
  readonly advise: (advice: string) => void;
  readonly audit: Pick<Audit, "pressed">;
  readonly slices: Slices;
  readonly log: Log;
}

export interface ReferenceCountedConnection {
  /**
   * Joins Slack, or adds to the connection that is there. Waits as long as Slack is away, or until `signal` aborts.
   *
   * @throws Slack's error when joining is useless until a person has mended something; the next call tries again.
   */
  join(signal?: AbortSignal): Promise<Connection>;
  /**
   * Somebody may have mended what Slack refused: a connection that was lost for that is tried again, once. Joining
   * does that too.
   */
  retry(): void;
  /** Leaves Slack, whoever is still there. Resolves when nothing runs any more, after 2 s at most. */
  close(): Promise<void>;
}

type Slack = Omit<Connection, "leave">;

/** From the first that joins to the last that leaves. */
interface Shared {
  users: number;
  readonly end: AbortController;
  readonly slack: Promise<Slack>;
}

export function createReferenceCountedConnection(options: ConnectionOptions): ReferenceCountedConnection {
  const running = new Set<Promise<void>>();
  let current: Shared | undefined;
  /** Connecting is useless until somebody asks for it again. */
  let isRefused = false;

  const mayConnect = (): boolean => !isRefused;
  const retry = (): void => {
    isRefused = false;
  };

  function start(): Shared {
    const end = new AbortController();
    const slack = new Promise<Slack>((resolve, reject) => {
      const failed = (error: unknown): void => {
        isRefused = true;
        reject(error);
      };
      const run = runConnection(options, { joined: resolve, failed, mayConnect, signal: end.signal })
        .then(() => reject(new Error("Slack was left before it was joined")), reject)
        .finally(() => running.delete(run));
      running.add(run);
    });
    return { users: 0, end, slack };
  }

  function leave(shared: Shared): void {
    shared.users -= 1;
    if (shared.users > 0) return;
    shared.end.abort();
    if (current === shared) current = undefined;
  }

  return {
    retry,
    async join(signal = new AbortController().signal) {
      signal.throwIfAborted();
      retry();
      const shared = (current ??= start());
      shared.users += 1;
      try {
        const slack = await unlessAborted(shared.slack, signal);
        if (slack !== undefined) return { ...slack, leave: () => leave(shared) };
      } catch (error) {
        if (current === shared) current = undefined;
        leave(shared);
        throw error;
      }
      // Who does not wait any more keeps nobody looking for Slack.
      leave(shared);
      throw signal.reason;
    },
    async close() {
      current?.end.abort();
      await Promise.race([Promise.all(running), delay(CLOSE_LIMIT_MS, undefined, { ref: false })]);
    },
  };
}

interface ConnectionRun {
  /** Called when presses on our cards will come. */
  readonly joined: (slack: Slack) => void;
  /** Called each time that Slack refuses the connection. */
  readonly failed: (error: unknown) => void;
  /** False from then on until trying again makes sense. */
  readonly mayConnect: () => boolean;
  readonly signal: AbortSignal;
}

/** Is in Slack until `signal` aborts. */
async function runConnection(
  options: ConnectionOptions,
  { joined, failed, mayConnect, signal }: ConnectionRun,
): Promise<void> {
  const { config, machine, memberID, advise, audit, log } = options;
  const agent = createProxyAgent(config);
  if (agent !== undefined && socketIgnoresProxy()) {
    log.warn(
      "The Bun of this OpenCode connects to Slack past the proxy (mended in Bun 1.3.6): update OpenCode.",
    );
  }
  const clock = createSlackClock();
  const client = createWebClient(config, agent, clock, log);
  const installation = createInstallationFinder(client, log);
  const cards = createCards({
    client,
    installation,
    memberID,
    channel: config.channelID,
    secrets: secretsOf(config),
    allowFromThread: config.allowFromThread,
    advise,
    signal,
    slices: options.slices,
    log,
  });
  const approvers = createApprovers(config.approvers, client, installation, config.channelID, log);
  const slack: Slack = {
    cards,
    modals: createModals(client, memberID, log),
    approvers,
    now: () => clock.now(),
  };
  const directory = ledgerDirectory(config);
  const sweeper = createSweeper({ directory, machine, cards, log });
  const routePresses = createPressRouter({ machine, directory, sweeper, cards, audit, log });
  let isHolder = false;

  const hold: HubOptions["hold"] = async (hub, holding) => {
    isHolder = true;
    const refused = new AbortController();
    const sweeping = sweeper.run({
      isConnected: hub.isConnected,
      signal: AbortSignal.any([holding, refused.signal]),
    });
    try {
      await runSocketMode({
        appToken: config.appToken,
        clientOptions: clientOptions(config, agent, log),
        handle: routePresses(hub),
        connected: (count) => {
          log.info(count, "connected to Slack");
          warnOfOthers(count.others);
          joined(slack);
        },
        signal: holding,
        log,
      });
    } catch (error) {
      const advice = adviceFor(parseSlackFailure(error));
      log.error({ err: error, advice }, "Slack refuses the connection");
      if (advice !== undefined) advise(advice);
      failed(error);
      refused.abort();
      throw error;
    } finally {
      isHolder = false;
      await sweeping;
    }
  };

  let isWarned = false;
  const warnOfOthers = (others = 0): void => {
    if (others > 0 && !isWarned) log.warn({ others }, SHARED_APP);
    isWarned ||= others > 0;
  };

  const logHub = (event: HubEvent): void => {
    log.debug({ hub: event }, "hub");
    // Whoever holds the connection itself has joined when Slack says hello, everybody else when the holder does.
    if (event.type === "joined" && !isHolder) joined(slack);
    if (event.type === "joined") options.joined();
  };

  const pressed = (text: string): void => {
    const payload: unknown = JSON.parse(text);
    const interaction = parseInteraction(payload);
    switch (interaction.kind) {
      case "press":
        return options.pressed(interaction.press);
      case "submission":
        return options.submitted(interaction.submission);
      case "not-understood":
        log.warn(describePayload(payload), "press that this release does not understand");
        return interaction.presser === undefined ? undefined : options.notUnderstood(interaction.presser);
    }
  };

  await runHubOrAlone(
    hubDirectories(config),
    { key: appKey(config), memberID, hold, mayHold: mayConnect, pressed, signal, log: logHub },
    log,
  );
}

/** Runs in the first directory where the processes of this machine can meet; where there is none, by itself. */
async function runHubOrAlone(
  directories: readonly string[],
  options: Omit<HubOptions, "directory">,
  log: Log,
): Promise<void> {
  for (const directory of directories) {
    try {
      await runHub({ ...options, directory });
      return;
    } catch (err) {
      if (!(err instanceof HubDirectoryError)) throw err;
      log.warn({ err, directory }, "the OpenCodes of this machine cannot meet here to share one connection");
    }
  }
  await runAlone(options);
}

/** The hub of a process that meets no other. */
async function runAlone({
  memberID,
  hold,
  mayHold,
  pressed,
  signal,
}: Omit<HubOptions, "directory">): Promise<void> {
  const isConnected = (owner: string): boolean => owner === memberID;
  const pass: Hub["pass"] = async (owner, _envelopeID, press) => {
    if (!isConnected(owner)) return "absent";
    pressed(press);
    return "received";
  };
  while (!signal.aborted) {
    // What `hold` rejects with, it has told already.
    if (mayHold()) await hold({ pass, isConnected }, signal).catch(() => undefined);
    else await pause(LOOK_AGAIN_MS, signal);
  }
}

/** What no card may show, whatever it looks like. */
function secretsOf({ botToken, appToken, serverLogin }: Config): string[] {
  return [botToken, appToken, ...(serverLogin === undefined ? [] : [serverLogin.password])];
}

function hubDirectories({ socketDirectory, stateDirectory }: Config): string[] {
  return socketDirectory === undefined ? [] : [socketDirectory, joinPath(stateDirectory, "hub")];
}
