import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createScratch } from "../support/opencode/home.ts";
import { startOpenCode, type OpenCode } from "../support/opencode/opencode.ts";
import {
  bash,
  call,
  calls,
  say,
  SESSION_TITLE,
  startScriptedModel,
  type ScriptedModel,
} from "../support/opencode/scripted-model.ts";
import { hasTmux, runTui } from "../support/opencode/tui.ts";

/** Writes down the directories for which it is loaded. */
const PLUGIN = `import { appendFileSync } from "node:fs";
export default async ({ directory }) => {
  appendFileSync(process.env.LOADED, directory + "\\n");
  return {};
};`;

let scratch: string;
let model: ScriptedModel;
/** With two projects, that plugin, and a password: to start an OpenCode takes longer than most tests. */
let opencode: OpenCode;
beforeAll(async () => {
  scratch = await createScratch();
  const plugin = path.join(scratch, "plugin.mjs");
  await writeFile(plugin, PLUGIN);
  model = await startScriptedModel();
  opencode = await startOpenCode({
    model,
    plugin: [pathToFileURL(plugin).href],
    env: { LOADED: path.join(scratch, "loaded") },
    projects: ["alpha", "beta"],
    password: "open sesame",
  });
});
afterAll(async () => {
  await opencode[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
  await rm(scratch, { recursive: true });
});

test("a scripted command is asked about, allowed, run, and its output read by the model", async () => {
  model.script("say hello", [bash("echo hello"), say("done")]);
  const session = await opencode.createSession();
  const events = await opencode.events();

  await opencode.prompt(session, "say hello");
  const { properties } = await events.waitFor("permission.asked", { sessionID: session.id });
  expect(properties).toMatchObject({ permission: "bash", patterns: ["echo hello"] });
  expect(await opencode.pending()).toMatchObject([{ id: properties["id"] }]);
  await opencode.reply(String(properties["id"]), "once");

  await events.waitFor("permission.replied", { requestID: properties["id"], reply: "once" });
  await events.waitFor("session.idle", { sessionID: session.id });
  expect(model.toolResults("say hello")).toEqual(["hello\n"]);
  expect(await opencode.session(session)).toMatchObject({ title: SESSION_TITLE });
  expect(JSON.stringify(await opencode.messages(session))).toContain("done");
});

test("the model makes two calls at once and reads why one of them was rejected", async () => {
  model.script("both", [calls(bash("echo one"), bash("echo two")), say("done")]);
  const session = await opencode.createSession();
  const events = await opencode.events();

  await opencode.prompt(session, "both");
  const one = await events.waitFor(
    "permission.asked",
    ({ properties }) => String(properties["patterns"]) === "echo one",
  );
  const two = await events.waitFor(
    "permission.asked",
    ({ properties }) => String(properties["patterns"]) === "echo two",
  );
  await opencode.reply(String(one.properties["id"]), "once");
  await opencode.reply(String(two.properties["id"]), "reject", { message: "One is enough." });

  await events.waitFor("session.idle", { sessionID: session.id });
  expect(model.toolResults("both")).toEqual(["one\n", expect.stringContaining("One is enough.")]);
});

test("a subagent follows its own script, in a session that names its parent", async () => {
  const task = { description: "Look", prompt: "look around", subagent_type: "general" };
  model.script("delegate it", [call("task", task), say("delegated")]);
  model.script("look around", [bash("echo around"), say("looked")]);
  const session = await opencode.createSession();
  const events = await opencode.events();

  await opencode.prompt(session, "delegate it");
  const { properties } = await events.waitFor("permission.asked");
  const child = { id: String(properties["sessionID"]), directory: session.directory };
  expect(await opencode.session(child)).toMatchObject({ parentID: session.id });
  await opencode.reply(String(properties["id"]), "once");

  await events.waitFor("session.idle", { sessionID: session.id });
  expect(model.toolResults("look around")).toEqual(["around\n"]);
  expect(model.toolResults("delegate it")).toEqual([expect.stringContaining("looked")]);
});

test("two project directories of one OpenCode have their own requests, and a plugin each", async () => {
  const [alpha = "", beta = ""] = opencode.directories;
  model.script("say it in beta", [bash("echo beta"), say("done")]);
  const session = await opencode.createSession(beta);
  const events = await opencode.events(beta);

  await opencode.prompt(session, "say it in beta");
  await events.waitFor("permission.asked", { sessionID: session.id });

  expect(await opencode.pending(alpha)).toEqual([]);
  expect(await opencode.pending(beta)).toHaveLength(1);
  const loaded = await readFile(path.join(scratch, "loaded"), "utf8");
  expect(loaded.trim().split("\n").sort()).toEqual([alpha, beta]);
});

test("an aborted session goes idle without an answer", async () => {
  model.script("wait for me", [bash("echo waited"), say("done")]);
  const session = await opencode.createSession();
  const events = await opencode.events();

  await opencode.prompt(session, "wait for me");
  await events.waitFor("permission.asked", { sessionID: session.id });
  await opencode.abort(session);

  await events.waitFor("session.idle", { sessionID: session.id });
  expect(events.seen.map((event) => event.type)).not.toContain("permission.replied");
  expect(model.toolResults("wait for me")).toEqual([]);
});

test("what did not happen is told with what did, and with OpenCode's log", async () => {
  const events = await opencode.events();

  const waiting = events.waitFor("permission.asked", { sessionID: "ses_nobody" }, { limitMs: 50 });

  await expect(waiting).rejects.toThrow(
    /permission\.asked \{"sessionID":"ses_nobody"\}[^]*Seen: server\.connected[^]*log:\n.*\w/,
  );
});

test("OpenCode with a password answers nobody else, and stops when told", async () => {
  expect((await fetch(`${opencode.url}/session`)).status).toBe(401);
  expect((await opencode.createSession()).id).toMatch(/^ses_/);

  await opencode.stop();
  expect(() => process.kill(opencode.pid, 0)).toThrow("ESRCH");
});

const seesTerminal = await hasTmux();
if (!seesTerminal) console.log("Skipped: the user interface needs tmux, which is not installed.");

test.skipIf(!seesTerminal)("somebody at the terminal is asked about the command", async () => {
  await using model = await startScriptedModel();
  model.script("say hello", [bash("echo hello"), say("All said.")]);
  await using tui = await runTui({ model });

  await tui.sees("Ask anything");
  await tui.type("say hello");
  await tui.sees("say hello");
  await tui.type("Enter");
  await tui.sees("Permission required");
  await tui.type("Enter");

  await tui.sees("All said.");
  expect(model.toolResults("say hello")).toEqual(["hello\n"]);
});
