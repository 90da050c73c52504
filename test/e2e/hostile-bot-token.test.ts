import { WebClient, type KnownBlock } from "@slack/web-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sitDown, type Desk } from "../support/desk.ts";
import { bash, say } from "../support/opencode/scripted-model.ts";
import { until } from "../support/opencode/until.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { Message } from "../support/slack/slack-objects.ts";

let desk: Desk;
let slackOffMs = 0;
beforeAll(async () => {
  desk = await sitDown({
    slack: {
      now: () => Date.now() + slackOffMs,
      people: [{ id: "U1" }, { id: "U2" }],
      identity: { enterprise: { id: "E1", name: "Everything Inc." } },
    },
  });
});
afterAll(async () => desk[Symbol.asyncDispose]());

const told = (userID: string) => desk.slack.user(userID).ephemerals().map(renderPlain);
const isTold = async (userID: string, says: string) =>
  desk.slack.waitFor(() => told(userID).at(-1)?.includes(says) === true);

/** What somebody can do who has the app's bot token too. */
async function rewrite({ channel, ts, text, blocks }: Message, words: string, others: string): Promise<void> {
  const { botToken, apiUrl: slackApiUrl } = desk.slack;
  const rewritten = JSON.parse(JSON.stringify({ text, blocks }).replaceAll(words, others)) as {
    text: string;
    blocks: KnownBlock[];
  };
  await new WebClient(botToken, { slackApiUrl }).chat.update({ channel, ts, ...rewritten });
}

test("a card that was rewritten under the approver's eyes answers nothing; restored, it does", async () => {
  const task = await desk.start([bash("echo really this"), say("done")]);
  const card = await desk.card("echo really this");
  await rewrite(card, "echo really this", "echo something harmless");
  await desk.cardSays(card, "echo something harmless");

  await desk.slack.user("U1").press(card, "Allow once");
  await isTold("U1", "this card in Slack was not as the gateway posted it");
  expect(await desk.cardSays(card, "echo really this")).toContain("[Allow once]");
  expect(task.toolResults()).toEqual([]);

  await desk.slack.user("U1").press(card, "Allow once");
  await desk.cardSays(card, "Allowed once by @U1");
  await task.end();
  expect(task.toolResults()).toEqual(["really this\n"]);
});

test("an Allow under the label of Reject answers nothing, and a Reject under that of Allow rejects", async () => {
  const task = await desk.start([bash("echo swapped"), say("done")]);
  const card = await desk.card("echo swapped");
  await rewrite(card, "Allow once", "No thanks");
  await desk.cardSays(card, "[No thanks]");
  await desk.slack.user("U1").press(card, "No thanks");
  await isTold("U1", "this card in Slack was not as the gateway posted it");
  expect(await desk.cardSays(card, "[Allow once]")).toContain("echo swapped");
  expect(task.toolResults()).toEqual([]);
  await desk.replyInOpenCode(task, "reject");
  await task.end();

  // Another one: as long as a card is being restored, nobody can tell what of it a reject saw, and it counts in silence.
  const other = await desk.start([bash("echo swapped, too"), say("done")]);
  const otherCard = await desk.card("echo swapped, too");
  await rewrite(otherCard, "Reject", "Yes please");
  await desk.cardSays(otherCard, "[Yes please]");
  await desk.slack.user("U1").press(otherCard, "Yes please");
  await desk.cardSays(otherCard, "Rejected by @U1");
  await isTold("U1", "A reject counts anyway");
  await other.end();
  expect(other.toolResults().join()).not.toContain("swapped, too\n");
});

test("an approver's ID does not help a guest of another workspace", async () => {
  const task = await desk.start([bash("echo guest"), say("done")]);
  const card = await desk.card("echo guest");
  desk.slack.addPerson({ id: "U1", teamID: "T7" });
  await desk.slack.user("U1").press(card, "Allow once");
  await isTold("U1", "you are in another one");
  desk.slack.addPerson({ id: "U1" });
  expect(await desk.cardSays(card, "echo guest")).toContain("[Allow once]");
  expect(task.toolResults()).toEqual([]);

  const refused = (await desk.log()).filter(({ msg }) => msg === "press refused");
  expect(refused.at(-1)).toMatchObject({ userID: "U1", teamID: "T7", reason: "other-workspace" });
});

test("a press that Slack brings minutes late allows nothing, and the next one does", async () => {
  const task = await desk.start([bash("echo late"), say("done")]);
  const card = await desk.card("echo late");
  desk.slack.route(() => undefined);
  await desk.slack.user("U1").press(card, "Allow once");
  desk.slack.route();
  const kept = desk.slack.envelopes().at(-1)?.payload ?? {};

  slackOffMs = 120_000;
  // The answer to the stranger tells the gateway what time it is.
  await desk.slack.user("U2").press(card, "Reject");
  await isTold("U2", "You can't approve this");
  await until(
    "the answer is there",
    () => desk.slack.calls("chat.postEphemeral").at(-1)?.isAnswered === true,
  );
  await desk.slack.deliver(kept);
  await isTold("U1", "your press took more than a minute to arrive");
  expect(task.toolResults()).toEqual([]);

  await desk.slack.user("U1").press(card, "Allow once");
  await task.end();
  expect(task.toolResults()).toEqual(["late\n"]);
});
