import { afterAll, beforeAll, expect, test } from "vitest";
import { sitDown, type Desk } from "../support/desk.ts";
import { bash, say } from "../support/opencode/scripted-model.ts";
import { renderPlain } from "../support/slack/plain.ts";

let desk: Desk;
beforeAll(async () => {
  desk = await sitDown();
});
afterAll(async () => desk[Symbol.asyncDispose]());

const cards = (what: string) =>
  desk.slack
    .channel("C1")
    .messages()
    .map(renderPlain)
    .filter((card) => card.includes(what));

test("a press that comes before Slack has told us of the card answers all the same", async () => {
  const answer = desk.slack.holdAnswer("chat.postMessage");
  const task = await desk.start([bash("echo early"), say("done")]);
  const card = await desk.card("echo early");
  const press = await desk.slack.user("U1").press(card, "Allow once");
  expect(press.acked).toBe(true);
  answer.release();
  await desk.cardSays(card, "Allowed once by @U1");
  await task.end();
  expect(task.toolResults()).toEqual(["early\n"]);
});

test("answered in OpenCode while its card is on its way, the card closes as soon as it is there", async () => {
  const posting = desk.slack.hold("chat.postMessage");
  const task = await desk.start([bash("echo in flight"), say("done")]);
  await desk.slack.waitFor(() =>
    desk.slack.calls("chat.postMessage").some(({ answer }) => answer === undefined),
  );
  await desk.replyInOpenCode(task, "once");
  await task.end();
  posting.release();
  await desk.cardSays(await desk.card("echo in flight"), "Allowed once in OpenCode");
});

test("a card whose posting seemed to fail is void: another is posted, and only that one answers", async () => {
  desk.slack.loseAnswer("chat.postMessage");
  const task = await desk.start([bash("echo lost answer"), say("done")]);
  await desk.slack.waitFor(() => cards("echo lost answer").length === 2);
  const [lost, found] = desk.slack
    .channel("C1")
    .messages()
    .filter((message) => renderPlain(message).includes("echo lost answer"));
  if (lost === undefined || found === undefined) throw new Error("There are two cards.");

  await desk.slack.user("U1").press(lost, "Allow once");
  await desk.cardSays(lost, "This card was posted again further down. Answer there");
  expect(task.toolResults()).toEqual([]);

  await desk.slack.user("U1").press(found, "Allow once");
  await desk.cardSays(found, "Allowed once by @U1");
  await task.end();
  expect(task.toolResults()).toEqual(["lost answer\n"]);
});

test("a card that Slack fails to close is closed later", async () => {
  const task = await desk.start([bash("echo stubborn"), say("done")]);
  const card = await desk.card("echo stubborn");
  const restore = desk.slack.outage({ error: "internal_error", methods: ["chat.update"] });
  await desk.slack.user("U1").press(card, "Allow once");
  await task.end();
  await desk.slack.waitFor(() => desk.slack.calls("chat.update").length > 1);
  restore();
  await desk.cardSays(card, "Allowed once by @U1");
});

test("a request made while Slack is away is posted when it is back, one that was answered meanwhile is not", async () => {
  const restore = desk.slack.outage({ refuse: true });
  const answered = await desk.start([bash("echo answered meanwhile"), say("done")]);
  const open = await desk.start([bash("echo still open"), say("done")]);
  await desk.replyInOpenCode(answered, "once");
  await answered.end();
  restore();
  const card = await desk.card("echo still open");
  await desk.slack.user("U1").press(card, "Allow once");
  await open.end();
  expect(cards("echo answered meanwhile")).toEqual([]);
});

test("a forged press with an invented value answers nothing", async () => {
  const task = await desk.start([bash("echo forged"), say("done")]);
  const card = await desk.card("echo forged");
  await desk.slack.user("U2").press(card, "Reject");
  const forged = structuredClone(desk.slack.envelopes().at(-1)?.payload) as {
    user: { id: string };
    actions: [{ value: string }];
  };
  forged.user.id = "U1";
  forged.actions[0].value = "A".repeat(22);
  const told = desk.slack.user("U1").ephemerals().length;
  await desk.slack.deliver(forged);
  await desk.slack.waitFor(() => desk.slack.user("U1").ephemerals().length > told);
  expect(renderPlain(desk.slack.user("U1").ephemerals().at(-1) ?? {})).toContain("Nothing was answered");
  expect(await desk.cardSays(card, "echo forged")).toContain("[Allow once]");
  expect(task.toolResults()).toEqual([]);
});
