/** What an agent asks its user, answered by a button of its card. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Question } from "../../src/gateway/domain/ask.ts";
import { contentsOf } from "../support/contents.ts";
import { until } from "../support/opencode/until.ts";
import { options } from "../support/question-request.ts";
import { rowsOf } from "../support/rows.ts";
import { buttonsOf } from "../support/slack/block-kit.ts";
import { createWebClient } from "../support/slack/official-clients.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { Message } from "../support/slack/slack-objects.ts";
import type { SlackStandIn } from "../support/slack/stand-in.ts";
import { startGateway, type SmallGateway } from "../support/small-gateway.ts";

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

const DATABASE = [
  { label: "PostgreSQL (Recommended)", description: "What the other services use" },
  { label: "SQLite", description: "One file, no server" },
];

/** OpenCode asks one question in a session of its own. */
async function ask(
  question: Partial<Question> = {},
  says = question.question,
): Promise<{ id: string; card: Message }> {
  const n = (asked += 1);
  const text = `Number ${n}, which one?`;
  small.askedQuestions(n, [{ question: text, header: "Database", options: DATABASE, ...question }]);
  return { id: `que_${n}`, card: await small.card(says ?? text) };
}

/** The labels of a card's buttons. */
function labelsOf(card: Message): string[] {
  return buttonsOf(card.blocks ?? []).map(({ button }) => button.text.text);
}

async function toldNext(before: number, userID = "U1"): Promise<string> {
  await slack.waitFor(() => small.told(userID).length > before);
  return small.told(userID).at(-1) ?? "";
}

const isGiven = async (id: string, route: "reply" | "reject") =>
  until(`OpenCode is given ${id}`, () => small.received.includes(`POST /question/${id}/${route}`));

test("a question stands on its card with its options, and has a button for each", async () => {
  const { card, id } = await ask();
  expect(renderPlain(card).split("\n").slice(1)).toEqual([
    expect.stringMatching(/^Number \d+, which one\?$/),
    "1. PostgreSQL (Recommended): What the other services use",
    "2. SQLite: One file, no server",
    expect.stringMatching(/^host /),
    "Never enter passwords or other secrets: the agent reads the answer, and so does everybody who sees this card.",
    "[1. PostgreSQL (Recommended)] [2. SQLite] [Other…] [Dismiss]",
    "@U1",
  ]);
  expect(renderPlain(card)).toMatch(/ · Answer a question about Database\n/);
  expect(buttonsOf(card.blocks ?? []).map(({ button }) => button.style)).toEqual(
    Array.from({ length: 4 }, () => undefined),
  );
  small.answered(id);
});

test("one press of an option answers with the label, and the closed card says which and by whom", async () => {
  const { card, id } = await ask();
  await slack.user("U1").press(card, "2. SQLite");
  await isGiven(id, "reply");
  expect(small.answers.at(-1)).toEqual([["SQLite"]]);
  expect(renderPlain(await small.cardSays(card, "[2. SQLite]"))).not.toContain("✅");

  small.answered(id, [["SQLite"]]);
  const closed = renderPlain(await small.cardSays(card, "✅ Answered: “SQLite” by @U1"));
  expect(closed).not.toContain("[");
  expect(closed).not.toContain("passwords");
});

test("dismissed, OpenCode rejects the question, and the card says who did", async () => {
  const { card, id } = await ask();
  await slack.user("U1").press(card, "Dismiss");
  await isGiven(id, "reject");
  small.answered(id);
  expect(renderPlain(await small.cardSays(card, "❌ Dismissed by @U1"))).not.toContain("[");
});

test("answered or dismissed in OpenCode, the card says so and repeats no word of it", async () => {
  const [one, other] = [await ask(), await ask()];
  small.answered(one.id, [["my own words"]]);
  small.answered(other.id);
  expect(renderPlain(await small.cardSays(one.card, "✅ Answered in OpenCode"))).not.toContain(
    "my own words",
  );
  await small.cardSays(other.card, "❌ Dismissed in OpenCode");
});

test("another answer than the one that was pressed names nobody, and whoever pressed is told", async () => {
  const { card, id } = await ask();
  const before = small.told().length;
  await slack.user("U1").press(card, "2. SQLite");
  await isGiven(id, "reply");
  small.answered(id, [["PostgreSQL (Recommended)"]]);
  await small.cardSays(card, "✅ Answered in OpenCode");
  expect(await toldNext(before)).toBe("Your press came too late: this was already answered in OpenCode.");
});

test("who is no approver answers nothing, and dismisses nothing", async () => {
  const { card, id } = await ask();
  const received = small.received.length;
  for (const button of ["1. PostgreSQL (Recommended)", "Other…", "Dismiss"]) {
    const before = small.told("U2").length;
    await slack.user("U2").press(card, button);
    expect(await toldNext(before, "U2")).toContain("You can't approve this");
  }
  expect(small.received).toHaveLength(received);
  expect(slack.user("U2").views()).toEqual([]);
  small.answered(id);
});

test("of two people with different answers one is first, and the other is told", async () => {
  const { card, id } = await ask();
  const before = small.told().length;
  await Promise.all([
    slack.user("U1").press(card, "1. PostgreSQL (Recommended)"),
    slack.user("U1").press(card, "2. SQLite"),
  ]);
  await isGiven(id, "reply");
  const given = small.answers.at(-1) as string[][];
  small.answered(id, given);
  await small.cardSays(card, `✅ Answered: “${given.flat().join()}” by @U1`);
  expect(await toldNext(before)).toMatch(/pressed first|was already answered/);
  expect(small.received.filter((route) => route === `POST /question/${id}/reply`)).toHaveLength(1);
});

test("a session that stops takes its question along, and a late press is told so", async () => {
  const { card, id } = await ask();
  slack.route(() => undefined);
  await slack.user("U1").press(card, "2. SQLite");
  slack.route();
  const press = slack.envelopes().at(-1)?.payload ?? {};
  small.gateway.sessionIdle(id.replace("que", "ses"));
  await small.cardSays(card, "⏹ The session stopped. Nothing will run.");
  const before = small.told().length;
  await slack.deliver(press);
  expect(await toldNext(before)).toContain("the session that asked has stopped");
  expect(small.received).not.toContain(`POST /question/${id}/reply`);
});

test("rejecting a permission leaves the session's question open, and the card does not say otherwise", async () => {
  const { card, id } = await ask();
  const sessionID = id.replace("que", "ses");
  const n = (asked += 1);
  small.asked(n, `echo number ${n}.`, sessionID);
  const permission = await small.card(`echo number ${n}.`);
  expect(renderPlain(permission)).not.toContain("Reject also rejects");
  await slack.user("U1").press(permission, "Reject");
  await until("OpenCode hears of it", () => small.received.some((route) => route.endsWith(`per_${n}`)));
  small.replied(`per_${n}`, "reject");
  await small.cardSays(permission, "❌ Rejected by @U1");
  expect(renderPlain(await small.cardSays(card, "[2. SQLite]"))).not.toContain("Reject also rejects");
  small.answered(id);
});

test("OpenCode that does not confirm leaves the buttons, and whoever pressed is told", async () => {
  const { card, id } = await ask();
  const before = small.told().length;
  await slack.user("U1").press(card, "2. SQLite");
  expect(await toldNext(before)).toContain(
    "The gateway told OpenCode “answered”, but OpenCode did not confirm it.",
  );
  await small.cardSays(card, "[2. SQLite]");
  small.answered(id);
});

test("an answer on a card that somebody has rewritten does not count; a dismissal does", async () => {
  const { card, id } = await ask();
  const before = small.told().length;
  const words = JSON.stringify(card.blocks).replace("One file, no server", "What everybody wants");
  await createWebClient(slack).chat.update({ channel: "C1", ts: card.ts, blocks: JSON.parse(words) });
  await slack.user("U1").press(card, "2. SQLite");
  expect(await toldNext(before)).toContain("this card in Slack was not as the gateway posted it");
  expect(small.received).not.toContain(`POST /question/${id}/reply`);
  small.answered(id);
});

test.each(["2. SQLite", "Other…"])(
  "a press of %s that is older than the card is does not count",
  async (button) => {
    const { card, id } = await ask();
    slack.route(() => undefined);
    await slack.user("U1").press(card, button);
    slack.route();
    const press = structuredClone(slack.envelopes().at(-1)?.payload) as { actions: { action_ts: string }[] };
    const [action] = press.actions;
    if (action !== undefined) action.action_ts = String(Number(action.action_ts) - 80);
    const before = small.told().length;
    await slack.deliver({ ...press });
    expect(await toldNext(before)).toContain("the card has changed since you pressed");
    expect(small.received).not.toContain(`POST /question/${id}/reply`);
    expect(slack.user("U1").views()).toEqual([]);
    small.answered(id);
  },
);

test("Slack that is away gets the card, and the answer, when it is back", async () => {
  const posts = slack.calls("chat.postMessage").length;
  const end = slack.outage({ status: 500, methods: ["chat.postMessage"] });
  const n = (asked += 1);
  small.askedQuestions(n, [{ question: `While away ${n}?`, options: options("yes") }]);
  await slack.waitFor(() => slack.calls("chat.postMessage").length > posts).finally(end);
  const card = await small.card(`While away ${n}?`);
  await slack.user("U1").press(card, "1. yes");
  await isGiven(`que_${n}`, "reply");
  small.answered(`que_${n}`, [["yes"]]);
  expect(renderPlain(await small.cardSays(card, "✅ Answered: “yes” by @U1"))).not.toContain("[");
});

test("a stop dismisses the session's question with everything else, and its card says so", async () => {
  const session = `ses_stop_${(asked += 1)}`;
  for (const again of [1, 2, 3]) {
    const n = (asked += 1);
    small.asked(n, `echo ${again} of ${session}.`, session);
    const rejected = await small.card(`echo ${again} of ${session}.`);
    await slack.user("U1").press(rejected, "Reject");
    await until("OpenCode hears of it", () => small.received.some((route) => route.endsWith(`per_${n}`)));
    small.replied(`per_${n}`, "reject");
    await small.cardSays(rejected, "❌ Rejected by @U1");
  }
  const [question, command] = [(asked += 1), (asked += 1)];
  small.askedQuestions(question, [{ question: `Stop ${question}?`, options: options("yes") }], session);
  const card = await small.card(`Stop ${question}?`);
  small.asked(command, `echo last of ${session}.`, session);
  const last = await small.card(`echo last of ${session}.`);
  await slack.user("U1").press(last, "Reject all and stop", { confirm: true });
  await until("both are rejected", () => small.received.includes(`POST /question/que_${question}/reject`));
  small.answered(`que_${question}`);
  small.replied(`per_${command}`, "reject");
  expect(renderPlain(await small.cardSays(card, "❌ Dismissed"))).not.toContain("[");
});

describe("what an agent writes", () => {
  test("an option that reads like our buttons stands in quotation marks, and none is coloured", async () => {
    const labels = ["Allow once", "Reject", "ａｌｌｏｗ ｏｎｃｅ", "Dismiss…", "Answer"];
    const { card, id } = await ask({ options: options(...labels) });
    expect(labelsOf(card)).toEqual([
      "1. “Allow once”",
      "2. “Reject”",
      expect.stringMatching(/^3\. /),
      "4. “Dismiss…”",
      "5. “Answer”",
      "Other…",
      "Dismiss",
    ]);
    expect(buttonsOf(card.blocks ?? []).every(({ button }) => button.style === undefined)).toBe(true);
    await slack.user("U1").press(card, "1. “Allow once”");
    await isGiven(id, "reply");
    expect(small.answers.at(-1)).toEqual([["Allow once"]]);
    small.answered(id, [["Allow once"]]);
  });

  test("a masked, an empty and a doubled option have no button; the others have", async () => {
    const { card, id } = await ask({
      options: options("API_KEY=hunter2-x9Kq4", "", "same", "SQLite", "same", "  same "),
    });
    expect(labelsOf(card)).toEqual(["Answer…", "Dismiss"]);
    small.answered(id);
    const few = await ask({ options: options("API_KEY=hunter2-x9Kq4", "", "same", "SQLite", "same") });
    expect(labelsOf(few.card)).toEqual(["4. SQLite", "Other…", "Dismiss"]);
    expect(renderPlain(few.card)).toContain("1. API_KEY=‹masked: 13 characters›");
    expect(renderPlain(few.card)).not.toContain("hunter2");
    small.answered(few.id);
  });

  test("what cannot be seen is visible, and the agent gets it as it wrote it", async () => {
    const { card, id } = await ask({ options: options("SQLite\u200B", "Postgres\n9. Yes", "a\u202Eb") });
    expect(labelsOf(card)).toEqual([
      "1. SQLite\\u{200B}",
      "2. Postgres\\u{A}9. Yes",
      "3. a\\u{202E}b",
      "Other…",
      "Dismiss",
    ]);
    await slack.user("U1").press(card, "1. SQLite\\u{200B}");
    await isGiven(id, "reply");
    expect(small.answers.at(-1)).toEqual([["SQLite\u200B"]]);
    small.answered(id, [["SQLite\u200B"]]);
  });

  test("mentions and links come to nothing", async () => {
    const { card, id } = await ask({
      question: "<!channel> <@U2> or <https://example.com|this> & that?",
      header: "<!here>",
      options: options("<!channel>", "*bold* :tada:"),
    });
    expect(labelsOf(card).slice(0, 2)).toEqual(["1. &lt;!channel&gt;", "2. *bold* :tada:"]);
    expect(card.text).toContain("&lt;!channel&gt;");
    small.answered(id);
  });

  test("an option of 75 characters has a button, one of 76 has a dialog", async () => {
    const [longest, longer] = ["x".repeat(75), "y".repeat(76)];
    const fitting = await ask({ options: options(longest, "&".repeat(14)) });
    expect(labelsOf(fitting.card)).toEqual([
      longest,
      expect.stringMatching(/^2\. (?:&amp;){14}$/),
      "Other…",
      "Dismiss",
    ]);
    const long = await ask({ options: options(longer) });
    expect(labelsOf(long.card)).toEqual(["Answer…", "Dismiss"]);
    expect(renderPlain(long.card)).toContain(`1. ${longer}`);
    small.answered(fitting.id);
    small.answered(long.id);
  });

  test("without custom there is no Other, and nothing to choose from leaves Dismiss", async () => {
    const one = await ask({ custom: false });
    expect(labelsOf(one.card)).toEqual(["1. PostgreSQL (Recommended)", "2. SQLite", "Dismiss"]);
    const none = await ask({ custom: false, options: [] });
    expect(labelsOf(none.card)).toEqual(["Dismiss"]);
    expect(renderPlain(none.card)).toContain("It can be answered in OpenCode only.");
    small.answered(one.id);
    small.answered(none.id);
  });

  test("what is too long for a card is put into its thread, whole, before it can be answered", async () => {
    const long = Array.from({ length: 300 }, (_, line) => `Line ${line} of what is asked here at length.`);
    const { card, id } = await ask({ question: long.join("\n"), options: options("yes", "no") }, long[0]);
    const complete = await small.cardSays(card, "in the thread: read all of it there before you answer it.");
    expect(labelsOf(complete)).toEqual(["1. yes", "2. no", "Other…", "Dismiss"]);
    const thread = slack
      .channel("C1")
      .messages()
      .filter(({ thread_ts: ts }) => ts === card.ts);
    expect(thread.map(renderPlain).join("\n")).toContain(long.at(-1));
    await slack.user("U1").press(complete, "1. yes");
    await isGiven(id, "reply");
    small.answered(id, [["yes"]]);
    await small.cardSays(card, "✅ Answered: “yes” by @U1");
  });

  test("what is too long for card and thread can be dismissed only, and the card says why", async () => {
    const { card, id } = await ask({
      question: "Really long?",
      options: options("z".repeat(1_000_000), "short"),
    });
    expect(labelsOf(card)).toEqual(["Dismiss"]);
    expect(renderPlain(card)).toContain("so it can be answered in OpenCode only.");
    await slack.user("U1").press(card, "Dismiss");
    await isGiven(id, "reject");
    small.answered(id);
  });
});

test("many questions at once share cards, where each has a row with one button, and is answered alone", async () => {
  const session = "ses_storm";
  const first = asked + 1;
  for (let n = first; n < first + 12; n += 1)
    small.askedQuestions(n, [{ question: `Storm ${n}.`, options: DATABASE }], `${session}_${n}`);
  asked += 12;
  const card = await slack
    .channel("C1")
    .waitForMessage((message) => rowsOf(message).length > 1 && renderPlain(message).includes("Storm"));
  const rows = rowsOf(card);
  expect(renderPlain(card)).toMatch(/ · \d+ requests/);
  for (const { buttons } of rows) expect([...buttons.keys()]).toEqual(["Answer…", "Dismiss"]);
  for (let n = first; n < first + 12; n += 1) small.answered(`que_${n}`);
  await slack
    .channel("C1")
    .waitForMessage(
      (message) => message.ts === card.ts && rowsOf(message).every(({ outcome }) => outcome !== undefined),
    );
});

test("nothing of an answer is in the log, the record or the ledger", async () => {
  const { card, id } = await ask({ options: options("a very peculiar label") });
  await slack.user("U1").press(card, "1. a very peculiar label");
  await isGiven(id, "reply");
  small.answered(id, [["a very peculiar label"]]);
  await small.cardSays(card, "✅ Answered");
  expect(await contentsOf(small.config.stateDirectory)).not.toContain("peculiar");
});
