import type { KnownBlock } from "@slack/web-api";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../support/opencode/until.ts";
import { buttonOf } from "../support/rows.ts";
import { createWebClient } from "../support/slack/official-clients.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { Message } from "../support/slack/slack-objects.ts";
import type { SlackStandIn } from "../support/slack/stand-in.ts";
import { NO_MENTION, numbersOn, startGateway, type SmallGateway } from "../support/small-gateway.ts";

const ROWS = 12;

let small: SmallGateway;
let slack: SlackStandIn;
beforeEach(async () => {
  small = await startGateway(undefined, undefined, NO_MENTION);
  ({ slack } = small);
});
afterEach(async () => small[Symbol.asyncDispose]());

const cards = () => slack.channel("C1").messages();
const updates = () => slack.calls("chat.update");
const now = ({ ts }: Message) => cards().find((card) => card.ts === ts) ?? {};

/** A card with several requests, and the numbers of the first two. */
async function openShared(): Promise<readonly [card: Message, first: number, second: number]> {
  small.storm(ROWS);
  const card = await small.card("permission requests");
  const [first = 0, second = 0] = numbersOn(card);
  return [card, first, second];
}

const press = async (card: Message, row: number | string, label = "Allow once") => {
  const what = typeof row === "number" ? `echo number ${row}.` : row;
  return slack.user("U1").press(card, buttonOf(now(card), what, label), { confirm: true });
};

/** Presses, and keeps what Slack would send: it reaches nobody yet. */
async function pressLate(
  card: Message,
  row: number | string,
  label: string,
): Promise<Record<string, unknown>> {
  slack.route(() => undefined);
  await press(card, row, label);
  slack.route();
  return slack.envelopes().at(-1)?.payload ?? {};
}

test("a press on what an update has drawn counts, although Slack's answer to the update is still on its way", async () => {
  const [card, first, second] = await openShared();
  const answers = slack.holdAnswer("chat.update");
  small.replied(`per_${first}`, "reject");
  await slack.waitFor(() => renderPlain(now(card)).includes("Rejected in OpenCode"));
  await press(card, second);
  answers.release();
  await until("OpenCode hears of it", () => small.received.length === 1);
  expect(small.told()).toEqual([]);
});

test("a press on what an update has drawn whose answer was lost counts", async () => {
  const [card, first, second] = await openShared();
  slack.loseAnswer("chat.update");
  small.replied(`per_${first}`, "reject");
  await slack.waitFor(() => renderPlain(now(card)).includes("Rejected in OpenCode"));
  const payload = await pressLate(card, second, "Reject");
  await until("the card is drawn again", () => updates()[1]?.isAnswered === true);
  await slack.deliver(payload);
  await until("OpenCode hears of it", () => small.received.length === 1);
  expect(small.told()).toEqual([]);
});

test("a press on a card that waits for its update counts at once", async () => {
  const [card, first, second] = await openShared();
  const hold = slack.hold("chat.update");
  small.replied(`per_${first}`, "reject");
  await slack.waitFor(() => updates().length === 1);
  await press(card, second);
  await until("OpenCode hears of it", () => small.received.length === 1);
  expect(renderPlain(now(card))).not.toContain("Rejected");
  hold.release();
});

test("an Allow that was pressed before another row changed counts", async () => {
  const [card, first, second] = await openShared();
  const allow = await pressLate(card, second, "Allow once");
  small.replied(`per_${first}`, "reject");
  await until("the card is changed", async () => (await small.logged("card closed")).length === 1);
  await slack.deliver(allow);
  await until("OpenCode hears of it", () => small.received.length === 1);
  expect(updates()).toHaveLength(1);
});

test("an Allow always whose dialog named fewer requests than now is to be pressed again, Allow once is not", async () => {
  small.asked(1, "dirname /a", "ses_1", ["dirname *"]);
  const card = await slack.channel("C1").waitForMessage();
  const always = await pressLate(card, "dirname /a", "Allow always");
  const once = await pressLate(card, "dirname /a", "Allow once");
  small.asked(2, "dirname /b", "ses_1", ["dirname *"]);
  await until("the dialog names the other request", () =>
    JSON.stringify(now(card)).includes("1 other open request"),
  );
  await until("Slack's answer is there", () => updates().at(-1)?.answer?.["ok"] === true);
  await slack.deliver(always);
  await slack.waitFor(() => small.told().length === 1);
  expect(small.told()[0]).toContain("the card has changed since you pressed");
  expect(small.received).toEqual([]);
  await slack.deliver(once);
  await until("OpenCode hears of it", () => small.received.length === 1);
});

test("an Allow always whose dialog named fewer requests than the update that is on its way is to be pressed again", async () => {
  small.asked(1, "dirname /a", "ses_1", ["dirname *"]);
  const card = await slack.channel("C1").waitForMessage();
  const always = await pressLate(card, "dirname /a", "Allow always");
  const answers = slack.holdAnswer("chat.update");
  small.asked(2, "dirname /b", "ses_1", ["dirname *"]);
  await until("the dialog names the other request", () =>
    JSON.stringify(now(card)).includes("1 other open request"),
  );
  await slack.deliver(always);
  await until("the press is handled", async () => (await small.logged("press")).length === 1);
  answers.release();
  await slack.waitFor(() => small.told().length === 1);
  expect(small.told()[0]).toContain("the card has changed since you pressed");
  expect(small.received).toEqual([]);
});

const ONLY_ECHO: KnownBlock = { type: "section", text: { type: "plain_text", text: "Only echo." } };

test.each([
  ["a block", [ONLY_ECHO], {}],
  ["an attachment", [], { attachments: [{ text: "Only echo." }] }],
])("a card that somebody else gave %s is drawn as it was at the next press", async (_, more, others) => {
  small.asked(1, "git push");
  const card = await slack.channel("C1").waitForMessage();
  const { channel, ts, text } = card;
  const blocks = [...(card.blocks as KnownBlock[]), ...more];
  await createWebClient(slack).chat.update({ channel, ts, text, blocks, ...others });
  await slack.user("U1").press(card, "Allow once");
  await slack.waitFor(() => small.told().length === 1);
  expect(small.told()[0]).toContain("this card in Slack was not as the gateway posted it");
  await until("the card is drawn again", () => updates()[1]?.isAnswered === true);
  const types = card.blocks?.map(({ type }) => ({ type })) ?? [];
  // The last one says what came of the press.
  expect(now(card)).toMatchObject({ text, blocks: [...types, { type: "context" }] });
  expect(now(card)).not.toHaveProperty("attachments");
  expect(small.received).toEqual([]);

  await slack.user("U1").press(card, "Allow once");
  await until("OpenCode hears of it", () => small.received.length === 1);
});

test("an answer of Slack's without the message does not keep anybody from answering", async () => {
  small.asked(1, "git push");
  const answers = slack.holdAnswer("chat.postMessage");
  const card = await slack.channel("C1").waitForMessage();
  const [post] = slack.calls("chat.postMessage");
  delete post?.answer?.["message"];
  answers.release();
  await slack.user("U1").press(card, "Allow once");
  await until("OpenCode hears of it", () => small.received.length === 1);
  expect(small.told()).toEqual([]);
});
