import { createOpencodeClient } from "@opencode-ai/sdk";
import { createAudit } from "../../src/audit/audit.ts";
import { auditDirectory } from "../../src/audit/lines.ts";
import { type Config } from "../../src/composition/config.ts";
import { ledgerDirectory } from "../../src/composition/paths.ts";
import { createGateway, type Gateway, type GatewayOptions } from "../../src/gateway/gateway.ts";
import { createPermissionHooks } from "../../src/gateway/permission/hooks.ts";
import { createLedger } from "../../src/machine/ledger.ts";
import type { Log } from "../../src/system/log.ts";
import { createMemberID, identifyMachine } from "../../src/machine/identity.ts";
import { createReplies } from "../../src/opencode/replies.ts";
import { createStop } from "../../src/opencode/stop.ts";
import { createReferenceCountedConnection } from "../../src/composition/connection.ts";
import { createSavedPatterns } from "../../src/policy/saved-patterns.ts";
import { createSlices } from "../../src/system/slices.ts";

const DIRECTORY = "/home/dev/project";

export interface WiredGateway {
  readonly gateway: Gateway;
  /** What the plugin does when OpenCode ends: closes all cards, and leaves Slack. */
  end(): Promise<void>;
}

interface WiringOptions {
  /** Of OpenCode's server. */
  readonly serverURL: URL;
  readonly config: Config;
  readonly describe: GatewayOptions["describe"];
  readonly toast?: GatewayOptions["toast"];
  readonly log: Log;
}

/** A gateway as the plugin wires it, but for what a request does: that, `describe` says. */
export function wireGateway({
  serverURL,
  config,
  describe,
  toast = () => undefined,
  log,
}: WiringOptions): WiredGateway {
  const machine = identifyMachine();
  const memberID = createMemberID(machine);
  const ledger = createLedger({ directory: ledgerDirectory(config), machine, memberID, log });
  const audit = createAudit({ directory: auditDirectory(config.stateDirectory), memberID, log });
  const client = createOpencodeClient({ baseUrl: serverURL.href });
  const access = { client, directory: DIRECTORY, serverURL, login: undefined, log };
  const connection = createReferenceCountedConnection({
    config,
    machine,
    memberID,
    pressed: (press) => gateway.pressed(press),
    submitted: (submission) => gateway.submitted(submission),
    notUnderstood: (presser) => gateway.notUnderstood(presser),
    joined: () => (ledger.restore() ? gateway.redraw() : undefined),
    advise: () => undefined,
    audit,
    slices: createSlices(),
    log,
  });
  const gateway = createGateway({
    directory: DIRECTORY,
    host: "laptop",
    join: async (signal) => connection.join(signal),
    describe,
    replies: createReplies(access),
    stop: createStop(access),
    hooks: { permission: createPermissionHooks(createSavedPatterns()) },
    ledger,
    audit,
    toast,
    log,
  });
  return {
    gateway,
    async end() {
      await gateway.close();
      await connection.close();
    },
  };
}
