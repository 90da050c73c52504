import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { KnownBlock } from "@slack/web-api";
import { createOpencodeClient } from "@opencode-ai/sdk";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createAudit } from "../src/audit/audit.ts";
import { readConfig, type Config } from "../src/config.ts";
import { createGateway, type Gateway } from "../src/gateway.ts";
import { findDeadMembers, type DeadMember } from "../src/dead-members.ts";
import { createLedger } from "../src/ledger.ts";
import { createLog } from "../src/log.ts";
import { createMemberID, identifyMachine } from "../src/machine.ts";
import { createReplies } from "../src/opencode/replies.ts";
import { createStop } from "../src/opencode/stop.ts";
import { createPresenceKeeper, type PresenceKeeper } from "../src/presence.ts";
import { contentsOf } from "./support/contents.ts";
import { until } from "./support/opencode/until.ts";
import { buttonOf } from "./support/rows.ts";
import { createWebClient } from "./support/slack/official-clients.ts";
import { renderPlain } from "./support/slack/plain.ts";
import { createSlackStandIn, type SlackStandIn } from "./support/slack/stand-in.ts";

/**
 * An OpenCode that answers 200 to every reply and does nothing, as 1.14.48 to 1.17.0 do; what it would say of its own
 * accord, the test says.
 */
let opencode: Server;
let received: string[];
let slack: SlackStandIn;
let folder: string;
let presence: PresenceKeeper;
let gateway: Gateway;
let findDead: () => DeadMember[];

beforeEach(async () => {
  received = [];
  opencode = createServer((request, response) => {
    received.push(`${request.method} ${request.url?.replace(/\?.*/, "")}`);
    response.setHeader("content-type", "application/json").end("true");
  }).listen(0, "127.0.0.1");
  await once(opencode, "listening");
  const url = new URL(`http://127.0.0.1:${(opencode.address() as AddressInfo).port}/`);
  slack = await createSlackStandIn({ rateLimits: "none" });
  folder = await mkdtemp(path.join(tmpdir(), "gateway-"));

  const config = configure();
  const log = createLog({ file: path.join(folder, "gateway.log"), level: "debug", secrets: [] });
  const machine = identifyMachine();
  const memberID = createMemberID(machine);
  const audit = createAudit({ directory: path.join(folder, "audit"), memberID, log });
  presence = createPresenceKeeper({
    config,
    machine,
    memberID,
    clicked: (click) => gateway.clicked(click),
    submitted: (submission) => gateway.submitted(submission),
    joined: () => undefined,
    advise: () => undefined,
    audit,
    log,
  });
  const access = {
    client: createOpencodeClient({ baseUrl: url.href }),
    directory: "/home/dev/project",
    serverURL: url,
    login: undefined,
    log,
  };
  gateway = createGateway({
    memberID,
    directory: "/home/dev/project",
    host: "laptop",
    join: async () => presence.join(),
    describe: async ({ patterns }) => ({
      details: patterns.map((text) => ({ label: "Command", text })),
      session: { titles: [] },
      offers: { replies: ["once", "always", "reject"] },
    }),
    replies: createReplies(access),
    stop: createStop(access),
    ledger: createLedger({ directory: folder, machine, memberID, log }),
    audit,
    log,
  });
  findDead = () => findDeadMembers({ directory: folder, machine, isConnected: () => false, log });
});

afterEach(async () => {
  await gateway.close();
  await presence.close();
  opencode.close();
  opencode.closeAllConnections();
  await slack.close();
  await rm(folder, { recursive: true });
});

function configure(): Config {
  const result = readConfig(undefined, {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    SLACK_CHANNEL_ID: "C1",
    SLACK_APPROVER_IDS: "U1",
    OPENCODE_SLACK_GATEWAY_SOCKET_DIR: path.join(folder, "hub"),
    XDG_STATE_HOME: folder,
  });
  if (!result.ok) throw new Error(result.problems.join(" "));
  return result.config;
}

const asked = (n = 1, sessionID = "ses_1", command = "git push") =>
  gateway.asked({
    requestID: `per_${n}`,
    sessionID,
    permission: "bash",
    patterns: [command],
    always: [],
    metadata: {},
  });

const logged = async () => readFile(path.join(folder, "gateway.log"), "utf8");
const cards = () => slack.channel("C1").messages();
const cardOf = async (what: string) =>
  slack.channel("C1").waitForMessage((message) => renderPlain(message).includes(what));
/** Asks so many at once that they must share cards. */
const storm = (count: number) => {
  for (let n = 1; n <= count; n += 1) asked(n, `ses_${n}`, `echo number ${n}.`);
};

const told = () => slack.user("U1").ephemerals().map(renderPlain);

test("a reply that OpenCode does not confirm leaves the card as it is, and the clicker is told", async () => {
  asked();
  const card = await slack.channel("C1").waitForMessage();
  await slack.user("U1").press(card, "Allow once");
  await slack.waitFor(() => told().length > 0);
  expect(told()).toEqual([
    "OpenCode was told “allowed once” and did not confirm it. The request may still be open: press again, or answer in OpenCode.",
  ]);
  expect(received).toEqual(["POST /session/ses_1/permissions/per_1", "POST /permission/per_1/reply"]);
  expect(renderPlain(slack.channel("C1").messages()[0] ?? {})).toContain("[Allow once]");
});

test("an unconfirmed reply can be pressed again, and the card names who pressed when it is confirmed", async () => {
  asked();
  const card = await slack.channel("C1").waitForMessage();
  await slack.user("U1").press(card, "Allow once");
  await slack.waitFor(() => told().length > 0);
  await slack.user("U1").press(card, "Allow once");
  await until("OpenCode hears of it", () => received.length === 3);
  gateway.replied("per_1", "once");
  await slack.channel("C1").waitForMessage((message) => renderPlain(message).includes("Allowed once by @U1"));
  expect(told()).toHaveLength(1);
});

test("whoever pressed Allow while somebody rejected in OpenCode is told that it was rejected", async () => {
  asked();
  const card = await slack.channel("C1").waitForMessage();
  await slack.user("U1").press(card, "Allow once");
  await until("OpenCode hears of it", () => received.length === 1);
  gateway.replied("per_1", "reject");
  await slack.waitFor(() => told().length > 0);
  expect(told()).toEqual(["Your press came too late: this was already rejected in OpenCode."]);
  await slack
    .channel("C1")
    .waitForMessage((message) => renderPlain(message).includes("Rejected in OpenCode"));
});

test("the dialog of Allow always counts what it would answer, also what is asked later", async () => {
  const ask = (requestID: string, sessionID: string, ...patterns: string[]) =>
    gateway.asked({
      requestID,
      sessionID,
      permission: "bash",
      patterns,
      always: ["git status *"],
      metadata: {},
    });
  const says = async (what: string) =>
    slack
      .channel("C1")
      .waitForMessage((message) => message.ts === card.ts && JSON.stringify(message).includes(what));

  ask("per_1", "ses_1", "git status");
  const card = await slack.channel("C1").waitForMessage();
  expect(JSON.stringify(card)).toContain("until OpenCode ends.");
  expect(JSON.stringify(card)).not.toContain("also answers");

  ask("per_2", "ses_2", "git status of another session");
  ask("per_3", "ses_1", "git status", "git log");
  ask("per_4", "ses_1", "git status --short");
  await says("It also answers 1 other request that is open now.");
  ask("per_5", "ses_1", "git status", "git status --long");
  await says("It also answers 2 other requests that are open now.");

  gateway.asked({
    requestID: "per_6",
    sessionID: "ses_3",
    permission: "bash",
    patterns: ["git log"],
    always: ["git log"],
    metadata: {},
  });
  gateway.replied("per_6", "always");
  gateway.replied("per_4", "once");
  ask("per_7", "ses_1", "git status of the last");
  // The third needs only one of its patterns now, and so is among them; the fourth is answered.
  await says("It also answers 3 other requests that are open now.");
});

test("a closed card that somebody gives its buttons back answers nothing, and is closed again", async () => {
  asked();
  const card = await slack.channel("C1").waitForMessage();
  const isClosed = () =>
    slack.channel("C1").messages().map(renderPlain).join().includes("Rejected in OpenCode");
  gateway.replied("per_1", "reject");
  await slack.waitFor(isClosed);
  const { channel, ts, text, blocks } = card;
  await createWebClient(slack).chat.update({ channel, ts, text, blocks: blocks as KnownBlock[] });
  expect(isClosed()).toBe(false);

  await slack.user("U1").press(card, "Allow once");
  await slack.waitFor(isClosed);
  expect(told()).toEqual(["Your press came too late: this was already rejected in OpenCode."]);
  expect(received).toEqual([]);
});

test("of two presses the second answers nothing while the first is being given to OpenCode", async () => {
  asked();
  const card = await slack.channel("C1").waitForMessage();
  await slack.user("U1").press(card, "Reject");
  await until("OpenCode hears of it", () => received.length === 1);
  await slack.user("U1").press(card, "Allow once");
  await slack.waitFor(() => told().length > 0);
  expect(told()).toEqual([expect.stringContaining("pressed first, and OpenCode is being told.")]);
  gateway.replied("per_1", "reject");
  await slack.channel("C1").waitForMessage((message) => renderPlain(message).includes("Rejected by @U1"));
  expect(received).toHaveLength(1);
});

test("nothing of a stranger's press reaches OpenCode", async () => {
  asked();
  const card = await slack.channel("C1").waitForMessage();
  await slack.user("U2").press(card, "Allow once");
  await slack.waitFor(() => slack.user("U2").ephemerals().length > 0);
  expect(received).toEqual([]);
});

test("a rejection in OpenCode long after another in Slack is not said to have come with it", async () => {
  asked(1);
  asked(2, "ses_2");
  await slack.waitFor(() => slack.channel("C1").messages().length === 2);
  const [card] = slack.channel("C1").messages();
  if (card === undefined) throw new Error("There are two cards.");
  await slack.user("U1").press(card, "Reject");
  gateway.replied("per_1", "reject");
  gateway.replied("per_2", "reject");
  await slack.waitFor(() =>
    slack
      .channel("C1")
      .messages()
      .every((message) => renderPlain(message).includes("Rejected")),
  );
  const cards = slack.channel("C1").messages().map(renderPlain);
  expect(cards.filter((text) => text.includes("Rejected in OpenCode"))).toHaveLength(1);
  expect(cards.join()).not.toContain("with the answer of");
});

test("a request that is answered before it settles never reaches Slack", async () => {
  asked(1);
  gateway.replied("per_1", "reject");
  asked(2);
  await slack.channel("C1").waitForMessage();
  gateway.replied("per_2", "once");
  await slack.channel("C1").waitForMessage((message) => renderPlain(message).includes("Allowed once"));
  expect(slack.calls("chat.postMessage")).toHaveLength(1);
});

/** The lines of the record, without those that open a file. */
const record = async (): Promise<Record<string, unknown>[]> => {
  const names = (await readdir(path.join(folder, "audit"))).filter((name) => name.endsWith(".jsonl"));
  const texts = await Promise.all(
    names.map(async (name) => readFile(path.join(folder, "audit", name), "utf8")),
  );
  return texts
    .join("")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .slice(1);
};

test("each step of a request is in the record, and the head of its end on the closed card", async () => {
  asked();
  const card = await slack.channel("C1").waitForMessage();
  await slack.user("U2").press(card, "Allow once");
  await slack.user("U1").press(card, "Allow once");
  await until("OpenCode hears of it", () => received.length > 0);
  gateway.replied("per_1", "once");
  const closed = renderPlain(await cardOf("Audit record up to"));
  const lines = await record();
  const { channel, ts } = card;
  expect(lines).toMatchObject([
    { event: "asked", permission: "bash" },
    { event: "shown", channel, ts, offers: ["once", "reject", "reject-with-reason"] },
    { event: "clicked", channel, ts, userID: "U2", reply: "once", refusal: "not-listed" },
    { event: "clicked", channel, ts, userID: "U1", reply: "once" },
    { event: "replied", reply: "once", by: "approver", userID: "U1" },
    { event: "closed", channel, ts, openMs: expect.any(Number) },
  ]);
  expect(lines[3]).not.toHaveProperty("refusal");
  expect(closed).toContain(`Audit record up to ${String(lines[5]?.["hash"]).slice(0, 20)}`);
});

test("what is answered before it settles is in no record", async () => {
  asked(1);
  gateway.replied("per_1", "reject");
  asked(2);
  await slack.channel("C1").waitForMessage();
  expect((await record()).filter(({ event }) => event === "asked")).toHaveLength(1);
});

test("where the record cannot be written Allow answers nothing, the clicker is told, and Reject works", async () => {
  await writeFile(path.join(folder, "audit"), "a file in the directory's place");
  asked();
  const card = await slack.channel("C1").waitForMessage();
  await slack.user("U1").press(card, "Allow once");
  await slack.waitFor(() => told().length > 0);
  expect(told()).toEqual([expect.stringContaining("your press cannot be written to the audit record")]);
  expect(received).toEqual([]);
  // What was not allowed is nobody's answer.
  await slack.user("U1").press(card, "Reject");
  await until("OpenCode hears of it", () => received.length === 1);
  gateway.replied("per_1", "reject");
  expect(renderPlain(await cardOf("Rejected by @U1"))).not.toContain("Audit record");
});

test("an Allow that could not be recorded is not named when the request is allowed in OpenCode", async () => {
  await writeFile(path.join(folder, "audit"), "a file in the directory's place");
  asked();
  await slack.user("U1").press(await slack.channel("C1").waitForMessage(), "Allow once");
  await slack.waitFor(() => told().length > 0);
  gateway.replied("per_1", "once");
  expect(renderPlain(await cardOf("Allowed once"))).toContain("Allowed once in OpenCode");
});

test("a shared card has one head, of the row that was closed last", async () => {
  storm(20);
  const card = await cardOf("permission requests");
  for (const [n = ""] of renderPlain(card).matchAll(/(?<=echo number )(\d+)(?=\.)/g))
    gateway.replied(`per_${n}`, "reject");
  const closed = await slack
    .channel("C1")
    .waitForMessage((message) => message.ts === card.ts && !renderPlain(message).includes("[Reject]"));
  const [head, ...others] = renderPlain(closed).match(/(?<=Audit record up to )\w+/g) ?? [];
  expect(others).toEqual([]);
  const ends = (await record()).filter(({ event }) => event === "closed");
  expect(String(ends.at(-1)?.["hash"]).slice(0, 20)).toBe(head);
});

test("a request like one that was rejected says so, and in another session or another command does not", async () => {
  asked(1, "ses_1", "rm a");
  await cardOf("rm a");
  gateway.replied("per_1", "reject");
  await cardOf("Rejected");
  asked(2, "ses_2", "rm a");
  await slack.waitFor(() => cards().length === 2);
  asked(3, "ses_1", "rm b");
  await slack.waitFor(() => cards().length === 3);
  expect(cards().map(renderPlain).join()).not.toContain("like one that was rejected");
  asked(4, "ses_1", "rm a");
  expect(renderPlain(await cardOf("like one that was rejected"))).toMatch(
    /⚠ This is like one that was rejected \S+ in this session\.\nLength: 1 line, 4 characters\n\[Allow once\] \[Reject\] \[Reject with reason…\]$/,
  );
});

test("the same request asked twice has one card", async () => {
  asked(1);
  asked(1);
  await slack.channel("C1").waitForMessage();
  asked(1);
  gateway.replied("per_1", "once");
  await slack.channel("C1").waitForMessage((message) => renderPlain(message).includes("Allowed once"));
  expect(slack.channel("C1").messages()).toHaveLength(1);
});

test.each([
  ["does not answer", { hang: true }],
  ["is away", { refuse: true }],
])("what cannot be closed at the end because Slack %s is left to others", async (_, outage) => {
  asked();
  const card = await slack.channel("C1").waitForMessage();
  await until("the card is noted", async () => (await logged()).includes("card posted"));
  const restore = slack.outage(outage);
  await gateway.close();
  await presence.close();
  await gateway.close(); // what was still running has ended, or never will
  expect(findDead().map(({ cards }) => cards)).toMatchObject([[{ channel: "C1", ts: card.ts }]]);
  restore();
});

test("what was closed in order is left to nobody", async () => {
  asked();
  await slack.channel("C1").waitForMessage();
  await until("the card is noted", async () => (await logged()).includes("card posted"));
  await gateway.close();
  expect(renderPlain(slack.channel("C1").messages()[0] ?? {})).toContain("OpenCode has ended");
  expect(findDead()).toEqual([]);
});

test("thirty requests at once share cards, and each of them is decided alone", async () => {
  storm(30);
  for (let n = 1; n <= 30; n += 1) {
    const card = await cardOf(`echo number ${n}.`);
    await slack.user("U1").press(card, buttonOf(card, `echo number ${n}.`, n % 2 ? "Allow once" : "Reject"));
    await until("OpenCode hears of it", () => received.length === n);
    gateway.replied(`per_${n}`, n % 2 ? "once" : "reject");
  }
  await slack.waitFor(() => !cards().map(renderPlain).join().includes("[Reject]"));
  const rows = cards().map(renderPlain).join("\n");
  expect(rows.match(/echo number \d+\.\nAllowed once by @U1/g)).toHaveLength(15);
  expect(rows.match(/echo number \d+\.\nRejected by @U1/g)).toHaveLength(15);
  expect(cards().length).toBeLessThanOrEqual(6);
  expect(received).toEqual(
    Array.from({ length: 30 }, (_, n) => `POST /session/ses_${n + 1}/permissions/per_${n + 1}`),
  );
});

test("a session has five open cards, the newest says how many requests wait, and room made is used", async () => {
  for (let n = 1; n <= 200; n += 1) asked(n, "ses_1", `echo number ${n}.`);
  await slack.waitFor(() => /more requests? of this session/.test(cards().map(renderPlain).join()));
  const open = () => cards().filter((card) => renderPlain(card).includes("[Reject]"));
  const waiting = () =>
    cards().flatMap((card) => /(\d+) more requests? of this session/.exec(renderPlain(card))?.[1] ?? []);
  const isToldTrue = () => {
    const shown = new Set(cards().flatMap(numbersOn)).size;
    return open().length === 5 && waiting().join() === String(200 - shown);
  };
  await slack.waitFor(isToldTrue);
  expect(renderPlain(open().at(-1) ?? {})).toMatch(/\d+ more requests of this session wait until/);

  const first = numbersOn(cards()[0] ?? {});
  for (const n of first) gateway.replied(`per_${n}`, "once");
  await slack.waitFor(() => cards().length === 6 && isToldTrue());
  asked(201, "ses_2", "echo of another session");
  await cardOf("echo of another session");
  gateway.sessionIdle("ses_1");
  await slack.waitFor(() => open().length === 1 && waiting().length === 0);
  expect(cards()).toHaveLength(7);
});

test("a few requests at once get a card each", async () => {
  storm(3);
  await slack.waitFor(() => cards().length === 3);
  expect(cards().map(renderPlain).join()).not.toContain("permission requests");
});

test("Reject all rejects what is still open on the card, and nothing else", async () => {
  storm(20);
  const card = await cardOf("permission requests");
  const shown = [...renderPlain(card).matchAll(/echo number (\d+)\./g)].map(([, n]) => n ?? "");
  const [first = "", ...others] = shown;
  gateway.replied(`per_${first}`, "once");
  await slack.user("U1").press(card, "Reject all", { confirm: true });
  for (const n of others) {
    await until("OpenCode hears of it", () => received.some((call) => call.endsWith(`/per_${n}`)));
    gateway.replied(`per_${n}`, "reject");
  }
  const closed = await slack
    .channel("C1")
    .waitForMessage((message) => message.ts === card.ts && !renderPlain(message).includes("[Reject]"));
  expect(renderPlain(closed).match(/Rejected by @U1/g)).toHaveLength(others.length);
  expect(renderPlain(closed)).toContain("Allowed once in OpenCode");
  expect(received.map((call) => call.replace(/.*per_/, ""))).toEqual(others);
  expect(told()).toEqual([]);
});

test("Reject all on a card whose requests were all answered says so, and changes nothing", async () => {
  storm(20);
  const card = await cardOf("permission requests");
  const hold = slack.hold("chat.update");
  for (let n = 1; n <= 20; n += 1) gateway.replied(`per_${n}`, "once");
  await slack.user("U1").press(card, "Reject all", { confirm: true });
  await slack.waitFor(() => told().length > 0);
  hold.release();
  expect(told()).toEqual(["Your press came too late: everything on this card was already answered."]);
  expect(received).toEqual([]);
});

test("many answers on one card at once change it no more than twice", async () => {
  storm(20);
  const card = await cardOf("permission requests");
  for (let n = 1; n <= 20; n += 1) gateway.replied(`per_${n}`, "reject");
  await slack.waitFor(() => !cards().map(renderPlain).join().includes("[Reject]"));
  const updates = slack.calls("chat.update").filter((call) => call.arguments["ts"] === card.ts);
  expect(updates.length).toBeLessThanOrEqual(2);
});

test("a shared card whose posting seemed to fail is void: others take its place, and only they answer", async () => {
  slack.loseAnswer("chat.postMessage", 3);
  storm(12);
  await slack.waitFor(() => new Set(cards().flatMap(numbersOn)).size === 12 && cards().length > 3);
  await until("all are noted", async () => (await logged()).match(/card posted/g)?.length === 12);
  const [lost] = cards();
  if (lost === undefined) throw new Error("There is a card.");
  const [n = ""] = numbersOn(lost);
  await slack.user("U1").press(lost, buttonOf(lost, `echo number ${n}.`, "Allow once"));
  await slack.waitFor(() => told().length > 0);
  expect(told()).toEqual(["Nothing was answered: this card was posted again further down. Answer there."]);
  await slack.waitFor(() =>
    renderPlain(cards()[0] ?? {}).includes("This card was posted again further down"),
  );
  expect(renderPlain(cards()[0] ?? {})).not.toContain("[Reject]");
  expect(received).toEqual([]);
});

const numbersOn = (card: object) => [...renderPlain(card).matchAll(/echo number (\d+)\./g)].map(([, n]) => n);

test("of a shared card that Slack refuses, only the request that is the reason loses its text and its Allow", async () => {
  const restore = slack.outage({ error: "invalid_blocks", about: "number 4." });
  storm(8);
  const withheld = renderPlain(await cardOf("Slack does not take a card that shows it"));
  await slack.waitFor(() => new Set(cards().flatMap(numbersOn)).size === 7);
  expect(withheld).toContain("[Reject]");
  expect(withheld).not.toContain("Allow");
  restore();
});

test("a request that Slack refused is posted when OpenCode asks again after the repair", async () => {
  slack.installation.scopes.bot.delete("chat:write");
  asked(1, "ses_1", "echo before");
  await until("Slack refuses", async () => (await logged()).includes("missing_scope"));
  slack.installation.scopes.bot.add("chat:write");
  asked(2, "ses_2", "echo after");
  await slack.waitFor(() => cards().length === 2);
  expect(cards().map(renderPlain).join()).toMatch(/echo (before|after)[^]*echo (before|after)/);
});

test("a request that Slack refused is posted when a new session begins after the repair", async () => {
  slack.setSocketMode(false);
  asked(1, "ses_1", "echo before");
  await until("Slack refuses", async () => (await logged()).includes("waits until Slack can be joined"));
  slack.setSocketMode(true);
  gateway.retry();
  expect(renderPlain(await cardOf("echo before"))).toContain("[Allow once]");
});

test("what was answered while Slack was away is not posted, and nothing waits for Slack any more", async () => {
  const restore = slack.outage({ refuse: true });
  asked(1, "ses_1", "echo answered meanwhile");
  await until("it is on its way", async () => (await logged()).includes("could not connect to Slack"));
  gateway.replied("per_1", "once");
  restore();
  asked(2, "ses_2", "echo asked later");
  await cardOf("echo asked later");
  expect(cards()).toHaveLength(1);
});

test("a request that is asked again with other content is answered no more, and stays open in OpenCode", async () => {
  asked(1, "ses_1", "git status");
  const card = await cardOf("git status");
  const hold = slack.hold("chat.update");
  asked(1, "ses_1", "git push --force");
  await slack.user("U1").press(card, "Allow once");
  await slack.waitFor(() => told().length > 0);
  expect(told()).toEqual([
    "Nothing was answered: OpenCode asks something else under the same ID than this card showed. Answer in OpenCode.",
  ]);
  hold.release();
  await cardOf("OpenCode asks something else under the same ID now. Answer in OpenCode");
  expect(renderPlain(cards()[0] ?? {})).not.toContain("[");
  expect(cards()).toHaveLength(1);
  expect(received).toEqual([]);
});

test("a request that is asked again as it was changes nothing", async () => {
  asked();
  const card = await cardOf("git push");
  asked();
  await slack.user("U1").press(card, "Allow once");
  await until("OpenCode hears of it", () => received.length > 0);
  expect(renderPlain(cards()[0] ?? {})).toContain("[Allow once]");
});

test("a secret in a request's name is written neither to the log nor to what is noted of open cards", async () => {
  const secret = ["ghp", "aB3dE5gH7jK9".repeat(3)].join("_");
  gateway.asked({
    requestID: "per_1",
    sessionID: "ses_1",
    permission: `tool_${secret}`,
    patterns: ["nothing"],
    always: [],
    metadata: {},
  });
  await cardOf("Use tool_‹masked: 40 characters›?");
  await until("the card is noted", async () =>
    (await contentsOf(folder)).includes('"permission":"tool_‹masked'),
  );
  expect(await contentsOf(folder)).not.toContain(secret);
  expect(await logged()).toContain("permission asked");
});
