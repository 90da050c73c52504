import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer as createHTTPServer } from "node:http";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createTLSServer } from "node:tls";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Way } from "../../support/failure-process.ts";
import { createCertificate } from "../../support/proxy.ts";
import { scriptCommand, type Runtime } from "../../support/runtime.ts";

const SCRIPT = fileURLToPath(new URL("../../support/failure-process.ts", import.meta.url));

/** Where an attempt to post must leave nothing behind, and where nobody knows whether Slack has the card. */
type Kind = "unsent" | "unanswered";

interface Case {
  readonly way: Way;
  readonly kind: Kind;
  /** What OpenCode's Bun tells apart no better than this; either, where it depends on which of two comes first. */
  readonly inBun?: Kind | "either";
}

const servers: Server[] = [];
const sockets = new Set<Socket>();
const hangUp = (socket: Socket): unknown => socket.destroy();
const afterFirstWords = (act: (socket: Socket) => unknown) => (socket: Socket) =>
  socket.once("data", () => act(socket));

async function listen(server: Server): Promise<number> {
  servers.push(server.on("connection", (socket: Socket) => void sockets.add(socket)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** A Slack, or a proxy, that does this with each connection. */
async function startServer(act: (socket: Socket) => unknown): Promise<number> {
  return listen(createServer((socket) => void act(socket.on("error", () => undefined))));
}

async function findClosedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

const plain = (port: number): Way => ({ apiURL: `http://127.0.0.1:${port}/api/` });
const secure = (port: number): Way => ({ apiURL: `https://localhost:${port}/api/` });
const through = (port: number): Way => ({
  apiURL: "https://slack.test/api/",
  httpsProxy: `http://127.0.0.1:${port}`,
});

let cases: Map<string, Case>;
let kinds: Record<Runtime, readonly string[]>;

beforeAll(async () => {
  const closed = await findClosedPort();
  const mute = await startServer(() => undefined);
  const rude = await startServer(hangUp);
  const curt = await startServer(afterFirstWords(hangUp));
  const stranger = createTLSServer(createCertificate("localhost"));
  const page = createHTTPServer((_, response) => void response.writeHead(503).end("<h1>Away</h1>"));
  const endless = createHTTPServer((_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const drip = setInterval(() => response.write(" "), 1_000);
    response.once("close", () => clearInterval(drip));
  });
  const proxySays = async (words: string) => startServer(afterFirstWords((socket) => socket.end(words)));

  cases = new Map<string, Case>([
    ["nobody listens", { way: plain(closed), kind: "unsent" }],
    ["nobody listens behind https", { way: secure(closed), kind: "unsent" }],
    ["there is no such host", { way: { apiURL: `http://${"a".repeat(64)}.test/api/` }, kind: "unsent" }],
    ["the certificate is a stranger's", { way: secure(await listen(stranger)), kind: "unsent" }],
    [
      "it speaks no TLS",
      {
        way: secure(await startServer(afterFirstWords((socket) => socket.end("HTTP/1.1 400 Bad\r\n\r\n")))),
        kind: "unsent",
      },
    ],
    ["it hangs up in the handshake", { way: secure(curt), kind: "unsent" }],
    ["it hangs up before the handshake", { way: secure(rude), kind: "unsent", inBun: "either" }],
    ["it says nothing in the handshake", { way: secure(mute), kind: "unsent", inBun: "unanswered" }],
    ["there is no proxy", { way: through(closed), kind: "unsent" }],
    [
      "the proxy wants a login",
      { way: through(await proxySays("HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n")), kind: "unsent" },
    ],
    ["the proxy says nothing", { way: through(mute), kind: "unsent", inBun: "unanswered" }],
    ["the proxy hangs up", { way: through(curt), kind: "unsent", inBun: "unanswered" }],
    ["it hangs up when it has read the call", { way: plain(curt), kind: "unanswered" }],
    ["it takes the call and says nothing", { way: plain(mute), kind: "unanswered" }],
    ["it answers with a page", { way: plain(await listen(page)), kind: "unanswered" }],
    ["its answer never ends", { way: plain(await listen(endless)), kind: "unanswered" }],
  ]);

  const ways = JSON.stringify([...cases.values()].map(({ way }) => way));
  const run = async (runtime: Runtime): Promise<readonly string[]> => {
    const [file, ...args] = scriptCommand(runtime, SCRIPT);
    const env = { ...process.env, BUN_BE_BUN: "1", NODE_EXTRA_CA_CERTS: undefined };
    const { stdout } = await promisify(execFile)(file, [...args, ways], { env });
    return JSON.parse(stdout) as readonly string[];
  };
  const [Node, Bun] = await Promise.all([run("Node"), run("Bun")]);
  kinds = { Node, Bun };
});

afterAll(() => {
  for (const server of servers) server.close();
  for (const socket of sockets) socket.destroy();
});

test.each(["Node", "Bun"] as const)(
  "in %s a call that found nobody to be sent to is told from one of which nobody knows",
  (runtime) => {
    const told = [...cases].map(([name, { inBun }], index) => {
      const kind = kinds[runtime][index] ?? "nothing";
      const isEither = runtime === "Bun" && inBun === "either" && ["unsent", "unanswered"].includes(kind);
      return [name, isEither ? "either" : kind];
    });
    const expected = [...cases].map(([name, { kind, inBun = kind }]) => [
      name,
      runtime === "Bun" ? inBun : kind,
    ]);
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(expected));
  },
);
