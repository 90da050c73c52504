/** What becomes of a request whose card is gone from Slack, or cannot be changed there any more. */

import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../support/opencode/until.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { Message } from "../support/slack/slack-objects.ts";
import type { SlackStandIn } from "../support/slack/stand-in.ts";
import { numbersOn, startGateway, type SmallGateway } from "../support/small-gateway.ts";

let small: SmallGateway;
let slack: SlackStandIn;
beforeEach(async () => {
  small = await startGateway();
  ({ slack } = small);
});
afterEach(async () => small[Symbol.asyncDispose]());

const cards = () => slack.channel("C1").messages();
const posts = () => slack.calls("chat.postMessage").length;
const logged = async (message: string, count = 1) =>
  until(message, async () => (await small.logged(message)).length === count);

/** Somebody deletes a card, and the gateway comes to draw it. */
function remove(card: Message): void {
  slack.workspace.remove(card);
  small.gateway.redraw();
}

/** A card, once its process knows that it is posted. */
async function postedCard(what: string, posted = 1): Promise<Message> {
  const card = await small.card(what);
  await logged("card posted", posted);
  return card;
}

test("a card that is deleted while its request is open is posted again, and the second one answers", async () => {
  small.asked(1, "git push");
  const first = await postedCard("git push");
  remove(first);
  const second = await postedCard("git push", 2);
  expect(second.ts).not.toBe(first.ts);
  await slack.user("U1").press(second, "Allow once");
  await until("OpenCode hears of it", () => small.received.length === 1);
  small.replied("per_1", "once");
  await small.cardSays(second, "Allowed once by @U1");
  expect(small.toasts).toEqual([]);
});

test("a press on the deleted card answers nothing, should anybody bring one", async () => {
  small.asked(1, "git push");
  const first = await postedCard("git push");
  slack.route(() => undefined);
  await slack.user("U1").press(first, "Allow once");
  slack.route();
  const [press] = slack.envelopes();
  remove(first);
  await postedCard("git push", 2);
  // Slack was wrong, or somebody has put it back.
  slack.workspace.put(first);
  await slack.deliver(press?.payload ?? {});
  await slack.waitFor(() => small.told().length === 1);
  expect(small.told()).toEqual([expect.stringContaining("posted again further down")]);
  expect(small.received).toEqual([]);
  await small.cardSays(first, "This card was posted again further down");
});

test("it is posted again three times; then the user of OpenCode is told, and nothing more is posted", async () => {
  small.asked(1, "git push");
  for (const posted of [1, 2, 3, 4]) {
    expect(small.toasts).toEqual([]);
    remove(await postedCard("git push", posted));
  }
  await until("the user is told", () => small.toasts.length === 1);
  expect(small.toasts).toEqual([expect.stringContaining("Slack has no card for what OpenCode asks")]);
  expect(posts()).toBe(4);
  small.replied("per_1", "once");
  await logged("closed without a card");
  expect(posts()).toBe(4);
  expect(cards()).toEqual([]);
});

test("the requests of a shared card that is deleted are posted again, and each can be answered", async () => {
  small.storm(12);
  const shared = await small.card("permission requests");
  await until("all are posted", async () => (await small.logged("card posted")).length === 12);
  const numbers = numbersOn(shared);
  remove(shared);
  await slack.waitFor(() => cards().flatMap(numbersOn).length >= 12);
  expect(new Set(cards().flatMap(numbersOn))).toEqual(new Set(Array.from({ length: 12 }, (_, n) => n + 1)));
  expect(numbers.length).toBeGreaterThan(1);
});

test("the room that a deleted card had is another's", async () => {
  const long = "and so on ".repeat(500);
  for (let n = 1; n <= 6; n += 1) small.asked(n, `echo ${n} ${long}`, "ses_1");
  await small.card("1 more request of this session waits");
  const shown = () => new Set(cards().map((card) => /echo (\d) /.exec(renderPlain(card))?.[1]));
  const waits = ["1", "2", "3", "4", "5", "6"].find((n) => !shown().has(n)) ?? "";
  const [first] = cards();
  if (first === undefined) throw new Error("There are cards.");
  remove(first);
  const card = await small.card(`echo ${waits} `);
  await small.cardSays(card, "1 more request of this session waits");
  expect(cards()).toHaveLength(5);
});

test("a card that is deleted is nobody's to close", async () => {
  small.asked(1, "git push");
  remove(await postedCard("git push"));
  await postedCard("git push", 2);
  const updates = slack.calls("chat.update").length;
  small.replied("per_1", "once");
  await logged("card closed");
  expect(slack.calls("chat.update")).toHaveLength(updates + 1);
});

test("a closed card in a channel that is lost is tried once, and is said in the log; so nothing waits for it", async () => {
  small.asked(1, "git push");
  const card = await postedCard("git push");
  slack.outage({ error: "is_inactive", methods: ["chat.update"] });
  small.replied("per_1", "once");
  await logged("card cannot be closed: Slack does not take the change");
  const [line] = await small.logged("card could not be changed");
  expect(line).toMatchObject({ advice: expect.stringContaining("is archived: choose another") });
  expect(slack.calls("chat.update")).toHaveLength(1);
  expect(renderPlain(cards().find(({ ts }) => ts === card.ts) ?? {})).toContain("[Allow once]");
});

test("its buttons answer nothing, and the press closes it when the channel is back", async () => {
  small.asked(1, "git push");
  const card = await postedCard("git push");
  const restore = slack.outage({ error: "not_in_channel", methods: ["chat.update"] });
  small.replied("per_1", "once");
  await logged("card cannot be closed: Slack does not take the change");
  restore();
  await slack.user("U1").press(card, "Reject");
  await small.cardSays(card, "Allowed once in OpenCode");
  expect(small.received).toEqual([]);
});
