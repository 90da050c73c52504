import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sitDown, type Desk, type Task } from "../support/desk.ts";
import { call, say } from "../support/opencode/scripted-model.ts";
import { renderPlain } from "../support/slack/plain.ts";
import { linesOf } from "../support/snippets.ts";
import { rejectUnread, threadOf } from "../support/threads.ts";

const botScopes = ["chat:write", "files:write"];

let desk: Desk;
beforeAll(async () => {
  desk = await sitDown({ slack: { botScopes } });
});
afterAll(async () => desk[Symbol.asyncDispose]());

/** About 60,000 characters: more than the messages of a thread have room for. */
const list = (name: string): string =>
  Array.from({ length: 1_500 }, (_, n) => `${name} has ${n} reasons to be a long file.\n`).join("");

async function write(name: string): Promise<Task> {
  const { directory } = await desk.opencode.createSession();
  const filePath = path.join(directory, `${name}.txt`);
  return desk.start([call("write", { filePath, content: list(name) }), say("done")], directory);
}

test("what is too long for a thread's messages is put there as a file, whole, before the card offers Allow", async () => {
  const { slack } = desk;
  const uploading = slack.hold("files.completeUploadExternal");
  const task = await write("uploaded");
  const card = await desk.card("on the way to the thread, in a file");
  await slack.waitFor(() => slack.calls("files.completeUploadExternal").length > 0);
  expect(renderPlain(card)).toMatch(/\n\[Reject\] \[Reject with reason…\]$/);
  expect(threadOf(desk.slack, card)).toEqual([]);
  uploading.release();

  const allowing = await desk.cardSays(card, "[Allow once]");
  expect(allowing).toContain("open it and read all of it before you allow it");
  const [message, ...others] = threadOf(desk.slack, card);
  expect(others).toEqual([]);
  const [file] = message?.files ?? [];
  expect(file).toMatchObject({ name: "request.txt", title: "The whole request" });
  const added = linesOf(file?.content ?? "").filter((line) => line.startsWith("+"));
  expect(added.map((line) => `${line.slice(1)}\n`).join("")).toContain(list("uploaded"));

  await slack.user("U1").press(card, "Allow once");
  await desk.cardSays(card, "Allowed once by @U1");
  await task.end();
  expect(await readFile(path.join(task.directory, "uploaded.txt"), "utf8")).toBe(list("uploaded"));
});

test("a file that Slack does not take leaves a card that can be rejected only", async () => {
  const { slack } = desk;
  const restore = slack.outage({ methods: ["files.getUploadURLExternal"], error: "file_uploads_disabled" });
  const task = await write("refused");
  const card = await desk.card("too long to be read here");
  restore();
  expect(await rejectUnread(desk, task, card)).toMatch(/\n\[Reject\] \[Reject with reason…\]$/);
  expect(threadOf(desk.slack, card)).toEqual([]);
});
