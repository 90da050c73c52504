/** Wires one gateway: with its record and its notes on disk, with Slack, and with OpenCode's ears. */

import { createAudit } from "../audit/audit.ts";
import { auditDirectory } from "../audit/lines.ts";
import type { Config } from "./config.ts";
import { LOADED, UNLOADED } from "./log-messages.ts";
import { ledgerDirectory, muteFile } from "./paths.ts";
import { nameProcess } from "./process-name.ts";
import { describeUnknown } from "./unknown-variables.ts";
import { NO_MENTION } from "./push-settings.ts";
import type { ReferenceCountedConnection } from "./reference-counted-connection.ts";
import { createGateway, type Gateway, type GatewayOptions } from "../gateway/gateway.ts";
import { createPermissionHooks } from "../gateway/permission/hooks.ts";
import { createQuestionHooks } from "../gateway/question/hooks.ts";
import { createMemberID, type Machine } from "../machine/identity.ts";
import { createLedger } from "../machine/ledger.ts";
import { createMuteNote } from "../machine/mute-note.ts";
import { sayRules } from "../policy/rules-in-force.ts";
import { createSavedPatterns } from "../policy/saved-patterns.ts";
import type { EndReason } from "../gateway/domain/state.ts";
import { findHome } from "../system/home.ts";
import { createLazy } from "../system/lazy.ts";
import type { Log } from "../system/log.ts";
import type { Slices } from "../system/slices.ts";

/** Whoever has the bot token can then put any words above a button. */
const UNCHECKED_CARDS =
  "OPENCODE_SLACK_GATEWAY_CARD_CHECK is off: an Allow counts even if somebody has rewritten the card. Cards have no Allow always and no Allow for a time.";

interface WiringOptions {
  readonly config: Config;
  readonly machine: Machine;
  /** The project's, in which OpenCode asks. */
  readonly directory: string;
  readonly replies: GatewayOptions["replies"];
  readonly stop: GatewayOptions["stop"];
  /** What an ask does, where it comes from, and what may be offered. */
  readonly describe: GatewayOptions["describe"];
  /** Says something to the user of OpenCode. */
  readonly toast: GatewayOptions["toast"];
  /** Tells the user of OpenCode what to fix, once for each. */
  readonly advise: (advice: string) => void;
  /** Tells them something good. */
  readonly greet: (message: string) => void;
  readonly slices: Slices;
  readonly log: Log;
}

export interface WiredGateway {
  readonly gateway: Gateway;
  /** What only a person can fix may be fixed by now. */
  retry(): void;
  /**
   * OpenCode ends: closes all cards, and leaves Slack.
   *
   * @param reason what the cards say.
   */
  end(reason?: EndReason): Promise<void>;
}

export function wireGateway(options: WiringOptions): WiredGateway {
  const { config, machine, directory, advise, greet, slices, log } = options;
  const memberID = createMemberID(machine);
  const ledger = createLedger({
    directory: ledgerDirectory(config),
    machine,
    memberID,
    taken: () => gateway.redraw(),
    log,
  });
  const audit = createAudit({ directory: auditDirectory(config.stateDirectory), memberID, slices, log });
  let connection: ReferenceCountedConnection | undefined;

  const gateway = createGateway({
    ...options,
    home: findHome(),
    host: machine.host,
    postAfterMs: config.postAfterMs,
    mute: createMuteNote(muteFile(config.stateDirectory), log),
    isMuteOffered: config.mayMute === "approvers",
    expiry: config.push.expiry,
    reminder: config.push.reminder,
    hooks: { permission: createPermissionHooks(createSavedPatterns()), question: createQuestionHooks() },
    join: async (signal) => (await loadConnection()).join(signal),
    ledger,
    audit,
  });

  /** With Slack's packages, which OpenCode's start is not to wait for. */
  const loadConnection = createLazy(async () => {
    const { createReferenceCountedConnection } = await import("./reference-counted-connection.ts");
    connection = createReferenceCountedConnection({
      config,
      machine,
      memberID,
      pressed: (press) => gateway.pressed(press),
      submitted: (submission) => gateway.submitted(submission),
      notUnderstood: (presser) => gateway.notUnderstood(presser),
      joined: () => (ledger.restore() ? gateway.redraw() : undefined),
      standing: () => ({ directory, ...gateway.standing() }),
      advise,
      greet,
      audit,
      slices,
      log,
    });
    return connection;
  });

  const { channelID: channel, approvers, rules } = config;
  log.info({ ...nameProcess(machine), memberID, channel, approvers, rules: sayRules(rules) }, LOADED);
  if (config.cardCheck === "off") log.warn(UNCHECKED_CARDS);
  if (config.push.isMentionMissing) log.warn(NO_MENTION);
  for (const each of config.unknownVariables) log.error(describeUnknown(each));

  return {
    gateway,
    retry() {
      connection?.retry();
      gateway.retry();
    },
    async end(reason) {
      await gateway.close(reason);
      await connection?.close();
      log.info({ memberID }, UNLOADED);
    },
  };
}
