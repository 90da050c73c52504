/** The plugin itself, on an OpenCode whose answers the test gives: what a real one cannot be brought to say, or not in time. */

import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import type { PluginInput } from "@opencode-ai/plugin";
import { createOpencodeClient } from "@opencode-ai/sdk";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createCalls, type Calls } from "../../../src/opencode/v1/calls.ts";
import { wire, type Wired } from "../../../src/composition/plugin.ts";
import { slackEnvironment } from "../../support/desk.ts";
import { until } from "../../support/opencode/until.ts";
import { renderPlain } from "../../support/slack/plain.ts";
import { createSlackStandIn, type SlackStandIn } from "../../support/slack/stand-in.ts";

const LOGIN = { OPENCODE_SERVER_USERNAME: "ada", OPENCODE_SERVER_PASSWORD: "a password of hers" };

let slack: SlackStandIn;
let folder: string;
let wired: Wired;
let calls: Calls;
let answer: (request: IncomingMessage, response: ServerResponse) => unknown;
let toasts: string[];
const opencode = createServer((request, response) => void take(request, response));

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url?.startsWith("/tui/show-toast") !== true) return void answer(request, response);
  toasts.push((JSON.parse(await text(request)) as { message: string }).message);
  response.setHeader("content-type", "application/json").end("true");
}

beforeEach(async () => {
  slack = await createSlackStandIn({ rateLimits: "none" });
  folder = await mkdtemp(path.join(tmpdir(), "plugin-"));
  toasts = [];
  answer = (_, response) => response.writeHead(404).end();
  opencode.listen(0, "127.0.0.1");
  await once(opencode, "listening");
  const env = {
    ...slackEnvironment(slack),
    ...LOGIN,
    OPENCODE_SLACK_GATEWAY_SOCKET_DIR: path.join(folder, "hub"),
    XDG_STATE_HOME: folder,
  };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const serverUrl = new URL(`http://127.0.0.1:${(opencode.address() as AddressInfo).port}/`);
  const client = createOpencodeClient({ baseUrl: serverUrl.href });
  calls = createCalls();
  wired = wire({ client, directory: folder, serverUrl } as unknown as PluginInput, undefined);
});

afterEach(async () => {
  await wired.dispose();
  opencode.close();
  opencode.closeAllConnections();
  await slack.close();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** A command asks for itself, any other tool for everything. */
function patternsOf(args: unknown): string[] {
  const isCommand = typeof args === "object" && args !== null && "command" in args;
  return [isCommand ? String(args.command) : "*"];
}

/** OpenCode asks whether a tool may run. */
function ask(tool: string, args: unknown, properties: object = {}): void {
  calls.began({ tool, sessionID: "ses_1", callID: "call_1" }, args);
  const asked = {
    id: "per_1",
    sessionID: "ses_1",
    permission: tool,
    patterns: patternsOf(args),
    always: [],
    metadata: {},
    tool: { messageID: "msg_1", callID: "call_1" },
  };
  const event = { type: "permission.asked", properties: { ...asked, ...properties } };
  wired.event(event, calls.hear(event));
}

const card = async (what: string): Promise<string> =>
  renderPlain(await slack.channel("C1").waitForMessage((message) => renderPlain(message).includes(what)));

/** Of OpenCode's server. */
async function connections(): Promise<number> {
  return new Promise((resolve, reject) => {
    opencode.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
}

/** What an auditor reads. */
async function record(): Promise<string> {
  const directory = path.join(folder, "opencode-slack-gateway", "audit");
  const names = (await readdir(directory)).filter((name) => name.endsWith(".jsonl"));
  return (await Promise.all(names.map(async (name) => readFile(path.join(directory, name), "utf8")))).join(
    "",
  );
}

function nested(depth: number): unknown {
  let value: unknown = "the innermost";
  for (let level = 0; level < depth; level += 1) value = { within: value };
  return value;
}

test("an OpenCode that never tells about a session has cards without its name, and with Allow", async () => {
  const asked: string[] = [];
  answer = ({ url = "", headers }) =>
    url.startsWith("/session") && asked.push(`${url.replace(/\?.*/, "")} ${headers.authorization}`);
  ask("bash", { command: "echo nameless" });
  const shown = await card("echo nameless");
  expect(shown).toContain("[Allow once]");
  expect(shown).not.toContain("Session:");
  const login = `Basic ${btoa(`${LOGIN.OPENCODE_SERVER_USERNAME}:${LOGIN.OPENCODE_SERVER_PASSWORD}`)}`;
  expect(asked.sort()).toEqual([`/session/ses_1 ${login}`, `/session/ses_1/message/msg_1 ${login}`]);
  // It does not wait for an answer that nobody wants any more.
  await until("the calls have ended", async () => (await connections()) === 0);
});

test("a session of which OpenCode tells nonsense is nameless", async () => {
  answer = (_, response) => response.setHeader("content-type", "application/json").end('{"title": 1}');
  ask("bash", { command: "echo nonsense" });
  expect(await card("echo nonsense")).toContain("[Allow once]");
});

test("arguments that are nested twelve thousand levels deep are shown in part, and can be rejected", async () => {
  ask("mcp_tool", { path: "/etc/passwd", input: nested(12_000) });
  const shown = await card("Use “mcp_tool”");
  expect(shown).toContain("/etc/passwd");
  expect(shown).toContain("[Reject]");
  expect(shown).not.toContain("[Allow");
  expect(await record()).toMatch(/"event":"asked"/);
});

test("metadata that are nested as deeply are no reason to have no card", async () => {
  ask("mcp_tool", { path: "/etc/hosts" }, { metadata: { input: nested(100_000) } });
  const shown = await card("/etc/hosts");
  expect(shown).toContain("It is too long, has too many parts, or is nested too deeply to be read here.");
  expect(shown).not.toContain("[Allow");
});

test("a request that is not as it should be can be rejected", async () => {
  ask("bash", { command: "echo odd" }, { patterns: "echo odd", metadata: null });
  const shown = await card("Run a command");
  expect(shown).toContain("[Reject]");
  expect(shown).not.toContain("[Allow");
});

test("a request that nobody can answer, because it has no ID, is told of at the terminal", async () => {
  ask("bash", { command: "echo nobody" }, { id: undefined });
  await until("the user is told", () => toasts.length > 0);
  expect(toasts).toEqual([expect.stringContaining("Slack has no card for what OpenCode asks: answer here.")]);
});

test("what is said at the terminal is not said again while it stands there", async () => {
  slack.installation.scopes.bot.delete("chat:write");
  for (const n of [1, 2, 3]) ask("bash", { command: `echo ${n}` }, { id: `per_${n}` });
  await until("Slack refuses all", () => slack.calls("chat.postMessage").length >= 3);
  await until("the user is told", () => toasts.some((toast) => toast.includes("Slack has no card")));
  expect(toasts.filter((toast) => toast.includes("Slack has no card"))).toHaveLength(1);
});
