import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sitDown, type Desk, type Task } from "../support/desk.ts";
import { bash, call, say } from "../support/opencode/scripted-model.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { Message } from "../support/slack/slack-objects.ts";

let desk: Desk;
beforeAll(async () => {
  desk = await sitDown({ env: { OPENCODE_SLACK_GATEWAY_MAY_ALLOW_ALWAYS: "git log *, grep *" } });
});
afterAll(async () => desk[Symbol.asyncDispose]());

const project = (): string => desk.opencode.directories[0] ?? "";

/** A card as it is read, with the folder of this run called ~. */
function read(card: Message): string {
  return renderPlain(card)
    .replaceAll(desk.opencode.root, "~")
    .replace(/ · host \S+ · /, " · host … · ");
}

async function reject(card: Message): Promise<void> {
  await desk.slack.user("U1").press(card, "Reject");
  await desk.cardSays(card, "Rejected");
}

test("a command is shown whole, with its working directory and what always would save", async () => {
  const command = "git log --oneline | grep '<!channel> & <@U1>'\npwd -P";
  await desk.start([
    call("bash", { command, description: "Looks at history", workdir: "src", timeout: 5000 }),
  ]);
  const card = await desk.card("git log");
  expect(read(card)).toMatchInlineSnapshot(`
    "project · Run a command
    git log --oneline | grep '<!channel> & <@U1>'
    pwd -P
    Working directory
    ~/project/src
    Arguments of bash
    timeout: 5000
    Looks at history
    Allow always: stop asking for git log *, grep *, pwd * in this project, all sessions, until OpenCode quits.
    “A scripted session” · build / scripted · host … · ~/project
    [Allow once] [Allow always] [Reject] [Reject with reason…]"
  `);
  expect(card.text).not.toContain("<!channel>");
  await reject(card);
});

test("an edit is shown as a diff with its own indentation, and allowed it is made", async () => {
  const file = path.join(project(), "deep.py");
  const before =
    "class A:\n        def f(self):\n            one()\n            two()\n            three()\n            four()\n            five()\n            six()\n";
  await writeFile(file, before);
  const task = await desk.start([
    call("read", { filePath: file }),
    call("edit", { filePath: file, oldString: "five()", newString: "cinque()" }),
    say("done"),
  ]);
  const card = await desk.card("cinque()");
  expect(read(card)).toMatchInlineSnapshot(`
    "project · Edit deep.py (+1 −1)
    @@ -3,6 +3,6 @@
                 one()
                 two()
                 three()
                 four()
    -            five()
    +            cinque()
                 six()
    “A scripted session” · build / scripted · host … · ~/project
    [Allow once] [Reject] [Reject with reason…]"
  `);
  await desk.slack.user("U1").press(card, "Allow once");
  await desk.cardSays(card, "Allowed once by @U1");
  await task.end();
  expect(await readFile(file, "utf8")).toBe(before.replace("five", "cinque"));
});

test("a new file is shown whole, its first lines indented as they will be", async () => {
  const file = path.join(project(), "new.yaml");
  await desk.start([call("write", { filePath: file, content: "    - one\n    - two\n" })]);
  const card = await desk.card("- two");
  expect(read(card)).toMatchInlineSnapshot(`
    "project · Create new.yaml (+2 −0)
    @@ -0,0 +1,2 @@
    +    - one
    +    - two
    “A scripted session” · build / scripted · host … · ~/project
    [Allow once] [Reject] [Reject with reason…]"
  `);
  await reject(card);
});

test("a page to fetch is shown with its URL", async () => {
  await desk.start([call("webfetch", { url: desk.model.pageURL, format: "text" })]);
  const card = await desk.card("Fetch a URL");
  expect(read(card)).toContain(`project · Fetch a URL\n${desk.model.pageURL}`);
  await reject(card);
});

test("reaching outside is shown with the directory and the command that does it", async () => {
  const outside = path.join(desk.opencode.root, "outside");
  await mkdir(outside);
  await writeFile(path.join(outside, "x"), "outside\n");
  await desk.start([call("bash", { command: `cat ${outside}/x`, description: "Looks" })]);
  const card = await desk.card("Run a command outside project");
  expect(read(card)).toContain("Outside\n~/outside/*\nCommand\ncat ~/outside/x");
  await reject(card);
});

/** Starts a task in which a subagent runs a command. */
async function startSubagent(description: string, command: string): Promise<Task> {
  const prompt = `subagent, ${description.toLowerCase()}`;
  desk.model.script(prompt, [bash(command), say("ok")]);
  return desk.start([call("task", { description, prompt, subagent_type: "general" }), say("done")]);
}

test("a subagent's request names the session that started it", async () => {
  const started = await startSubagent("Look around", "echo from below");
  const card = await desk.card("echo from below");
  expect(read(card)).toContain("“A scripted session” → “Look around (@general subagent)”");
  await desk.slack.user("U1").press(card, "Allow once");
  await desk.cardSays(card, "Allowed once by @U1");
  await started.end();
  expect(started.toolResults().join()).toContain("ok");
});

test("a subagent's card closes when its root session is aborted", async () => {
  const started = await startSubagent("Wait", "echo waiting below");
  const card = await desk.card("echo waiting below");
  await desk.opencode.abort(started);
  await desk.cardSays(card, "The session stopped. Nothing will run.");
});

test("what is too long to be read here can only be rejected here", async () => {
  await desk.start([call("bash", { command: `echo ${"long ".repeat(7000)} end`, description: "Runs" })]);
  const card = await desk.card("too long to be read here");
  expect(read(card)).toMatch(/\n\[Reject\] \[Reject with reason…\]$/);
  expect(read(card)).not.toContain("[Allow");
  expect(read(card)).toContain("long \nThe rest of the last line: too long to be read here");
  await reject(card);
});
