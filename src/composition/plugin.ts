/** What OpenCode loads for one project directory: its events go to the gateway, and what they ask is described. */

import type { PluginInput } from "@opencode-ai/plugin";
import { readConfig, type Config } from "./config.ts";
import { LOADED, OFF, UNLOADED } from "./log-messages.ts";
import { readLogSettings } from "./log-settings.ts";
import { createProvenanceFinder } from "./provenance.ts";
import { sayBriefly, sayOff } from "./toasts.ts";
import { describeUnknown } from "./unknown-variables.ts";
import { wireGateway } from "./wiring.ts";
import type { Offers } from "../gateway/domain/content.ts";
import type { GatewayOptions } from "../gateway/gateway.ts";
import { NO_CARD } from "../gateway/life.ts";
import { identifyMachine, lookUpProcess, type Machine } from "../machine/identity.ts";
import { withCall, type AskingCall } from "../opencode/v1/calls.ts";
import { describeRequest } from "../opencode/details.ts";
import { describeQuestion } from "../opencode/question-details.ts";
import { parseEvent } from "../opencode/v1/events.ts";
import { createServerFinder } from "../opencode/v1/mcp-servers.ts";
import { createSessions } from "../opencode/v1/sessions.ts";
import { ownServer, type Access } from "../opencode/v1/server.ts";
import { createToaster, showToast } from "../opencode/v1/toast.ts";
import { createVersionFinder } from "../opencode/v1/version.ts";
import { sayRules } from "../policy/rules-in-force.ts";
import { createLazy } from "../system/lazy.ts";
import { createLog, type Log } from "../system/log.ts";
import { readOwnPackage } from "../system/own-package.ts";
import { createSlices, type Slices } from "../system/slices.ts";
import { createTurns } from "../system/turns.ts";

/** Whoever reaches the server can answer what OpenCode asks: no card and no approver is needed for that. */
const OPEN_SERVER =
  "OpenCode's server has no password, so every program that reaches it can allow what OpenCode asks. Set OPENCODE_SERVER_PASSWORD.";

/** Whoever has the bot token can then put any words above a button. */
const UNCHECKED_CARDS =
  "OPENCODE_SLACK_GATEWAY_CARD_CHECK is off: an Allow counts even if somebody has rewritten the card. Cards have no Allow always and no Allow for a time.";

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
  const machine = identifyMachine();
  const result = readConfig(options);
  if (result.ok) return wirePlugin(input, result.config, machine, log);

  log.error({ problems: result.problems, ...nameProcess(machine) }, OFF);
  return createOff(() => showToast(input.client, sayOff(result.problems), log), log);
}

/** So that somebody who finds the process later knows that it is this one. */
function nameProcess({ key }: Machine) {
  const state = lookUpProcess(process.pid);
  const start = state.kind === "running" ? state.start : undefined;
  return { version: readOwnPackage().version, machine: key, start };
}

/** What is left of us then. Before a session does something the TUI is not drawn, and a toast is lost. */
function createOff(tell: () => void, log: Log): Wired {
  const tellOnce = once(tell);
  return {
    event: () => tellOnce(),
    dispose: async () => log.info(UNLOADED),
  };
}

function wirePlugin(input: PluginInput, config: Config, machine: Machine, log: Log): Wired {
  const { client, directory } = input;
  const serverURL = ownServer(input);
  const isServerOpen = serverURL !== undefined && config.serverLogin === undefined;
  const access = { client, directory, serverURL, login: config.serverLogin, log };
  const advise = createAdviser(input, log);
  const toast = createToaster(client, log);
  const slices = createSlices();
  const describe = createDescription(input, config, access, slices);
  const greet = (message: string): void => showToast(client, message, log, "success");
  const wired = wireGateway({ config, machine, access, describe, toast, advise, greet, slices });
  const { gateway, memberID } = wired;

  if (isServerOpen) log.warn(OPEN_SERVER);
  if (config.cardCheck === "off") log.warn(UNCHECKED_CARDS);
  const unknown = config.unknownVariables.map(describeUnknown);
  for (const each of unknown) log.error(each);
  const { channelID: channel, approvers, rules } = config;
  log.info({ ...nameProcess(machine), memberID, channel, approvers, rules: sayRules(rules) }, LOADED);

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
        return gateway.asked(withCall(event.request, call));
      }
      case "replied":
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
    async dispose() {
      await wired.end();
      log.info({ memberID }, UNLOADED);
    },
  };
}

/** What an ask does, where it comes from, and what may be offered of it. */
function createDescription(
  { directory, worktree }: PluginInput,
  { rules, unknownVariables, allowAlways, grantMinutes }: Config,
  access: Access,
  slices: Slices,
): GatewayOptions["describe"] {
  const findVersion = createVersionFinder(access);
  const sessions = createSessions(access);
  const findServers = createServerFinder(access);
  const findProvenance = createProvenanceFinder({ directory, worktree });
  /** With the parser of shell commands, which OpenCode's start is not to wait for. */
  const loadOffering = createLazy(async () => {
    const { createOffering } = await import("./offers.ts");
    return createOffering({
      rules,
      unknownVariables,
      allowAlways,
      ...(grantMinutes > 0 && { grants: { minutes: grantMinutes, findServers } }),
      directory,
      slices,
    });
  });
  return async (request) => {
    const [details, session, offers] = await Promise.all([
      request.kind === "question"
        ? describeQuestion(request)
        : findVersion().then(async (version) =>
            describeRequest(request, directory, slices, { worktree, version }),
          ),
      sessions.describe(request),
      loadOffering().then(async (offer) => offer(request)),
    ]);
    if (request.kind === "question" || offers.grantMinutes === undefined)
      return { ...details, session, offers };
    const found = await findProvenance(request, session);
    return { ...details, session, ...(found ? { ...found, offers } : { offers: withoutGrant(offers) }) };
  };
}

/** Where not all is known that tells a request from another one. */
function withoutGrant({ grantMinutes: _minutes, ...offers }: Offers): Offers {
  return offers;
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
