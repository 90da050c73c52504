import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Asked, AskedRow } from "../../src/gateway/asked.ts";
import { createCard, type Card } from "../../src/gateway/card.ts";
import type { CardFace } from "../../src/gateway/domain/card.ts";
import type { Control } from "../../src/gateway/domain/control.ts";
import type { PressOutcome } from "../../src/gateway/domain/interaction.ts";
import type { LastPress } from "../../src/gateway/domain/press-note.ts";
import { createTell, type Tell } from "../../src/gateway/press-notes.ts";
import type { Cards, Connection, ShowOutcome } from "../../src/gateway/ports.ts";
import { showContent } from "../../src/sanitize/content.ts";
import { runToEnd } from "../../src/system/sliced.ts";
import { permissionRequest } from "../support/permission-request.ts";
import { silentLog as log } from "../support/silent-log.ts";
import { settled } from "../support/slack/settled.ts";

const SECOND_MS = 1_000;

const request = permissionRequest();
const content = runToEnd(
  showContent(
    {
      request,
      details: [{ label: "Command", text: "git push" }],
      session: { titles: [] },
      offers: { replies: ["once", "reject"] },
      directory: "/home/dev/project",
      host: "laptop",
    },
    [],
  ),
);
const control: Control = {
  name: "once",
  label: "Allow once",
  value: "bits",
  effect: { kind: "submit", answer: { kind: "permission", reply: "once" } },
};
const STRANGER: PressOutcome = { kind: "not-approver", userID: "U2", reason: "not-listed" };
const APPROVER: PressOutcome = { kind: "stale", because: "late" };

/** Slack as the gateway needs it: takes everything at once, unless the test says otherwise. */
interface Slack {
  /** When a card was drawn for a press, in seconds, and what it said. */
  readonly drawn: { readonly at: number; readonly says: LastPress | undefined }[];
  takes: ShowOutcome;
  spareTurn: Cards["spareTurn"];
}

let slack: Slack;
let card: Card<AskedRow>;
let asked: Asked;
let press: (outcome: PressOutcome) => ReturnType<Tell>;

beforeEach(async () => {
  vi.useFakeTimers();
  const startedAt = performance.now();
  slack = { drawn: [], takes: "done", spareTurn: async () => true };
  const cards: Pick<Cards, "post" | "show" | "spareTurn" | "tell"> = {
    post: async () => ({ kind: "posted", card: { channel: "C1", ts: "1.000001" }, version: {} }),
    async show(_, face: () => CardFace) {
      const at = Math.round((performance.now() - startedAt) / SECOND_MS);
      slack.drawn.push({ at, says: face().lastPress });
      return slack.takes;
    },
    spareTurn: async (...turn) => slack.spareTurn(...turn),
    tell: async () => undefined,
  };
  asked = {
    request,
    closed: new AbortController(),
    ageMs: () => 0,
    over: new AbortController(),
    forgotten: new AbortController(),
    state: { kind: "asked" },
    attempts: [],
  };
  const row: AskedRow = {
    asked,
    content,
    values: new Map(),
    offered: ["once", "reject"],
    controls: () => [control],
    alsoAnswered: () => 0,
    hasOthers: () => false,
  };
  card = createCard({
    attemptID: "attempt",
    rows: [row],
    controls: [],
    // What is missing here nobody asks for.
    connection: { cards } as unknown as Connection,
    mute: () => undefined,
    countWaiting: () => 0,
  });
  await card.outcome;
  const tell = createTell({ end: new AbortController().signal, log });
  const button = { card, rows: [row], control };
  press = async (outcome) =>
    tell({ userID: "U2", teamID: "T1", card: { channel: "C1", ts: "1.000001" }, button }, outcome);
});
afterEach(() => void vi.useRealTimers());

const pass = async (seconds: number) => vi.advanceTimersByTimeAsync(seconds * SECOND_MS);

test("a card that is pressed every second for two minutes is drawn for it every 30 seconds", async () => {
  for (let second = 0; second < 120; second += 1) {
    await press(STRANGER);
    await pass(1);
  }
  expect(slack.drawn.map(({ at }) => at)).toEqual([0, 30, 60, 90, 120]);
});

test("what came of the latest press within these 30 seconds is drawn at their end, unless nothing did", async () => {
  await press(STRANGER);
  await pass(10);
  await press(STRANGER);
  await press(APPROVER);
  await pass(100);
  expect(slack.drawn.map(({ at, says }) => [at, says?.note.kind])).toEqual([
    [0, "not-approver"],
    [30, "stale"],
  ]);
});

test("what an approver is to read waits behind nothing that a stranger's press is to draw", async () => {
  slack.spareTurn = async (_, isLast, ended) =>
    !isLast || new Promise((resolve) => ended.addEventListener("abort", () => resolve(false)));
  await press(STRANGER);
  await pass(1);
  expect(slack.drawn).toEqual([]);
  await press(APPROVER);
  await pass(1);
  expect(slack.drawn.map(({ says }) => says?.note.kind)).toEqual(["stale"]);
});

test("what Slack did not take is tried again as long as it is worth saying", async () => {
  slack.takes = "interrupted";
  await press(APPROVER);
  await pass(600);
  expect(slack.drawn.map(({ at }) => at)).toEqual([0, 30, 60, 90, 120]);
});

test("nothing is drawn for a press when the request is closed, nor two minutes later", async () => {
  const turn = settled<boolean>();
  slack.spareTurn = async () => turn.promise;
  await press(APPROVER);
  await pass(1);
  asked.state = { kind: "gone", reason: "session-idle", at: new Date() };
  turn.resolve(true);
  await pass(1);
  expect(slack.drawn).toEqual([]);
  expect(card.lastPress.current()).toBeUndefined();

  asked.state = { kind: "asked" };
  await press(APPROVER);
  expect(card.lastPress.current()?.note.kind).toBe("stale");
  await pass(121);
  expect(card.lastPress.current()).toBeUndefined();
});
