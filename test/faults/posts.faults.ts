import { describe, expect, test as base } from "vitest";
import { bash, say } from "../support/opencode/scripted-model.ts";
import { until } from "../support/opencode/until.ts";
import type { Desk } from "../support/desk.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { SlackStandIn } from "../support/slack/stand-in.ts";
import {
  cardOf,
  cardSays,
  cardsOf,
  FAILURES,
  faultyOffice,
  type FaultyOffice,
  isTold,
  outcomeOf,
  press,
  strikeNext,
  told,
} from "./fault-test.ts";

const test = base.extend<FaultyOffice>(faultyOffice);

function refusedPosts(slack: SlackStandIn): number {
  return slack.calls("chat.postMessage").filter(({ answer }) => answer?.ok === false).length;
}

test("however Slack fails to take a card, it is posted after all, and OpenCode hears nothing of it", async ({
  desk,
}) => {
  const { slack, opencode } = desk;
  for (const [how, outage] of FAILURES) {
    const struck = strikeNext(slack, "chat.postMessage", outage);
    const task = await desk.start([bash(`echo ${how}`), say("done")]);
    await struck;
    expect(await opencode.pending()).toHaveLength(1);

    await press(slack, `echo ${how}`, "Allow once");
    expect(await outcomeOf(slack, `echo ${how}`)).toContain("Allowed once by @U1");
    await task.end();
    expect(task.toolResults()).toEqual([`${how}\n`]);
    expect(cardsOf(slack, `echo ${how}`)).toHaveLength(1);
  }
});

test("a channel that is archived, closed to the app, or read-only gets its card as soon as it takes it", async ({
  desk,
}) => {
  const { slack } = desk;
  const channel = { id: "C1", members: ["U1", "U2"] };
  for (const flags of [{ isArchived: true }, { botIsMember: false }, { isReadOnly: true }]) {
    const what = `echo ${Object.keys(flags).join("")}`;
    const before = refusedPosts(slack);
    slack.addChannel({ ...channel, ...flags });
    const task = await desk.start([bash(what), say("done")]);
    await slack.waitFor(() => refusedPosts(slack) > before);
    expect(await desk.opencode.pending()).toHaveLength(1);

    slack.addChannel(channel);
    await press(slack, what, "Allow once");
    await task.end();
    expect(task.toolResults()).toHaveLength(1);
  }
});

test("a post that Slack never answers is made again, and only the second card answers", async ({ desk }) => {
  const { slack } = desk;
  const answers = slack.holdAnswer("chat.postMessage");
  const task = await desk.start([bash("echo unanswered"), say("done")]);
  await slack.waitFor(() => cardsOf(slack, "echo unanswered").length === 2);
  answers.release();

  const [first] = cardsOf(slack, "echo unanswered");
  if (first === undefined) throw new Error("There are two cards.");
  expect(await isTold(slack, "U1", async () => slack.user("U1").press(first, "Allow once"))).toContain(
    "posted again further down",
  );
  expect(await cardSays(slack, first, "This card was posted again further down")).not.toContain("[");
  expect(task.toolResults()).toEqual([]);

  const [, second] = cardsOf(slack, "echo unanswered");
  await press(slack, "echo unanswered", "Allow once", second && { card: second });
  await task.end();
  expect(task.toolResults()).toEqual(["unanswered\n"]);
});

test("of three cards of which two were given up, only the last one answers", async ({ desk }) => {
  const { slack } = desk;
  slack.loseAnswer("chat.postMessage", 2);
  const task = await desk.start([bash("echo thrice"), say("done")]);
  await slack.waitFor(() => cardsOf(slack, "echo thrice").length === 3);
  const [one, two, three] = cardsOf(slack, "echo thrice");
  if (one === undefined || two === undefined || three === undefined)
    throw new Error("There are three cards.");

  for (const card of [one, two]) {
    await isTold(slack, "U1", async () => slack.user("U1").press(card, "Reject"));
    await cardSays(slack, card, "This card was posted again further down");
  }
  await slack.user("U1").press(three, "Allow once");
  await cardSays(slack, three, "Allowed once by @U1");
  await task.end();
  expect(task.toolResults()).toEqual(["thrice\n"]);
});

test("a given up card that is pressed after the answer shows the answer", async ({ desk }) => {
  const { slack } = desk;
  slack.loseAnswer("chat.postMessage");
  const task = await desk.start([bash("echo answered below"), say("done")]);
  await slack.waitFor(() => cardsOf(slack, "echo answered below").length === 2);
  const [lost, found] = cardsOf(slack, "echo answered below");
  if (lost === undefined || found === undefined) throw new Error("There are two cards.");

  await slack.user("U1").press(found, "Allow once");
  await task.end();
  expect(await isTold(slack, "U1", async () => slack.user("U1").press(lost, "Reject"))).toBe(
    "Your press came too late: this was already allowed once by @U1.",
  );
  await cardSays(slack, lost, "Allowed once by @U1");
});

test("answered in OpenCode while nobody knows whether the card was posted, no second one is", async ({
  desk,
}) => {
  const { slack } = desk;
  slack.loseAnswer("chat.postMessage");
  const task = await desk.start([bash("echo perhaps"), say("done")]);
  const card = await cardOf(slack, "echo perhaps");
  const restore = slack.outage({ error: "internal_error", methods: ["chat.postMessage"] });
  await desk.replyInOpenCode(task, "once");
  await task.end();
  restore();

  expect(await isTold(slack, "U1", async () => slack.user("U1").press(card, "Reject"))).toBe(
    "Your press came too late: this was already allowed once in OpenCode.",
  );
  expect(await cardSays(slack, card, "Allowed once in OpenCode")).not.toContain("[");
  expect(cardsOf(slack, "echo perhaps")).toHaveLength(1);
});

describe("when Slack refuses what a card says,", () => {
  test.override({ invariants: { unseen: "echo unshowable" } });

  test("it is posted without its details: it can be rejected, and says where else to answer", async ({
    desk,
  }) => {
    const { slack } = desk;
    const struck = strikeNext(slack, "chat.postMessage", { error: "invalid_blocks" });
    const task = await desk.start([bash("echo unshowable"), say("done")]);
    await struck;
    const card = await slack.channel("C1").waitForMessage();
    expect(renderPlain(card)).not.toContain("[Allow");
    expect(renderPlain(card)).toContain("OpenCode");
    await slack.user("U1").press(card, "Reject");
    await cardSays(slack, card, "Rejected by @U1");
    await task.end();
    expect(task.toolResults()).toEqual([]);
  });
});

function isToast(desk: Desk, what: string): boolean {
  return desk
    .told()
    .some(({ type, properties }) => type === "tui.toast.show" && JSON.stringify(properties).includes(what));
}

test("a card that Slack refuses in every form leaves its request to OpenCode, and the next one is posted", async ({
  desk,
}) => {
  const { slack } = desk;
  const restore = slack.outage({ error: "invalid_blocks", methods: ["chat.postMessage"] });
  const task = await desk.start([bash("echo never shown"), say("done")]);
  await slack.waitFor(() => slack.calls("chat.postMessage").length >= 2);
  expect(await desk.opencode.pending()).toHaveLength(1);
  await until("OpenCode's user is told", () => isToast(desk, "Slack has no card for what OpenCode asks"));
  await desk.replyInOpenCode(task, "once");
  await task.end();
  restore();

  const next = await desk.start([bash("echo shown again"), say("done")]);
  await press(slack, "echo shown again", "Allow once");
  await next.end();
  expect(task.toolResults()).toEqual(["never shown\n"]);
  expect(cardsOf(slack, "echo never shown")).toEqual([]);
});

describe("what was asked is posted when OpenCode asks again after", () => {
  test("the token was revoked and repaired", async ({ desk }) => {
    const { slack } = desk;
    const first = await desk.start([bash("echo with a good token"), say("done")]);
    await press(slack, "echo with a good token", "Allow once");
    await first.end();

    slack.installation.revoke("bot");
    const refused = await desk.start([bash("echo with a bad token"), say("done")]);
    await slack.waitFor(() => refusedPosts(slack) > 0);
    slack.installation.restore("bot");
    expect(await desk.opencode.pending()).toHaveLength(1);

    const next = await desk.start([bash("echo with a new token"), say("done")]);
    await press(slack, "echo with a bad token", "Allow once");
    await press(slack, "echo with a new token", "Allow once");
    await Promise.all([refused.end(), next.end()]);
    expect(refused.toolResults()).toEqual(["with a bad token\n"]);
    expect(next.toolResults()).toEqual(["with a new token\n"]);
  });

  test("the scope to post was missing and added", async ({ desk }) => {
    const { slack } = desk;
    slack.installation.scopes.bot.delete("chat:write");
    const refused = await desk.start([bash("echo without scope"), say("done")]);
    await slack.waitFor(() => refusedPosts(slack) > 0);
    slack.installation.scopes.bot.add("chat:write");
    await until("the log names the scope", async () =>
      JSON.stringify(await desk.log()).includes("lacks the scope chat:write"),
    );

    const next = await desk.start([bash("echo with scope"), say("done")]);
    await press(slack, "echo without scope", "Allow once");
    await press(slack, "echo with scope", "Allow once");
    await Promise.all([refused.end(), next.end()]);
    expect(refused.toolResults()).toEqual(["without scope\n"]);
  });
});

test("limited for posts, Slack gets no post before its time, and presses, updates and ephemeral messages all the same", async ({
  desk,
}) => {
  const { slack } = desk;
  const open = await desk.start([bash("echo open before"), say("done")]);
  const card = await cardOf(slack, "echo open before");
  const striking = strikeNext(slack, "chat.postMessage", { status: 429, retryAfterS: 15 });
  const limited = await desk.start([bash("echo limited"), say("done")]);
  const { at } = await striking;
  const later = await desk.start([bash("echo after it"), say("done")]);

  expect(await isTold(slack, "U2", async () => slack.user("U2").press(card, "Allow once"))).toContain(
    "You can't approve this",
  );
  const outcome = await slack.user("U1").press(card, "Allow once");
  expect(outcome.acked).toBe(true);
  await cardSays(slack, card, "Allowed once by @U1");
  await open.end();
  expect(cardsOf(slack, "echo limited")).toEqual([]);

  await press(slack, "echo limited", "Allow once");
  await press(slack, "echo after it", "Allow once");
  await Promise.all([limited.end(), later.end()]);
  const next = slack.calls("chat.postMessage").find((call) => call.at > at);
  expect(next?.at).toBeGreaterThanOrEqual(at + 15_000);
  expect(told(slack, "U1")).toEqual([]);
});
