import { afterAll, beforeAll, expect, test } from "vitest";
import { openOffice, type Desk, type Office } from "../support/desk.ts";
import { bash, say } from "../support/opencode/scripted-model.ts";
import { writeOutAsSlack, say as sayOn, type SlackMessage } from "../support/rewritten-cards.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { Message } from "../support/slack/slack-objects.ts";

let office: Office;
beforeAll(async () => (office = await openOffice()));
afterAll(async () => office[Symbol.asyncDispose]());

/** Presses Allow on a message that Slack writes out in another way than it answered. */
async function press({ slack }: Desk, card: Message, change: (message: SlackMessage) => void): Promise<void> {
  slack.route(() => undefined);
  await slack.user("U1").press(card, "Allow once");
  slack.route();
  const payload = structuredClone(slack.envelopes().at(-1)?.payload) as { message: SlackMessage };
  change(payload.message);
  await slack.deliver(payload);
}

test("a command runs although Slack writes out its card in another way with the press than in its answer", async () => {
  await using desk = await office.openDesk();
  const task = await desk.start([bash("echo example.com 🚀"), say("done")]);
  await press(desk, await desk.card("echo example.com 🚀"), writeOutAsSlack);
  await task.end();
  expect(task.toolResults()).toEqual(["example.com 🚀\n"]);
});

test("a command does not run whose card Slack writes out in other words, and the log says where", async () => {
  await using desk = await office.openDesk();
  const task = await desk.start([bash("echo in other words"), say("done")]);
  const card = await desk.card("echo in other words");
  await press(desk, card, (message) => sayOn(message, "echo in other words", "echo"));
  await desk.slack.waitFor(() =>
    desk.slack.user("U1").ephemerals().map(renderPlain).join().includes("not as the gateway posted it"),
  );
  expect(task.toolResults()).toEqual([]);
  const logged = (await desk.log()).filter(
    ({ msg }) => msg === "this card in Slack is not as the gateway posted it",
  );
  expect(logged).toMatchObject([{ level: "warn", paths: ["blocks[1].elements[0].text"] }]);
  await desk.slack.user("U1").press(card, "Reject");
  await desk.cardSays(card, "Rejected by @U1");
});

test("where the check is off the log says so, and no Allow always is offered", async () => {
  await using desk = await office.openDesk({ env: { OPENCODE_SLACK_GATEWAY_CARD_CHECK: "off" } });
  const task = await desk.start([bash("dirname /a/unchecked"), say("done")]);
  const card = await desk.card("dirname /a/unchecked");
  expect(renderPlain(card)).toContain("[Allow once]");
  expect(renderPlain(card)).not.toContain("Allow always");
  const logged = (await desk.log()).filter(({ msg }) =>
    String(msg).startsWith("OPENCODE_SLACK_GATEWAY_CARD_CHECK is off"),
  );
  expect(logged).toMatchObject([{ level: "warn" }]);
  await press(desk, card, (message) => sayOn(message, "dirname", "basename"));
  await task.end();
  expect(task.toolResults()).toEqual(["/a\n"]);
});
