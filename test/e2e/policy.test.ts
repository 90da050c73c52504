import { mkdir, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openOffice, type Desk, type Office } from "../support/desk.ts";
import { bash, call, calls, say } from "../support/opencode/scripted-model.ts";
import { buttonOf } from "../support/rows.ts";
import { buttonsOf } from "../support/slack/block-kit.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { Message } from "../support/slack/slack-objects.ts";
import { readable } from "../support/slack/text.ts";

/** What may be allowed for a time is for other tests. */
const PLAIN = { OPENCODE_SLACK_GATEWAY_GRANT_MINUTES: "0" };

let office: Office;
/** With rules of its own for the terminal, and the default ones for a second question. */
let desk: Desk;
beforeAll(async () => {
  office = await openOffice();
  desk = await office.openDesk({
    env: { ...PLAIN, OPENCODE_SLACK_GATEWAY_TERMINAL_ONLY: "tee *, edit:secrets/*" },
  });
});
afterAll(async () => office[Symbol.asyncDispose]());

const inProject = (file: string) => path.join(desk.opencode.directories[0] ?? "", file);
const user = () => office.slack.user("U1");

/** What the dialog of a card's button says. */
function dialogOf(card: Message, label: string): string | undefined {
  const found = buttonsOf(card.blocks ?? []).find(({ button }) => readable(button.text.text) === label);
  return found?.button.confirm && readable(found.button.confirm.text.text);
}

test("a command for the terminal is shown without Allow, and answered in OpenCode", async () => {
  const task = await desk.start([bash("echo secret | tee kept.txt"), say("done")]);
  const card = await desk.card("tee kept.txt");
  expect(renderPlain(card)).toMatch(
    /⚠ This matches tee \*\. It can be allowed in OpenCode only\.\n.*\n.* · host .*\n\[Reject\] \[Reject with reason…\]$/,
  );
  await desk.replyInOpenCode(task, "once");
  await desk.cardSays(card, "Allowed once in OpenCode");
  await task.end();
  expect(task.toolResults()).toEqual(["secret\n"]);
});

test("a file for the terminal is one, whichever directory a command names it from", async () => {
  await mkdir(inProject("secrets"), { recursive: true });
  const elsewhere = call("bash", { command: "echo new > code.txt", workdir: "secrets", description: "x" });
  const task = await desk.start([elsewhere, say("done")]);
  const card = await desk.card("echo new > code.txt");
  expect(renderPlain(card)).toContain("⚠ This matches edit:secrets/*. It can be allowed in OpenCode only.\n");
  expect(renderPlain(card)).not.toContain("[Allow");
  await desk.replyInOpenCode(task, "once");
  await desk.cardSays(card, "Allowed once in OpenCode");
  await task.end();
  expect(await readFile(inProject("secrets/code.txt"), "utf8")).toBe("new\n");
});

test("a command for the terminal is one in the words of a program that no list names, too", async () => {
  const task = await desk.start([bash("echo filtered | split --filter='tee kept-too.txt'"), say("done")]);
  const card = await desk.card("kept-too.txt");
  expect(renderPlain(card)).toContain("⚠ This matches tee *. It can be allowed in OpenCode only.\n");
  expect(renderPlain(card)).not.toContain("[Allow");
  await desk.replyInOpenCode(task, "once");
  await desk.cardSays(card, "Allowed once in OpenCode");
  await task.end();
  expect(await readFile(inProject("kept-too.txt"), "utf8")).toBe("filtered\n");
});

test("a file for the terminal is one, whichever way it is named", async () => {
  await mkdir(inProject("secrets"), { recursive: true });
  await desk.start([call("write", { filePath: "src/../secrets/key.txt", content: "x\n" })]);
  const card = await desk.card("secrets/key.txt");
  expect(renderPlain(card)).toMatch(
    /⚠ This matches edit:secrets\/\*\..*\n.* · host .*\n\[Reject\] \[Reject with reason…\]$/,
  );
  await user().press(card, "Reject");
  await desk.cardSays(card, "Rejected by @U1");
});

test("a destructive command runs only after a second question, which says why", async () => {
  await mkdir(inProject("old"));
  const task = await desk.start([bash("rm -rf old && echo gone"), say("done")]);
  const card = await desk.card("rm -rf old");
  expect(renderPlain(card)).toMatch(/\[Allow once\] \[Reject\] \[Reject with reason…\]$/);
  expect(dialogOf(card, "Allow once")).toBe(
    "project · Run a command: “rm -rf old && echo gone”\nThis matches the rule `rm-recursive`. Have you read all of it?",
  );
  await expect(user().press(card, "Allow once")).rejects.toThrow('The button asks "Allow once?"');
  await user().press(card, "Allow once", { confirm: true });
  await desk.cardSays(card, "Allowed once by @U1");
  await task.end();
  expect(task.toolResults()).toEqual(["gone\n"]);
});

test.each([
  ["chmod 700 -R old", "change-rights"],
  [": > notes.txt", "empty-file"],
  ["git -C . push -d origin old", "git-push-delete"],
  ["npm --prefix old publish", "npm-publish"],
])("whatever the order of its words, a destructive command asks once more: %s", async (command, rule) => {
  await mkdir(inProject("old"), { recursive: true });
  await desk.start([bash(command)]);
  const card = await desk.card(command);
  expect(renderPlain(card)).toMatch(/\[Allow once\] \[Reject\] \[Reject with reason…\]$/);
  expect(dialogOf(card, "Allow once")).toMatch(
    new RegExp(
      `^project · Run a command: “.*”\nThis matches the rule \`${rule}\`\\. Have you read all of it\\?$`,
    ),
  );
  await user().press(card, "Reject");
  await desk.cardSays(card, "Rejected by @U1");
});

test.each([
  ['sh -c "$(cat b.txt) c"', "`sh` runs code that is written in the command or read from elsewhere."],
  ['$(printf "t%s" ee) c.txt', "The command that runs is only known when it runs."],
  [
    "echo dGVlIGQudHh0 | base64 -d | sh",
    "`sh` runs code that is written in the command or read from elsewhere.",
  ],
  ["python3 -c 'import os'", "`python3` runs code that is written in the command or read from elsewhere."],
])("what cannot be read counts as a command for the terminal: %s", async (command, why) => {
  await desk.start([bash(command)]);
  const card = await desk.card(command);
  expect(renderPlain(card)).toContain(`⚠ ${why.replaceAll("`", "")} It can be allowed in OpenCode only.\n`);
  expect(renderPlain(card)).not.toContain("[Allow");
  await user().press(card, "Reject");
  await desk.cardSays(card, "Rejected by @U1");
});

test("an edit of OpenCode's configuration asks once more, and is never allowed always", async () => {
  const file = inProject("packages/opencode.json");
  const task = await desk.start([call("write", { filePath: file, content: "{}\n" }), say("done")]);
  const card = await desk.card("packages/opencode.json");
  expect(renderPlain(card)).toMatch(/\[Allow once\] \[Reject\] \[Reject with reason…\]$/);
  expect(dialogOf(card, "Allow once")).toBe(
    "project · Create packages/opencode.json (+1 −0)\nThis matches the rule `opencode-config`. Have you read all of it?",
  );
  await user().press(card, "Allow once", { confirm: true });
  await desk.cardSays(card, "Allowed once by @U1");
  await task.end();
  expect(await readFile(file, "utf8")).toBe("{}\n");
});

test.each(["make all", "echo to a file", "npx tool", "bash build.sh", "ls -la", "git diff --stat"])(
  "a command whose pattern would let any program run, or any file be written, has no Allow always: %s",
  async (command) => {
    await desk.start([bash(command)]);
    const card = await desk.card(command);
    expect(renderPlain(card)).toMatch(/\[Allow once\] \[Reject\] \[Reject with reason…\]$/);
    await user().press(card, "Reject", { confirm: true });
    await desk.cardSays(card, "Rejected by @U1");
  },
);

/** What the threat model says that an "Allow always" of `git status *` lets in. */
const BEYOND_STATUS =
  "git status --long > status.txt; git status '--no-such\nany line' 2> told.txt; > alone.txt";

test("Allow always says what it does, how many requests it answers now, and which those were", async () => {
  const both = calls(bash("git status --short"), bash("git status --branch"));
  const task = await desk.start([both, bash(BEYOND_STATUS), say("done")]);
  const first = await desk.card("git status --short");
  const second = await desk.card("git status --branch");
  const { blockID, actionID } = buttonOf(first, "git status --short", "Allow always");
  const found = buttonsOf(first.blocks ?? []).find(
    ({ block, button }) => block.block_id === blockID && button.action_id === actionID,
  );
  expect(found?.button.confirm?.text.text).toMatch(
    /Stop asking for “git status \*” \(so git status &gt; file runs, too\) in this project, all sessions, until OpenCode quits\. It also answers 1 other open request\.$/,
  );
  await user().press(first, { blockID, actionID }, { confirm: true });
  await desk.cardSays(first, "Allowed always by @U1");
  await desk.cardSays(second, "Also allowed: @U1 allowed always");
  await task.end();
  expect(task.toolResults()).toHaveLength(3);
  expect(await readFile(inProject("status.txt"), "utf8")).not.toBe("");
  expect(await readFile(inProject("told.txt"), "utf8")).toContain("\nany line");
  expect(await readFile(inProject("alone.txt"), "utf8")).toBe("");
  const cards = office.slack.channel("C1").messages().map(renderPlain).join();
  expect(cards).not.toContain("git status --long");
});

test("for a redirection alone OpenCode asks nothing", async () => {
  const task = await desk.start([bash("> unasked.txt"), say("done")]);
  await task.end();
  expect(await readFile(inProject("unasked.txt"), "utf8")).toBe("");
  expect(office.slack.channel("C1").messages().map(renderPlain).join()).not.toContain("unasked.txt");
});

describe("a gateway with a short list", () => {
  let strict: Desk;
  beforeAll(async () => {
    await desk[Symbol.asyncDispose]();
    strict = await office.openDesk({
      env: {
        ...PLAIN,
        OPENCODE_SLACK_GATEWAY_SLACK_MAY_ALLOW: "basename *\ndirname /safe/*",
        OPENCODE_SLACK_GATEWAY_MAY_ALLOW_ALWAYS: "basename *, dirname *",
      },
    });
  });
  afterAll(async () => strict[Symbol.asyncDispose]());

  test("where Slack may allow little, all else is for the terminal", async () => {
    const task = await strict.start([bash("basename /a/listed"), bash("dirname /a/unlisted"), say("done")]);
    const listed = await strict.card("/a/listed");
    expect(renderPlain(listed)).toMatch(
      /\[Allow once\] \[Allow always\] \[Reject\] \[Reject with reason…\]$/,
    );
    await user().press(listed, "Allow once");
    const unlisted = await strict.card("/a/unlisted");
    expect(renderPlain(unlisted)).toContain(
      "⚠ This is not among what Slack may allow. It can be allowed in OpenCode only.\n",
    );
    expect(renderPlain(unlisted)).not.toContain("[Allow");
    await strict.replyInOpenCode(task, "once");
    await task.end();
    expect(task.toolResults()).toEqual(["listed\n", "/a\n"]);
  });

  test("what a shell reads otherwise than it looks is not listed", async () => {
    // bash closes its input and runs `touch`.
    const task = await strict.start([bash("<&-touch basename evil.txt"), say("done")]);
    const card = await strict.card("<&-touch");
    expect(renderPlain(card)).toContain(
      "⚠ Shells differ on a redirection to -touch. It can be allowed in OpenCode only.\n",
    );
    expect(renderPlain(card)).not.toContain("[Allow");
    await strict.replyInOpenCode(task, "once");
    await task.end();
    const files = await readdir(strict.opencode.directories[0] ?? "");
    expect(files).toContain("evil.txt");
  });

  test("what is listed is not allowed always where that would allow more than is listed", async () => {
    await strict.start([bash("dirname /safe/file")]);
    const card = await strict.card("/safe/file");
    expect(renderPlain(card)).toMatch(/\[Allow once\] \[Reject\] \[Reject with reason…\]$/);
    await user().press(card, "Reject");
    await strict.cardSays(card, "Rejected by @U1");
  });
});

test("a default rule that is named for the terminal has no Allow there, and the others ask", async () => {
  await desk[Symbol.asyncDispose]();
  await using named = await office.openDesk({
    env: {
      OPENCODE_SLACK_GATEWAY_TERMINAL_ONLY: "git-push-force",
      OPENCODE_SLACK_GATEWAY_CONFIRM: "default, !rm-recursive",
    },
  });
  await named.start([bash("git push origin main -f && true")]);
  const pushed = await named.card("git push origin main -f && true");
  expect(renderPlain(pushed)).toContain(
    "⚠ This matches the rule git-push-force. It can be allowed in OpenCode only.\n",
  );
  await user().press(pushed, "Reject");
  await named.start([bash("rm -r gone && true")]);
  const removed = await named.card("rm -r gone && true");
  expect(renderPlain(removed)).toContain("[Allow once]");
  expect(dialogOf(removed, "Allow once")).toBeUndefined();
  await user().press(removed, "Reject");
  await named.start([bash("git reset --hard && true")]);
  const reset = await named.card("git reset --hard && true");
  expect(dialogOf(reset, "Allow once")).toContain("`git-reset-hard`");
  await user().press(reset, "Reject");
  await named.cardSays(reset, "Rejected by @U1");
});

test("Slack has nothing to complain about", () => {
  expect(office.slack.complaints()).toEqual([]);
});
