import { expect, test as base } from "vitest";
import type { Desk, Task } from "../support/desk.ts";
import { bash, calls, say } from "../support/opencode/scripted-model.ts";
import { until } from "../support/opencode/until.ts";
import { rowsOf } from "../support/rows.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { Message } from "../support/slack/slack-objects.ts";
import type { SlackStandIn } from "../support/slack/stand-in.ts";
import {
  allRows,
  cardsOf,
  faultyOffice,
  type FaultyOffice,
  isTold,
  outcomeOf,
  press,
  strikeNext,
} from "./fault-test.ts";

/** With Slack's own rate limits. */
const test = base.extend<FaultyOffice>({ ...faultyOffice, slackOptions: { rateLimits: {} } });

/** Two digits at least, so that no name contains another one. */
const names = (count: number, prefix = "request"): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}-${String(n).padStart(3, "0")}`);

/** One session for each name, all at once. */
async function startEach(desk: Desk, all: readonly string[]): Promise<Map<string, Task>> {
  const started = all.map(
    async (name) => [name, await desk.start([bash(`echo ${name}`), say("done")])] as const,
  );
  return new Map(await Promise.all(started));
}

/** The same, where Slack takes no post before everything is asked, so that those who wait share cards. */
async function startTogether(desk: Desk, all: readonly string[]) {
  const admit = desk.slack.outage({ status: 429, retryAfterS: 1, methods: ["chat.postMessage"] });
  const tasks = await startEach(desk, all);
  await until("everything is asked", async () => (await desk.opencode.pending()).length === all.length);
  return { tasks, admit };
}

/** Resolves when each name has an open row. */
async function readable(slack: SlackStandIn, all: readonly string[]): Promise<void> {
  const missing = (): string[] => {
    const open = allRows(slack).filter(({ outcome }) => outcome === undefined);
    return all.filter((name) => !open.some(({ text }) => text.includes(name)));
  };
  await slack
    .waitFor(() => missing().length === 0, { limitMs: 90_000 })
    .catch((cause: unknown) => {
      throw new Error(`Nobody can read ${missing().join(", ")}`, { cause });
    });
  tellFigures(slack, all.length);
}

/** For the document on reliability: what people had to wait for. */
function tellFigures(slack: SlackStandIn, count: number): void {
  const posts = slack.calls("chat.postMessage");
  const waited = (posts.at(-1)?.at ?? 0) - (posts[0]?.at ?? 0);
  const cards = slack.channel("C1").messages().length;
  console.log(`${count} requests: ${cards} cards within ${waited} ms, ${limited(slack)} times limited`);
}

/** How often Slack has refused a post because there were too many. */
function limited(slack: SlackStandIn): number {
  return slack.calls("chat.postMessage").filter(({ answer }) => answer?.ok === false).length;
}

/** The first card with several open rows. */
async function sharedCard(slack: SlackStandIn): Promise<Message> {
  return slack.channel("C1").waitForMessage((card) => openRows(card).length > 1);
}

function openRows(card: Message) {
  return rowsOf(card).filter(({ outcome }) => outcome === undefined);
}

/** The names that the rows of a card say, from the top. */
function namesOn(card: Message): string[] {
  return rowsOf(card).map(({ text }) => /request-\d+/.exec(text)?.[0] ?? text);
}

test("30 calls of one session at once can all be read, and each is answered alone", async ({ desk }) => {
  const { slack } = desk;
  const all = names(30);
  const task = await desk.start([calls(...all.map((name) => bash(`echo ${name}`))), say("done")]);
  await readable(slack, all);
  expect(limited(slack)).toBeLessThanOrEqual(2);
  const before = slack.channel("C1").messages().map(namesOn);

  for (const name of all.toReversed()) await press(slack, name, "Allow once");
  await task.end();
  expect(task.toolResults().sort()).toEqual(all.map((name) => `${name}\n`));
  for (const name of all) expect(await outcomeOf(slack, name)).toContain("Allowed once by @U1");
  expect(slack.channel("C1").messages().map(namesOn)).toEqual(before);
});

test("30 sessions that ask at once are answered differently, and each gets its own answer", async ({
  desk,
}) => {
  const { slack } = desk;
  const all = names(30);
  const tasks = await startEach(desk, all);
  await readable(slack, all);
  for (const [n, name] of all.entries()) await press(slack, name, n % 3 === 0 ? "Reject" : "Allow once");
  await Promise.all([...tasks.values()].map(async (task) => task.end()));
  for (const [n, name] of all.entries()) {
    const isRejected = n % 3 === 0;
    expect(tasks.get(name)?.toolResults()).toEqual(isRejected ? [] : [`${name}\n`]);
    expect(await outcomeOf(slack, name)).toContain(isRejected ? "Rejected by @U1" : "Allowed once by @U1");
  }
});

test("three OpenCodes that ask ten times each at once lose nothing", async ({ office }) => {
  const { slack } = office;
  const desks = await Promise.all([office.openDesk(), office.openDesk(), office.openDesk()]);
  const all = names(30);
  const tasks = new Map<string, Task>();
  await Promise.all(
    desks.map(async (desk, n) => {
      const own = await startEach(desk, all.slice(n * 10, n * 10 + 10));
      for (const [name, task] of own) tasks.set(name, task);
    }),
  );
  await readable(slack, all);
  expect(limited(slack)).toBeLessThanOrEqual(15);
  for (const name of all) await press(slack, name, "Allow once");
  await Promise.all([...tasks.values()].map(async (task) => task.end()));
  for (const name of all) expect(tasks.get(name)?.toolResults()).toEqual([`${name}\n`]);
  expect(slack.mostConnections()).toBe(1);
});

test("of 300 calls at once none is lost", { timeout: 240_000 }, async ({ desk }) => {
  const { slack } = desk;
  const all = names(300);
  const sessions = await Promise.all(
    Array.from({ length: 10 }, async (_, n) => {
      const own = all.slice(n * 30, n * 30 + 30);
      return desk.start([calls(...own.map((name) => bash(`echo ${name}`))), say("done")]);
    }),
  );
  await readable(slack, all);
  // A reject closes all of its session.
  for (const n of sessions.keys()) await press(slack, all[n * 30] ?? "", "Reject");
  await Promise.all(sessions.map(async (task) => task.end()));
  for (const name of all) expect(await outcomeOf(slack, name)).toMatch(/^❌ (Rejected|Also rejected)/);
  expect(sessions.flatMap((task) => task.toolResults())).toEqual([]);
});

test("Reject all rejects the rows that are open, and no other", async ({ desk }) => {
  const { slack } = desk;
  const { tasks, admit } = await startTogether(desk, names(12));
  admit();
  await readable(slack, names(12));
  const card = await sharedCard(slack);
  const [first = "", second = "", ...others] = namesOn(card);
  await press(slack, first, "Allow once");
  await outcomeOf(slack, first);
  const answered = tasks.get(second);
  if (answered) await desk.replyInOpenCode(answered, "once");

  await expect(slack.user("U1").press(card, "Reject all")).rejects.toThrow("The button asks");
  await slack.user("U1").press(card, "Reject all", { confirm: true });
  for (const name of others) expect(await outcomeOf(slack, name)).toContain("Rejected by @U1");
  expect(await outcomeOf(slack, first)).toContain("Allowed once by @U1");
  expect(await outcomeOf(slack, second)).toContain("Allowed once in OpenCode");
  await Promise.all([first, second, ...others].map(async (name) => tasks.get(name)?.end()));
  expect(tasks.get(first)?.toolResults()).toEqual([`${first}\n`]);
  for (const name of others) expect(tasks.get(name)?.toolResults()).toEqual([]);
  const elsewhere = names(12).filter((name) => !namesOn(card).includes(name));
  for (const name of elsewhere) await press(slack, name, "Reject");
  await Promise.all(elsewhere.map(async (name) => tasks.get(name)?.end()));
});

test("Reject all of somebody who is no approver rejects nothing", async ({ desk }) => {
  const { slack } = desk;
  const { tasks, admit } = await startTogether(desk, names(12));
  admit();
  await readable(slack, names(12));
  const card = await sharedCard(slack);
  const count = openRows(card).length;
  expect(
    await isTold(slack, "U2", async () => slack.user("U2").press(card, "Reject all", { confirm: true })),
  ).toContain("You can't approve this");
  const now = slack
    .channel("C1")
    .messages()
    .find(({ ts }) => ts === card.ts);
  expect(now && openRows(now)).toHaveLength(count);
  for (const name of names(12)) await press(slack, name, "Reject");
  await Promise.all([...tasks.values()].map(async (task) => task.end()));
});

test("a session that stops closes its rows, and leaves those of others on the same card open", async ({
  desk,
}) => {
  const { slack } = desk;
  const { tasks, admit } = await startTogether(desk, names(12));
  admit();
  await readable(slack, names(12));
  const card = await sharedCard(slack);
  const [stopped = "", ...others] = namesOn(card);
  const session = tasks.get(stopped);
  if (session) await desk.opencode.abort(session);
  expect(await outcomeOf(slack, stopped)).toContain("The session stopped. Nothing will run.");
  for (const name of others) await press(slack, name, "Allow once");
  await Promise.all(others.map(async (name) => tasks.get(name)?.end()));
  for (const name of others) expect(tasks.get(name)?.toolResults()).toEqual([`${name}\n`]);
});

test("what is answered in OpenCode while it waits for its turn is never posted", async ({ desk }) => {
  const { slack } = desk;
  const { tasks, admit } = await startTogether(desk, names(12));
  const [answered, open] = [names(12).slice(0, 6), names(12).slice(6)];
  for (const name of answered) {
    const task = tasks.get(name);
    if (task) await desk.replyInOpenCode(task, "once");
  }
  admit();
  await readable(slack, open);
  for (const name of answered) expect(cardsOf(slack, name)).toEqual([]);
  for (const name of open) await press(slack, name, "Allow once");
  await Promise.all([...tasks.values()].map(async (task) => task.end()));
});

test("a shared card that Slack refuses is posted row by row, each whole and answerable", async ({ desk }) => {
  const { slack } = desk;
  const { tasks, admit } = await startTogether(desk, names(8));
  const struck = strikeNext(slack, "chat.postMessage", { error: "invalid_blocks" });
  admit();
  await struck;
  await readable(slack, names(8));
  for (const name of names(8)) {
    expect(cardsOf(slack, name)).toHaveLength(1);
    await press(slack, name, "Allow once");
  }
  await Promise.all([...tasks.values()].map(async (task) => task.end()));
  for (const [name, task] of tasks) expect(task.toolResults()).toEqual([`${name}\n`]);
});

test("a shared card whose posting seemed to fail answers nothing, and its rows are posted again", async ({
  desk,
}) => {
  const { slack } = desk;
  const { tasks, admit } = await startTogether(desk, names(8));
  const before = slack.calls("chat.postMessage").length;
  const next = slack.hold("chat.postMessage");
  admit();
  const call = await slack.waitFor(() => slack.calls("chat.postMessage")[before]);
  slack.loseAnswer("chat.postMessage");
  next.release();
  const ts = await slack.waitFor(() => call.answer?.["ts"]);
  const lost = await slack.channel("C1").waitForMessage((card) => card.ts === ts);
  expect(rowsOf(lost).length).toBeGreaterThan(1);
  await slack.waitFor(() => namesOn(lost).every((name) => cardsOf(slack, name).length === 2));

  const [first = ""] = namesOn(lost);
  expect(await isTold(slack, "U1", async () => press(slack, first, "Allow once", { card: lost }))).toContain(
    "posted again further down",
  );
  expect(tasks.get(first)?.toolResults()).toEqual([]);
  for (const name of names(8)) {
    const card = cardsOf(slack, name).at(-1);
    await press(slack, name, "Allow once", card && { card });
  }
  await Promise.all([...tasks.values()].map(async (task) => task.end()));
  for (const [name, task] of tasks) expect(task.toolResults()).toEqual([`${name}\n`]);
});

test("many answers on one card while Slack is slow become one update", async ({ desk }) => {
  const { slack } = desk;
  const { tasks, admit } = await startTogether(desk, names(12));
  admit();
  await readable(slack, names(12));
  const card = await sharedCard(slack);
  const on = namesOn(card);
  const updates = slack.hold("chat.update");
  for (const name of on) await press(slack, name, "Allow once");
  await Promise.all(on.map(async (name) => tasks.get(name)?.end()));
  updates.release();
  for (const name of on) expect(await outcomeOf(slack, name)).toContain("Allowed once by @U1");
  const made = slack.calls("chat.update").filter(({ arguments: { ts } }) => ts === card.ts);
  expect(made.length).toBeLessThanOrEqual(2);
  for (const name of names(12).filter((other) => !on.includes(other))) await press(slack, name, "Reject");
});

test("a stranger's press on one row, and an approver's on another, are told apart", async ({ desk }) => {
  const { slack } = desk;
  const { tasks, admit } = await startTogether(desk, names(12));
  admit();
  await readable(slack, names(12));
  const card = await sharedCard(slack);
  const [one = "", two = "", ...others] = namesOn(card);
  const refused = isTold(slack, "U2", async () => press(slack, one, "Allow once", { card, userID: "U2" }));
  await press(slack, two, "Allow once", { card });
  expect(await refused).toContain("You can't approve this");
  expect(await outcomeOf(slack, two)).toContain("Allowed once by @U1");
  await tasks.get(two)?.end();
  expect(tasks.get(one)?.toolResults()).toEqual([]);
  const now = slack
    .channel("C1")
    .messages()
    .find(({ ts }) => ts === card.ts);
  expect(now && openRows(now).map(({ text }) => text.includes(two))).not.toContain(true);
  expect(renderPlain(now ?? {})).toContain(others[0] ?? one);
  for (const name of names(12).filter((other) => other !== two)) await press(slack, name, "Reject");
  await Promise.all([...tasks.values()].map(async (task) => task.end()));
});
