/** What OpenCode loads for one project directory: its events go to the gateway, and what they ask is described. */

import type { PluginInput } from "@opencode-ai/plugin";
import { readConfig, type Config } from "./config.ts";
import { createDescription } from "./description.ts";
import { OFF } from "./log-messages.ts";
import { readLogSettings } from "./log-settings.ts";
import { createProvenanceFinder } from "./provenance.ts";
import { RUN_ANSWERS } from "./started-as.ts";
import { sayBriefly, sayInThreeLines, sayOff } from "./toasts.ts";
import { describeUnknown } from "./unknown-variables.ts";
import { wireGateway } from "./wiring.ts";
import { NO_CARD } from "../gateway/life.ts";
import { identifyMachine } from "../machine/identity.ts";
import { withCall, type AskingCall } from "../opencode/asking-call.ts";
import { parseEvent } from "../opencode/v1/events.ts";
import { createServerFinder } from "../opencode/v1/mcp-servers.ts";
import { createNewerRequests } from "../opencode/v1/newer-requests.ts";
import { createReplies } from "../opencode/v1/replies.ts";
import { ownServer } from "../opencode/v1/server.ts";
import { createSessions } from "../opencode/v1/sessions.ts";
import { createStop } from "../opencode/v1/stop.ts";
import { createToaster, showToast } from "../opencode/v1/toast.ts";
import { createVersionFinder } from "../opencode/v1/version.ts";
import { createLog, type Log } from "../system/log.ts";
import { createSlices } from "../system/slices.ts";
import { createTurns } from "../system/turns.ts";

/** Whoever reaches the server can answer what OpenCode asks: no card and no approver is needed for that. */
const OPEN_SERVER =
  "OpenCode's server has no password, so every program that reaches it can allow what OpenCode asks. Set OPENCODE_SERVER_PASSWORD.";

/** What OpenCode's hooks are passed on to. */
export interface Wired {
  /**
   * Does not throw.
   *
   * @param call where OpenCode asks, the call that asks.
   */
  event(event: { readonly type: string; readonly properties?: unknown }, call?: AskingCall): void;
  /** Closes all cards and leaves Slack. */
  dispose(): Promise<void>;
}

/** @returns with a missing or wrong configuration, which is logged and shown once, something that does nothing. */
export function wire(input: PluginInput, options: unknown): Wired {
  const log = createLog(readLogSettings()).child({ directory: input.directory });
  const result = readConfig(options);
  if (result.ok) return wirePlugin(input, result.config, log);

  log.error({ problems: result.problems }, OFF);
  return createOff(() => showToast(input.client, sayOff(result.problems), log));
}

/** What is left of us then. Before a session does something the TUI is not drawn, and a toast is lost. */
function createOff(tell: () => void): Wired {
  const tellOnce = once(tell);
  return {
    event: () => tellOnce(),
    dispose: async () => undefined,
  };
}

function wirePlugin(input: PluginInput, config: Config, log: Log): Wired {
  const { client, directory } = input;
  const serverURL = ownServer(input);
  const isServerOpen = serverURL !== undefined && config.serverLogin === undefined;
  const access = { client, directory, serverURL, login: config.serverLogin, log };
  const advise = createAdviser(input, log);
  const showAgain = createToaster(client, log);
  const toast = (message: string): void => showAgain(sayInThreeLines(message));
  const slices = createSlices();
  const newer = createNewerRequests();
  const findVersion = createVersionFinder(access);
  const greet = (message: string): void => showToast(client, message, log, "success");
  const wired = wireGateway({
    config,
    machine: identifyMachine(),
    directory,
    replies: createReplies(access, newer),
    stop: createStop(access),
    describe: createDescription({
      config,
      directory,
      worktree: input.worktree,
      // What runs sessions of the newer API is what OpenCode 2 has become.
      findVersion: async ({ requestID }) => (newer.has(requestID) ? "2.0.0" : findVersion()),
      sessions: createSessions(access, { isInEditor: config.startedAs === "editor" }),
      ...(config.grantMinutes > 0 && {
        grants: {
          minutes: config.grantMinutes,
          findServers: createServerFinder(access),
          findProvenance: createProvenanceFinder({ directory, worktree: input.worktree }),
        },
      }),
      slices,
    }),
    toast,
    advise,
    greet,
    slices,
    log,
  });
  const { gateway } = wired;

  if (isServerOpen) log.warn(OPEN_SERVER);
  if (config.startedAs === "run") log.warn(RUN_ANSWERS);
  const unknown = config.unknownVariables.map(describeUnknown);

  /** Earlier, the TUI is not drawn, and a toast is lost; and most commands of OpenCode's never get so far. */
  const working = once(() => {
    for (const each of unknown) advise(each);
    // With what speaks to Slack, which OpenCode's start is not to wait for.
    import("./token-watch.ts")
      .then(async ({ watchTokens }) => watchTokens(config, advise, log))
      .catch((err: unknown) => log.error({ err }, "the tokens could not be looked at"));
  });

  function hear(raw: Parameters<Wired["event"]>[0], call: AskingCall): void {
    const event = parseEvent(raw);
    switch (event?.kind) {
      case "asked": {
        if (event.request.kind === "question" && !config.questions) return undefined;
        working();
        if (isServerOpen) advise(OPEN_SERVER);
        if (event.isNewer === true) newer.asked(event.request);
        return gateway.asked(withCall(event.request, call));
      }
      case "step-ended":
        return newer.stepEnded(event.sessionID) ? gateway.sessionIdle(event.sessionID) : undefined;
      case "replied":
        newer.replied(event.requestID);
        return gateway.replied(event.requestID, event.answer);
      case "idle":
        return gateway.sessionIdle(event.sessionID);
      case "deleted":
        return gateway.sessionDeleted(event.sessionID);
      case "retried":
        return gateway.retried(event.sessionID);
      case "busy":
        return working();
      case "session":
        return wired.retry();
      case undefined:
        return undefined;
    }
  }

  const take = createTurns<Parameters<Wired["event"]>>(([raw, call]) => {
    try {
      hear(raw, call);
    } catch (err) {
      log.error({ err, event: raw.type }, "an event from OpenCode has an unexpected form");
      if (raw.type.endsWith(".asked")) toast(NO_CARD);
    }
  });

  return {
    event: (raw, call) => take([raw, call]),
    dispose: async () => wired.end(),
  };
}

/** Shows each piece of advice once: what is wrong with Slack goes wrong with every card. */
function createAdviser({ client }: PluginInput, log: Log): (advice: string) => void {
  const given = new Set<string>();
  return (advice) => {
    if (given.has(advice)) return;
    given.add(advice);
    showToast(client, sayBriefly(advice), log);
  };
}

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) act();
    isDone = true;
  };
}
