/** Wires one gateway: with its record and its notes on disk, with Slack, and with OpenCode's ears. */

import { createAudit } from "../audit/audit.ts";
import { auditDirectory } from "../audit/lines.ts";
import type { Config } from "./config.ts";
import { ledgerDirectory } from "./paths.ts";
import type { ReferenceCountedConnection } from "./reference-counted-connection.ts";
import { createGateway, type Gateway, type GatewayOptions } from "../gateway/gateway.ts";
import { createPermissionHooks } from "../gateway/permission/hooks.ts";
import { createQuestionHooks } from "../gateway/question/hooks.ts";
import { createMemberID, type Machine } from "../machine/identity.ts";
import { createLedger } from "../machine/ledger.ts";
import { createReplies } from "../opencode/v1/replies.ts";
import type { Access } from "../opencode/v1/server.ts";
import { createStop } from "../opencode/v1/stop.ts";
import { createSavedPatterns } from "../policy/saved-patterns.ts";
import { findHome } from "../system/home.ts";
import { createLazy } from "../system/lazy.ts";
import type { Slices } from "../system/slices.ts";

interface WiringOptions {
  readonly config: Config;
  readonly machine: Machine;
  /** To the OpenCode that asks. */
  readonly access: Access;
  /** What an ask does, where it comes from, and what may be offered. */
  readonly describe: GatewayOptions["describe"];
  /** Says something to the user of OpenCode. */
  readonly toast: GatewayOptions["toast"];
  /** Tells the user of OpenCode what to fix, once for each. */
  readonly advise: (advice: string) => void;
  /** Tells them something good. */
  readonly greet: (message: string) => void;
  readonly slices: Slices;
}

export interface WiredGateway {
  readonly gateway: Gateway;
  readonly memberID: string;
  /** What only a person can fix may be fixed by now. */
  retry(): void;
  /** OpenCode ends: closes all cards, and leaves Slack. */
  end(): Promise<void>;
}

export function wireGateway(options: WiringOptions): WiredGateway {
  const { config, machine, access, describe, toast, advise, greet, slices } = options;
  const { directory, log } = access;
  const memberID = createMemberID(machine);
  const ledger = createLedger({ directory: ledgerDirectory(config), machine, memberID, log });
  const audit = createAudit({ directory: auditDirectory(config.stateDirectory), memberID, log });
  let connection: ReferenceCountedConnection | undefined;

  const gateway = createGateway({
    directory,
    home: findHome(),
    host: machine.host,
    postAfterMs: config.postAfterMs,
    hooks: { permission: createPermissionHooks(createSavedPatterns()), question: createQuestionHooks() },
    join: async (signal) => (await loadConnection()).join(signal),
    describe,
    replies: createReplies(access),
    stop: createStop(access),
    ledger,
    audit,
    toast,
    slices,
    log,
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

  return {
    gateway,
    memberID,
    retry() {
      connection?.retry();
      gateway.retry();
    },
    async end() {
      await gateway.close();
      await connection?.close();
    },
  };
}
