/** What is allowed for a time, in a real OpenCode: which of its requests are the very same, and which not. */

import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openOffice, type Desk, type Office, type Task } from "../support/desk.ts";
import { bash, call, say, type Step } from "../support/opencode/scripted-model.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { Message } from "../support/slack/slack-objects.ts";

const TICKETS = path.join(import.meta.dirname, "../support/opencode/record/tickets-mcp.mjs");
const GRANT = "Allow for 30 min";

/** A tool of the project's, called as one of an MCP server would be. */
const PLUGIN_TOOL = `import { tool } from "@opencode-ai/plugin";
export default tool({
  description: "Deploys",
  args: { target: tool.schema.string() },
  async execute({ target }, context) {
    await context.ask({ permission: "deploy_all", patterns: [target], always: ["*"], metadata: {} });
    return "deployed";
  },
});`;

let office: Office;
let desk: Desk;
beforeAll(async () => {
  office = await openOffice();
  desk = await office.openDesk({
    opencode: {
      config: {
        mcp: { tickets: { type: "local", command: [process.execPath, TICKETS] } },
        permission: { bash: "ask", edit: "ask", webfetch: "ask", deploy_all: "ask", "tickets_*": "ask" },
      },
    },
  });
  const tools = path.join(project(), ".opencode", "tool");
  await mkdir(tools, { recursive: true });
  await writeFile(path.join(tools, "deploy_all.ts"), PLUGIN_TOOL);
});
afterAll(async () => office[Symbol.asyncDispose]());

const project = () => desk.opencode.directories[0] ?? "";
const cardsWith = (what: string): Message[] =>
  office.slack
    .channel("C1")
    .messages()
    .filter((message) => renderPlain(message).includes(what));

async function press(card: Message, label: string): Promise<void> {
  await office.slack.user("U1").press(card, label, { confirm: true });
}

async function pressLatest(what: string, label: string): Promise<void> {
  const card = cardsWith(what).at(-1);
  if (card === undefined) throw new Error(`No card says "${what}"`);
  await press(card, label);
}

/** The card on which it was allowed for a time. */
async function grant(what: string): Promise<Message> {
  const card = await desk.card(what);
  await press(card, GRANT);
  await desk.cardSays(card, "is allowed without asking");
  return card;
}

/** The next turn of the same session. */
async function goOn(task: Task, prompt: string, steps: readonly Step[]): Promise<void> {
  desk.model.script(prompt, steps);
  await desk.opencode.prompt(task, prompt);
}

test("a command runs again without a card, also in the next turn, and no other command and no other session's", async () => {
  const again = bash("echo again >> ran.txt");
  const task = await desk.start([again, again, say("done")]);
  const card = await grant("echo again");
  await desk.cardSays(card, "Used once, at ");
  await goOn(task, "go on with the first.", [again, bash("echo again >> ran2.txt"), say("done")]);
  await desk.cardSays(card, "Used 2 times, last at ");
  await press(await desk.card("ran2.txt"), "Reject");
  expect(await readFile(path.join(project(), "ran.txt"), "utf8")).toBe("again\n".repeat(3));
  expect(cardsWith("ran.txt")).toHaveLength(1);

  const other = await desk.start([again, say("done")]);
  await office.slack.waitFor(() => cardsWith("ran.txt").length === 2);
  await pressLatest("ran.txt", "Reject");
  await other.end();

  await press(card, "Revoke");
  await desk.cardSays(card, "The grant was revoked by @U1");
  await goOn(task, "go on after the end.", [again, say("done")]);
  await office.slack.waitFor(() => cardsWith("ran.txt").length === 3);
  await pressLatest("ran.txt", "Reject");
});

test("an MCP server's tool and a fetched page have the button, and an edit and a plugin's tool have not", async () => {
  const ticket = call("tickets_create", { title: "granted twice" });
  const task = await desk.start([
    ticket,
    ticket,
    call("webfetch", { url: `${desk.model.pageURL}?page`, format: "text" }),
    call("write", { filePath: path.join(project(), "written.txt"), content: "x\n" }),
    call("deploy_all", { target: "staging" }),
    say("done"),
  ]);
  await desk.cardSays(await grant("granted twice"), "Used once, at ");
  const page = await desk.card("?page");
  expect(renderPlain(page)).toContain(`[Allow once] [${GRANT}]`);
  await press(page, "Allow once");
  for (const what of ["written.txt", "deploy_all"]) {
    const card = await desk.card(what);
    expect(renderPlain(card)).toContain("[Allow once]");
    expect(renderPlain(card)).not.toContain(GRANT);
    await press(card, "Allow once");
  }
  await task.end();
  expect(task.toolResults()).toHaveLength(5);
});

test("a directory that is a link to another one by now is another one", async () => {
  const link = path.join(project(), "here");
  await Promise.all(["one", "two"].map(async (name) => mkdir(path.join(project(), name))));
  await symlink("one", link);
  const list = call("bash", { command: "touch been-here", description: "Leaves a mark", workdir: link });
  const task = await desk.start([list, list, say("done")]);
  await desk.cardSays(await grant("been-here"), "Used once, at ");
  await task.end();
  await rm(link);
  await symlink("two", link);
  await goOn(task, "go on behind the link.", [list, say("done")]);
  await office.slack.waitFor(() => cardsWith("been-here").length === 2);
  await pressLatest("been-here", "Reject");
});

test("of a subagent's session it is for that session alone", async () => {
  const again = bash("echo by the subagent");
  desk.model.script("subagent, try it twice", [again, again, say("ok")]);
  const task = await desk.start([
    call("task", { description: "Try", prompt: "subagent, try it twice", subagent_type: "general" }),
    again,
    say("done"),
  ]);
  await desk.cardSays(await grant("by the subagent"), "Used once, at ");
  await office.slack.waitFor(() => cardsWith("by the subagent").length === 2);
  await pressLatest("by the subagent", "Allow once");
  await task.end();
  expect(cardsWith("by the subagent")).toHaveLength(2);
});

test("where OpenCode is killed, its card says that the grant ended", async () => {
  const doomed = await office.openDesk({ isAlone: true });
  const task = await doomed.start([bash("echo before the end"), say("done")]);
  const card = await grant("echo before the end");
  await task.end();
  await doomed.opencode.kill();
  await desk[Symbol.asyncDispose]();
  desk = await office.openDesk();
  await desk.start([bash("echo after the end"), say("done")]);
  expect(await desk.cardSays(card, "OpenCode quit")).toContain(
    "It was allowed for a time. That grant ended with OpenCode.",
  );
  expect(renderPlain(cardsWith("It was allowed for a time")[0] ?? {})).not.toContain("[Revoke]");
});
