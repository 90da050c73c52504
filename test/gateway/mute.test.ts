/** Muted, what OpenCode asks stays in its terminal; what still waits there in the end gets its card. */

import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { removeMute, writeMute } from "../../src/machine/mute-note.ts";
import { startGranting } from "../support/granting.ts";
import { fileOfMute, openBeside, typeMute } from "../support/muting.ts";
import { until } from "../support/opencode/until.ts";
import { permissionRequest } from "../support/permission-request.ts";
import { renderPlain } from "../support/slack/plain.ts";
import { numbersOn, startGateway, type SmallGateway } from "../support/small-gateway.ts";

const QUESTION = { question: "Which database?", options: [{ label: "SQLite", description: "" }] };

const cards = ({ slack }: SmallGateway): readonly string[] => slack.channel("C1").messages().map(renderPlain);

const numbersIn = ({ slack }: SmallGateway): readonly number[] =>
  slack.channel("C1").messages().flatMap(numbersOn);

/** Resolves when a gateway that is not muted has posted what it was asked at the same time. */
async function wouldHavePosted(): Promise<void> {
  await using other = await startGateway();
  other.asked(1, "echo at once");
  await other.card("echo at once");
}

/** Resolves when the gateway keeps a card back. */
async function isKept(small: SmallGateway): Promise<void> {
  await until("it is muted", async () => (await small.logged("new cards are muted")).length > 0);
}

test.concurrent.each<readonly [string, (muted: SmallGateway) => void, (muted: SmallGateway) => void]>([
  [
    "a request is answered in the terminal",
    (muted) => muted.asked(1, "echo at the terminal"),
    (muted) => muted.replied("per_1", "once"),
  ],
  [
    "a question is answered in the terminal",
    (muted) => muted.askedQuestions(1, [QUESTION]),
    (muted) => muted.answered("que_1", [["SQLite"]]),
  ],
  [
    "a request ends with its session",
    (muted) => muted.asked(1, "echo at the terminal"),
    ({ gateway }) => gateway.sessionIdle("ses_1"),
  ],
  ["OpenCode ends", (muted) => muted.asked(1, "echo at the terminal"), (muted) => void muted.gateway.close()],
])("muted, %s, and nothing of it ever reaches Slack", async (_, ask, end) => {
  await using muted = await startGateway();
  typeMute(muted);
  ask(muted);
  await isKept(muted);
  await wouldHavePosted();
  end(muted);
  await until(
    "its life ends",
    async () => (await muted.logged("closed before it needed a card")).length === 1,
  );
  typeMute(muted, "off");
  await wouldHavePosted();
  expect(muted.slack.calls()).toEqual([]);
  expect(muted.toasts).toEqual([]);
});

test.concurrent("what still waits when the mute is taken back gets an ordinary card", async () => {
  await using muted = await startGateway();
  typeMute(muted, "1440");
  muted.asked(1, "echo waits");
  muted.askedQuestions(2, [QUESTION]);
  await isKept(muted);
  await wouldHavePosted();
  expect(muted.slack.calls()).toEqual([]);
  expect(typeMute(muted, "off")).toBe("Not muted any more: what waits is posted to Slack.");
  await muted.card("Which database?");
  const card = await muted.card("echo waits");
  await muted.slack.user("U1").press(card, "Allow once");
  await until("OpenCode hears of it", () => muted.received.length > 0);
  expect(muted.received).toEqual(["POST /session/ses_1/permissions/per_1"]);
});

test.concurrent("what still waits when its time is over gets its card", async () => {
  await using muted = await startGateway();
  const since = new Date();
  writeMute(fileOfMute(muted), { since, until: new Date(since.getTime() + 3_000) });
  muted.asked(1, "echo waits");
  await isKept(muted);
  expect(muted.slack.calls()).toEqual([]);
  await muted.card("echo waits");
  expect(Date.now()).toBeGreaterThanOrEqual(since.getTime() + 3_000);
});

test.concurrent("a longer mute in place of a shorter one counts, and a shorter one in place of a longer", async () => {
  await using muted = await startGateway();
  const since = new Date();
  writeMute(fileOfMute(muted), { since, until: new Date(since.getTime() + 2_000) });
  muted.asked(1, "echo waits");
  await isKept(muted);
  typeMute(muted, "5");
  await until("it is noticed", async () => (await muted.logged("new cards are muted")).length === 2);
  await until("the first one would be over", () => Date.now() > since.getTime() + 4_000);
  expect(muted.slack.calls()).toEqual([]);
  writeMute(fileOfMute(muted), { since, until: new Date(Date.now() + 1_000) });
  await muted.card("echo waits");
});

test.concurrent("many that were kept back share cards", async () => {
  await using muted = await startGateway({ rateLimits: {} });
  typeMute(muted);
  muted.storm(12);
  await isKept(muted);
  typeMute(muted, "off");
  await until("all have one", () => numbersIn(muted).length === 12);
  expect(new Set(numbersIn(muted)).size).toBe(12);
  expect(cards(muted).length).toBeLessThan(8);
});

test.concurrent("a card that is open stays, and a press on it counts", async () => {
  await using muted = await startGateway();
  muted.asked(1, "echo earlier");
  const card = await muted.card("echo earlier");
  typeMute(muted);
  muted.asked(2, "echo later");
  await isKept(muted);
  await muted.slack.user("U1").press(card, "Allow once");
  await until("OpenCode hears of it", () => muted.received.length > 0);
  muted.replied("per_1", "once");
  await muted.cardSays(card, "Allowed once by @U1");
  expect(cards(muted)).toHaveLength(1);
});

const MUTED = /New cards are muted until \S+Z: what is asked meanwhile waits in OpenCode\./;

test.concurrent("open cards say until when, without a new message, and no more when it is over", async () => {
  await using muted = await startGateway();
  muted.asked(1, "echo lone");
  const card = await muted.card("echo lone");
  typeMute(muted);
  const said = await until("it says so", () => MUTED.exec(muted.says(card))?.[0]);
  typeMute(muted, "120");
  await until("it says another time", () => {
    const [line] = MUTED.exec(muted.says(card)) ?? [];
    return line !== undefined && line !== said;
  });
  // Who pressed before the line was there, has pressed on the same card.
  await muted.slack.user("U1").press(card, "Allow once");
  await until("OpenCode hears of it", () => muted.received.length > 0);
  expect(muted.told()).toEqual([]);
  typeMute(muted, "off");
  await until("it says nothing of it", () => !muted.says(card).includes("muted"));
  expect(muted.slack.calls("chat.postMessage")).toHaveLength(1);
});

test.concurrent("a card that is closed meanwhile says how it stood then, and the rows of a shared card say it once", async () => {
  await using muted = await startGateway();
  muted.asked(1, "echo lone");
  const lone = await muted.card("echo lone");
  typeMute(muted);
  await until("it says so", () => MUTED.test(muted.says(lone)));
  muted.replied("per_1", "once");
  const closed = renderPlain(await muted.cardSays(lone, "Allowed once in OpenCode"));
  expect(closed).toMatch(/When this was closed, new cards were muted until \S+Z\./);
  expect(closed).not.toMatch(MUTED);
  typeMute(muted, "off");
  muted.storm(12);
  const shared = await muted.card("permission requests");
  typeMute(muted);
  await until("it says so", () => MUTED.test(muted.says(shared)));
  expect(muted.says(shared).match(/muted/g)).toHaveLength(1);
});

test.concurrent("what waits for room behind its session's cards waits on when room comes, and a deleted card stays away", async () => {
  await using muted = await startGateway();
  for (let n = 1; n <= 5; n += 1) {
    muted.asked(n, `echo card ${n}.`, "ses_1");
    await muted.card(`echo card ${n}.`);
  }
  const [first, second] = await Promise.all([muted.card("echo card 1."), muted.card("echo card 2.")]);
  muted.asked(6, "echo card 6.", "ses_1");
  await muted.card("1 more request of this session waits");
  typeMute(muted);
  muted.replied("per_1", "once");
  await muted.cardSays(first, "Allowed once in OpenCode");
  muted.slack.workspace.remove(second);
  muted.gateway.redraw();
  await until(
    "it is deleted",
    async () => (await muted.logged("the card of an open request was deleted")).length > 0,
  );
  await wouldHavePosted();
  expect(cards(muted).join()).not.toMatch(/echo card [26]\./);
  typeMute(muted, "off");
  await muted.card("echo card 6.");
  await muted.card("echo card 2.");
});

test.concurrent("what is allowed for a time goes on to be answered, and what only looks so waits", async () => {
  await using muted = await startGranting();
  await muted.grant("per_1");
  typeMute(muted);
  muted.ask("per_2");
  await muted.isUsed("per_2");
  muted.world.isInPlace = false;
  muted.ask("per_3");
  await until(
    "the grant is not for it",
    async () => (await muted.logged("a grant does not answer this request")).length > 0,
  );
  await isKept(muted);
  await wouldHavePosted();
  expect(cards(muted)).toHaveLength(1);
  typeMute(muted, "off");
  await muted.asks("per_3");
});

test.concurrent.each(["leave", "reject"] as const)(
  "the time after which what nobody answers ends (%s) begins with the card",
  async (onExpire) => {
    const expiry = { afterMs: 3_000, onExpire };
    await using muted = await startGateway(undefined, undefined, {}, { expiry });
    typeMute(muted);
    muted.asked(1, "echo kept");
    {
      await using other = await startGateway(
        undefined,
        undefined,
        {},
        { expiry: { ...expiry, onExpire: "leave" } },
      );
      other.asked(1, "echo meanwhile");
      await other.card("Nobody answered in 1 minute.");
    }
    expect(muted.received).toEqual([]);
    typeMute(muted, "off");
    const card = await muted.card("echo kept");
    expect(renderPlain(card)).toContain("[Allow once]");
    if (onExpire === "leave") await muted.cardSays(card, "Nobody answered in 1 minute.");
    else await until("it is rejected", () => muted.received.length > 0);
  },
);

const asked = (requestID: string) => permissionRequest({ requestID, sessionID: "ses_9" });

test.concurrent("every OpenCode of the machine is muted, and one that is started meanwhile, too", async () => {
  await using muted = await startGateway();
  await using before = openBeside(muted);
  typeMute(muted);
  before.gateway.asked(asked("per_8"));
  muted.asked(1, "echo one");
  await using after = openBeside(muted);
  after.gateway.asked(asked("per_9"));
  await isKept(muted);
  await wouldHavePosted();
  expect(muted.slack.calls()).toEqual([]);
  typeMute(muted, "off");
  await Promise.all(["echo one", "echo per_8", "echo per_9"].map(async (what) => muted.card(what)));
});

const DAY_MS = 24 * 60 * 60_000;
const NOT_READ =
  "The mute cannot be read: new requests are posted. Remove it with opencode-slack-gateway mute off.";
const note = (sinceMs: number, untilMs: number): string =>
  JSON.stringify({ since: new Date(Date.now() + sinceMs), until: new Date(Date.now() + untilMs) });

test.concurrent.each<readonly [string, (file: string) => void, string]>([
  [
    "is torn",
    (file) => writeFileSync(file, note(0, 60_000).slice(0, 40)),
    "the file is not as the gateway writes it",
  ],
  ["is empty", (file) => writeFileSync(file, ""), "the file is not as the gateway writes it"],
  [
    "has no time",
    (file) => writeFileSync(file, '{"since":0,"until":"for ever"}'),
    "the file is not as the gateway writes it",
  ],
  ["is too large", (file) => writeFileSync(file, note(0, 60_000).padEnd(5_000)), "the file is too large"],
  [
    "is for more than a day",
    (file) => writeFileSync(file, note(0, DAY_MS + 1_000)),
    "it is for more than 24 hours",
  ],
  [
    "has begun long ago, for more than a day",
    (file) => writeFileSync(file, note(-DAY_MS, 60_000)),
    "it is for more than 24 hours",
  ],
  [
    "begins in the future",
    (file) => writeFileSync(file, note(DAY_MS, DAY_MS + 60_000)),
    "it begins in the future",
  ],
  ["is a directory", (file) => mkdirSync(file), "it is not a file"],
  [
    "can be written by others",
    (file) => {
      writeFileSync(file, note(0, 60_000));
      chmodSync(file, 0o622);
    },
    "other users may write to the file",
  ],
])("a mute that %s does not count, and the log says why, once", async (_, write, why) => {
  await using small = await startGateway();
  const file = fileOfMute(small);
  mkdirSync(path.dirname(file), { recursive: true });
  write(file);
  for (let n = 1; n <= 2; n += 1) {
    small.asked(n, `echo ${n}.`);
    await small.card(`echo ${n}.`);
  }
  expect(await small.logged(NOT_READ)).toMatchObject([{ level: "warn", why }]);
  rmSync(file, { recursive: true });
});

test("a mute that is over, or was never there, is nothing to speak of", async () => {
  await using small = await startGateway();
  expect(removeMute(fileOfMute(small))).toBe(false);
  mkdirSync(path.dirname(fileOfMute(small)), { recursive: true });
  writeFileSync(fileOfMute(small), note(-DAY_MS, -1));
  small.asked(1, "echo at once");
  await small.card("echo at once");
  expect(await small.log()).not.toContain("mute");
});
