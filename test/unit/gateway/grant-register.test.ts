import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createGrantRegister, type Given } from "../../../src/gateway/grants/register.ts";
import { permissionRequest } from "../../support/permission-request.ts";

const MINUTE_MS = 60_000;
const NOON = Date.parse("2026-11-27T12:00:00Z");

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date", "performance"], now: NOON }));
afterEach(() => void vi.useRealTimers());

const changed = vi.fn();
const register = () => createGrantRegister(changed);
const given: Given = {
  fingerprint: "one",
  request: permissionRequest({ patterns: ["npm test"] }),
  sessionIDs: ["ses_1"],
  granter: { userID: "U1", teamID: "T1" },
  minutes: 30,
};

describe("a grant lives", () => {
  test("as long as it was given for, and not a millisecond more", () => {
    const grants = register();
    const grant = grants.add(given);
    expect(grant.state()).toEqual({ minutes: 30, until: new Date(NOON + 30 * MINUTE_MS), uses: 0 });
    vi.advanceTimersByTime(30 * MINUTE_MS - 1);
    expect(grants.find("one")).toBe(grant);
    vi.advanceTimersByTime(1);
    expect(grants.find("one")).toBeUndefined();
    expect(grants.mayCover(given.request)).toBe(false);
    expect(grants.live()).toEqual([]);
  });

  test("no longer by the monotonic clock, where the wall clock is put back again and again", () => {
    const grants = register();
    grants.add(given);
    for (let minute = 1; minute < 30; minute += 1) {
      vi.advanceTimersByTime(MINUTE_MS);
      vi.setSystemTime(NOON - 60 * MINUTE_MS);
      expect(grants.find("one")).toBeDefined();
    }
    vi.advanceTimersByTime(MINUTE_MS);
    expect(grants.find("one")).toBeUndefined();
  });

  test("no longer by the wall clock, where the monotonic one stood still or the wall clock is put forward", () => {
    const grants = register();
    grants.add(given);
    vi.setSystemTime(NOON + 30 * MINUTE_MS);
    expect(grants.find("one")).toBeUndefined();
  });
});

test("the first end of a grant is the one that counts, and is told once", () => {
  const grants = register();
  const grant = grants.add(given);
  changed.mockClear();
  grant.end({ reason: "revoked", userID: "U2" });
  grant.end({ reason: "time" });
  expect(grant.state().end).toEqual({ reason: "revoked", userID: "U2", at: new Date(NOON) });
  expect(grant.ended.aborted).toBe(true);
  expect(grant.isLive()).toBe(false);
  expect(changed).toHaveBeenCalledTimes(1);
});

test("of two for the very same request only the later one lives, also when the earlier ends again", () => {
  const grants = register();
  const first = grants.add(given);
  const second = grants.add({ ...given, granter: { userID: "U2", teamID: "T1" } });
  expect(first.state().end?.reason).toBe("granted-again");
  first.end({ reason: "revoked" });
  expect(grants.find("one")).toBe(second);
});

test("uses are counted in their order, and one that is taken back was none", () => {
  const grant = register().add(given);
  const first = grant.use();
  vi.advanceTimersByTime(MINUTE_MS);
  const second = grant.use();
  expect(grant.state()).toMatchObject({ uses: 2, lastUsedAt: new Date(NOON + MINUTE_MS) });
  expect([grant.takeBack(second), grant.takeBack(second)]).toEqual(["taken-back", "kept"]);
  expect(grant.state()).toMatchObject({ uses: 1, lastUsedAt: new Date(NOON) });
  grant.takeBack(first);
  expect(grant.state()).not.toHaveProperty("lastUsedAt");
  const told = grant.use();
  told.stage = "told";
  expect(grant.takeBack(told)).toBe("kept");
  expect(grant.state()).toMatchObject({ uses: 1 });
});

test("a request is worded as one that is granted, whatever its names, and wherever it is made", () => {
  const grants = register();
  grants.add(given);
  expect(grants.mayCover({ ...given.request, requestID: "per_2", messageID: "msg_2" })).toBe(true);
  expect(grants.mayCover({ ...given.request, patterns: ["npm test "] })).toBe(false);
});
