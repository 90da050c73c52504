/** What becomes of requests that nobody answers, in every order of events. */

import { readdirSync, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { auditDirectory } from "../../src/audit/lines.ts";
import { ledgerDirectory } from "../../src/composition/paths.ts";
import type { ExpiryRule } from "../../src/gateway/expiry.ts";
import { until } from "../support/opencode/until.ts";
import { renderPlain } from "../support/slack/plain.ts";
import { startGateway, type SmallGateway } from "../support/small-gateway.ts";

/** Long enough for a card to be posted and pressed. */
const AFTER_MS = 3_000;
const LEFT = "Nobody answered in 1 minute. It can still be answered in OpenCode.";
const REJECTED = "❌ Rejected: nobody answered in 1 minute";

const start = async (onExpire: ExpiryRule["onExpire"]): Promise<SmallGateway> =>
  startGateway(undefined, describe, {}, { expiry: { afterMs: AFTER_MS, onExpire } });

/** A session whose ID begins with the one of another, and a slash, is a subagent's of that one. */
const describe = async ({ patterns, sessionID }: { patterns: readonly string[]; sessionID: string }) => ({
  details: patterns.map((text) => ({ label: "Command", text })),
  session: { titles: [], rootID: sessionID.split("/")[0] ?? "" },
  offers: { replies: ["once", "reject"] as const },
});

/** Resolves when OpenCode is told something about a request. */
async function isTold({ received }: SmallGateway, n: number): Promise<void> {
  await until(`OpenCode hears of ${n}`, () => received.some((call) => call.includes(`/per_${n}`)));
}

/** Resolves when a request that nobody answers has been open for longer than any other that was asked before. */
async function wouldHaveExpired(onExpire: ExpiryRule["onExpire"]): Promise<void> {
  await using other = await start(onExpire);
  other.asked(9, "echo meanwhile");
  if (onExpire === "leave") await other.card(LEFT);
  else await isTold(other, 9);
}

/** OpenCode takes the next reject. */
async function confirmReject(small: SmallGateway, n: number): Promise<void> {
  await isTold(small, n);
  small.replied(`per_${n}`, "reject");
}

async function record({ config }: SmallGateway): Promise<string> {
  const directory = auditDirectory(config.stateDirectory);
  const names = (await readdir(directory)).filter((name) => name.endsWith(".jsonl"));
  return (await Promise.all(names.map(async (name) => readFile(path.join(directory, name), "utf8")))).join(
    "",
  );
}

/** How many cards another process would close if this one were killed now. */
function notedCards({ config }: SmallGateway): number {
  const folder = path.join(ledgerDirectory(config), "ledger");
  // In one go: the file is taken away when nothing is noted any more.
  const files = readdirSync(folder, { encoding: "utf8", recursive: true }).filter((name) =>
    name.endsWith(".json"),
  );
  const texts = files.map((name) => readFileSync(path.join(folder, name), "utf8"));
  return texts.flatMap((text) => (JSON.parse(text) as { cards: unknown[] }).cards).length;
}

test.concurrent("unless its user sets a time, a request waits for ever", async () => {
  await using patient = await startGateway(undefined, describe);
  patient.asked(1, "echo for ever");
  const card = await patient.card("echo for ever");
  await wouldHaveExpired("reject");
  expect(patient.says(card)).toContain("[Allow once]");
  expect(patient.received).toEqual([]);
});

test.concurrent("left to OpenCode, the card closes and says that nobody answered, as the record does, and nobody is named", async () => {
  await using small = await start("leave");
  small.asked(1, "echo later");
  const card = await small.card("echo later");
  const closed = renderPlain(await small.cardSays(card, LEFT));
  expect(closed).not.toContain("[");
  expect(closed).not.toContain("@U1");
  expect(small.received).toEqual([]);
  expect(await record(small)).toContain('"reason":"expired"');
  expect(await small.logged("card closed")).toMatchObject([{ requestID: "per_1", reason: "expired" }]);
});

test.concurrent.each([
  [
    "is answered in OpenCode later",
    async ({ gateway }: SmallGateway) => gateway.replied("per_1", { kind: "permission", reply: "once" }),
    "✅ Allowed once in OpenCode",
  ],
  [
    "ends with its session",
    async ({ gateway }: SmallGateway) => gateway.sessionIdle("ses_1"),
    "The session stopped.",
  ],
  ["ends with OpenCode", async (small: SmallGateway) => small.end(), "OpenCode quit."],
])(
  "what was left to OpenCode and %s says so on its card, which is noted until then",
  async (_, end, says) => {
    await using small = await start("leave");
    small.asked(1, "echo later");
    const card = await small.card("echo later");
    await small.cardSays(card, LEFT);
    expect(notedCards(small)).toBe(1);
    await end(small);
    expect(renderPlain(await small.cardSays(card, says))).not.toContain("Nobody answered");
    await until("nothing is noted", () => notedCards(small) === 0);
  },
);

test.concurrent("who presses late on a card that was left to OpenCode is told where to answer", async () => {
  await using small = await start("leave");
  small.asked(1, "echo later");
  const card = await small.card("echo later");
  small.slack.route(() => undefined);
  await small.slack.user("U1").press(card, "Allow once");
  small.slack.route();
  const { payload } = small.slack.envelopes().at(-1) ?? {};
  await small.cardSays(card, LEFT);
  await small.slack.deliver(payload ?? {});
  await small.slack.waitFor(() => small.told().length > 0);
  expect(small.told()).toEqual([
    "Your press did not count: nobody answered this in 1 minute. It can still be answered in OpenCode.",
  ]);
  expect(small.received).toEqual([]);
});

test.concurrent("left to OpenCode, each request of a session expires by itself", async () => {
  await using small = await start("leave");
  small.asked(1, "echo earlier", "ses_1");
  const first = await small.card("echo earlier");
  small.asked(2, "echo later", "ses_1");
  const second = await small.card("echo later");
  await small.cardSays(first, LEFT);
  expect(small.says(second)).toContain("[Allow once]");
  expect(small.says(second)).toContain("Reject also rejects what else this session asks.");
  await small.cardSays(second, LEFT);
});

test.concurrent("rejected, the agent is told that nobody answered, and neither card nor record names anybody", async () => {
  await using small = await start("reject");
  small.asked(1, "echo in vain");
  const card = await small.card("echo in vain");
  await confirmReject(small, 1);
  const closed = renderPlain(await small.cardSays(card, REJECTED));
  expect(closed).not.toContain("@U1");
  expect(small.received).toEqual(["POST /permission/per_1/reply"]);
  expect(small.messages).toEqual([
    "Nobody answered this request within 1 minute: the person who could is away. They have not refused it. Do not ask for it again now. Go on with what needs no permission, or stop and say what is left to do.",
  ]);
  expect(await record(small)).toMatch(/"event":"replied",[^\n]*"reply":"reject","by":"nobody"/);
  expect(await record(small)).not.toContain("userID");
});

test.concurrent("rejected, none of a session's requests ends before all have expired, and then all end together", async () => {
  await using small = await start("reject");
  small.asked(1, "echo first", "ses_1");
  small.asked(2, "echo beside", "ses_2");
  const first = await small.card("echo first");
  small.asked(3, "echo second", "ses_1");
  const second = await small.card("echo second");
  await isTold(small, 2);
  // As old as the other one, and not alone in its session.
  expect(small.received.filter((call) => call.includes("/per_1"))).toEqual([]);
  await isTold(small, 1);
  // OpenCode rejects what else the session asks along with it.
  small.replied("per_1", "reject");
  small.replied("per_3", "reject");
  await small.cardSays(first, REJECTED);
  await small.cardSays(second, REJECTED);
});

test.concurrent("from the second time in a turn on the agent is told nothing, which ends the turn; in the next turn it is told again", async () => {
  await using small = await start("reject");
  small.asked(1, "echo first", "ses_1");
  await confirmReject(small, 1);
  small.asked(2, "echo second", "ses_1");
  await confirmReject(small, 2);
  small.asked(3, "echo third", "ses_1");
  await confirmReject(small, 3);
  expect(small.messages).toHaveLength(1);
  expect(small.received.slice(1)).toEqual([
    "POST /session/ses_1/permissions/per_2",
    "POST /session/ses_1/permissions/per_3",
  ]);
  small.gateway.sessionIdle("ses_1");
  small.asked(4, "echo again", "ses_1");
  await confirmReject(small, 4);
  expect(small.messages).toHaveLength(2);
});

test.concurrent("where a subagent asks on although nobody is there, its root session is stopped", async () => {
  await using small = await start("reject");
  small.asked(1, "echo first", "root/one");
  await confirmReject(small, 1);
  small.asked(2, "echo second", "root/two");
  await confirmReject(small, 2);
  await until("the session is stopped", () => small.received.includes("POST /session/root/abort"));
  expect(small.messages).toHaveLength(1);
});

test.concurrent("two subagents that asked before anybody was told are both told, and nothing is stopped", async () => {
  await using small = await start("reject");
  small.asked(1, "echo first", "root/one");
  small.asked(2, "echo second", "root/two");
  await Promise.all([confirmReject(small, 1), confirmReject(small, 2)]);
  await until(
    "both are rejected",
    async () => (await small.logged("nobody answered in time: rejected")).length === 2,
  );
  expect(small.messages).toHaveLength(2);
  expect(small.received.filter((call) => call.endsWith("/abort"))).toEqual([]);
});

test.concurrent("a press that is under way when the time is over counts", async () => {
  const group = { userGroups: { S1: ["U2"] }, botScopes: ["chat:write", "usergroups:read"] };
  const expiry = { afterMs: AFTER_MS, onExpire: "reject" } as const;
  await using small = await startGateway(group, describe, { SLACK_APPROVER_IDS: "S1" }, { expiry });
  small.asked(1, "echo at last");
  const card = await small.card("echo at last");
  // Slack takes its time to say who is in the group.
  const held = small.slack.hold("usergroups.users.list");
  await small.slack.user("U2").press(card, "Allow once");
  await wouldHaveExpired("reject");
  expect(small.received).toEqual([]);
  held.release();
  await isTold(small, 1);
  small.replied("per_1", "once");
  await small.cardSays(card, "Allowed once by @U2");
  expect(small.messages).toEqual([]);
});

test.concurrent("of a press that is under way and does not count, the request expires behind it", async () => {
  const group = { userGroups: { S1: ["U2"] }, botScopes: ["chat:write", "usergroups:read"] };
  const expiry = { afterMs: AFTER_MS, onExpire: "leave" } as const;
  await using small = await startGateway(group, describe, { SLACK_APPROVER_IDS: "S1" }, { expiry });
  small.asked(1, "echo stranger");
  const card = await small.card("echo stranger");
  const held = small.slack.hold("usergroups.users.list");
  await small.slack.user("U1").press(card, "Allow once");
  await wouldHaveExpired("leave");
  expect(small.says(card)).toContain("[Allow once]");
  held.release();
  expect(renderPlain(await small.cardSays(card, LEFT))).not.toContain("[");
});

test.concurrent("who presses in vain is there, so the time begins anew, and what nobody then answers is rejected", async () => {
  await using small = await start("reject");
  small.asked(1, "echo in vain");
  const card = await small.card("echo in vain");
  await small.slack.user("U1").press(card, "Allow once");
  await small.slack.waitFor(() => small.told().length > 0);
  expect(small.told()).toEqual([expect.stringContaining("OpenCode did not confirm it")]);
  expect(small.messages).toEqual([]);
  await until("OpenCode hears that nobody answered", () => small.messages.length > 0);
  small.replied("per_1", "reject");
  await small.cardSays(card, REJECTED);
});

test.concurrent("somebody who is no approver does not hold up the time", async () => {
  await using small = await start("leave");
  small.asked(1, "echo stranger");
  const card = await small.card("echo stranger");
  await until("the card closes", async () => {
    if (!small.says(card).includes("[Reject]")) return true;
    await small.slack.user("U2").press(card, "Reject");
    return false;
  });
  expect(small.says(card)).toContain(LEFT);
});

test.concurrent("a reject that OpenCode does not confirm leaves the card open, and an Allow on it counts", async () => {
  await using small = await start("reject");
  small.asked(1, "echo lost");
  const card = await small.card("echo lost");
  await until("nobody confirms it", async () =>
    (await small.logged("nobody answered in time: rejected")).some(
      ({ outcome }) => outcome === "unconfirmed",
    ),
  );
  expect(small.says(card)).toContain("[Allow once]");
  const before = small.received.length;
  await small.slack.user("U1").press(card, "Allow once");
  await until("OpenCode hears of it", () => small.received.length > before);
  small.replied("per_1", "once");
  await small.cardSays(card, "Allowed once by @U1");
});

test.concurrent("a reject that OpenCode does not confirm is tried again, and the agent is told the same", async () => {
  await using small = await start("reject");
  small.asked(1, "echo lost");
  await until("it is tried again", () => small.messages.length > 2);
  small.replied("per_1", "reject");
  await small.card(REJECTED);
  expect(new Set(small.messages).size).toBe(1);
});

test.concurrent("who presses while OpenCode is told that nobody answered, is told so", async () => {
  await using small = await start("reject");
  small.asked(1, "echo too late");
  const card = await small.card("echo too late");
  await isTold(small, 1);
  await small.slack.user("U1").press(card, "Allow once");
  await small.slack.waitFor(() => small.told().length > 0);
  expect(small.told()).toEqual([
    "Your press came too late: nobody had answered in 1 minute, and the gateway is telling OpenCode.",
  ]);
  expect(small.received.filter((call) => call.includes("/per_1"))).not.toHaveLength(0);
});

test.concurrent("who is rejected for and presses after that, is told why", async () => {
  await using small = await start("reject");
  small.asked(1, "echo too late");
  const card = await small.card("echo too late");
  small.slack.route(() => undefined);
  await small.slack.user("U1").press(card, "Allow once");
  small.slack.route();
  const { payload } = small.slack.envelopes().at(-1) ?? {};
  await confirmReject(small, 1);
  await small.cardSays(card, REJECTED);
  await small.slack.deliver(payload ?? {});
  await small.slack.waitFor(() => small.told().length > 0);
  expect(small.told()).toEqual([
    "Your press came too late: this was rejected, because nobody answered in 1 minute.",
  ]);
});

test.concurrent("allowed in OpenCode while it expires, the card says that", async () => {
  await using small = await start("reject");
  small.asked(1, "echo at the terminal");
  const card = await small.card("echo at the terminal");
  await isTold(small, 1);
  small.replied("per_1", "once");
  expect(renderPlain(await small.cardSays(card, "✅ Allowed once in OpenCode"))).not.toContain("obody");
});

test.concurrent("who answers one request of a session is there, so the time of the others begins anew", async () => {
  await using small = await start("reject");
  small.asked(1, "echo first", "ses_1");
  await small.card("echo first");
  small.asked(3, "echo beside", "ses_3");
  small.asked(2, "echo second", "ses_1");
  const second = await small.card("echo second");
  const pressing = small.slack.user("U1").press(second, "Allow once");
  await isTold(small, 2);
  small.replied("per_2", "once");
  await pressing;
  await isTold(small, 1);
  // What another session asked later has expired before.
  const told = small.received.map((call) => /per_\d/.exec(call)?.[0]);
  expect(told.slice(-2)).toEqual(["per_3", "per_1"]);
});

test.concurrent.each(["leave", "reject"] as const)(
  "what Slack has not taken expires for nobody (%s): when Slack is back, its card comes, and has its time",
  async (onExpire) => {
    await using small = await start(onExpire);
    const back = small.slack.outage({ status: 500 });
    small.asked(1, "echo unseen");
    await wouldHaveExpired(onExpire);
    expect(small.received).toEqual([]);
    back();
    const card = await small.card("echo unseen");
    expect(renderPlain(card)).toContain("[Allow once]");
    if (onExpire === "leave") await small.cardSays(card, LEFT);
    else await isTold(small, 1);
  },
);

test.concurrent("each row of a shared card says that nobody answered", async () => {
  await using small = await start("reject");
  small.storm(12);
  const card = await small.card("permission requests");
  for (let n = 1; n <= 12; n += 1) await confirmReject(small, n);
  await until("all rows are closed", () => !small.says(card).includes("[Reject]"));
  expect(small.says(card)).toContain(REJECTED);
});

test.concurrent("a request like one that nobody answered does not say that somebody rejected it", async () => {
  await using small = await start("reject");
  small.asked(1, "echo twice", "ses_1");
  const first = await small.card("echo twice");
  await confirmReject(small, 1);
  await small.cardSays(first, REJECTED);
  small.asked(2, "echo twice", "ses_1");
  const second = await small.slack
    .channel("C1")
    .waitForMessage((message) => message.ts !== first.ts && renderPlain(message).includes("echo twice"));
  expect(renderPlain(second)).not.toContain("like one that was rejected");
});

const QUESTION = { question: "Which database?", options: [{ label: "SQLite", description: "" }] };

test.concurrent("a question that nobody answers is dismissed, and its card says why", async () => {
  await using small = await start("reject");
  small.askedQuestions(1, [QUESTION]);
  const card = await small.card("Which database?");
  await until("OpenCode hears of it", () => small.received.some((call) => call.endsWith("/reject")));
  small.answered("que_1");
  const closed = renderPlain(await small.cardSays(card, "❌ Dismissed: nobody answered in 1 minute"));
  expect(closed).not.toContain("@U1");
});

test.concurrent("a question that nobody answers is left to OpenCode, where it can be answered", async () => {
  await using small = await start("leave");
  small.askedQuestions(1, [QUESTION]);
  const card = await small.card("Which database?");
  await small.cardSays(card, LEFT);
  small.answered("que_1", [["SQLite"]]);
  expect(renderPlain(await small.cardSays(card, "✅ Answered"))).not.toContain("Nobody answered");
});

test.concurrent("a permission request expires no earlier than the question of its session", async () => {
  await using small = await start("reject");
  small.asked(1, "echo first", "ses_1");
  small.asked(2, "echo beside", "ses_2");
  await small.card("echo first");
  small.askedQuestions(3, [QUESTION], "ses_1");
  await isTold(small, 2);
  expect(small.received.filter((call) => call.includes("_1"))).toEqual([]);
  await isTold(small, 1);
  await until("the question is dismissed", () => small.received.some((call) => call.includes("/que_3")));
  expect(small.received.filter((call) => call.includes("/que_3"))).not.toHaveLength(0);
});
