import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { auditDirectory } from "../../src/audit/lines.ts";
import { until } from "../support/opencode/until.ts";
import { options } from "../support/question-request.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { SlackStandIn } from "../support/slack/stand-in.ts";
import { numbersOn, startGateway, type SmallGateway } from "../support/small-gateway.ts";

let small: SmallGateway;
let slack: SlackStandIn;
let directory: string;
beforeEach(async () => {
  small = await startGateway();
  ({ slack } = small);
  directory = auditDirectory(small.config.stateDirectory);
});
afterEach(async () => small[Symbol.asyncDispose]());

/** The lines of the record, without those that open a file. */
const record = async (): Promise<Record<string, unknown>[]> => {
  const names = (await readdir(directory)).filter((name) => name.endsWith(".jsonl"));
  const texts = await Promise.all(names.map(async (name) => readFile(path.join(directory, name), "utf8")));
  return texts
    .join("")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .slice(1);
};

async function blockRecord(): Promise<void> {
  await mkdir(path.dirname(directory), { recursive: true });
  await writeFile(directory, "a file in the directory's place");
}

test("each step of a request is in the record, and the head of its end on the closed card", async () => {
  small.asked(1, "git push");
  const card = await slack.channel("C1").waitForMessage();
  await slack.user("U2").press(card, "Allow once");
  await slack.user("U1").press(card, "Allow once");
  await until("OpenCode hears of it", () => small.received.length > 0);
  small.replied("per_1", "once");
  const closed = renderPlain(await small.card("Audit"));
  const lines = await record();
  const { channel, ts } = card;
  expect(lines).toMatchObject([
    { event: "asked", permission: "bash" },
    { event: "shown", channel, ts, offers: ["once", "reject", "reject-with-reason"] },
    { event: "pressed", channel, ts, userID: "U2", reply: "once", refusal: "not-listed" },
    { event: "pressed", channel, ts, userID: "U1", reply: "once" },
    { event: "replied", reply: "once", by: "approver", userID: "U1" },
    { event: "closed", channel, ts, openMs: expect.any(Number) },
  ]);
  expect(lines[3]).not.toHaveProperty("refusal");
  expect(closed).toContain(`Audit ${String(lines[5]?.["hash"]).slice(0, 20)}`);
});

test("each step of a question is in the record, without a word of what is asked or answered", async () => {
  small.askedQuestions(1, [{ question: "Which database?", options: options("SQLite") }]);
  const card = await slack.channel("C1").waitForMessage();
  await slack.user("U1").press(card, "1. SQLite");
  await until("OpenCode hears of it", () => small.received.length > 0);
  small.answered("que_1", [["SQLite"]]);
  await small.card("Audit");
  const lines = await record();
  expect(lines).toMatchObject([
    { event: "asked", kind: "question", permission: "question" },
    { event: "shown", kind: "question", offers: ["option-1", "other", "reject"] },
    { event: "pressed", kind: "question", userID: "U1", reply: "answer" },
    { event: "replied", kind: "question", reply: "answer", by: "approver", userID: "U1" },
    { event: "closed", kind: "question" },
  ]);
  expect(JSON.stringify(lines)).not.toMatch(/SQLite|database/);
});

test("where the record cannot be written no question is answered, from a button or a dialog, and Dismiss works", async () => {
  await blockRecord();
  small.askedQuestions(1, [{ question: "Which database?", options: options("SQLite") }]);
  const card = await slack.channel("C1").waitForMessage();
  await slack.user("U1").press(card, "1. SQLite");
  await slack.waitFor(() => small.told().length === 1);
  await slack.user("U1").press(card, "Other…");
  const view = await slack.waitFor(() => slack.user("U1").views()[0]);
  await slack.user("U1").submit(view, { "Your answer": "MariaDB" });
  await slack.waitFor(() => small.told().length === 2);
  for (const told of small.told())
    expect(told).toContain("the gateway cannot write your press to the audit record");
  expect(small.received).toEqual([]);
  await slack.user("U1").press(card, "Dismiss");
  await until("OpenCode hears of it", () => small.received.length === 1);
  small.answered("que_1");
  await small.card("Dismissed by @U1");
});

test("the time for which a request was open is told of also when the machine slept meanwhile", async () => {
  small.asked(1, "git push");
  await small.card("git push");
  // The monotonic clock stands still in sleep, and only the wall clock has gone on.
  const SLEPT_MS = 3_600_000;
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + SLEPT_MS });
  onTestFinished(() => void vi.useRealTimers());
  small.replied("per_1", "once");
  await small.card("Allowed once in OpenCode");
  const closed = (await record()).find(({ event }) => event === "closed");
  expect(Number(closed?.["openMs"])).toBeGreaterThanOrEqual(SLEPT_MS);
});

test("what is answered before it settles is in no record", async () => {
  small.asked(1, "git push");
  small.replied("per_1", "reject");
  small.asked(2, "git push", "ses_1");
  await slack.channel("C1").waitForMessage();
  expect((await record()).filter(({ event }) => event === "asked")).toHaveLength(1);
});

test("where the record cannot be written Allow answers nothing, whoever pressed is told, and Reject works", async () => {
  await blockRecord();
  small.asked(1, "git push");
  const card = await slack.channel("C1").waitForMessage();
  await slack.user("U1").press(card, "Allow once");
  await slack.waitFor(() => small.told().length > 0);
  expect(small.told()).toEqual([
    expect.stringContaining("the gateway cannot write your press to the audit record"),
  ]);
  expect(small.received).toEqual([]);
  // What was not allowed is nobody's answer.
  await slack.user("U1").press(card, "Reject");
  await until("OpenCode hears of it", () => small.received.length === 1);
  small.replied("per_1", "reject");
  expect(renderPlain(await small.card("Rejected by @U1"))).not.toContain("Audit ");
});

test("an Allow that could not be recorded is not named when the request is allowed in OpenCode", async () => {
  await blockRecord();
  small.asked(1, "git push");
  await slack.user("U1").press(await slack.channel("C1").waitForMessage(), "Allow once");
  await slack.waitFor(() => small.told().length > 0);
  small.replied("per_1", "once");
  expect(renderPlain(await small.card("Allowed once"))).toContain("Allowed once in OpenCode");
});

test("a shared card has one head, of the row that was closed last", async () => {
  small.storm(20);
  const card = await small.card("permission requests");
  for (const n of numbersOn(card)) small.replied(`per_${n}`, "reject");
  const closed = await slack
    .channel("C1")
    .waitForMessage((message) => message.ts === card.ts && !renderPlain(message).includes("[Reject]"));
  const [head, ...others] = renderPlain(closed).match(/(?<=Audit )\w+/g) ?? [];
  expect(others).toEqual([]);
  const ends = (await record()).filter(({ event }) => event === "closed");
  expect(String(ends.at(-1)?.["hash"]).slice(0, 20)).toBe(head);
});
