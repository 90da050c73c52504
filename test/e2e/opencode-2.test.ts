/** The packed plugin in OpenCode 2, of which there is only a stand-in here: test/support/opencode2. */

import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createContextOf1 } from "../support/opencode2/context.ts";
import { copyPlugin, sitDownAtHost, type HostDesk } from "../support/opencode2/desk.ts";
import type { HostLocation } from "../support/opencode2/host.ts";
import type { Request, SessionInfo, ShellEvent, ToolEvent } from "../support/opencode2/told.ts";
import { until } from "../support/opencode/until.ts";
import type { PressOptions } from "../support/slack/actors.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { Message } from "../support/slack/slack-objects.ts";

let desk: HostDesk;

async function press(card: Message, button: string, options?: PressOptions): Promise<void> {
  await desk.slack.user("U1").press(card, button, options);
}

/** Every message in the channel whose text says `what`. */
function cardsOf(what: string): readonly Message[] {
  return desk.slack
    .channel("C1")
    .messages()
    .filter((message) => renderPlain(message).includes(what));
}

/** What a session asks, as soon as it does. */
async function askedBy({ id }: SessionInfo): Promise<Request> {
  return until(`${id} asks`, () => desk.host.pending().find(({ sessionID }) => sessionID === id));
}

async function saysInLog(message: string): Promise<Record<string, unknown>> {
  return until(`the log says: ${message}`, async () => (await desk.log()).find(({ msg }) => msg === message));
}

/** What other plugins do. */
function changeTold(event: ShellEvent): void {
  if (event.command === "echo told") event.command = "echo changed";
}

function exchangeBefore(event: ToolEvent): void {
  const { command } = event.input as { readonly command?: string };
  if (command === "echo before") event.input = { command: "echo behind" };
}

describe("in one location", () => {
  let location: HostLocation;
  let session: SessionInfo;

  beforeAll(async () => {
    desk = await sitDownAtHost({
      env: { OPENCODE_SLACK_GATEWAY_TERMINAL_ONLY: "shell:halt *" },
    });
    location = await desk.openLocation("project");
  });
  beforeEach(() => {
    session = desk.host.createSession(location.ref);
  });
  afterEach(() => desk.host.interrupt(session));
  afterAll(async () => desk[Symbol.asyncDispose]());

  test("a command is asked about, allowed with a press, and run without the gateway's variables", async () => {
    const running = desk.host.call(session, "shell", { command: "npm run build", background: true });
    const card = await desk.card("npm run build");
    expect(renderPlain(card)).toContain("Run a command");
    expect(renderPlain(card)).toContain("background: true");
    expect(renderPlain(card)).toContain(`“${session.title}” · build / m`);
    expect(renderPlain(card)).not.toContain("⚠");
    await press(card, "Allow once");

    expect(await running).toMatchObject({ kind: "ran", env: { SLACK_BOT_TOKEN: "", SLACK_APP_TOKEN: "" } });
    await desk.cardSays(card, "Allowed once by @U1");
  });

  test("the reason for a reject reaches the agent, which goes on", async () => {
    const running = desk.host.call(session, "shell", { command: "npm run deploy" });
    const card = await desk.card("npm run deploy");
    await press(card, "Reject with reason…");
    const ann = desk.slack.user("U1");
    const view = await until("the dialog is open", () => ann.views()[0]);
    await ann.submit(view, { Reason: "Not on a Friday." });

    expect(await running).toEqual({ kind: "corrected", feedback: "Not on a Friday." });
    await desk.cardSays(card, "Rejected, with a reason");
  });

  test("a reject without a reason ends the turn, and with it all that the session asks", async () => {
    const one = desk.host.call(session, "shell", { command: "echo first of two" });
    const two = desk.host.call(session, "shell", { command: "echo second of two" });
    const card = await desk.card("echo first of two");
    await desk.card("echo second of two");
    await press(card, "Reject");

    expect(await Promise.all([one, two])).toEqual([{ kind: "declined" }, { kind: "declined" }]);
    await until("both are closed", async () => cardsOf("ejected").length > 0 || undefined);
  });

  test('"Allow always" says that it is for good, and answers what other sessions ask as well', async () => {
    const other = desk.host.createSession(location.ref);
    const one = desk.host.call(session, "shell", { command: "git status --short" });
    const card = await desk.card("git status --short");
    const two = desk.host.call(other, "shell", { command: "git status --long" });
    const second = await desk.card("git status --long");
    const always =
      "Allow always: stop asking for git status * in this project and its clones, all sessions, for good.";
    expect(renderPlain(card)).toContain(always);
    const counted = await desk.slack
      .channel("C1")
      .waitForMessage(({ ts, blocks }) => ts === card.ts && JSON.stringify(blocks).includes("1 other open"));
    await press(counted, "Allow always", { confirm: true });

    expect(await Promise.all([one, two])).toMatchObject([{ kind: "ran" }, { kind: "ran" }]);
    await desk.cardSays(card, "Allowed always by @U1");
    await desk.cardSays(second, "Also allowed: @U1 allowed always");
    expect(await desk.host.call(other, "shell", { command: "git status" })).toMatchObject({ kind: "ran" });
  });

  test("what somebody answers in OpenCode closes the card", async () => {
    const running = desk.host.call(session, "shell", { command: "echo answered there" });
    const card = await desk.card("echo answered there");
    await desk.host.reply(await askedBy(session), "once");

    expect(await running).toMatchObject({ kind: "ran" });
    await desk.cardSays(card, "Allowed once in OpenCode");
  });

  test("what a client answers at once makes no card", async () => {
    const running = desk.host.call(session, "shell", { command: "echo in no time" });
    const request = await askedBy(session);
    await desk.host.reply(request, "reject", "Nobody is here.");

    expect(await running).toEqual({ kind: "corrected", feedback: "Nobody is here." });
    const { requestID } = await saysInLog("closed before it needed a card");
    expect(requestID).toBe(request.id);
    expect(cardsOf("echo in no time")).toEqual([]);
  });

  test("a subagent's request says whose it is", async () => {
    const child = desk.host.createSession(location.ref, session);
    void desk.host.call(child, "shell", { command: "echo around" });
    const card = renderPlain(await desk.card("echo around"));
    expect(card).toContain(`“${session.title}” → “${child.title}” · general / m`);
    desk.host.interrupt(child);
  });

  test("an edit is shown as the lines that change", async () => {
    const { directory } = location.ref;
    await writeFile(path.join(directory, "sum.ts"), "let a = 1;\r\nlet b = 2;\r\n");
    const input = { path: "sum.ts", oldString: "let b = 2;", newString: "let b = $& + 3;", replaceAll: true };
    const running = desk.host.call(session, "edit", input);
    const card = await desk.card("sum.ts");
    expect(renderPlain(card)).toContain("Edit sum.ts (+1 −1)");
    expect(renderPlain(card)).toContain("+let b = $& + 3;");
    expect(renderPlain(card)).not.toContain("⚠");
    await press(card, "Allow once");
    expect(await running).toMatchObject({ kind: "ran" });
  });

  test.each([
    ["write", { path: "new.ts", content: "let c = 3;\n" }, "Create new.ts (+1 −0)"],
    ["read", { path: ".env" }, "Read .env"],
    ["read", { path: "/etc/hosts" }, "Read a file outside"],
    ["webfetch", { url: "https://example.com/a", format: "text" }, "Fetch a URL"],
    ["write", { path: "~/away.ts", content: "" }, "away.ts"],
    ["edit", { path: "/etc/hostname", oldString: "a", newString: "b" }, "/etc/hostname"],
    ["glob", { pattern: "src/**", hidden: true }, "src/**"],
    ["grep", { pattern: "TODO|FIXME", path: "src", include: "*.ts", literal: false }, "TODO|FIXME"],
    ["skill", { id: "release-notes" }, "release-notes"],
    ["websearch", { query: "how to stop" }, "how to stop"],
    ["subagent", { agent: "explore", description: "Look", prompt: "Look around." }, "Start a subagent"],
    ["tickets_search", { query: "open" }, "Use “tickets_search”"],
  ])("the tool %s is shown as OpenCode 1's, and can be allowed", async (tool, input, head) => {
    void desk.host.call(session, tool, input);
    const card = await desk.card(head);
    expect(renderPlain(card)).toContain("[Allow once]");
    expect(renderPlain(card)).not.toContain("differ");
    desk.host.interrupt(session);
    await desk.cardSays(card, "The session stopped");
  });

  test("a rule for shell and one for bash mean the same", async () => {
    void desk.host.call(session, "shell", { command: "halt now" });
    const card = renderPlain(await desk.card("halt now"));
    expect(card).toContain("It can be allowed in OpenCode only.");
    expect(card).not.toContain("[Allow once]");
    desk.host.interrupt(session);
  });

  test("a command that another plugin has changed is shown twice, and cannot be allowed", async () => {
    location.hook("shell.create.before", changeTold);
    void desk.host.call(session, "shell", { command: "echo told" });
    const card = renderPlain(await desk.card("echo told"));
    expect(card).toContain("echo changed");
    expect(card).toContain("OpenCode's request and its tool's arguments differ.");
    expect(card).not.toContain("[Allow once]");
    desk.host.interrupt(session);
  });

  test("arguments that another plugin has exchanged are shown as the tool gets them", async () => {
    location.hook("tool.execute.before", exchangeBefore);
    const running = desk.host.call(session, "shell", { command: "echo before" });
    const card = await desk.card("echo behind");
    expect(renderPlain(card)).not.toContain("echo before");
    await press(card, "Allow once");
    expect(await running).toMatchObject({ kind: "ran", input: { command: "echo behind" } });
  });

  test("of calls within code, each is known by its tool; two of the same tool are not told apart", async () => {
    const within = { id: "call_code", messageID: "msg_code" };
    const call = (tool: string, input: object) => desk.host.call(session, tool, input, within);
    void call("execute", { code: "await Promise.all([…])" });
    await press(await desk.card("await Promise.all"), "Allow once");
    void call("tickets_close", { ticket: 17 });
    void call("mail_send", { to: "ada" });
    for (const what of ["ticket: 17", 'to: "ada"']) {
      const card = renderPlain(await desk.card(what));
      expect(card).toContain("[Allow once]");
      expect(card).not.toContain("Several calls");
    }
    void call("pages_write", { page: "first" });
    void call("pages_write", { page: "second" });
    const unclear = await desk.card("Several calls with the same ID run at the same time");
    expect(renderPlain(unclear)).not.toContain("[Allow once]");
  });

  test.each([
    ["user", "⏹ The session stopped. Nothing will run."],
    ["inactivity", "⏹ Nobody answered for so long that OpenCode stopped the session. Nothing will run."],
    ["shutdown", "⏹ OpenCode quit. Nothing will run."],
  ] as const)("a session that is interrupted (%s) closes its cards, which says why", async (reason, says) => {
    const running = desk.host.call(session, "shell", { command: `echo until ${reason}` });
    const card = await desk.card(`echo until ${reason}`);
    desk.host.interrupt(session, reason);
    expect(await running).toEqual({ kind: "interrupted" });
    await desk.cardSays(card, says);
  });

  test("a session that is deleted closes its cards", async () => {
    const gone = desk.host.createSession(location.ref);
    void desk.host.call(gone, "shell", { command: "echo deleted" });
    const card = await desk.card("echo deleted");
    desk.host.deleteSession(gone);
    await desk.cardSays(card, "The session was deleted. Nothing will run.");
  });

  test("a press on what OpenCode does not know any more says so, and answers nothing", async () => {
    const running = desk.host.call(session, "shell", { command: "echo lost" });
    const card = await desk.card("echo lost");
    location.permissions.interrupt(session.id);
    expect(await running).toEqual({ kind: "interrupted" });
    await press(card, "Allow once");
    await desk.cardSays(card, "OpenCode no longer asks this, and did not say what became of it.");
  });

  test("what is asked and answered while OpenCode's events fail is not missed", async () => {
    const first = desk.host.call(session, "shell", { command: "echo before the gap" });
    const card = await desk.card("echo before the gap");
    const [request] = desk.host.pending();
    if (request === undefined) throw new Error("Nothing is asked");
    desk.host.bus.fail(new Error("The stream broke."));
    await desk.host.reply(request, "once");
    const second = desk.host.call(session, "shell", { command: "echo within the gap" });

    const missed = await desk.card("echo within the gap");
    expect(await first).toMatchObject({ kind: "ran" });
    await desk.cardSays(card, "OpenCode no longer asks this");
    await press(missed, "Allow once");
    expect(await second).toMatchObject({ kind: "ran" });
  });

  test("a question is told, and is to be answered in OpenCode", async () => {
    const asked = { header: "Colour", question: "Which colour?", options: ["Red", "Blue"] };
    const form = desk.host.ask(session, [asked]);
    const card = await desk.card("Which colour?");
    expect(renderPlain(card)).toContain("Answer a question about Colour");
    expect(renderPlain(card)).toContain("It can be answered in OpenCode only.");
    expect(renderPlain(card)).not.toMatch(/\[[A-Z]/);
    desk.host.answer(form, { q0: "Blue" });
    await desk.cardSays(card, "in OpenCode");

    const dismissed = desk.host.ask(session, [{ ...asked, question: "Which colour now?" }]);
    const second = await desk.card("Which colour now?");
    desk.host.answer(dismissed, "dismissed");
    await desk.cardSays(second, "Dismissed in OpenCode");
  });

  test("many requests at once get a row each, and each its answer", async () => {
    const commands = Array.from({ length: 30 }, (_, n) => `echo number ${n}.`);
    const sessions = commands.map(() => desk.host.createSession(location.ref));
    const running = commands.map((command, n) =>
      desk.host.call(sessions[n] ?? session, "shell", { command }),
    );
    for (const [n, command] of commands.entries()) {
      await desk.card(command);
      expect(cardsOf(command)).toHaveLength(1);
      const request = desk.host.pending().find(({ resources }) => resources[0] === command);
      if (request !== undefined) await desk.host.reply(request, n % 2 === 0 ? "once" : "reject");
    }
    const ran = await Promise.all(running);
    expect(ran.map(({ kind }) => kind)).toEqual(commands.map((_, n) => (n % 2 === 0 ? "ran" : "declined")));
  });
});

describe("in several locations of one process", () => {
  beforeAll(async () => {
    desk = await sitDownAtHost({ tellsLocation: false });
  });
  afterAll(async () => desk[Symbol.asyncDispose]());

  test("each is told of all, one posts the card, and it answers; they share a connection to Slack", async () => {
    const [alpha, beta] = [await desk.openLocation("alpha"), await desk.openLocation("beta")];
    const running = [alpha, beta].map(async ({ ref }, n) =>
      desk.host.call(desk.host.createSession(ref), "shell", { command: `echo of ${n}.` }),
    );
    for (const [n, name] of ["alpha", "beta"].entries()) {
      const card = await desk.card(`echo of ${n}.`);
      expect(renderPlain(card)).toMatch(new RegExp(`^${name}-\\w+ · Run a command`));
      await press(card, "Allow once");
      await desk.cardSays(card, "Allowed once by @U1");
    }
    expect(await Promise.all(running)).toMatchObject([{ kind: "ran" }, { kind: "ran" }]);
    expect(cardsOf("echo of ")).toHaveLength(2);
    expect(desk.slack.connections()).toHaveLength(1);
  });

  test("a directory in a workspace is another location than without", async () => {
    const { directory } = await desk.directory("gamma");
    const without = await desk.host.open({ directory }, desk.plugin);
    const within = await desk.host.open({ directory, workspaceID: "wrk_1" }, desk.plugin);
    const running = desk.host.call(desk.host.createSession(within.ref), "shell", { command: "echo within" });
    const card = await desk.card("echo within");
    await press(card, "Allow once");
    expect(await running).toMatchObject({ kind: "ran" });
    expect(cardsOf("echo within")).toHaveLength(1);
    await Promise.all([without.close(), within.close()]);
  });

  test("a session that moves asks where it is now", async () => {
    const [from, to] = [await desk.openLocation("from"), await desk.openLocation("to")];
    const session = desk.host.move(desk.host.createSession(from.ref), to.ref);
    const running = desk.host.call(session, "shell", { command: "echo moved" });
    const card = await desk.card("echo moved");
    expect(renderPlain(card)).toMatch(/^to-/);
    await press(card, "Allow once");
    expect(await running).toMatchObject({ kind: "ran" });
  });

  test("copies of the package do as instances do", async () => {
    await using copy = await copyPlugin();
    const locations = await Promise.all(
      [desk.plugin, copy.plugin].map(async (plugin, n) =>
        desk.host.open(await desk.directory(`copy${n}`), plugin),
      ),
    );
    const running = locations.map(async ({ ref }, n) =>
      desk.host.call(desk.host.createSession(ref), "shell", { command: `echo copy ${n}.` }),
    );
    for (const n of [0, 1]) await press(await desk.card(`echo copy ${n}.`), "Allow once");
    expect(await Promise.all(running)).toMatchObject([{ kind: "ran" }, { kind: "ran" }]);
    expect(cardsOf("echo copy ")).toHaveLength(2);
    expect(desk.slack.connections()).toHaveLength(1);
    await Promise.all(locations.map(async (location) => location.close()));
  });

  test("a location that is put away after an hour closes its cards; asked again, it works again", async () => {
    const location = await desk.openLocation("away");
    const running = desk.host.call(desk.host.createSession(location.ref), "shell", { command: "echo hour" });
    const card = await desk.card("echo hour");
    await location.evict();
    expect(await running).toEqual({ kind: "interrupted" });
    await desk.cardSays(card, "Nobody answered for so long that OpenCode stopped the session.");

    const again = await desk.host.open(location.ref, desk.plugin);
    void desk.host.call(desk.host.createSession(again.ref), "shell", { command: "echo again" });
    await press(await desk.card("echo again"), "Reject");
    await desk.card("Rejected by @U1");
  });

  test("a plugin that is loaded anew says on its cards that they are to be answered in OpenCode", async () => {
    const location = await desk.openLocation("reloaded");
    const session = desk.host.createSession(location.ref);
    void desk.host.call(session, "shell", { command: "echo reload" });
    const card = await desk.card("echo reload");
    const before = desk.host.bus.listeners();
    await location.close();
    expect(desk.host.bus.listeners()).toBe(before - 1);
    await desk.cardSays(
      card,
      "OpenCode has unloaded the gateway here. If it still asks, answer in OpenCode.",
    );
  });
});

describe("on a host that is not as it is known to be", () => {
  afterEach(async () => desk[Symbol.asyncDispose]());

  test("what OpenCode 1 hands over is left alone", async () => {
    desk = await sitDownAtHost();
    expect(await desk.plugin.setup(createContextOf1())).toBeUndefined();
    expect(await desk.log()).toEqual([]);
  });

  test("without what is needed, the log says what is missing, and nothing is thrown", async () => {
    desk = await sitDownAtHost({ without: ["permission.reply"] });
    await desk.openLocation("unfit");
    const { level, missing } = await saysInLog(
      "the gateway is off: this OpenCode does not offer what it needs",
    );
    expect({ level, missing }).toEqual({ level: "error", missing: ["permission.reply"] });
  });

  test("without the rest, it works by what else there is, and the log says what is missing", async () => {
    const without = ["permission.get", "permission.list", "session.get", "tool.hook", "shell.hook"];
    desk = await sitDownAtHost({ without });
    const [one, other] = [await desk.openLocation("one"), await desk.openLocation("other")];
    const running = desk.host.call(desk.host.createSession(one.ref), "shell", { command: "echo blind" });
    const card = await desk.card("echo blind");
    expect(cardsOf("echo blind")).toHaveLength(1);
    expect(renderPlain(card)).toContain("OpenCode did not give the arguments of this call.");
    await press(card, "Reject");
    expect(await running).toEqual({ kind: "declined" });
    expect(other.permissions.pending()).toEqual([]);
    const { missing } = await saysInLog("this OpenCode does not offer all that the gateway uses");
    expect(missing).toEqual(without);
  });

  test("an event that is not as it is known to be is logged, and the next one is heard", async () => {
    desk = await sitDownAtHost();
    const { ref } = await desk.openLocation("odd");
    desk.host.bus.publish("permission.asked", { nothing: true });
    desk.host.bus.publish("permission.replied", { requestID: 7 });
    await saysInLog("an event from OpenCode has an unexpected form");
    void desk.host.call(desk.host.createSession(ref), "shell", { command: "echo next" });
    expect(renderPlain(await desk.card("echo next"))).toContain("[Allow once]");
  });

  test("with a wrong configuration, the log says what is wrong, and nothing is thrown", async () => {
    desk = await sitDownAtHost({ env: { SLACK_BOT_TOKEN: "" } });
    const { ref } = await desk.openLocation("off");
    void desk.host.call(desk.host.createSession(ref), "shell", { command: "echo off" });
    const { problems } = await saysInLog("the gateway is off: its configuration is missing or wrong");
    expect(problems).toEqual([expect.stringContaining("SLACK_BOT_TOKEN is not set")]);
    expect(cardsOf("echo off")).toEqual([]);
  });
});
