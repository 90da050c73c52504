import type { KnownBlock } from "@slack/web-api";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../support/opencode/until.ts";
import { objectsOf, say, writeOutAsSlack, type SlackMessage } from "../support/rewritten-cards.ts";
import { buttonOf } from "../support/rows.ts";
import { createWebClient } from "../support/slack/official-clients.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { Message } from "../support/slack/slack-objects.ts";
import type { SlackStandIn } from "../support/slack/stand-in.ts";
import { numbersOn, startGateway, type SmallGateway } from "../support/small-gateway.ts";

const ALTERED =
  "Your press did not count: this card in Slack was not as the gateway posted it. It is being restored: read it, then press again.";
const RESTORED = "It is being restored: read it. A reject counts anyway.";
const IS_LOGGED = "this card in Slack is not as the gateway posted it";
const VARIABLE = "OPENCODE_SLACK_GATEWAY_CARD_CHECK";

interface Payload extends Record<string, unknown> {
  api_app_id?: unknown;
  message: SlackMessage;
}

let small: SmallGateway;
let slack: SlackStandIn;

async function start(check?: string): Promise<void> {
  // A Slack that rewrites the text for notifications lets nobody in where it counts.
  const slackOptions = check === "strict" ? { habits: false } : {};
  small = await startGateway(slackOptions, undefined, check === undefined ? {} : { [VARIABLE]: check });
  ({ slack } = small);
}

beforeEach(async () => start());
afterEach(async () => small[Symbol.asyncDispose]());

async function ask(n: number, sessionID = `ses_${n}`): Promise<Message> {
  small.asked(n, `echo number ${n}. example.com 🚀`, sessionID);
  return small.card(`echo number ${n}.`);
}

/** What Slack would send if the approver pressed now; it reaches nobody. */
async function payloadOf(card: Message, button: Parameters<typeof press>[1]): Promise<Payload> {
  slack.route(() => undefined);
  await slack.user("U1").press(card, button, { confirm: true });
  slack.route();
  return structuredClone(slack.envelopes().at(-1)?.payload) as Payload;
}

/** Presses on what Slack brings in another way than it holds it. */
async function press(
  card: Message,
  button: string | ReturnType<typeof buttonOf>,
  change: (payload: Payload) => unknown,
): Promise<void> {
  const payload = await payloadOf(card, button);
  change(payload);
  await slack.deliver(payload);
}

/** What somebody can do who has the bot token too. */
async function rewrite(card: Message, words: string, others: string): Promise<void> {
  const { channel, ts, text } = card;
  const blocks = JSON.parse(JSON.stringify(card.blocks).replaceAll(words, others)) as KnownBlock[];
  await createWebClient(slack).chat.update({ channel, ts, text, blocks });
}

const hears = async (call: string) =>
  until(`OpenCode hears ${call}`, () => small.received.some((one) => one.includes(call)));
const isTold = async (says: string) => slack.waitFor(() => small.told().at(-1)?.includes(says) === true);

test("an Allow counts in whatever way Slack writes out the card", async () => {
  await press(await ask(1), "Allow once", ({ message }) => writeOutAsSlack(message));
  await hears("per_1");
  expect((await small.logged(IS_LOGGED)).length).toBe(0);
});

test("so does one that was pressed just before another row of its card changed", async () => {
  small.storm(12);
  const card = await small.card("permission requests");
  const [first = 0, second = 0] = numbersOn(card);
  const payload = await payloadOf(card, buttonOf(small.latest(card), `echo number ${second}.`, "Allow once"));
  for (const one of objectsOf(payload.message, "plain_text")) one["text"] = `${one["text"]} `;
  small.replied(`per_${first}`, "reject");
  await until("the card is changed", async () => (await small.logged("card closed")).length === 1);
  await slack.deliver(payload);
  await hears(`per_${second}`);
  expect(small.told()).toEqual([]);
});

test("an Allow on other words answers nothing however often it is repeated, and the card is restored each time", async () => {
  const card = await ask(1);
  for (const times of [1, 2, 3]) {
    await press(card, "Allow once", ({ message }) => say(message, "echo", "echo only"));
    await slack.waitFor(() => small.told().length === times);
    expect(small.told().at(-1)).toContain(ALTERED);
    expect(small.told().at(-1)).toContain(VARIABLE);
    await until("the card is drawn again", () => slack.calls("chat.update").length >= times);
  }
  expect(small.received).toEqual([]);
});

test.each(["Reject", "Reject with reason…"])(
  "a press of %s on other words counts, and whoever pressed is to look at the restored card",
  async (label) => {
    const card = await ask(1);
    await rewrite(card, "echo number 1.", "rm -rf /");
    await small.cardSays(card, "rm -rf /");
    await slack.user("U1").press(card, label);
    await isTold(RESTORED);
    await small.cardSays(card, "echo number 1.");
    await until("it counts", () => small.received.length + slack.user("U1").views().length === 1);
    expect(small.received.length).toBe(label === "Reject" ? 1 : 0);
  },
);

test("a Reject under another label counts: it harms nobody", async () => {
  const card = await ask(1);
  await rewrite(card, "Reject", "Allow twice");
  await small.cardSays(card, "[Allow twice]");
  await slack.user("U1").press(card, "Allow twice");
  await hears("per_1");
  small.replied("per_1", "reject");
  expect(renderPlain(await small.cardSays(card, "Rejected by @U1"))).not.toContain("Allow twice");
});

test("a Reject waits for no drawing, whatever it was pressed on, as an Allow does", async () => {
  small.storm(12);
  const card = await small.card("permission requests");
  const [first = 0, second = 0] = numbersOn(card);
  const answers = slack.holdAnswer("chat.update");
  small.replied(`per_${first}`, "reject");
  await slack.waitFor(() => slack.calls("chat.update").length === 1);
  const pressOther = async (label: string) => {
    const payload = await payloadOf(card, buttonOf(small.latest(card), `echo number ${second}.`, label));
    say(payload.message, "echo", "harmless");
    await slack.deliver(payload);
  };
  await pressOther("Allow once");
  await pressOther("Reject");
  await hears(`per_${second}`);
  // Nobody knows yet what the Allow was pressed on.
  expect(small.told().filter((said) => !said.startsWith("The gateway told OpenCode"))).toEqual([]);
  answers.release();
  await isTold(ALTERED);
});

test("a press that would stop the session answers nothing on other words", async () => {
  for (const n of [1, 2, 3]) {
    await slack.user("U1").press(await ask(n, "ses_1"), "Reject");
    await hears(`per_${n}`);
    small.replied(`per_${n}`, "reject");
  }
  await until("three are rejected", async () => (await small.logged("card closed")).length === 3);
  const card = await ask(4, "ses_1");
  const before = small.received.length;
  await press(card, "Reject all and stop", ({ message }) => say(message, "echo", "rm"));
  await isTold(ALTERED);
  expect(small.received).toHaveLength(before);
});

test("a Reject for another app answers nothing", async () => {
  await press(await ask(1), "Reject", (payload) => (payload.api_app_id = "A2"));
  await isTold("not for the Slack app that posted the card");
  expect(small.received).toEqual([]);
});

test("the log names the fields that differ, and not a word of them", async () => {
  await press(await ask(1), "Allow once", ({ message }) => {
    say(message, "echo", "secrets");
    message.blocks[0]["secrets here"] = true;
  });
  await isTold(ALTERED);
  const [logged] = await small.logged(IS_LOGGED);
  expect(logged).toMatchObject({ level: "warn", requestID: "per_1", control: "once", differing: 2 });
  expect(logged?.["paths"]).toContain("blocks[1].elements[1].text");
  expect(JSON.stringify(logged)).not.toContain("secrets");
});

test("where two cards differ in the same fields, one toast names the variable", async () => {
  const cards = [await ask(1), await ask(2), await ask(3)];
  const [one, two, three] = cards as [Message, Message, Message];
  const presses = async (card: Message, change: (payload: Payload) => unknown) => {
    const before = small.told().length;
    await press(card, "Allow once", change);
    await slack.waitFor(() => small.told().length > before);
    expect(small.told().at(-1)).toContain(ALTERED);
  };
  await presses(one, ({ message }) => say(message, "echo", "e"));
  await presses(one, ({ message }) => say(message, "echo", "f"));
  await presses(two, ({ message }) => message.blocks.pop());
  expect(small.toasts).toEqual([]);
  await presses(two, ({ message }) => say(message, "echo", "g"));
  expect(small.toasts).toHaveLength(1);
  expect(small.toasts[0]).toContain(VARIABLE);
  await presses(three, ({ message }) => say(message, "echo", "h"));
  await presses(three, ({ message }) => message.blocks.pop());
  expect(small.toasts).toHaveLength(1);
});

test("the text for notifications counts where the check is strict, and there only", async () => {
  await press(await ask(1), "Allow once", ({ message }) => (message.text = "Run it?"));
  await hears("per_1");
  await small[Symbol.asyncDispose]();
  await start("strict");
  await press(await ask(1), "Allow once", ({ message }) => (message.text = "Run it?"));
  await isTold(ALTERED);
  expect((await small.logged(IS_LOGGED))[0]).toMatchObject({ paths: ["text"] });
  await slack.user("U1").press(await small.card("echo number 1."), "Allow once");
  await hears("per_1");
});

test("where the check is off an Allow counts on any words, and with no words, but for no other app", async () => {
  await small[Symbol.asyncDispose]();
  await start("off");
  const [one, two, three] = [await ask(1), await ask(2), await ask(3)];
  await press(one, "Allow once", ({ message }) => say(message, "echo", "rm"));
  await hears("per_1");
  await press(two, "Allow once", (payload) => Object.assign(payload, { message: undefined }));
  await hears("per_2");
  await press(three, "Allow once", (payload) => (payload.api_app_id = "A2"));
  await isTold("not for the Slack app that posted the card");
  expect(small.says(three)).toContain("[Allow once]");
});
