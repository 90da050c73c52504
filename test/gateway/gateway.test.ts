import type { KnownBlock } from "@slack/web-api";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ledgerDirectory } from "../../src/composition/paths.ts";
import { findDeadMembers } from "../../src/machine/dead-members.ts";
import { silentLog } from "../support/silent-log.ts";
import { identifyMachine } from "../../src/machine/identity.ts";
import { contentsOf } from "../support/contents.ts";
import { until } from "../support/opencode/until.ts";
import { permissionRequest } from "../support/permission-request.ts";
import { createWebClient } from "../support/slack/official-clients.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { SlackStandIn } from "../support/slack/stand-in.ts";
import { startGateway, type SmallGateway } from "../support/small-gateway.ts";

let small: SmallGateway;
let slack: SlackStandIn;
beforeEach(async () => {
  small = await startGateway();
  ({ slack } = small);
});
afterEach(async () => small[Symbol.asyncDispose]());

const cards = () => slack.channel("C1").messages();
const isClosed = () => cards().map(renderPlain).join().includes("Rejected in OpenCode");

test("a reply that OpenCode does not confirm leaves the card as it is, and whoever pressed is told", async () => {
  small.asked(1, "git push");
  const card = await slack.channel("C1").waitForMessage();
  await slack.user("U1").press(card, "Allow once");
  await slack.waitFor(() => small.told().length > 0);
  expect(small.told()).toEqual([
    "The gateway told OpenCode “allowed once”, but OpenCode did not confirm it. The request may still be open: press again, or answer in OpenCode.",
  ]);
  expect(small.received).toEqual(["POST /session/ses_1/permissions/per_1", "POST /permission/per_1/reply"]);
  expect(renderPlain(cards()[0] ?? {})).toContain("[Allow once]");
});

test("an unconfirmed reply can be pressed again, and the card names who pressed when it is confirmed", async () => {
  small.asked(1, "git push");
  const card = await slack.channel("C1").waitForMessage();
  await slack.user("U1").press(card, "Allow once");
  await slack.waitFor(() => small.told().length > 0);
  await slack.user("U1").press(card, "Allow once");
  await until("OpenCode hears of it", () => small.received.length === 3);
  small.replied("per_1", "once");
  await small.card("Allowed once by @U1");
  expect(small.told()).toHaveLength(1);
});

test("whoever pressed Allow while somebody rejected in OpenCode is told that it was rejected", async () => {
  small.asked(1, "git push");
  const card = await slack.channel("C1").waitForMessage();
  await slack.user("U1").press(card, "Allow once");
  await until("OpenCode hears of it", () => small.received.length === 1);
  small.replied("per_1", "reject");
  await slack.waitFor(() => small.told().length > 0);
  expect(small.told()).toEqual(["Your press came too late: this was already rejected in OpenCode."]);
  await small.card("Rejected in OpenCode");
});

test("a request that OpenCode rejects along with another says with which, also when it tells so later", async () => {
  small.asked(1, "git push", "ses_1");
  small.asked(2, "git pull", "ses_1");
  await small.card("git pull");
  await slack.user("U1").press(await small.card("git push"), "Reject");
  await until("OpenCode hears of it", () => small.received.length === 1);
  small.replied("per_1", "reject");
  await small.card("Rejected by @U1");
  small.replied("per_2", "reject");
  expect(renderPlain(await small.card("Also rejected"))).toContain("@U1 rejected git push");
});

test("the dialog of Allow always counts what it would answer, also what is asked later", async () => {
  const ask = (requestID: string, sessionID: string, ...patterns: string[]) =>
    small.gateway.asked(permissionRequest({ requestID, sessionID, patterns, always: ["git status *"] }));
  const says = async (what: string) =>
    slack
      .channel("C1")
      .waitForMessage((message) => message.ts === card.ts && JSON.stringify(message).includes(what));

  ask("per_1", "ses_1", "git status");
  const card = await slack.channel("C1").waitForMessage();
  expect(JSON.stringify(card)).toContain("until OpenCode quits.");
  expect(JSON.stringify(card)).not.toContain("also answers");

  ask("per_2", "ses_2", "git status of another session");
  ask("per_3", "ses_1", "git status", "git log");
  ask("per_4", "ses_1", "git status --short");
  await says("It also answers 1 other open request.");
  ask("per_5", "ses_1", "git status", "git status --long");
  await says("It also answers 2 other open requests.");

  small.asked(6, "git log", "ses_3", ["git log"]);
  small.replied("per_6", "always");
  small.replied("per_4", "once");
  ask("per_7", "ses_1", "git status of the last");
  // The third needs only one of its patterns now, and so is among them; the fourth is answered.
  await says("It also answers 3 other open requests.");
});

test("a closed card that somebody gives its buttons back answers nothing, and is closed again", async () => {
  small.asked(1, "git push");
  const card = await slack.channel("C1").waitForMessage();
  small.replied("per_1", "reject");
  await slack.waitFor(isClosed);
  const { channel, ts, text, blocks } = card;
  await createWebClient(slack).chat.update({ channel, ts, text, blocks: blocks as KnownBlock[] });
  expect(isClosed()).toBe(false);

  await slack.user("U1").press(card, "Allow once");
  await slack.waitFor(isClosed);
  expect(small.told()).toEqual(["Your press came too late: this was already rejected in OpenCode."]);
  expect(small.received).toEqual([]);
});

test("of two presses the second answers nothing while the first is being given to OpenCode", async () => {
  small.asked(1, "git push");
  const card = await slack.channel("C1").waitForMessage();
  await slack.user("U1").press(card, "Reject");
  await until("OpenCode hears of it", () => small.received.length === 1);
  await slack.user("U1").press(card, "Allow once");
  await slack.waitFor(() => small.told().length > 0);
  expect(small.told()).toEqual([
    expect.stringContaining("pressed first, and the gateway is telling OpenCode."),
  ]);
  small.replied("per_1", "reject");
  await small.card("Rejected by @U1");
  expect(small.received).toHaveLength(1);
});

test("nothing of a stranger's press reaches OpenCode", async () => {
  small.asked(1, "git push");
  const card = await slack.channel("C1").waitForMessage();
  await slack.user("U2").press(card, "Allow once");
  await slack.waitFor(() => slack.user("U2").ephemerals().length > 0);
  expect(small.received).toEqual([]);
});

test("a rejection in OpenCode long after another in Slack is not said to have come with it", async () => {
  small.asked(1, "git push");
  small.asked(2, "git push");
  await slack.waitFor(() => cards().length === 2);
  const [card] = cards();
  if (card === undefined) throw new Error("There are two cards.");
  await slack.user("U1").press(card, "Reject");
  small.replied("per_1", "reject");
  small.replied("per_2", "reject");
  await slack.waitFor(() => cards().every((message) => renderPlain(message).includes("Rejected")));
  const texts = cards().map(renderPlain);
  expect(texts.filter((text) => text.includes("Rejected in OpenCode"))).toHaveLength(1);
  expect(texts.join()).not.toContain("Also ");
});

test("a request that is answered before it settles never reaches Slack", async () => {
  small.asked(1, "git push");
  small.replied("per_1", "reject");
  small.asked(2, "git push", "ses_1");
  await slack.channel("C1").waitForMessage();
  small.replied("per_2", "once");
  await small.card("Allowed once");
  expect(slack.calls("chat.postMessage")).toHaveLength(1);
});

test("a request like one that was rejected says so, and in another session or another command does not", async () => {
  small.asked(1, "rm a");
  await small.card("rm a");
  small.replied("per_1", "reject");
  await small.card("Rejected");
  small.asked(2, "rm a");
  await slack.waitFor(() => cards().length === 2);
  small.asked(3, "rm b", "ses_1");
  await slack.waitFor(() => cards().length === 3);
  expect(cards().map(renderPlain).join()).not.toContain("like one that was rejected");
  small.asked(4, "rm a", "ses_1");
  expect(renderPlain(await small.card("like one that was rejected"))).toMatch(
    /⚠ This is like one that was rejected \S+ in this session\.\nhost .*\n\[Allow once\] \[Reject\] \[Reject with reason…\]\nReject also rejects what else this session asks\.\n@U1$/,
  );
});

test("a card says what else a Reject rejects, as it is when the card is drawn, and is not drawn for it", async () => {
  const reach = "Reject also rejects what else this session asks.";
  small.asked(1, "git push", "ses_1");
  const first = await small.card("git push");
  small.asked(2, "git pull", "ses_1");
  expect(renderPlain(await small.card("git pull"))).toContain(reach);
  small.asked(3, "git fetch", "ses_2");
  expect(renderPlain(await small.card("git fetch"))).not.toContain(reach);
  expect(renderPlain(first)).not.toContain(reach);
  expect(slack.calls("chat.update")).toEqual([]);
});

test("the same request asked twice has one card", async () => {
  small.asked(1, "git push");
  small.asked(1, "git push");
  await slack.channel("C1").waitForMessage();
  small.asked(1, "git push");
  small.replied("per_1", "once");
  await small.card("Allowed once");
  expect(cards()).toHaveLength(1);
});

const findDead = () =>
  findDeadMembers({
    directory: ledgerDirectory(small.config),
    machine: identifyMachine(),
    isConnected: () => false,
    log: silentLog,
  });

test.each([
  ["does not answer", { hang: true }],
  ["is away", { refuse: true }],
])("what cannot be closed at the end because Slack %s is left to others", async (_, outage) => {
  small.asked(1, "git push");
  const card = await slack.channel("C1").waitForMessage();
  await until("the card is noted", async () => (await small.logged("card posted")).length === 1);
  const restore = slack.outage(outage);
  await small.end();
  await small.gateway.close(); // what was still running has ended, or never will
  expect(findDead().map(({ cards }) => cards)).toMatchObject([[{ channel: "C1", ts: card.ts }]]);
  restore();
});

test("what was closed in order is left to nobody", async () => {
  small.asked(1, "git push");
  await slack.channel("C1").waitForMessage();
  await until("the card is noted", async () => (await small.logged("card posted")).length === 1);
  await small.gateway.close();
  expect(renderPlain(cards()[0] ?? {})).toContain("OpenCode quit");
  expect(findDead()).toEqual([]);
});

test("a request that Slack refused is posted when OpenCode asks again after the repair", async () => {
  slack.installation.scopes.bot.delete("chat:write");
  small.asked(1, "echo before");
  await until("Slack refuses", async () => (await small.log()).includes("missing_scope"));
  slack.installation.scopes.bot.add("chat:write");
  small.asked(2, "echo after");
  await slack.waitFor(() => cards().length === 2);
  expect(cards().map(renderPlain).join()).toMatch(/echo (before|after)[^]*echo (before|after)/);
});

test("a request that Slack refused is posted when a new session begins after the repair", async () => {
  slack.setSocketMode(false);
  small.asked(1, "echo before");
  await until("Slack refuses", async () =>
    (await small.log()).includes("waits until the gateway can connect to Slack"),
  );
  slack.setSocketMode(true);
  small.gateway.retry();
  expect(renderPlain(await small.card("echo before"))).toContain("[Allow once]");
});

test("what was answered while Slack was away is not posted, and nothing waits for Slack any more", async () => {
  const restore = slack.outage({ refuse: true });
  small.asked(1, "echo answered meanwhile");
  await until("it is on its way", async () => (await small.log()).includes("could not connect to Slack"));
  small.replied("per_1", "once");
  restore();
  small.asked(2, "echo asked later");
  await small.card("echo asked later");
  expect(cards()).toHaveLength(1);
});

test("a request that is asked again with other content is answered no more, and stays open in OpenCode", async () => {
  small.asked(1, "git status");
  const card = await small.card("git status");
  const hold = slack.hold("chat.update");
  small.asked(1, "git push --force");
  await slack.user("U1").press(card, "Allow once");
  await slack.waitFor(() => small.told().length > 0);
  expect(small.told()).toEqual([
    "Your press did not count: OpenCode now asks something else under the same ID. Answer in OpenCode.",
  ]);
  hold.release();
  await small.card("OpenCode asks something else under the same ID now. Answer in OpenCode");
  expect(renderPlain(cards()[0] ?? {})).not.toContain("[");
  expect(cards()).toHaveLength(1);
  expect(small.received).toEqual([]);
});

test("a request that is asked again as it was changes nothing", async () => {
  small.asked(1, "git push");
  const card = await small.card("git push");
  small.asked(1, "git push");
  await slack.user("U1").press(card, "Allow once");
  await until("OpenCode hears of it", () => small.received.length > 0);
  expect(renderPlain(cards()[0] ?? {})).toContain("[Allow once]");
});

test("a secret in a request's name is written neither to the log nor to what is noted of open cards", async () => {
  const secret = ["ghp", "aB3dE5gH7jK9".repeat(3)].join("_");
  small.gateway.asked(permissionRequest({ permission: `tool_${secret}`, patterns: ["nothing"] }));
  await small.card("Use “tool_‹masked: 40 characters›”");
  await until("the card is noted", async () =>
    (await contentsOf(small.config.stateDirectory)).includes('"permission":"tool_‹masked'),
  );
  expect(await contentsOf(small.config.stateDirectory)).not.toContain(secret);
  expect(await small.log()).toContain("permission asked");
});
