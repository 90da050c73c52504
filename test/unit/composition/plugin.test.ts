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
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createCalls, type Calls } from "../../../src/opencode/v1/calls.ts";
import { status } from "../../../src/commands/status.ts";
import { wire, type Wired } from "../../../src/composition/plugin.ts";
import { DEFAULT_RULES } from "../../../src/policy/default-rules.ts";
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
let serverUrl: URL;
let client: PluginInput["client"];
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
  serverUrl = new URL(`http://127.0.0.1:${(opencode.address() as AddressInfo).port}/`);
  client = createOpencodeClient({ baseUrl: serverUrl.href });
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
function ask(tool: string, args: unknown, properties: object = {}, sessionID = "ses_1"): void {
  calls.began({ tool, sessionID, callID: "call_1" }, args);
  const asked = {
    id: "per_1",
    sessionID,
    permission: tool,
    patterns: patternsOf(args),
    always: [],
    metadata: {},
    tool: { messageID: "msg_1", callID: "call_1" },
  };
  const event = { type: "permission.asked", properties: { ...asked, ...properties } };
  wired.event(event, calls.hear(event));
}

/** A tool asks its user something. */
function askUser(properties: object = {}, tool = "question", callID = "call_q"): void {
  calls.began({ tool, sessionID: "ses_1", callID }, {});
  const asked = {
    id: "que_1",
    sessionID: "ses_1",
    questions: [
      { question: "Which database?", header: "Database", options: [{ label: "SQLite", description: "" }] },
    ],
    tool: { messageID: "msg_1", callID },
  };
  const event = { type: "question.asked", properties: { ...asked, ...properties } };
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

test("arguments of more fields than can be read are left out, and the request can be rejected", async () => {
  const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [n, n]));
  ask("mcp_tool", { path: "/etc/passwd", many });
  const shown = await card("Use “mcp_tool”");
  expect(shown).toContain("/etc/passwd");
  expect(shown).toContain("[Reject]");
  expect(shown).not.toContain("[Allow");
});

test("of calls that ask at the same moment, only as many are read in a turn of OpenCode's loop as fit", async () => {
  const read = new Set<string>();
  const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`field${n}`, n]));
  const ids = Array.from({ length: 100 }, (_, n) => `per_${n}`);
  for (const id of ids) {
    const ownKeys = (): string[] => {
      read.add(id);
      return Object.keys(many);
    };
    ask("mcp_tool", new Proxy(many, { ownKeys }), { id }, `ses_${id}`);
  }
  expect(read.size).toBeLessThan(ids.length);
  // None is to be asked about when the test ends.
  for (const id of ids)
    wired.event({ type: "permission.replied", properties: { requestID: id, reply: "once" } });
  await until("all are read", () => read.size === ids.length);
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

test("a question has a card, and is answered by the way that reaches OpenCode", async () => {
  const received: string[] = [];
  answer = async (request, response) => {
    const call = `${request.method} ${request.url?.replace(/\?.*/, "")} ${await text(request)}`;
    // Whoever had this port before may still be looked for here.
    if (call.startsWith("POST /question")) received.push(call);
    response.setHeader("content-type", "application/json").end("true");
    if (received.length === 2)
      wired.event({ type: "question.replied", properties: { requestID: "que_1", answers: [["SQLite"]] } });
  };
  askUser();
  const [message] = [await slack.channel("C1").waitForMessage()];
  expect(renderPlain(message)).toContain("[1. SQLite] [Other…] [Dismiss]");
  await slack.user("U1").press(message, "1. SQLite");
  await card("✅ Answered: “SQLite” by @U1");
  // By the client first, and when nobody says that it came there, past it.
  const call = 'POST /question/que_1/reply {"answers":[["SQLite"]]}';
  expect(received).toEqual([call, call]);
});

test.each([
  ["that is not as it should be", { questions: "Which one?" }],
  ["whose options are none", { questions: [{ question: "Which?", options: ["a", 1] }] }],
  [
    "with more options than anybody reads",
    { questions: [{ question: "Which?", options: Array.from({ length: 30_000 }, () => ({ label: "a" })) }] },
  ],
])("a question %s can be dismissed, and not answered", async (_, properties) => {
  askUser(properties);
  const shown = await card("[Dismiss]");
  expect(shown).toContain("it can be answered there only.");
  expect(shown).not.toContain("[Answer…]");
  expect(shown).not.toContain("[1.");
});

test("a question of which nobody knows which tool asks it can be dismissed, and not answered", async () => {
  calls.began({ tool: "plan_exit", sessionID: "ses_1", callID: "call_q" }, {});
  askUser();
  const shown = await card("[Dismiss]");
  expect(shown).toContain("The gateway cannot tell which tool asks this");
  expect(shown).not.toContain("[1. SQLite]");
});

test("a tool that nobody knows is named where it asks its user", async () => {
  askUser({}, "ask_sudo");
  expect(await card("Use “ask_sudo”")).toContain("[1. SQLite]");
});

async function wireAgain(variables: Readonly<Record<string, string>>): Promise<void> {
  await wired.dispose();
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  wired = wire({ client, directory: folder, serverUrl } as unknown as PluginInput, undefined);
}

const log = async () => readFile(path.join(folder, "opencode-slack-gateway", "gateway.log"), "utf8");

test("without questions there is no card for one, and for a command there is", async () => {
  await wireAgain({ OPENCODE_SLACK_GATEWAY_QUESTIONS: "off" });
  askUser();
  ask("bash", { command: "echo but this" });
  expect(await card("echo but this")).toContain("[Allow once]");
  expect(slack.calls("chat.postMessage")).toHaveLength(1);
});

describe("what is wrong is said when a session begins to work", () => {
  const busy = { type: "session.status", properties: { sessionID: "ses_1", status: { type: "busy" } } };

  test("a token that Slack refuses, by its variable, once, and no card is needed for it", async () => {
    slack.installation.revoke("bot", "invalid_auth");
    wired.event(busy);
    wired.event(busy);
    await until("the user is told", () => toasts.length > 0);
    expect(toasts).toEqual([
      "Slack does not accept the token in SLACK_BOT_TOKEN: copy it again from the app's page, and check that the…\nRun npx opencode-slack-gateway doctor",
    ]);
    expect(
      slack
        .calls()
        .map(({ method }) => method)
        .sort(),
    ).toEqual(["apps.connections.open", "auth.test"]);
    expect(slack.mostConnections()).toBe(0);
  });

  test("a variable that nobody reads; while it stands, no card has Allow", async () => {
    await wireAgain({ OPENCODE_SLACK_GATEWAY_TERMINALONLY: "deploy *" });
    wired.event(busy);
    await until("the user is told", () => toasts.length > 0);
    expect(toasts[0]).toContain(
      "OPENCODE_SLACK_GATEWAY_TERMINALONLY is not known here: did you mean OPENCODE_SLACK_GATEWAY_TERMINAL_ONLY?",
    );
    expect(await log()).toContain(
      "A newer version may know it: rename it, remove it, or update the gateway.",
    );
    ask("bash", { command: "echo harmless" });
    const shown = await card("echo harmless");
    expect(shown).toContain(
      "This gateway does not know the variable OPENCODE_SLACK_GATEWAY_TERMINALONLY, which may hold a rule for a newer version. It can be allowed in OpenCode only.",
    );
    expect(shown).toContain("[Reject]");
    expect(shown).not.toContain("[Allow");
  });

  test("the first connection to Slack, and no second one", async () => {
    const greeting = "Connected to Slack for the first time: what OpenCode asks comes there, too.";
    ask("bash", { command: "echo first" });
    await card("echo first");
    await until("the user is told", () => toasts.length > 0);
    expect(toasts).toEqual([greeting]);
    await wireAgain({});
    ask("bash", { command: "echo second" }, { id: "per_2" });
    await card("echo second");
    expect(toasts).toEqual([greeting]);
  });

  test("the log says which rules are in force", async () => {
    await wireAgain({ OPENCODE_SLACK_GATEWAY_CONFIRM: "deploy *, publish *" });
    const rules = (await log())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rules.filter(({ msg }) => msg === "plugin loaded").map((line) => line["rules"])).toEqual([
      expect.objectContaining({ confirm: `${DEFAULT_RULES.size} default`, slackMayAllow: "everything" }),
      expect.objectContaining({ confirm: "2 of yours" }),
    ]);
  });
});

/** What the status says of this OpenCode; nothing once the plugin is unloaded. */
async function told(): Promise<Record<string, unknown>[]> {
  const printed: string[] = [];
  await status(["--json"], {
    env: process.env,
    directory: folder,
    print: (line) => printed.push(line),
    say: () => undefined,
    signal: new AbortController().signal,
  });
  const { hubs, others } = JSON.parse(printed.join("\n")) as {
    hubs: { members: Record<string, unknown>[] }[];
    others: Record<string, unknown>[];
  };
  return [...hubs.flatMap(({ members }) => members), ...others];
}

describe("the status", () => {
  test("finds an OpenCode while it is idle, waits, and is off, and not any more when it has unloaded the plugin", async () => {
    const here = { pid: process.pid, directory: folder };
    expect(await told()).toMatchObject([{ ...here, state: "idle", asks: [] }]);
    ask("bash", { command: "echo waits" });
    await card("echo waits");
    expect(await told()).toMatchObject([
      { ...here, answers: true, asks: [{ requestID: "per_1", isOnCard: true }] },
    ]);
    await wired.dispose();
    expect(await told()).toEqual([]);
    await wireAgain({ SLACK_CHANNEL_ID: "" });
    expect(await told()).toMatchObject([
      { ...here, state: "off", problems: [expect.stringContaining("SLACK_CHANNEL_ID")] },
    ]);
    await wired.dispose();
    expect(await told()).toEqual([]);
  });
});
