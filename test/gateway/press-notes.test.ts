import type { KnownBlock } from "@slack/web-api";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../support/opencode/until.ts";
import { buttonOf } from "../support/rows.ts";
import { createWebClient } from "../support/slack/official-clients.ts";
import type { Message } from "../support/slack/slack-objects.ts";
import type { SlackStandIn } from "../support/slack/stand-in.ts";
import { numbersOn, startGateway, type SmallGateway } from "../support/small-gateway.ts";

const REFUSED = "Last press: refused, not an approver";
const UNCONFIRMED = "Last press: OpenCode did not confirm it.";

let small: SmallGateway;
let slack: SlackStandIn;
beforeEach(async () => {
  small = await startGateway({
    people: [{ id: "U1" }, { id: "U2" }, { id: "U3", teamID: "T7" }],
    channels: [{ id: "C1", members: ["U1", "U2", "U3"] }],
  });
  ({ slack } = small);
});
afterEach(async () => small[Symbol.asyncDispose]());

const updates = () => slack.calls("chat.update");
const lines = (card: Message): string[] => small.says(card).split("\n");

async function open(command = "git push"): Promise<Message> {
  small.asked(1, command);
  return small.card(command);
}

/** Presses, and waits until the answer to the drawing that this leads to has arrived. */
async function pressUntilDrawn(card: Message, userID: string, says: string): Promise<void> {
  await slack.user(userID).press(card, "Allow once");
  await small.cardSays(card, says);
  await until("Slack's answer is there", () => updates().every(({ isAnswered }) => isAnswered));
}

test("a card says below its buttons that the last press was refused, and names nobody", async () => {
  const card = await open();
  await pressUntilDrawn(card, "U2", REFUSED);
  expect(lines(card).at(-2)).toContain("[Allow once]");
  expect(lines(card).at(-1)).toMatch(/^Last press: refused, not an approver \(\d\d:\d\d UTC\)$/);
  expect(JSON.stringify(small.latest(card))).not.toContain("U2");
  expect(small.told("U2")).toHaveLength(1);
  expect(small.received).toEqual([]);
});

test("a card says that OpenCode did not confirm a press, until OpenCode does", async () => {
  const card = await open();
  await pressUntilDrawn(card, "U1", UNCONFIRMED);
  small.replied("per_1", "once");
  await small.cardSays(card, "Allowed once by @U1");
  expect(small.says(card)).not.toContain("Last press");
});

test("a card says that a press has to be repeated", async () => {
  const card = await open();
  const { channel, ts, text } = card;
  await createWebClient(slack).chat.update({
    channel,
    ts,
    text,
    blocks: (card.blocks as KnownBlock[]).slice(1),
  });
  await pressUntilDrawn(card, "U1", "Last press: refused, the card did not show what was posted.");
  expect(small.received).toEqual([]);
  await slack.user("U1").press(small.latest(card), "Allow once");
  await until("OpenCode hears of it", () => small.received.length > 0);
});

test("an Allow that was pressed before the card said so counts, and so does one after it", async () => {
  const card = await open();
  slack.route(() => undefined);
  await slack.user("U1").press(card, "Allow once");
  slack.route();
  const before = slack.envelopes().at(-1)?.payload ?? {};
  await pressUntilDrawn(card, "U2", REFUSED);

  await slack.deliver(before);
  await slack.waitFor(() => small.told().length === 1);
  await slack.user("U1").press(small.latest(card), "Allow once");
  await slack.waitFor(() => small.told().length === 2);
  expect(small.told()).toEqual([
    expect.stringContaining("did not confirm it"),
    expect.stringContaining("did not confirm it"),
  ]);
});

test("an Allow counts while Slack's answer to that drawing is on its way", async () => {
  const card = await open();
  const answers = slack.holdAnswer("chat.update");
  await slack.user("U2").press(card, "Allow once");
  await small.cardSays(card, REFUSED);
  await slack.user("U1").press(small.latest(card), "Allow once");
  answers.release();
  await until("OpenCode hears of it", () => small.received.length > 0);
  expect(small.told().join()).not.toContain("changed");
});

test("however many presses are refused, a card is drawn for them once in a while, and nobody goes untold", async () => {
  const card = await open();
  await pressUntilDrawn(card, "U2", REFUSED);
  for (let n = 0; n < 5; n += 1) await slack.user("U2").press(small.latest(card), "Allow once");
  await slack.waitFor(() => small.told("U2").length === 6);
  small.replied("per_1", "reject");
  await small.cardSays(card, "Rejected in OpenCode");
  expect(updates()).toHaveLength(2);
});

test("who may not answer takes no word from those who may", async () => {
  const card = await open();
  await pressUntilDrawn(card, "U1", UNCONFIRMED);
  await slack.user("U2").press(small.latest(card), "Reject");
  await slack.waitFor(() => small.told("U2").length === 1);
  small.gateway.redraw();
  await until("the card is drawn again", () => updates()[1]?.isAnswered === true);
  expect(small.says(card)).toContain(UNCONFIRMED);
});

test("a word for an approver takes the place of a stranger's with the card's next drawing", async () => {
  const card = await open();
  await pressUntilDrawn(card, "U3", "Last press: refused, not of the app's workspace");
  await slack.user("U1").press(small.latest(card), "Allow once");
  await slack.waitFor(() => small.told().length === 1);
  small.gateway.redraw();
  await small.cardSays(card, UNCONFIRMED);
  expect(small.says(card)).not.toContain("refused");
});

test("a card that shows the end of a request says nothing of presses on it", async () => {
  const card = await open();
  small.replied("per_1", "reject");
  await small.cardSays(card, "Rejected in OpenCode");
  const { channel, ts, text, blocks } = card;
  await createWebClient(slack).chat.update({ channel, ts, text, blocks: blocks as KnownBlock[] });
  await slack.user("U1").press(card, "Allow once");
  await slack.waitFor(() => small.told().length === 1);
  await small.cardSays(card, "Rejected in OpenCode");
  expect(small.says(card)).not.toContain("Last press");
});

test("closing a card does not wait for a drawing for a press that Slack refuses", async () => {
  const card = await open();
  const restore = slack.outage({ error: "internal_error", methods: ["chat.update"] });
  await slack.user("U2").press(card, "Allow once");
  await until("Slack refuses it", () => updates()[0]?.isAnswered === true);
  // OpenCode confirms nothing, which takes longer than a second try would.
  await slack.user("U1").press(card, "Allow once");
  await slack.waitFor(() => small.told().length === 1);
  expect(updates()).toHaveLength(1);
  restore();
  small.replied("per_1", "reject");
  await small.cardSays(card, "Rejected in OpenCode");
  expect(updates()).toHaveLength(2);
});

test("a drawing for a press whose answer was lost is repeated, so that the next press counts", async () => {
  const card = await open();
  slack.loseAnswer("chat.update");
  await slack.user("U2").press(card, "Allow once");
  await until("the card is drawn again", () => updates()[1]?.isAnswered === true);
  await slack.user("U1").press(small.latest(card), "Allow once");
  await until("OpenCode hears of it", () => small.received.length > 0);
  expect(small.told().join()).not.toContain("changed");
});

test("on a card with several requests it is said which one it was about, as long as that is open", async () => {
  small.storm(12);
  const card = await small.card("permission requests");
  const [first = 0, second = 0] = numbersOn(card);
  await slack.user("U2").press(card, buttonOf(card, `echo number ${second}.`, "Reject"));
  await small.cardSays(card, "Last press: refused, not an approver (request 2, ");

  small.replied(`per_${first}`, "reject");
  await small.cardSays(card, "Rejected in OpenCode");
  expect(small.says(card)).toContain(REFUSED);
  small.replied(`per_${second}`, "once");
  await small.cardSays(card, "Allowed once in OpenCode");
  expect(small.says(card)).not.toContain("Last press");
});
