/**
 * Our being in Slack: hub, connection and clients. It begins with the first request that needs a card and ends when
 * nobody needs it any more, so that a machine with nothing to ask takes nobody's clicks.
 */

import { createHash } from "node:crypto";
import { join as joinPath } from "node:path";
import type { Config } from "./config.ts";
import type { Presence } from "./gateway.ts";
import { HubDirectoryError } from "./hub/election.ts";
import type { Hub } from "./hub/holder.ts";
import { runHub, type HubEvent, type HubOptions } from "./hub/hub.ts";
import type { Log } from "./log.ts";
import type { Click } from "./permission.ts";
import { createApprovers } from "./slack/approvers.ts";
import { clientOptions, createWebClient } from "./slack/client.ts";
import { adviceFor, parseSlackFailure } from "./slack/errors.ts";
import { ownerOf, parseClick } from "./slack/interaction.ts";
import { createCards } from "./slack/messages.ts";
import { createProxyAgent, socketIgnoresProxy } from "./slack/proxy.ts";
import { runSocketMode, type Envelope } from "./slack/socket-mode.ts";

/** Slack gives each click to one connection at random: what goes to the others is lost, or answered by them. */
const SHARED_APP =
  "Slack counts other connections of this app than ours: another machine uses the app too, or Slack still counts a dead one. Some clicks will need a second press. Use one Slack app per developer and machine.";

interface PresenceOptions {
  readonly config: Config;
  readonly memberID: string;
  readonly clicked: (click: Click) => void;
  /** Tells the user of OpenCode what to mend. */
  readonly advise: (advice: string) => void;
  readonly log: Log;
}

export interface PresenceKeeper {
  /**
   * Joins Slack, or the stay that is there. Waits as long as Slack is away.
   *
   * @throws Slack's error when joining is useless until a person has mended something; the next call tries again.
   */
  join(): Promise<Presence>;
  /** Resolves when everybody has left and nothing of it runs any more. */
  ended(): Promise<void>;
}

type Slack = Pick<Presence, "cards" | "approvers">;

/** From the first that joins to the last that leaves. */
interface Stay {
  users: number;
  readonly end: AbortController;
  readonly slack: Promise<Slack>;
}

export function createPresenceKeeper(options: PresenceOptions): PresenceKeeper {
  const running = new Set<Promise<void>>();
  let current: Stay | undefined;

  function start(): Stay {
    const end = new AbortController();
    const slack = new Promise<Slack>((resolve, reject) => {
      const run = runPresence(options, resolve, reject, end.signal)
        .catch(reject)
        .finally(() => running.delete(run));
      running.add(run);
    });
    return { users: 0, end, slack };
  }

  function leave(stay: Stay): void {
    stay.users -= 1;
    if (stay.users > 0) return;
    stay.end.abort();
    if (current === stay) current = undefined;
  }

  return {
    async join() {
      const stay = (current ??= start());
      stay.users += 1;
      try {
        return { ...(await stay.slack), leave: () => leave(stay) };
      } catch (error) {
        if (current === stay) current = undefined;
        leave(stay);
        throw error;
      }
    },
    async ended() {
      await Promise.all(running);
    },
  };
}

/**
 * Is in Slack until `signal` aborts.
 *
 * @param joined called when clicks on our cards will come.
 * @param failed called when Slack refuses us for good.
 */
async function runPresence(
  options: PresenceOptions,
  joined: (slack: Slack) => void,
  failed: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  const { config, memberID, advise, log } = options;
  const agent = createProxyAgent(config);
  if (agent !== undefined && socketIgnoresProxy()) {
    log.warn(
      "The Bun of this OpenCode connects to Slack past the proxy (mended in Bun 1.3.6): update OpenCode.",
    );
  }
  const client = createWebClient(config, agent, log);
  const cards = createCards({ client, channel: config.channelID, advise, signal, log });
  const approvers = createApprovers(config.approvers, client, config.channelID, log);
  let isHolder = false;

  const hold: HubOptions["hold"] = async (hub, holding) => {
    isHolder = true;
    try {
      await runSocketMode({
        appToken: config.appToken,
        clientOptions: clientOptions(config, agent, log),
        handle: (envelope) => passOn(envelope, hub, cards, log),
        connected: ({ connections }) => {
          log.info({ connections }, "connected to Slack");
          if (connections !== undefined && connections > 1) log.warn({ connections }, SHARED_APP);
          joined({ cards, approvers });
        },
        signal: holding,
        log,
      });
    } catch (error) {
      const advice = adviceFor(parseSlackFailure(error));
      log.error({ err: error, advice }, "Slack refuses the connection");
      if (advice !== undefined) advise(advice);
      failed(error);
      throw error;
    } finally {
      isHolder = false;
    }
  };

  const logHub = (event: HubEvent): void => {
    log.debug({ hub: event }, "hub");
    // Whoever holds the connection itself has joined when Slack says hello, everybody else when the holder does.
    if (event.type === "joined" && !isHolder) joined({ cards, approvers });
  };

  const clicked = (payload: string): void => {
    const click = parseClick(JSON.parse(payload));
    if (click !== undefined) options.clicked(click);
  };

  await runHubOrAlone(
    hubDirectories(config),
    { key: hubKey(config), memberID, hold, clicked, signal, log: logHub },
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
  const pass = async (owner: string, _envelopeID: string, click: string): Promise<"received" | "absent"> => {
    if (owner !== options.memberID) return "absent";
    options.clicked(click);
    return "received";
  };
  await options.hold({ pass, isConnected: (memberID) => memberID === options.memberID }, options.signal);
}

/** Hands a click to its owner and acks in the same tick; tells the clicker when the owner is not there. */
function passOn({ envelopeID, payload, ack }: Envelope, hub: Hub, cards: Presence["cards"], log: Log): void {
  const click = parseClick(payload);
  if (click === undefined) {
    ack();
    log.debug({ envelopeID }, "interaction that is no click on a card");
    return;
  }
  const passing = hub.pass(ownerOf(click), envelopeID, JSON.stringify(payload));
  ack();
  passing
    .then(async (passed) => (passed === "absent" ? cards.tell(click, { kind: "unknown-button" }) : undefined))
    .catch((err: unknown) => log.error({ envelopeID, err }, "click could not be passed on"));
}

function hubDirectories({ socketDirectory, stateDirectory }: Config): string[] {
  return socketDirectory === undefined ? [] : [socketDirectory, joinPath(stateDirectory, "hub")];
}

/** Who shares a connection: the processes with the same app at the same Slack. */
function hubKey({ appToken, apiURL }: Config): string {
  return createHash("sha256").update(`${appToken}\n${apiURL}`).digest("hex").slice(0, 12);
}
