import { DATABASE, REGIONS } from "../support/asked-questions.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sitDown, type Desk } from "../support/desk.ts";
import { bash, call, calls, say } from "../support/opencode/scripted-model.ts";
import { buttonOf } from "../support/rows.ts";
import type { ButtonName } from "../support/slack/actors.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { Message, View } from "../support/slack/slack-objects.ts";

let desk: Desk;
beforeAll(async () => {
  desk = await sitDown({
    env: {
      OPENCODE_EXPERIMENTAL_PLAN_MODE: "1",
      OPENCODE_SLACK_GATEWAY_CONFIRM: "default, plan_exit:*",
    },
  });
});
afterAll(async () => desk[Symbol.asyncDispose]());

const ask = (...questions: object[]) => call("question", { questions });

/** What the model reads, as the terminal's own answers have it. */
const read = (answers: string): string =>
  `User has answered your questions: ${answers}. You can now continue with the user's answers in mind.`;

async function open(card: Message, button: ButtonName): Promise<View> {
  await desk.slack.user("U1").press(card, button);
  return desk.slack.waitFor(() => desk.slack.user("U1").views()[0]);
}

test("an option that is pressed reaches the model as from the terminal, and the card says which and by whom", async () => {
  const task = await desk.start([ask({ ...DATABASE, question: "Which database, by a press?" }), say("done")]);
  const card = await desk.card("Which database, by a press?");
  expect(renderPlain(card)).toContain("[1. PostgreSQL (Recommended)] [2. SQLite] [Other…] [Dismiss]");
  await desk.slack.user("U1").press(card, "2. SQLite");
  await desk.cardSays(card, "✅ Answered: “SQLite” by @U1");
  await task.end();
  expect(task.toolResults()).toEqual([read('"Which database, by a press?"="SQLite"')]);
});

test("several questions are answered in one dialog", async () => {
  const task = await desk.start([ask(DATABASE, REGIONS), say("done")]);
  const card = await desk.card("Answer 2 questions");
  const view = await open(card, "Answer…");
  await desk.slack.user("U1").submit(view, {
    "choice-1": "1. PostgreSQL (Recommended)",
    "choice-2": ["1. eu-central-1", "2. us-east-1"],
    "words-2": "ap-south-1",
  });
  await desk.cardSays(card, "✅ Answered: “PostgreSQL (Recommended)”, “eu-central-1”");
  await task.end();
  expect(task.toolResults()).toEqual([
    read(
      `"${DATABASE.question}"="PostgreSQL (Recommended)", "${REGIONS.question}"="eu-central-1, us-east-1, ap-south-1"`,
    ),
  ]);
});

test("words of one's own reach the model as they were typed", async () => {
  const task = await desk.start([ask({ ...DATABASE, question: "Which one, in own words?" }), say("done")]);
  const card = await desk.card("Which one, in own words?");
  await desk.slack.user("U1").submit(await open(card, "Other…"), { "Your answer": "MariaDB, as before" });
  await desk.cardSays(card, "✅ Answered: “MariaDB, as before” by @U1");
  await task.end();
  expect(task.toolResults()).toEqual([read('"Which one, in own words?"="MariaDB, as before"')]);
});

test("dismissed, the turn ends and the card says by whom", async () => {
  const task = await desk.start([ask({ ...DATABASE, question: "To be dismissed?" }), say("done")]);
  const card = await desk.card("To be dismissed?");
  await desk.slack.user("U1").press(card, "Dismiss");
  await desk.cardSays(card, "❌ Dismissed by @U1");
  await task.end();
  expect(task.toolResults()).toEqual([]);
});

test("answered or dismissed in OpenCode, the card closes and names nobody", async () => {
  const answered = await desk.start([ask({ ...DATABASE, question: "Answered there?" }), say("done")]);
  const one = await desk.card("Answered there?");
  await desk.answerInOpenCode(answered, [["SQLite"]]);
  await desk.cardSays(one, "✅ Answered in OpenCode");
  await answered.end();

  const dismissed = await desk.start([ask({ ...DATABASE, question: "Dismissed there?" }), say("done")]);
  const other = await desk.card("Dismissed there?");
  await desk.answerInOpenCode(dismissed);
  await desk.cardSays(other, "❌ Dismissed in OpenCode");
});

test("a dialog that is open when the question is answered in OpenCode answers nothing, and its sender is told", async () => {
  const task = await desk.start([ask(DATABASE, REGIONS), say("done")]);
  const card = await desk.slack
    .channel("C1")
    .waitForMessage((message) => renderPlain(message).includes("[Answer…]"));
  const view = await open(card, "Answer…");
  await desk.answerInOpenCode(task, [["SQLite"], []]);
  await desk.cardSays(card, "✅ Answered in OpenCode");
  const before = desk.slack.user("U1").ephemerals().length;
  await desk.slack.user("U1").submit(view, { "choice-1": "1. PostgreSQL (Recommended)" });
  await desk.slack.waitFor(() => desk.slack.user("U1").ephemerals().length > before);
  expect(renderPlain(desk.slack.user("U1").ephemerals().at(-1) ?? {})).toBe(
    "Your press came too late: this was already answered in OpenCode.",
  );
  await task.end();
  expect(task.toolResults()).toEqual([
    read(`"${DATABASE.question}"="SQLite", "${REGIONS.question}"="Unanswered"`),
  ]);
});

test("aborted, the card closes, although OpenCode would still take an answer", async () => {
  const task = await desk.start([ask({ ...DATABASE, question: "To be aborted?" }), say("done")]);
  const card = await desk.card("To be aborted?");
  await desk.opencode.abort(task);
  expect(await desk.cardSays(card, "⏹ The session stopped. Nothing will run.")).not.toContain("[");
});

test("beside a permission request, each is answered alone", async () => {
  const question = { ...DATABASE, question: "Beside a command?" };
  const task = await desk.start([calls(ask(question), bash("echo beside")), say("done")]);
  const [one, other] = await Promise.all([desk.card("Beside a command?"), desk.card("echo beside")]);
  // Both may stand on one card, when Slack has just taken three others.
  await desk.slack.user("U1").press(other, buttonOf(other, "echo beside", "Allow once"));
  await desk.cardSays(other, "Allowed once by @U1");
  if (one.ts === other.ts) {
    // As it is drawn now: Slack has named its blocks anew.
    const both = await desk.card("Beside a command?");
    const view = await open(both, buttonOf(both, "Beside a command?", "Answer…"));
    await desk.slack.user("U1").submit(view, { "choice-1": "1. PostgreSQL (Recommended)" });
  } else await desk.slack.user("U1").press(one, "1. PostgreSQL (Recommended)");
  await desk.cardSays(one, "Answered: “PostgreSQL (Recommended)” by @U1");
  await task.end();
  expect(task.toolResults()).toHaveLength(2);
});

test("leaving plan mode is a question that rules know by its tool", async () => {
  const task = await desk.start([call("plan_exit", {}), say("done")], undefined, undefined, "plan");
  const card = await desk.card("End plan mode and begin to edit");
  const plain = renderPlain(card);
  expect(plain).toContain("⚠ This matches `plan_exit:*`. You will be asked again.".replaceAll("`", ""));
  expect(plain).toContain("[1. Yes] [2. No] [Dismiss]");
  await expect(desk.slack.user("U1").press(card, "1. Yes")).rejects.toThrow("asks");
  await desk.slack.user("U1").press(card, "1. Yes", { confirm: true });
  await desk.cardSays(card, "✅ Answered: “Yes” by @U1");
  await task.end();
  expect(task.toolResults().join()).toContain("User approved switching to build agent");
});

test("OpenCode's screen stays clean, and Slack has nothing to complain about", () => {
  expect(desk.opencode.stderr()).toBe("");
  expect(desk.slack.complaints()).toEqual([]);
  expect(desk.slack.unacked()).toEqual([]);
});
