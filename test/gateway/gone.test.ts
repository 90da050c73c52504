import { afterEach, beforeEach, expect, test } from "vitest";
import { renderPlain } from "../support/slack/plain.ts";
import { startGateway, type SmallGateway } from "../support/small-gateway.ts";

let small: SmallGateway;
beforeEach(async () => {
  small = await startGateway();
});
afterEach(async () => small[Symbol.asyncDispose]());

test.each([
  [
    "sessionDeleted",
    "The session was deleted. Nothing will run.",
    "Nothing was answered: the session that asked was deleted.",
  ],
  [
    "retried",
    "The model's answer broke off. OpenCode asks the model again.",
    "Nothing was answered: the model's answer broke off. OpenCode asks the model again. If that needs an answer, a new card will come.",
  ],
  [
    "sessionIdle",
    "The session stopped. Nothing will run.",
    "Nothing was answered: the session that asked has stopped. Nothing will run.",
  ],
] as const)("of a session's end (%s) the card tells, and a press on it", async (ended, says, told) => {
  small.asked(1, "git push");
  small.asked(2, "git pull", "ses_2");
  const card = await small.card("git push");
  const other = await small.card("git pull");
  small.gateway[ended]("ses_1");
  // Slack has not been told yet.
  await small.slack.user("U1").press(card, "Allow once");
  const closed = await small.cardSays(card, says);
  expect(renderPlain(closed)).not.toContain("Allow");
  await small.slack.waitFor(() => small.told().length > 0);
  expect(small.told()).toEqual([told]);
  expect(small.received).toEqual([]);
  expect(renderPlain(other)).toContain("[Allow once]");
});

test("a card tells of an answer that somebody gave in OpenCode although it was no longer asked", async () => {
  small.asked(1, "git push");
  const card = await small.card("git push");
  small.gateway.sessionDeleted("ses_1");
  await small.cardSays(card, "The session was deleted. Nothing will run.");
  small.replied("per_1", "once");
  const corrected = await small.cardSays(card, "Allowed once in OpenCode");
  expect(renderPlain(corrected)).not.toContain("⏹");
});

test("an answer that OpenCode takes as the session ends is said to be the approver's", async () => {
  small.asked(1, "git push");
  const card = await small.card("git push");
  await small.slack.user("U1").press(card, "Allow once");
  await small.slack.waitFor(() => small.received.length > 0);
  small.gateway.retried("ses_1");
  small.replied("per_1", "once");
  expect(renderPlain(await small.cardSays(card, "Allowed once by @U1"))).not.toContain("⏹");
});
