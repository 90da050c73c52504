import { createOpencodeClient } from "@opencode-ai/sdk";
import type { Config } from "../../src/composition/config.ts";
import { wireGateway as wire, type WiredGateway } from "../../src/composition/wiring.ts";
import type { GatewayOptions } from "../../src/gateway/gateway.ts";
import { createReplies } from "../../src/opencode/v1/replies.ts";
import { createStop } from "../../src/opencode/v1/stop.ts";
import { identifyMachine } from "../../src/machine/identity.ts";
import type { Log } from "../../src/system/log.ts";
import { createSlices } from "../../src/system/slices.ts";

interface Options {
  /** Of OpenCode's server. */
  readonly serverURL: URL;
  readonly config: Config;
  readonly describe: GatewayOptions["describe"];
  readonly toast?: GatewayOptions["toast"];
  readonly advise?: (advice: string) => void;
  readonly log: Log;
}

/** A gateway as the plugin wires it, but for what a request does: that, `describe` says. */
export function wireGateway({
  serverURL,
  config,
  describe,
  toast = () => undefined,
  advise = () => undefined,
  log,
}: Options): WiredGateway {
  const client = createOpencodeClient({ baseUrl: serverURL.href });
  const directory = "/home/dev/project";
  const access = { client, directory, serverURL, login: undefined, log };
  return wire({
    config,
    machine: { ...identifyMachine(), host: "laptop" },
    directory,
    replies: createReplies(access),
    stop: createStop(access),
    describe,
    toast,
    advise,
    greet: () => undefined,
    slices: createSlices(),
    log,
  });
}
