import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../support/opencode/until.ts";
import { buttonOf, rowsOf } from "../support/rows.ts";
import type { Message } from "../support/slack/slack-objects.ts";
import type { SlackStandIn } from "../support/slack/stand-in.ts";
import { numbersOn, startGateway, type SmallGateway } from "../support/small-gateway.ts";

/** All that Slack was seen to write otherwise than it was sent, in one command. */
const AWKWARD = [
  "curl https://example.com/a?b=1&c=2 dify.ai <in >out && echo '&lt; :rocket: 🚀 ⚠ ⚠️ *bold*'",
  "echo 'مرحبا بالعالم' <@U1> <!channel> <https://evil.example|https://good.example> deploy.sh",
].join("\n");

let small: SmallGateway;
let slack: SlackStandIn;
beforeEach(async () => {
  small = await startGateway({ habits: true });
  ({ slack } = small);
});
afterEach(async () => small[Symbol.asyncDispose]());

/** Resolves when OpenCode has heard of so many presses, or whoever pressed why not. */
async function settles(count: number): Promise<void> {
  await until("something comes of it", () => small.received.length === count || small.told().length > 0);
}

test.each([
  ["Allow once", "once", "Allowed once by @U1"],
  ["Reject", "reject", "Rejected by @U1"],
] as const)(
  "%s on a card that Slack has rewritten counts, and closes the card",
  async (label, reply, outcome) => {
    small.asked(1, AWKWARD);
    const card = await slack.channel("C1").waitForMessage();
    await slack.user("U1").press(card, label);
    await settles(1);
    expect(small.told()).toEqual([]);
    small.replied("per_1", reply);
    await small.cardSays(card, outcome);
  },
);

test("Allow always counts, also when its dialog was changed after Slack had rewritten it", async () => {
  small.asked(1, "dirname /a", "ses_1", ["dirname *"]);
  const card = await slack.channel("C1").waitForMessage();
  small.asked(2, "dirname /b", "ses_1", ["dirname *"]);
  await slack.waitFor(() => JSON.stringify(small.latest(card)).includes("1 other open request"));
  await until("Slack's answer is there", () => slack.calls("chat.update").at(-1)?.isAnswered === true);
  await slack.user("U1").press(card, "Allow always", { confirm: true });
  await settles(1);
  expect(small.told()).toEqual([]);
  small.replied("per_1", "always");
  await small.cardSays(card, "Allowed always by @U1");
});

test("a reason reaches the agent, with the names of its emoji", async () => {
  small.asked(1, AWKWARD);
  const card = await slack.channel("C1").waitForMessage();
  await slack.user("U1").press(card, "Reject with reason…");
  const view = await slack.waitFor(() => slack.user("U1").views()[0]);
  await slack.user("U1").submit(view, { Reason: "No 👎🔥: see dify.ai & <b>" });
  await settles(1);
  expect(small.told()).toEqual([]);
  small.replied("per_1", "reject");
  await small.cardSays(card, "❌ Rejected, with a reason: “No ");
  expect(small.messages.join()).toContain(":fire:: see dify.ai & <b>");
});

test("a warning on a card, which Slack splits at its emoji, keeps nobody from answering", async () => {
  small.asked(1, "rm a");
  await small.card("rm a");
  small.replied("per_1", "reject");
  await small.card("Rejected in OpenCode");
  small.asked(2, "rm a", "ses_1");
  const card = await small.card("⚠ This is like one that was rejected");
  await slack.user("U1").press(card, "Allow once");
  await settles(1);
  expect(small.told()).toEqual([]);
});

test("each row of a shared card is answered alone, while Slack says of the card that it was edited", async () => {
  small.storm(12);
  const card = await small.card("permission requests");
  const numbers = numbersOn(card);
  for (const [index, n] of numbers.entries()) {
    const label = index % 2 === 0 ? "Allow once" : "Reject";
    await slack.user("U1").press(card, buttonOf(small.latest(card), `echo number ${n}.`, label));
    await settles(index + 1);
    expect(small.told()).toEqual([]);
    small.replied(`per_${n}`, index % 2 === 0 ? "once" : "reject");
    await until("the row is closed", () => !openRows(card).includes(n));
  }
  expect(slack.envelopes().at(-1)?.payload).toMatchObject({ message: { edited: { user: "B1" } } });
});

test("a thread under a card, which Slack counts on it, keeps nobody from answering", async () => {
  small.asked(1, AWKWARD);
  const card = await slack.channel("C1").waitForMessage();
  const reply = slack.user("U2").say("C1", "Looks fine to me.");
  slack.workspace.put({ ...reply, thread_ts: card.ts });
  await slack.user("U1").press(card, "Allow once");
  await settles(1);
  expect(small.told()).toEqual([]);
  expect(slack.envelopes().at(-1)?.payload).toMatchObject({ message: { reply_count: 1 } });
});

test("where the check is strict, such a Slack keeps everybody out, and the log says where it differs", async () => {
  await using strict = await startGateway({ habits: true }, undefined, {
    OPENCODE_SLACK_GATEWAY_CARD_CHECK: "strict",
  });
  strict.asked(1, AWKWARD);
  const card = await strict.slack.channel("C1").waitForMessage();
  await strict.slack.user("U1").press(card, "Allow once");
  await strict.slack.waitFor(() => strict.told().length > 0);
  expect(strict.received).toEqual([]);
  expect(await strict.logged("this card in Slack is not as the gateway posted it")).toMatchObject([
    { paths: expect.arrayContaining(["text"]) },
  ]);
});

function openRows(card: Message): number[] {
  return rowsOf(small.latest(card))
    .filter(({ outcome }) => outcome === undefined)
    .flatMap(({ text }) => numbersOn({ text }));
}
