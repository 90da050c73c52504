import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { createProxyAgent, socketIgnoresProxy } from "../../../src/slack/connection/proxy.ts";
import { TESTED_VERSION, opencodeBinary } from "../../support/opencode/versions.ts";
import { createCertificate, startProxy, startTLSSlack } from "../../support/proxy.ts";

const HOST = "slack.test";

/** Says how Slack's own clients, and our call without them, fare with our agent, in a process of its own: CAs are read when it starts. */
const CLIENT = `
  import { SocketModeClient } from "@slack/socket-mode";
  import { WebClient } from "@slack/web-api";
  import { createProxyAgent } from ${JSON.stringify(new URL("../../../src/slack/connection/proxy.ts", import.meta.url).href)};

  import { callBare } from ${JSON.stringify(new URL("../../../src/slack/connection/bare-call.ts", import.meta.url).href)};

  const config = JSON.parse(process.env.CONFIG);
  const quiet = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, getLevel() {}, setName() {} };
  const options = { slackApiUrl: config.apiURL, agent: createProxyAgent(config), logger: quiet, retryConfig: { retries: 0 } };
  const failed = (error) => error.original?.code ?? error.message;

  const call = await new WebClient("xoxb-1", options).auth.test().then(() => "ok", failed);
  const socket = await new Promise((resolve) => {
    const client = new SocketModeClient({ appToken: "xapp-1", autoReconnectEnabled: false, logger: quiet, clientOptions: options });
    client.on("ws_message", () => resolve("ok"));
    client.on("error", (error) => resolve(failed(error)));
    client.start().catch((error) => resolve(failed(error)));
  });
  const { kind, why } = await callBare({ ...config, method: "auth.test", token: "xoxb-1" });
  console.log(JSON.stringify({ call, socket, bare: why ?? kind }));
  process.exit();
`;

let directory: string;
let slack: Awaited<ReturnType<typeof startTLSSlack>>;
let proxy: Awaited<ReturnType<typeof startProxy>>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "gateway-proxy-"));
  const certificate = createCertificate(HOST);
  await writeFile(join(directory, "ca.pem"), certificate.cert);
  slack = await startTLSSlack(certificate);
  proxy = await startProxy(slack.port);
});

beforeEach(() => {
  proxy.connects.length = 0;
});

afterAll(async () => {
  slack.server.close();
  proxy.server.close();
  await rm(directory, { recursive: true });
});

describe.each([
  ["Node", () => Promise.resolve([process.execPath, "--import", "tsx", "--input-type=module", "-e"])],
  ["OpenCode's Bun", async () => [await opencodeBinary(TESTED_VERSION), "-e"]],
])("Slack's clients in %s", (_, runtime) => {
  async function run(env: Record<string, string>): Promise<unknown> {
    const [command = "", ...flags] = await runtime();
    const { stdout } = await promisify(execFile)(command, [...flags, CLIENT], {
      env: {
        ...process.env,
        BUN_BE_BUN: "1",
        CONFIG: JSON.stringify({
          apiURL: `https://${HOST}:${slack.port}/api/`,
          httpsProxy: `http://ada:pw@127.0.0.1:${proxy.port}`,
        }),
        ...env,
      },
    });
    return JSON.parse(stdout);
  }

  it("go through the proxy, calls and WebSocket alike, and trust the extra authority", async () => {
    expect(await run({ NODE_EXTRA_CA_CERTS: join(directory, "ca.pem") })).toEqual({
      call: "ok",
      socket: "ok",
      bare: "answered",
    });
    const authorization = `Basic ${Buffer.from("ada:pw").toString("base64")}`;
    expect(proxy.connects).toEqual(Array(4).fill(`${HOST}:${slack.port} ${authorization}`));
  });

  it("do not trust behind a proxy whom they would not trust without one", async () => {
    expect(await run({})).toEqual({
      call: "DEPTH_ZERO_SELF_SIGNED_CERT",
      socket: "DEPTH_ZERO_SELF_SIGNED_CERT",
      bare: `This machine does not trust the certificate of ${HOST} (DEPTH_ZERO_SELF_SIGNED_CERT): set NODE_EXTRA_CA_CERTS if your company has an authority of its own.`,
    });
  });
});

function isProxied(apiURL: string, noProxy?: string): boolean {
  return createProxyAgent({ apiURL, httpsProxy: "http://127.0.0.1:3128", noProxy }) !== undefined;
}

describe("NO_PROXY", () => {
  it.each([undefined, "", "localhost,.corp.example", "lack.com", "api.slack.com", "slack.com:8443"])(
    "%j leaves Slack to the proxy",
    (noProxy) => {
      expect(isProxied("https://slack.com/api/", noProxy)).toBe(true);
    },
  );

  it.each([
    "*",
    "slack.com",
    ".slack.com",
    "*.slack.com",
    "localhost, SLACK.com",
    "a b slack.com",
    "slack.com:443",
  ])("%j takes Slack from the proxy", (noProxy) => {
    expect(isProxied("https://slack.com/api/", noProxy)).toBe(false);
  });

  it("takes subdomains along", () => {
    expect(isProxied("https://gov.slack.com/api/", "slack.com")).toBe(false);
  });
});

it("HTTPS_PROXY does not hold for plain http on loopback", () => {
  const config = {
    apiURL: "http://127.0.0.1:8080/api/",
    httpsProxy: "http://127.0.0.1:3128",
    noProxy: undefined,
  };
  expect(createProxyAgent(config)).toBeUndefined();
});

it("an old Bun is known to connect its WebSocket past the proxy", () => {
  expect(["1.2.23", "1.3.5"].map((version) => socketIgnoresProxy(version))).toEqual([true, true]);
  expect(["1.3.6", "1.3.14", "1.10.0", "2.0.0"].map((version) => socketIgnoresProxy(version))).toEqual(
    Array(4).fill(false),
  );
  expect(socketIgnoresProxy()).toBe(false);
});
