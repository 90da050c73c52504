import { expect, test } from "vitest";
import { putTogether, type Verdict } from "../../../src/commands/status/report.ts";

const SECOND_MS = 1_000;

/** A hub whose holder has, or has not, been connected for so long, with an ask that is so old. */
function verdictOf(isConnected: boolean, ageMs: number, askMs?: number): Verdict {
  const ask = {
    kind: "permission",
    permission: "bash",
    requestID: "per_1",
    sessionID: "ses_1",
    isOnCard: true,
  };
  const asks = askMs === undefined ? [] : [{ ...ask, ageMs: askMs }];
  const common = { version: "1", pid: 1, directory: "/p", grants: [], grantCount: 0 };
  const holder = { ...common, asks: [], askCount: 0, connection: { isConnected, ageMs } };
  const member = { ...common, asks, askCount: asks.length };
  const statuses = new Map([
    ["holder", JSON.stringify(holder)],
    ["member", JSON.stringify(member)],
  ]);
  return putTogether([{ key: "app", sight: { kind: "held", statuses } }], [], []).verdict;
}

test.each<[string, Verdict, Verdict]>([
  ["something waits, and Slack is reached", verdictOf(true, 9_999 * SECOND_MS, 9_999 * SECOND_MS), "ok"],
  ["nothing waits, and Slack is away", verdictOf(false, 9_999 * SECOND_MS), "ok"],
  [
    "something has waited for long, and Slack went away just now",
    verdictOf(false, SECOND_MS, 9_999 * SECOND_MS),
    "ok",
  ],
  [
    "Slack has been away for long, and something waits since just now",
    verdictOf(false, 9_999 * SECOND_MS, SECOND_MS),
    "ok",
  ],
  ["both for long", verdictOf(false, 11 * SECOND_MS, 11 * SECOND_MS), "not-reached"],
])("%s", (_, verdict, expected) => {
  expect(verdict).toBe(expected);
});

test("beside a hub that cannot be asked, nobody is said to be idle, or not to be posted", () => {
  const at = new Date();
  const asks = new Map([
    ["per_1", { permission: "bash", requestID: "per_1", sessionID: "ses_1", at, isPosted: false }],
  ]);
  const loaded = [
    { pid: 1, directory: "/idle", at, asks: new Map() },
    { pid: 2, directory: "/asks", at, asks },
    { pid: 3, directory: "/refused", at, asks, refusedAt: new Date(at.getTime() + 1) },
    { pid: 4, directory: "/off", at, asks: new Map(), problems: ["SLACK_BOT_TOKEN is not set."] },
  ];
  const states = (seen: Parameters<typeof putTogether>[0]) =>
    putTogether(seen, loaded, []).others.map(({ state }) => state);
  const older = { key: "app", sight: { kind: "held", statuses: undefined } } as const;
  expect(states([older])).toEqual(["untold", "untold", "refused", "off"]);
  expect(states([])).toEqual(["idle", "waiting", "refused", "off"]);
});
