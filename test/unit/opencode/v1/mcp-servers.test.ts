import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createOpencodeClient } from "@opencode-ai/sdk";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createServerFinder } from "../../../../src/opencode/v1/mcp-servers.ts";
import { silentLog as log } from "../../../support/silent-log.ts";

let opencode: Server;
let answer: { readonly status: number; readonly body: string };
beforeEach(async () => {
  opencode = createServer((_, response) => {
    response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
  }).listen(0, "127.0.0.1");
  await once(opencode, "listening");
});
afterEach(() => {
  opencode.close();
  opencode.closeAllConnections();
});

async function find(status: number, body: unknown): Promise<readonly string[]> {
  answer = { status, body: typeof body === "string" ? body : JSON.stringify(body) };
  const { port } = opencode.address() as AddressInfo;
  const client = createOpencodeClient({ baseUrl: `http://127.0.0.1:${port}/` });
  const access = { client, directory: "/p", serverURL: undefined, login: undefined, log };
  return createServerFinder(access)();
}

test("are those that OpenCode's configuration names, and that are not switched off", async () => {
  const mcp = {
    tickets: { type: "local", command: ["tickets"], environment: { TOKEN: "x" } },
    wiki: { type: "remote", url: "https://wiki.example", enabled: true },
    old: { type: "local", command: ["old"], enabled: false },
  };
  expect(await find(200, { mcp, model: "m" })).toEqual(["tickets", "wiki"]);
  expect(await find(200, {})).toEqual([]);
});

test.each([
  ["OpenCode refuses", 500, {}],
  ["OpenCode says something else", 200, { mcp: ["tickets"] }],
  ["OpenCode says nothing that can be read", 200, "<html>"],
])("are none where %s", async (_, status, body) => {
  expect(await find(status, body)).toEqual([]);
});
