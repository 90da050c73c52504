/** Builds the parts for one project directory and wires them: the one file that knows all. */

import type { PluginInput } from "@opencode-ai/plugin";
import { createAudit } from "../audit/audit.ts";
import { auditDirectory } from "../audit/lines.ts";
import { readConfig, type Config } from "./config.ts";
import { ledgerDirectory } from "./paths.ts";
import { readLogSettings } from "./log-settings.ts";
import { createPermissionHooks } from "../gateway/permission/hooks.ts";
import { createGateway } from "../gateway/gateway.ts";
import { createLazy } from "../system/lazy.ts";
import { createLedger } from "../machine/ledger.ts";
import { NO_CARD } from "../gateway/life.ts";
import { createLog, type Log } from "../system/log.ts";
import { createMemberID, identifyMachine } from "../machine/identity.ts";
import { withCall, type AskingCall } from "../opencode/calls.ts";
import { describeRequest } from "../opencode/details.ts";
import { parseEvent } from "../opencode/events.ts";
import { createReplies } from "../opencode/replies.ts";
import { createSessions } from "../opencode/sessions.ts";
import { ownServer } from "../opencode/server.ts";
import { createStop } from "../opencode/stop.ts";
import { createToaster, showToast } from "../opencode/toast.ts";
import { createVersionFinder } from "../opencode/version.ts";
import type { ReferenceCountedConnection } from "./connection.ts";
import { createSavedPatterns } from "../policy/saved-patterns.ts";
import { createSlices } from "../system/slices.ts";

/** Whoever reaches the server can answer what OpenCode asks: no card and no approver is needed for that. */
const OPEN_SERVER =
  "OpenCode's server has no password, so every program that reaches it can allow what OpenCode asks. Set OPENCODE_SERVER_PASSWORD.";

/** What OpenCode's hooks are passed on to. */
export interface Wired {
  /**
   * Does not throw.
   *
   * @param call for `permission.asked`, the call that asks.
   */
  event(event: { readonly type: string; readonly properties?: unknown }, call?: AskingCall): void;
  /** Closes all cards and leaves Slack. */
  dispose(): Promise<void>;
}

/** @returns with a missing or wrong configuration, which is logged and shown once, something that does nothing. */
export function wire(input: PluginInput, options: unknown): Wired {
  const log = createLog(readLogSettings()).child({ directory: input.directory });
  const result = readConfig(options);
  if (result.ok) return wireGateway(input, result.config, log);

  log.error({ problems: result.problems }, "the gateway is off: its configuration is missing or wrong");
  return createOff(() =>
    showToast(input.client, `The Slack gateway is off. ${result.problems.join(" ")}`, log),
  );
}

/** What is left of us then. Before a session does something the TUI is not drawn, and a toast is lost. */
function createOff(tell: () => void): Wired {
  let isTold = false;
  return {
    event() {
      if (!isTold) tell();
      isTold = true;
    },
    dispose: async () => undefined,
  };
}

function wireGateway(input: PluginInput, config: Config, log: Log): Wired {
  const { client, directory, worktree } = input;
  const machine = identifyMachine();
  const memberID = createMemberID(machine);
  const ledger = createLedger({ directory: ledgerDirectory(config), machine, memberID, log });
  const audit = createAudit({ directory: auditDirectory(config.stateDirectory), memberID, log });
  const advise = createAdviser(input, log);
  const serverURL = ownServer(input);
  const isServerOpen = serverURL !== undefined && config.serverLogin === undefined;
  const toast = createToaster(client, log);
  const slices = createSlices();
  let connection: ReferenceCountedConnection | undefined;

  const access = { client, directory, serverURL, login: config.serverLogin, log };
  const findVersion = createVersionFinder(access);
  const sessions = createSessions(access);
  const gateway = createGateway({
    directory,
    host: machine.host,
    hooks: { permission: createPermissionHooks(createSavedPatterns()) },
    ledger,
    audit,
    join: async (signal) => (await loadConnection()).join(signal),
    describe: async (request) => {
      const [details, session, offers] = await Promise.all([
        findVersion().then(async (version) =>
          describeRequest(request, directory, slices, { worktree, version }),
        ),
        sessions.describe(request),
        loadOffering().then(async (offer) => offer(request)),
      ]);
      return { ...details, session, offers };
    },
    replies: createReplies(access),
    stop: createStop(access),
    toast,
    log,
  });

  const loadConnection = createLazy(async () => {
    const { createReferenceCountedConnection } = await import("./connection.ts");
    connection = createReferenceCountedConnection({
      config,
      machine,
      memberID,
      pressed: (press) => gateway.pressed(press),
      submitted: (submission) => gateway.submitted(submission),
      notUnderstood: (presser) => gateway.notUnderstood(presser),
      joined: () => (ledger.restore() ? gateway.redraw() : undefined),
      advise,
      audit,
      slices,
      log,
    });
    return connection;
  });

  /** With the parser of shell commands, which OpenCode's start is not to wait for. */
  const loadOffering = createLazy(async () => {
    const { rules, allowAlways } = config;
    const { createOffering } = await import("./offers.ts");
    return createOffering({ rules, allowAlways, directory, slices });
  });

  if (isServerOpen) log.warn(OPEN_SERVER);
  log.info({ memberID, channel: config.channelID, approvers: config.approvers }, "plugin loaded");

  return {
    event(raw, call) {
      try {
        hear(raw, call);
      } catch (err) {
        log.error({ err, event: raw.type }, "an event of OpenCode's is not as it should be");
        if (raw.type === "permission.asked") toast(NO_CARD);
      }
    },
    async dispose() {
      await gateway.close();
      await connection?.close();
    },
  };

  /** What only a person can mend may be mended by now. */
  function retry(): void {
    connection?.retry();
    gateway.retry();
  }

  function hear(raw: Parameters<Wired["event"]>[0], call: AskingCall): void {
    const event = parseEvent(raw);
    switch (event?.kind) {
      case "asked": {
        // Earlier, the TUI is not drawn, and a toast is lost.
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
      case "session":
        return retry();
      case undefined:
        return undefined;
    }
  }
}

/** Shows each piece of advice once: what is wrong with Slack goes wrong with every card. */
function createAdviser({ client }: PluginInput, log: Log): (advice: string) => void {
  const given = new Set<string>();
  return (advice) => {
    if (given.has(advice)) return;
    given.add(advice);
    showToast(client, advice, log);
  };
}
