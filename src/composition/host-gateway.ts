/** The gateway of one location of OpenCode 2: its events go to the gateway, and what they ask is described. */

import { readConfig, type Config } from "./config.ts";
import { createDescription } from "./description.ts";
import { OFF, UNLOADED } from "./log-messages.ts";
import { readLogSettings } from "./log-settings.ts";
import { nameProcess } from "./process-name.ts";
import { watchTokens } from "./token-watch.ts";
import { wireGateway } from "./wiring.ts";
import type { Offers } from "../gateway/domain/content.ts";
import { identifyMachine } from "../machine/identity.ts";
import { withCall, type AskingCall } from "../opencode/asking-call.ts";
import type { HostAsk, HostEvent } from "../opencode/v2/events.ts";
import type { Host } from "../opencode/v2/host.ts";
import { createOpenRequests } from "../opencode/v2/open-requests.ts";
import { isOurs } from "../opencode/v2/ownership.ts";
import { createReplies } from "../opencode/v2/replies.ts";
import { createSessions } from "../opencode/v2/sessions.ts";
import { createStop } from "../opencode/v2/stop.ts";
import { releaseOf } from "../opencode/v2/version.ts";
import { createLog, type Log } from "../system/log.ts";
import { createOrder, type Order } from "../system/order.ts";
import { createSlices } from "../system/slices.ts";

/** What OpenCode's events are passed on to. No method throws. */
export interface WiredHost {
  /**
   * @param raw what OpenCode told, of which this event was read.
   * @param call for a request, the call that asks.
   */
  hear(event: HostEvent, raw: unknown, call: AskingCall): void;
  /** OpenCode has told of something that could not be read. */
  notUnderstood(error: unknown): void;
  /** OpenCode's events had ended. */
  broken(error: unknown): void;
  /** They go on, and something may have been missed. */
  resumed(): void;
  /** Closes all cards and leaves Slack. */
  dispose(): Promise<void>;
}

interface HostOptions {
  readonly host: Host;
  /** What OpenCode does not have of what we would use. */
  readonly missing: readonly string[];
  /** Which call asks. */
  readonly callOf: (ask: HostAsk) => AskingCall;
}

/** A location that is no location of OpenCode 2 as it is known: it is logged what was missing, and nothing is done. */
export function reportUnfit(missing: readonly string[]): void {
  createLog(readLogSettings()).error(
    { missing },
    "the gateway is off: this OpenCode does not offer what it needs",
  );
}

/** @returns with a missing or wrong configuration, which is logged, something that does nothing. */
export function wireHost(options: HostOptions): WiredHost {
  const { host, missing } = options;
  const log = createLog(readLogSettings()).child({
    directory: host.location.directory,
    opencode: host.version,
  });
  if (missing.length > 0) log.warn({ missing }, "this OpenCode does not offer all that the gateway uses");
  const result = readConfig(host.options);
  if (result.ok) return wireWith(options, result.config, log);

  log.error({ problems: result.problems, ...nameProcess(identifyMachine()) }, OFF);
  return { ...NOTHING, dispose: async () => log.info(UNLOADED) };
}

/** OpenCode 2 gives a plugin no way to answer a question, nor to dismiss it. */
const NO_ANSWER: Offers = {
  replies: [],
  terminalOnly: "OpenCode 2 does not take the answer to a question from Slack.",
};

const NOTHING: WiredHost = {
  hear: () => undefined,
  notUnderstood: () => undefined,
  broken: () => undefined,
  resumed: () => undefined,
  dispose: async () => undefined,
};

function wireWith({ host, callOf }: HostOptions, config: Config, log: Log): WiredHost {
  const { directory } = host.location;
  const slices = createSlices();
  const release = releaseOf(host.version);
  const order = createOrder();
  let watching: Promise<void> | undefined;
  const advise = createAdviser(log);
  const describe = createDescription({
    config,
    directory,
    worktree: directory,
    findVersion: async () => release,
    sessions: createSessions(host, log),
    slices,
  });
  const wired = wireGateway({
    config,
    machine: identifyMachine(),
    directory,
    replies: createReplies(host, (sessionID) => void open.check(sessionID), log),
    stop: createStop(host, log),
    describe: async (request) => ({
      ...(await describe(request)),
      ...(request.kind === "question" && { offers: NO_ANSWER }),
    }),
    // A plugin of OpenCode 2 cannot show anything.
    toast: (message) => log.warn(message),
    advise,
    greet: (message) => log.info(message),
    slices,
    log,
  });
  const { gateway } = wired;
  const open = createOpenRequests({
    host,
    asked(ask) {
      const call = callOf(ask);
      inOrder(ask.sessionID, undefined, () => gateway.asked(withCall(ask.read(), call)));
    },
    lost: (requestID) => gateway.lost(requestID),
    log,
  });

  const inOrder: Order["take"] = (sessionID, ready, act) =>
    order.take(sessionID, ready, (result) => {
      try {
        act(result);
      } catch (error) {
        notUnderstood(error);
      }
    });

  function notUnderstood(err: unknown): void {
    log.error({ err }, "an event from OpenCode has an unexpected form");
  }

  function handle(event: HostEvent, call: AskingCall): void {
    switch (event.kind) {
      case "asked":
        open.asked(event.ask);
        return gateway.asked(withCall(event.ask.read(), call));
      case "question":
        return config.questions ? gateway.asked(event.question.read()) : undefined;
      case "replied":
        open.replied(event.requestID);
        return gateway.replied(event.requestID, event.answer);
      case "ended":
        open.ended(event.sessionID);
        return event.reason === "session-deleted"
          ? gateway.sessionDeleted(event.sessionID)
          : gateway.sessionIdle(event.sessionID, event.reason);
      case "doubtful":
        return void open.check(event.sessionID);
      case "session":
        // Before somebody waits for a card. What it finds, it logs.
        watching ??= watchTokens(config, () => undefined, log);
        return wired.retry();
    }
  }

  /** What is asked elsewhere is for the instance there. The rest tells of requests that are known, or of none. */
  function isForUs(event: HostEvent, raw: unknown): Promise<boolean> | undefined {
    if (event.kind !== "asked" && event.kind !== "question") return undefined;
    const { requestID, sessionID } = event.kind === "asked" ? event.ask : event.question;
    return isOurs(host, { requestID, sessionID }, raw);
  }

  return {
    hear: (event, raw, call) =>
      inOrder(event.sessionID, isForUs(event, raw), (isOurs) => {
        if (isOurs !== false) handle(event, call);
      }),
    notUnderstood,
    broken: (err) => log.warn({ err }, "OpenCode's events have ended; the gateway listens anew"),
    resumed: () => open.checkAll(),
    dispose: async () => wired.end("unloaded"),
  };
}

/** Says each piece of advice once: what is wrong with Slack goes wrong with every card. */
function createAdviser(log: Log): (advice: string) => void {
  const given = new Set<string>();
  return (advice) => {
    if (given.has(advice)) return;
    given.add(advice);
    log.warn(advice);
  };
}
