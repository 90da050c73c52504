import { access, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contentsOf } from "../support/contents.ts";
import { openOffice, type Desk, type Office } from "../support/desk.ts";
import { bash, call, say } from "../support/opencode/scripted-model.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { Message } from "../support/slack/slack-objects.ts";

/** What a token of GitHub's looks like; put together here so that no scanner finds it. */
const TOKEN = ["ghp", "aB3dE5gH7jK9".repeat(3)].join("_");

let office: Office;
let desk: Desk;
beforeAll(async () => {
  office = await openOffice();
  desk = await office.openDesk();
});
afterAll(async () => office[Symbol.asyncDispose]());

const project = (): string => desk.opencode.directories[0] ?? "";

async function allow(card: Message): Promise<void> {
  await desk.slack.user("U1").press(card, "Allow once");
  await desk.cardSays(card, "Allowed once by @U1");
}

async function reject(card: Message): Promise<void> {
  await desk.slack.user("U1").press(card, "Reject");
  await desk.cardSays(card, "Rejected");
}

/** Everything that Slack was ever sent, and everything that this package has written to the disk. */
async function told(): Promise<string> {
  const messages = JSON.stringify(desk.slack.channel("C1").messages());
  return [messages, await contentsOf(office.state)].join("\n");
}

test("characters that nobody sees, or that turn text around, are shown and called out, and run as they are", async () => {
  const task = await desk.start([bash("printf %s 'to\u200Bken \u202Efdp.sh' | od -An -tx1"), say("done")]);
  const card = await desk.card("od -An");
  expect(renderPlain(card)).toContain("printf %s 'to\\u{200B}ken \\u{202E}fdp.sh' | od -An -tx1");
  expect(renderPlain(card)).toContain(
    "⚠ 1 character that reorders text and 1 hidden character are shown as \\u{…}.",
  );
  expect(renderPlain(card)).toMatch(/\[Allow once\] \[Reject\] \[Reject with reason…\]$/);
  expect(JSON.stringify(card)).not.toMatch(/[\u200B\u202E]/);
  await allow(card);
  await task.end();
  expect(task.toolResults().join().replaceAll(/\s+/g, " ")).toContain(
    "74 6f e2 80 8b 6b 65 6e 20 e2 80 ae 66 64 70 2e 73 68",
  );
});

test("a secret is masked on the card and written nowhere, and the command runs with it", async () => {
  await writeFile(path.join(project(), "reveal.sh"), 'printf %s "$MY_TOKEN" | rev\n');
  const task = await desk.start([bash(`MY_TOKEN=${TOKEN} sh reveal.sh`), say("done")]);
  const card = await desk.card("reveal.sh");
  expect(renderPlain(card)).toContain("MY_TOKEN=‹masked: 40 characters› sh reveal.sh");
  expect(renderPlain(card)).toContain("⚠ 1 secret is masked.");
  expect(renderPlain(card)).toMatch(/\[Allow once\] \[Reject\] \[Reject with reason…\]$/);
  expect(card.text).toContain("‹masked: 40 characters›");
  await allow(card);
  await task.end();
  expect(task.toolResults().join()).toContain(Array.from(TOKEN).toReversed().join(""));
  expect(await told()).not.toContain(TOKEN.slice(4));
});

test("a secret that is split by what nobody sees is masked, and cannot be allowed", async () => {
  await desk.start([bash(`echo ${TOKEN.slice(0, 9)}\u200B${TOKEN.slice(9)}`)]);
  const card = await desk.card("echo ‹masked: 41 characters›");
  expect(renderPlain(card)).toContain("⚠ What is masked may be more than a secret");
  expect(renderPlain(card)).toMatch(/\n\[Reject\] \[Reject with reason…\]$/);
  expect(renderPlain(card)).not.toContain("[Allow");
  await reject(card);
  expect(await told()).not.toContain(TOKEN.slice(9));
});

test("code that looks like a secret stays readable, and is no secret that could be allowed unread", async () => {
  const file = path.join(desk.opencode.root, "innocent");
  await writeFile(file, "");
  await desk.start([bash(`TOKEN='abcd1234; $(rm ${file})' sh -c "$TOKEN"`)]);
  const masked = await desk.card("TOKEN='‹masked:");
  expect(renderPlain(masked)).not.toContain("[Allow");
  await reject(masked);

  await desk.start([bash(`TOKEN=$(rm ${file}; echo abcd)`)]);
  const card = await desk.card("TOKEN=$(");
  expect(renderPlain(card)).toContain(`TOKEN=$(rm ${file}; echo abcd)`);
  await reject(card);
  await access(file);
});

test("a script behind a mask cannot be allowed, whatever its variable is called", async () => {
  const file = path.join(desk.opencode.root, "written-by-a-mask");
  const script = Buffer.from(`touch ${file}\n`).toString("base64url");
  await desk.start([
    bash(`export API_KEY=${script}; echo "$API_KEY" | tr -- -_ +/ | base64 -d > b.sh && sh b.sh`),
  ]);
  const card = await desk.card("export API_KEY=‹masked:");
  expect(renderPlain(card)).toContain("⚠ What is masked may be more than a secret");
  expect(renderPlain(card)).not.toContain("[Allow");
  await reject(card);

  const config = "const TOKEN = " + JSON.stringify(script);
  const run = 'require("child_process").execSync(Buffer.from(TOKEN, "base64url"))';
  const content = `${config};\n${run};\n`;
  await desk.start([call("write", { filePath: path.join(project(), "config.cjs"), content })]);
  const edit = await desk.card("config.cjs");
  expect(renderPlain(edit)).toContain('const TOKEN = "‹masked:');
  expect(renderPlain(edit)).not.toContain("[Allow");
  await reject(edit);
  await expect(access(file)).rejects.toThrow("ENOENT");
});

test("our own tokens are shown nowhere", async () => {
  await desk.start([bash(`echo ${desk.slack.appToken} ${desk.slack.botToken}`)]);
  const card = await desk.card("⚠ 2 secrets are masked.");
  expect(await told()).not.toContain(desk.slack.botToken);
  expect(await told()).not.toContain(desk.slack.appToken);
  await reject(card);
});

test("mentions, links and written escapes stay what they are", async () => {
  const command = String.raw`: '<!channel> <@U1> <https://example.com|click> \u{202E} \u{20} *bold*'`;
  await desk.start([bash(command)]);
  const card = await desk.card("<!channel>");
  expect(renderPlain(card)).toContain(command.replaceAll("\\u{", "\\u{5C}u{"));
  expect(renderPlain(card)).toContain("⚠ 2 backslashes are shown as \\u{…}.");
  // Slack makes a link of the bare address: to itself, and with no other name.
  expect(card.text).not.toMatch(/<[!@]|<[^>]*\|/);
  await reject(card);
});
