/** What an agent asks its user, answered in a dialog. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Question } from "../../src/gateway/domain/ask.ts";
import { until } from "../support/opencode/until.ts";
import { options } from "../support/question-request.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { Message, View } from "../support/slack/slack-objects.ts";
import type { SlackStandIn } from "../support/slack/stand-in.ts";
import { startGateway, type SmallGateway } from "../support/small-gateway.ts";

/** What Slack sends when a modal is submitted, to be changed at will. */
interface Payload extends Record<string, unknown> {
  user: { id: unknown };
  view: {
    id: string;
    callback_id: string;
    private_metadata: string;
    state: { values: Record<string, Record<string, unknown>> };
  };
}

let small: SmallGateway;
let slack: SlackStandIn;
let asked = 0;
beforeAll(async () => {
  small = await startGateway({
    people: [{ id: "U1" }, { id: "U2" }],
    channels: [{ id: "C1", members: ["U1", "U2"] }],
  });
  ({ slack } = small);
});
afterAll(async () => small[Symbol.asyncDispose]());

async function ask(...questions: readonly Partial<Question>[]): Promise<{ id: string; card: Message }> {
  const n = (asked += 1);
  const [first, ...others] = questions;
  small.askedQuestions(n, [{ ...first, question: `${first?.question ?? "Which?"} (${n})` }, ...others]);
  return { id: `que_${n}`, card: await small.card(`(${n})`) };
}

async function open(card: Message, button = "Answer…"): Promise<View> {
  const before = new Set(
    slack
      .user("U1")
      .views()
      .map(({ id }) => id),
  );
  await slack.user("U1").press(card, button);
  return slack.waitFor(() =>
    slack
      .user("U1")
      .views()
      .find(({ id }) => !before.has(id)),
  );
}

/** What Slack would send if the approver submitted the modal now; it reaches nobody. */
async function payloadOf(view: View, entries: Record<string, string>): Promise<Payload> {
  slack.route(() => undefined);
  await slack.user("U1").submit(view, entries);
  slack.route();
  return structuredClone(slack.envelopes().at(-1)?.payload) as Payload;
}

async function toldNext(before: number): Promise<string> {
  await slack.waitFor(() => small.told().length > before);
  return small.told().at(-1) ?? "";
}

const isGiven = async (id: string) =>
  until(`OpenCode is given ${id}`, () => small.received.includes(`POST /question/${id}/reply`));
const typesIn = ({ blocks }: View): string[] =>
  blocks.flatMap((block) => (block.type === "input" ? [block.element.type] : []));

const COLOURS = { question: "Which colours?", header: "Colours", options: options("red", "green", "blue") };

test("several questions are answered with one submission, in the order in which they were asked", async () => {
  const { card, id } = await ask(
    COLOURS,
    { question: "Which sizes?", options: options("small", "large"), multiple: true },
    { question: "Anything else?" },
  );
  expect(renderPlain(card)).toContain("[Answer…] [Dismiss]");
  expect(renderPlain(card)).toContain(" · Answer 3 questions\n");
  const view = await open(card);
  expect(typesIn(view)).toEqual([
    "radio_buttons",
    "plain_text_input",
    "checkboxes",
    "plain_text_input",
    "plain_text_input",
  ]);
  await slack.user("U1").submit(view, {
    "choice-1": "2. green",
    "choice-2": ["2. large", "1. small"],
    "words-2": "and one in between",
    "words-3": "  no, thanks\n  to you ",
  });
  await isGiven(id);
  const given = [["green"], ["small", "large", "and one in between"], ["no, thanks\n  to you"]];
  expect(small.answers.at(-1)).toEqual(given);
  small.answered(id, given);
  await small.cardSays(
    card,
    "✅ Answered: “green”, “small”, “large”, “and one in between”, “no, thanks ⏎ to you” by @U1",
  );
});

test("the dialog repeats each question with all options, and says never to enter passwords", async () => {
  const label = `a very long option ${"x".repeat(100)}`;
  const { card, id } = await ask({ ...COLOURS, options: [{ label, description: "and what it is" }] });
  const view = await open(card);
  const plain = renderPlain({ blocks: view.blocks });
  expect(plain).toContain("Never enter passwords");
  expect(plain).toContain("Question: “Colours”");
  expect(plain).toContain(`1. ${label}: and what it is`);
  small.answered(id);
});

test("words of one's own take the place of what is chosen where one answer is asked for", async () => {
  const { card, id } = await ask({ ...COLOURS, options: options("a", "b", "c", "d", "e", "f") });
  const view = await open(card);
  await slack.user("U1").submit(view, { "choice-1": "1. a", "words-1": "none of them" });
  await isGiven(id);
  expect(small.answers.at(-1)).toEqual([["none of them"]]);
  small.answered(id, [["none of them"]]);
  await small.cardSays(card, "✅ Answered: “none of them” by @U1");
});

test("Other… asks for words alone, which OpenCode gets as they were typed and the card masks", async () => {
  const { card, id } = await ask(COLOURS);
  const view = await open(card, "Other…");
  expect(typesIn(view)).toEqual(["plain_text_input"]);
  await slack.user("U1").submit(view, { "Your answer": "export API_KEY=hunter2-x9Kq4" });
  await isGiven(id);
  const given = [["export API_KEY=hunter2-x9Kq4"]];
  expect(small.answers.at(-1)).toEqual(given);
  small.answered(id, given);
  const closed = renderPlain(
    await small.cardSays(card, "✅ Answered: “export API_KEY=‹masked: 13 characters›”"),
  );
  expect(closed).not.toContain("hunter2");
  expect(JSON.stringify(slack.snapshot())).not.toContain("hunter2");
});

test.each([
  { count: 10, multiple: false, type: "radio_buttons" },
  { count: 11, multiple: false, type: "static_select" },
  { count: 100, multiple: false, type: "static_select" },
  { count: 10, multiple: true, type: "checkboxes" },
  { count: 100, multiple: true, type: "multi_static_select" },
])("of $count options, multiple: $multiple, one can be chosen", async ({ count, multiple, type }) => {
  const labels = Array.from({ length: count }, (_, index) => `choice ${index + 1}`);
  const { card, id } = await ask({ options: options(...labels), multiple });
  const view = await open(card);
  expect(typesIn(view)).toEqual([type, "plain_text_input"]);
  await slack.user("U1").submit(view, { "choice-1": `${count}. choice ${count}` });
  await isGiven(id);
  expect(small.answers.at(-1)).toEqual([[`choice ${count}`]]);
  small.answered(id);
});

test("more options than Slack has room for, and more questions, can be answered in OpenCode only", async () => {
  const many = await ask({ options: options(...Array.from({ length: 101 }, (_, n) => `o${n}`)) });
  const several = await ask(...Array.from({ length: 33 }, (_, n) => ({ question: `q${n}` })));
  for (const { card, id } of [many, several]) {
    expect(renderPlain(card)).toContain(
      "⚠ A dialog in Slack has no room for these questions, or one of them has no option that can be chosen here. It can be answered in OpenCode only.",
    );
    expect(renderPlain(card)).toContain("[Dismiss]");
    expect(renderPlain(card)).not.toContain("[Answer…]");
    small.answered(id);
  }
});

test("as many questions as there is room for are in one dialog", async () => {
  const { card, id } = await ask(
    ...Array.from({ length: 32 }, (_, n) => ({ question: `q${n}`, options: options("yes", "no") })),
  );
  const view = await open(card);
  await slack.user("U1").submit(view, { "choice-32": "1. yes" });
  await isGiven(id);
  expect(small.answers.at(-1)).toEqual([...Array.from({ length: 31 }, () => []), ["yes"]]);
  small.answered(id);
});

test("nothing entered answers nothing, and whoever sent it is told", async () => {
  const { card, id } = await ask(COLOURS, COLOURS);
  const before = small.told().length;
  await slack.user("U1").submit(await open(card));
  expect(await toldNext(before)).toBe(
    "Your press did not count: you chose nothing and wrote nothing. Press “Answer…” on the card again.",
  );
  expect(renderPlain(await small.cardSays(card, "Last press: nothing was chosen or written"))).toContain(
    "[Answer…]",
  );
  small.answered(id);
});

test("answered in OpenCode while the dialog is open, a submission is told so and answers nothing", async () => {
  const { card, id } = await ask(COLOURS, COLOURS);
  const view = await open(card);
  small.answered(id, [["red"], []]);
  await small.cardSays(card, "✅ Answered in OpenCode");
  const before = small.told().length;
  await slack.user("U1").submit(view, { "choice-1": "1. red" });
  expect(await toldNext(before)).toBe("Your press came too late: this was already answered in OpenCode.");
  expect(small.received).not.toContain(`POST /question/${id}/reply`);
});

test("of two dialogs, the one that is sent first answers, and the other one's sender is told", async () => {
  const { card, id } = await ask(COLOURS, COLOURS);
  const [one, other] = [await open(card), await open(card)];
  await slack.user("U1").submit(one, { "choice-1": "1. red" });
  await isGiven(id);
  small.answered(id, [["red"], []]);
  await small.cardSays(card, "✅ Answered: “red” by @U1");
  const before = small.told().length;
  await slack.user("U1").submit(other, { "choice-1": "2. green" });
  expect(await toldNext(before)).toContain("this was already answered by @U1");
});

describe("a forged submission", () => {
  test.each<[string, (payload: Payload) => void]>([
    ["of an option that is not there", ({ view }) => choose(view, "6")],
    ["of an option by its label", ({ view }) => choose(view, "red")],
    ["of an option that cannot be chosen", ({ view }) => choose(view, "2")],
    ["of two options where one is asked for", ({ view }) => chooseSeveral(view, ["0", "1"])],
    ["of the same option twice", ({ view }) => chooseSeveral(view, ["0", "0"])],
    ["of words where none are taken", ({ view }) => write(view, "words-1", "rm -rf /")],
    ["of a question that was not asked", ({ view }) => write(view, "words-2", "more")],
    ["with the form of another dialog", ({ view }) => (view.callback_id = "answer_in_own_words")],
    ["with the form of a reason", ({ view }) => (view.callback_id = "reject_with_reason")],
    ["of no dialog of ours", ({ view }) => (view.callback_id = "something_else")],
    ["by somebody else", ({ user }) => (user.id = "U2")],
    ["of another dialog", ({ view }) => (view.id = "V999")],
  ])("%s answers nothing", async (_, forge) => {
    const { card, id } = await ask({
      options: options("red", "green", "", "four", "five", "six"),
      custom: false,
    });
    const payload = await payloadOf(await open(card), { "choice-1": "1. red" });
    forge(payload);
    const [received, before] = [small.received.length, await refusals()];
    expect(await slack.deliver(payload)).toMatchObject({ acked: true });
    await until("it is refused", async () => (await refusals()) > before);
    expect(small.received).toHaveLength(received);
    small.answered(id);
  });

  test("sent twice answers once", async () => {
    const { card, id } = await ask(COLOURS, COLOURS);
    const payload = await payloadOf(await open(card), { "choice-1": "1. red" });
    await slack.deliver(payload);
    const before = small.told().length;
    await slack.deliver(payload);
    expect(await toldNext(before)).toContain("it was already sent");
    await isGiven(id);
    expect(small.received.filter((route) => route === `POST /question/${id}/reply`)).toHaveLength(1);
    small.answered(id, [["red"], []]);
  });
});

async function refusals(): Promise<number> {
  const counts = await Promise.all(
    [
      "press refused",
      "this press is about no open request",
      "this version does not understand the press",
    ].map(async (message) => (await small.logged(message)).length),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

function choose({ state }: Payload["view"], value: string): void {
  setField(state, "choice-1", { type: "radio_buttons", selected_option: { value } });
}

function chooseSeveral({ state }: Payload["view"], values: readonly string[]): void {
  setField(state, "choice-1", { type: "checkboxes", selected_options: values.map((value) => ({ value })) });
}

function write({ state }: Payload["view"], block: string, value: string): void {
  setField(state, block, { type: "plain_text_input", value });
}

function setField({ values }: Payload["view"]["state"], block: string, field: unknown): void {
  values[block] = { "laptop_0 field": field };
}
