import { expect, test } from "vitest";
import { watchConnections } from "../../../src/composition/connection-state.ts";
import { parseStatus, renderStatus } from "../../../src/composition/member-status.ts";
import { STATUS_LIMIT_CHARS } from "../../../src/hub/frames.ts";

/** Six characters in JSON. */
const LONGEST = "\u0001".repeat(100_000);

const ask = {
  kind: "permission",
  permission: LONGEST,
  requestID: LONGEST,
  sessionID: LONGEST,
  ageMs: 1 / 3,
  isOnCard: true,
} as const;
const grant = { permission: LONGEST, requestID: LONGEST, sessionID: LONGEST, leftMs: 1 / 3, uses: 1 };

test("whatever is open, the hub passes on what is told of it, and how much is not", () => {
  const text = renderStatus(
    {
      directory: LONGEST,
      asks: Array.from({ length: 50 }, () => ask),
      grants: Array.from({ length: 30 }, () => grant),
    },
    { isConnected: true, ageMs: 1 / 3 },
  );
  expect(text.length).toBeLessThan(STATUS_LIMIT_CHARS);
  const status = parseStatus(text);
  expect(status).toMatchObject({ askCount: 50, grantCount: 30, pid: process.pid });
  expect([status?.asks.length, status?.grants.length]).toEqual([20, 20]);
});

test("what a later release adds is passed over, and what is no status is none", () => {
  const status = { version: "9", pid: 1, directory: "/p", asks: [], askCount: 0, grants: [], grantCount: 0 };
  expect(parseStatus(JSON.stringify({ ...status, mood: "good" }))).toEqual(status);
  for (const text of ["", "null", "[]", "{", JSON.stringify({ ...status, directory: "x".repeat(1_001) })])
    expect(parseStatus(text)).toBeUndefined();
});

test("a connection that takes the place of another one goes on", () => {
  const watch = watchConnections();
  expect(watch.now().isConnected).toBe(false);
  watch.opened();
  watch.opened();
  watch.ended();
  expect(watch.now().isConnected).toBe(true);
  watch.ended();
  expect(watch.now().isConnected).toBe(false);
});
