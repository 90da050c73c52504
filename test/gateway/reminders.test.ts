/** How a card that stays open reminds: once, and only as long as somebody is to answer. */

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { ledgerDirectory } from "../../src/composition/paths.ts";
import type { ReminderRule } from "../../src/gateway/domain/reminder.ts";
import { until } from "../support/opencode/until.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { Message } from "../support/slack/slack-objects.ts";
import type { SlackStandInOptions } from "../support/slack/stand-in.ts";
import { numbersOn, startGateway, type SmallGateway } from "../support/small-gateway.ts";
import { threadOf } from "../support/threads.ts";

const AFTER_MS = 900;
const SAYS = "Nobody has answered for 1 minute.";

const inChannel: ReminderRule = { afterMs: AFTER_MS, isPassing: false };
const direct: ReminderRule = { afterMs: AFTER_MS, isPassing: true };

const start = async (
  reminder: ReminderRule | undefined,
  slack: SlackStandInOptions = {},
): Promise<SmallGateway> =>
  startGateway(
    slack,
    undefined,
    { SLACK_CHANNEL_ID: reminder?.isPassing === true ? "U1" : "C1" },
    { reminder },
  );

const messages = ({ slack }: SmallGateway) => slack.channel("D1").messages();

async function waitForReply({ slack }: SmallGateway, card: Message): Promise<Message> {
  return slack.waitFor(() => threadOf(slack, card)[0]);
}

async function waitForReminder(small: SmallGateway): Promise<Message> {
  return small.slack.waitFor(() => messages(small).find(isReminder));
}

function isReminder(message: Message): boolean {
  return renderPlain(message).includes(SAYS);
}

/** Resolves when a card that was posted later has reminded. */
async function wouldHaveReminded(): Promise<void> {
  await using other = await start(inChannel);
  other.asked(9, "echo meanwhile");
  await waitForReply(other, await other.card("echo meanwhile"));
}

/** What another process would close or delete if this one were killed now. */
function noted({ config }: SmallGateway): unknown[] {
  const folder = path.join(ledgerDirectory(config), "ledger");
  const names = readdirSync(folder, { encoding: "utf8", recursive: true });
  const texts = names
    .filter((name) => name.endsWith(".json"))
    .map((name) => readFileSync(path.join(folder, name), "utf8"));
  return texts.flatMap((text) => (JSON.parse(text) as { cards: unknown[] }).cards);
}

test.concurrent("in a channel a reply in the card's thread mentions the same people, once", async () => {
  await using small = await start(inChannel);
  small.asked(1, "echo waits");
  const card = await small.card("echo waits");
  const reply = await waitForReply(small, card);
  expect(reply.text).toBe(`project · Run a command: “echo waits” · ${SAYS} <@U1>`);
  expect(renderPlain(reply)).toBe(`project · Run a command\n${SAYS}\n@U1`);
  expect(small.slack.notifiedBy(reply)).toEqual(["U1"]);
  await wouldHaveReminded();
  expect(threadOf(small.slack, card)).toHaveLength(1);
});

test.concurrent("in direct messages it is a message of its own, which goes when the card closes", async () => {
  await using small = await start(direct);
  small.asked(1, "echo waits");
  const reminder = await waitForReminder(small);
  expect(reminder.thread_ts).toBeUndefined();
  expect(small.slack.notifiedBy(reminder)).toEqual(["U1"]);
  expect(JSON.stringify(reminder.blocks)).not.toContain("U1");
  await until("it is noted", () => JSON.stringify(noted(small)).includes(`"ts":"${reminder.ts}"`));
  expect(noted(small)).toContainEqual(expect.objectContaining({ kind: "reminder", ts: reminder.ts }));
  small.replied("per_1", "once");
  await until("the reminder is gone", () => messages(small).length === 1);
  await until("the card is closed", () =>
    messages(small).some((message) => renderPlain(message).includes("Allowed once in OpenCode")),
  );
  await until("nothing is noted any more", () => noted(small).length === 0);
});

test.concurrent("in direct messages it goes when OpenCode ends", async () => {
  await using small = await start(direct);
  small.asked(1, "echo waits");
  await waitForReminder(small);
  await small.end();
  expect(messages(small).map(renderPlain)).toEqual([expect.stringContaining("OpenCode quit.")]);
});

test.concurrent("by default no card reminds", async () => {
  await using small = await start(undefined);
  small.asked(1, "echo quietly");
  const card = await small.card("echo quietly");
  await wouldHaveReminded();
  expect(threadOf(small.slack, card)).toEqual([]);
});

test.concurrent("what was answered before does not remind", async () => {
  await using small = await start(inChannel);
  small.asked(1, "echo answered");
  const card = await small.card("echo answered");
  small.replied("per_1", "once");
  await small.cardSays(card, "Allowed once in OpenCode");
  await wouldHaveReminded();
  expect(threadOf(small.slack, card)).toEqual([]);
});

test.concurrent("who has just pressed is not reminded", async () => {
  await using small = await start({ ...inChannel, afterMs: 300 });
  small.asked(1, "echo pressed");
  const card = await small.card("echo pressed");
  await small.slack.user("U1").press(card, "Allow once");
  await until("OpenCode hears of it", () => small.received.length > 0);
  // OpenCode takes its time, and then more than that.
  await small.slack.waitFor(() => small.told().length > 0);
  expect(threadOf(small.slack, card)).toEqual([]);
});

test.concurrent("a card with several requests reminds once, as long as one of them is open", async () => {
  await using small = await start(inChannel);
  small.storm(12);
  const card = await small.card("permission requests");
  small.replied("per_12", "once");
  const reply = await waitForReply(small, card);
  expect(renderPlain(reply)).toMatch(/^project · \d+ permission requests\nNobody has answered/);
  await wouldHaveReminded();
  expect(threadOf(small.slack, card)).toHaveLength(1);
});

test.concurrent("answered while the reminder is being posted, it does not stay", async () => {
  await using small = await start(inChannel);
  small.asked(1, "echo meanwhile");
  const card = await small.card("echo meanwhile");
  const held = small.slack.holdAnswer("chat.postMessage");
  await waitForReply(small, card);
  small.replied("per_1", "once");
  await small.cardSays(card, "Allowed once in OpenCode");
  held.release();
  await until("the reminder is gone", () => threadOf(small.slack, card).length === 0);
  expect(small.slack.calls("chat.delete")).toHaveLength(1);
});

test.concurrent("a direct message of which nobody knows whether Slack has it is not posted again: nobody could delete the other", async () => {
  await using small = await start(direct);
  small.asked(1, "echo lost");
  await small.slack.waitFor(() => messages(small).length === 1);
  small.slack.loseAnswer("chat.postMessage");
  await waitForReminder(small);
  await until("it is known that nobody knows", async () => (await small.logged("reminder")).length === 1);
  expect(await small.logged("reminder")).toMatchObject([{ outcome: "unknown" }]);
  await wouldHaveReminded();
  expect(messages(small).filter(isReminder)).toHaveLength(1);
  expect(noted(small)).toHaveLength(1);
});

test.concurrent("when Slack is away the reminder comes later, and not at all for what was answered meanwhile", async () => {
  await using small = await start(inChannel);
  small.asked(1, "echo open");
  small.asked(2, "echo answered");
  const [open, answered] = [await small.card("echo open"), await small.card("echo answered")];
  const back = small.slack.outage({ refuse: true });
  await wouldHaveReminded();
  small.replied("per_2", "once");
  back();
  await waitForReply(small, open);
  await small.cardSays(answered, "Allowed once in OpenCode");
  expect(threadOf(small.slack, answered)).toEqual([]);
});

test.concurrent("a reminder waits behind cards that are to be posted", async () => {
  await using small = await start({ ...inChannel, afterMs: 3_000 }, { rateLimits: {} });
  small.asked(1, "echo first");
  const first = await small.card("echo first");
  for (let n = 2; n <= 60; n += 1) small.asked(n, `echo number ${n}.`);
  await waitForReply(small, first);
  const cards = small.slack.channel("C1").messages();
  expect(new Set(cards.flatMap(numbersOn)).size).toBe(59);
});

test.concurrent("a card that was deleted does not remind, and the one that takes its place does", async () => {
  await using small = await start(inChannel);
  small.asked(1, "echo deleted");
  const card = await small.card("echo deleted");
  small.slack.workspace.remove(card);
  await small.slack
    .user("U1")
    .press({ ...card }, "Reject")
    .catch(() => undefined);
  small.asked(2, "echo other", "ses_1");
  small.gateway.redraw();
  const again = await small.slack
    .channel("C1")
    .waitForMessage((message) => message.ts !== card.ts && renderPlain(message).includes("echo deleted"));
  await waitForReply(small, again);
  expect(threadOf(small.slack, card)).toEqual([]);
});
