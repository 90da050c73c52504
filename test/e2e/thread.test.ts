import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { sitDown, type Desk } from "../support/desk.ts";
import { bash, say } from "../support/opencode/scripted-model.ts";
import { renderPlain } from "../support/slack/plain.ts";
import { rejectUnread, threadOf } from "../support/threads.ts";

let desk: Desk;
beforeAll(async () => {
  desk = await sitDown();
});
afterAll(async () => desk[Symbol.asyncDispose]());

/** A script that nobody reads on a card, and whose last line does something. */
const script = (name: string, lines: number): string =>
  [...Array.from({ length: lines }, (_, n) => `: ${name} line ${n} of a long script`), `echo ${name}`].join(
    "\n",
  );

test("what is too long for a card is put into its thread, whole, before the card offers Allow", async () => {
  const { slack } = desk;
  const command = script("threaded", 400);
  const task = await desk.start([bash(command), say("done")]);
  const card = await desk.card("on the way to the thread");
  await desk.cardSays(card, "[Allow once]");

  const thread = threadOf(desk.slack, card);
  expect(thread.map(({ text }) => text)).toEqual(
    thread.map((_, n) => `The whole request, ${n + 1} of ${thread.length}`),
  );
  expect(thread.length).toBeGreaterThan(1);
  const shown = thread.flatMap((message) => renderPlain(message).split("\n"));
  expect(shown.filter((line) => /^(:|echo) /.test(line))).toEqual(command.split("\n"));

  const allowing = slack
    .calls("chat.update")
    .find((one) => JSON.stringify(one.arguments).includes("Allow once"));
  const posts = slack
    .calls("chat.postMessage")
    .filter(({ arguments: { channel } }) => channel === card.channel);
  for (const post of posts) expect(JSON.stringify(post.arguments)).not.toContain("Allow once");
  expect(allowing?.at).toBeGreaterThanOrEqual(posts.at(-1)?.at ?? Infinity);

  await slack.user("U1").press(card, "Allow once", { confirm: true });
  await desk.cardSays(card, "Allowed once by @U1");
  await task.end();
  expect(task.toolResults()).toEqual(["threaded\n"]);
});

test("a card that somebody deletes while its thread is filled is posted again, with its thread, and is answered there", async () => {
  const { slack } = desk;
  const updates = slack.hold("chat.update");
  const before = slack.calls("chat.update").length;
  const task = await desk.start([bash(script("deleted", 400)), say("done")]);
  const first = await desk.card("on the way to the thread");
  await slack.waitFor(() => slack.calls("chat.update").length > before);
  slack.workspace.remove(first);
  updates.release();

  const second = await desk.card("[Allow once]");
  expect(second.ts).not.toBe(first.ts);
  expect(threadOf(slack, second).map(renderPlain).join("\n")).toContain("echo deleted");
  await slack.user("U1").press(second, "Allow once", { confirm: true });
  await desk.cardSays(second, "Allowed once by @U1");
  await task.end();
  expect(task.toolResults()).toEqual(["deleted\n"]);
});

test("while its thread cannot be filled, a request can be rejected or answered in OpenCode, and gets nothing later", async () => {
  const { slack } = desk;
  const restore = slack.outage({ methods: ["chat.postMessage"], about: "The whole request" });
  const task = await desk.start([bash(script("answered", 400)), say("done")]);
  const card = await desk.card("on the way to the thread");
  expect(renderPlain(card)).toMatch(/\n\[Reject\] \[Reject with reason…\]$/);
  await desk.replyInOpenCode(task, "once");
  expect(await desk.cardSays(card, "Allowed once in OpenCode")).not.toContain("[");
  restore();
  await task.end();
  expect(task.toolResults()).toEqual(["answered\n"]);
  expect(threadOf(desk.slack, card)).toEqual([]);
});

test("what Slack does not take into a thread can be rejected only", async () => {
  const { slack } = desk;
  const restore = slack.outage({
    methods: ["chat.postMessage"],
    about: "The whole request",
    error: "invalid_blocks",
  });
  const task = await desk.start([bash(script("refused", 400)), say("done")]);
  const card = await desk.card("too long to be read here");
  restore();
  expect(await rejectUnread(desk, task, card)).toMatch(/\n\[Reject\] \[Reject with reason…\]$/);
});

test("what even a thread has no room for can be rejected only, where the app has no scope to upload files", async () => {
  const { slack } = desk;
  const task = await desk.start([bash(script("endless", 2_000)), say("done")]);
  const card = await desk.card("too long to be read here");
  expect(await rejectUnread(desk, task, card)).toMatch(/\n\[Reject\] \[Reject with reason…\]$/);
  expect(slack.calls("files.getUploadURLExternal")).toEqual([]);
});

test("with allowFromThread: false the same can be rejected only, and nothing is put into a thread", async () => {
  await desk[Symbol.asyncDispose]();
  await using strict = await sitDown({
    slack: { botScopes: ["chat:write", "files:write"] },
    opencode: { plugin: [[inject("pluginURL"), { allowFromThread: false }]] },
  });
  for (const lines of [400, 2_000]) {
    const task = await strict.start([bash(script(`strict${lines}`, lines)), say("done")]);
    const card = await strict.card(`strict${lines}`);
    expect(await rejectUnread(strict, task, card)).toMatch(/\n\[Reject\] \[Reject with reason…\]$/);
    expect(threadOf(strict.slack, card)).toEqual([]);
  }
  expect(strict.slack.calls("files.getUploadURLExternal")).toEqual([]);
});
