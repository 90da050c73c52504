/** Approvers may mute from a card, where the environment says so; the card says until when, and by whom. */

import { mkdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readHistory } from "../../src/audit/history.ts";
import { auditDirectory } from "../../src/audit/lines.ts";
import { readMute } from "../../src/machine/mute-note.ts";
import { fileOfMute, openBeside, typeMute } from "../support/muting.ts";
import { until } from "../support/opencode/until.ts";
import { permissionRequest } from "../support/permission-request.ts";
import { say, type SlackMessage } from "../support/rewritten-cards.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { Message } from "../support/slack/slack-objects.ts";
import { startGateway, type SmallGateway } from "../support/small-gateway.ts";

const VARIABLE = "OPENCODE_SLACK_GATEWAY_MUTE";
const QUESTION = { question: "Which database?", options: [{ label: "SQLite", description: "" }] };
const MUTED = /New cards are muted until (\S+Z) by @U1: what is asked meanwhile waits in OpenCode\./;

/** U1 and U2 are approvers. */
const start = async (mayMute = "approvers"): Promise<SmallGateway> =>
  startGateway(undefined, undefined, { SLACK_APPROVER_IDS: "U1,U2", [VARIABLE]: mayMute });

/** Resolves when the gateway keeps this request back. */
async function isKept(small: SmallGateway, n: number): Promise<void> {
  small.asked(n, `echo kept ${n}`);
  await using other = await startGateway();
  other.asked(1, "echo at once");
  await other.card("echo at once");
  expect(small.slack.channel("C1").messages().map(renderPlain).join()).not.toContain(`echo kept ${n}`);
}

async function mute(small: SmallGateway, card: Message): Promise<string> {
  await small.slack.user("U1").press(card, "Mute 1 h");
  return until("the card says so", () => MUTED.exec(small.says(card))?.[1]);
}

/** What the record tells of mutes. */
const recorded = ({ config }: SmallGateway) =>
  readHistory(auditDirectory(config.stateDirectory)).requests.flatMap(({ mutes }) => mutes);

test.concurrent.each([undefined, "nobody"])(
  "without it (%s) no card has a button for it, and muted cards have none either",
  async (value) => {
    await using small = await startGateway(
      undefined,
      undefined,
      value === undefined ? {} : { [VARIABLE]: value },
    );
    small.asked(1, "echo one");
    const card = await small.card("echo one");
    typeMute(small);
    await small.cardSays(card, "New cards are muted until");
    expect(small.says(card)).not.toMatch(/\[(Unm|M)ute/);
  },
);

test.concurrent("a press mutes for an hour: the card stays and can be answered, and says who muted; nothing new comes", async () => {
  await using small = await start();
  small.asked(1, "echo one");
  const card = await small.card("echo one");
  expect(renderPlain(card)).toContain("[Allow once] [Reject] [Reject with reason…]\n[Mute 1 h]");
  const before = Date.now();
  const at = new Date(await mute(small, card)).getTime();
  expect(at - before).toBeGreaterThanOrEqual(60 * 60_000 - 1_000);
  expect(at - Date.now()).toBeLessThanOrEqual(60 * 60_000);
  expect(small.says(card)).toContain("[Allow once] [Reject] [Reject with reason…]\n[Unmute]");
  expect(readMute(fileOfMute(small))).toMatchObject({ kind: "muted", userID: "U1" });
  await isKept(small, 2);
  expect(recorded(small)).toEqual([{ userID: "U1", until: expect.any(String) as string }]);

  await small.slack.user("U1").press(card, "Allow once");
  await until("OpenCode hears of it", () => small.received.length > 0);
  small.replied("per_1", "once");
  const closed = renderPlain(await small.cardSays(card, "Allowed once by @U1"));
  expect(closed).toMatch(/When this was closed, new cards were muted until \S+Z by @U1\./);
  expect(closed).not.toContain("[");
  expect(small.told()).toEqual([]);
});

test.concurrent("another approver takes it back, and what waits gets its card", async () => {
  await using small = await start();
  small.askedQuestions(1, [QUESTION]);
  const card = await small.card("Which database?");
  await mute(small, card);
  await isKept(small, 2);
  await small.slack.user("U2").press(card, "Unmute");
  await small.card("echo kept 2");
  await until("the card offers it again", () => small.says(card).includes("[Mute 1 h]"));
  expect(small.says(card)).not.toContain("muted");
  expect(readMute(fileOfMute(small))).toEqual({ kind: "none" });
  expect(recorded(small)).toEqual([
    { userID: "U1", until: expect.any(String) as string },
    { userID: "U2", until: undefined },
  ]);
});

test.concurrent("it holds for every OpenCode of the machine, and each one's cards say so; any of them takes it back", async () => {
  await using small = await start();
  await using beside = openBeside(small);
  beside.gateway.asked(permissionRequest({ requestID: "per_8", sessionID: "ses_8" }));
  const theirs = await small.card("echo per_8");
  small.asked(1, "echo one");
  const card = await small.card("echo one");
  await mute(small, card);
  await until("the other card says so, too", () => MUTED.test(small.says(theirs)));
  beside.gateway.asked(permissionRequest({ requestID: "per_9", sessionID: "ses_9" }));
  await isKept(small, 2);
  await small.slack.user("U1").press(theirs, "Unmute");
  await Promise.all([small.card("echo kept 2"), small.card("echo per_9")]);
  expect(readMute(fileOfMute(small))).toEqual({ kind: "none" });
});

test.concurrent("a shared card has one button for it, as long as something on it is open", async () => {
  await using small = await start();
  small.storm(12);
  const card = await small.card("permission requests");
  expect(small.says(card).match(/\[Mute 1 h\]/g)).toHaveLength(1);
  await mute(small, card);
  for (let n = 1; n <= 12; n += 1) small.replied(`per_${n}`, "reject");
  await until("all are closed", () => !small.says(card).includes("["));
});

test.concurrent("two who press at once mute once, and both see by whom", async () => {
  await using small = await start();
  small.asked(1, "echo one");
  const card = await small.card("echo one");
  await Promise.all(["U1", "U2"].map(async (id) => small.slack.user(id).press(card, "Mute 1 h")));
  await until("both are handled", async () => (await small.logged("press")).length === 2);
  await until("the card says so", () => /muted until \S+Z by @U[12]:/.test(small.says(card)));
  expect(recorded(small)).toHaveLength(1);
  expect([small.told("U1"), small.told("U2")]).toEqual([[], []]);
  const { requests } = readHistory(auditDirectory(small.config.stateDirectory));
  expect(requests.flatMap(({ refused }) => refused)).toMatchObject([{ refusal: "no-change" }]);
});

test.concurrent("somebody who is no approver mutes nothing, and is told so", async () => {
  await using small = await startGateway(undefined, undefined, { [VARIABLE]: "approvers" });
  small.asked(1, "echo one");
  const card = await small.card("echo one");
  await small.slack.user("U2").press(card, "Mute 1 h");
  await small.slack.waitFor(() => small.told("U2").length > 0);
  expect(small.told("U2")).toEqual([expect.stringContaining("is not in SLACK_APPROVER_IDS")]);
  expect(readMute(fileOfMute(small))).toEqual({ kind: "none" });
});

test.concurrent("a press that comes late, on a closed card, mutes nothing", async () => {
  await using small = await start();
  small.asked(1, "echo one");
  const card = await small.card("echo one");
  small.slack.route(() => undefined);
  await small.slack.user("U1").press(card, "Mute 1 h");
  small.slack.route();
  small.replied("per_1", "once");
  await small.cardSays(card, "Allowed once in OpenCode");
  await small.slack.deliver(small.slack.envelopes().at(-1)?.payload ?? {});
  await small.slack.waitFor(() => small.told().length > 0);
  expect(small.told()).toEqual([expect.stringContaining("Your press came too late")]);
  expect(readMute(fileOfMute(small))).toEqual({ kind: "none" });
});

test.concurrent("on a card that somebody has rewritten a press mutes nothing, and the card is restored", async () => {
  await using small = await start();
  small.asked(1, "echo one");
  const card = await small.card("echo one");
  small.slack.route(() => undefined);
  await small.slack.user("U1").press(card, "Mute 1 h");
  small.slack.route();
  const payload = structuredClone(small.slack.envelopes().at(-1)?.payload) as { message: SlackMessage };
  say(payload.message, "Mute 1 h", "Reject");
  await small.slack.deliver({ ...payload });
  await small.slack.waitFor(() => small.told().length > 0);
  expect(small.told()).toEqual([
    expect.stringContaining("this card in Slack was not as the gateway posted it"),
  ]);
  expect(readMute(fileOfMute(small))).toEqual({ kind: "none" });
});

test.concurrent("where it cannot be noted, nothing is muted, and whoever pressed is told", async () => {
  await using small = await start();
  small.asked(1, "echo one");
  const card = await small.card("echo one");
  mkdirSync(fileOfMute(small));
  await small.slack.user("U1").press(card, "Mute 1 h");
  await small.slack.waitFor(() => small.told().length > 0);
  expect(small.told()).toEqual([
    expect.stringContaining("Your press changed nothing: the gateway cannot note"),
  ]);
  expect(small.says(card)).toContain("[Mute 1 h]");
  small.asked(2, "echo two");
  await small.card("echo two");
});

test.concurrent("an OpenCode that ends while muted closes its card as ever, and the next one is muted", async () => {
  await using small = await start();
  small.asked(1, "echo one");
  const card = await small.card("echo one");
  await mute(small, card);
  await small.end();
  expect(small.says(card)).toContain("OpenCode quit.");
  expect(JSON.parse(readFileSync(fileOfMute(small), "utf8"))).toMatchObject({ userID: "U1" });
  await using next = openBeside(small);
  next.gateway.asked(permissionRequest({ requestID: "per_9", sessionID: "ses_9" }));
  const posts = small.slack.calls("chat.postMessage").length;
  await using other = await startGateway();
  other.asked(1, "echo at once");
  await other.card("echo at once");
  expect(small.slack.calls("chat.postMessage")).toHaveLength(posts);
  typeMute(small, "off");
  await small.card("echo per_9");
});
