/** A mute is over by whichever clock says so first. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { MuteReading } from "../../../src/gateway/domain/mute.ts";
import { createMuting } from "../../../src/gateway/muting.ts";
import { silentLog } from "../../support/silent-log.ts";

const MINUTE_MS = 60_000;
const NOON = new Date("2026-11-27T12:00:00Z");
const UNTIL = new Date(NOON.getTime() + 60 * MINUTE_MS);

let reading: MuteReading;
let end: AbortController;
beforeEach(() => {
  vi.useFakeTimers({ now: NOON, toFake: ["Date", "performance", "setTimeout", "clearTimeout"] });
  reading = { kind: "muted", since: NOON, until: UNTIL };
  end = new AbortController();
});
afterEach(() => {
  end.abort();
  vi.useRealTimers();
});

/** @returns what tells how often cards may have come again. */
function start() {
  const ended = vi.fn();
  const muting = createMuting({ mute: { read: () => reading }, ended, end: end.signal, log: silentLog });
  const over = vi.fn();
  void muting.over(end.signal).then(over);
  return { muting, ended, over };
}

test("an hour by the monotonic clock is an hour, however far the other clock was put back", async () => {
  const { muting, ended, over } = start();
  await vi.advanceTimersByTimeAsync(30 * MINUTE_MS);
  vi.setSystemTime(NOON);
  await vi.advanceTimersByTimeAsync(29 * MINUTE_MS);
  expect([muting.isOn(), ended.mock.calls.length, over.mock.calls.length]).toEqual([true, 0, 0]);
  await vi.advanceTimersByTimeAsync(1.1 * MINUTE_MS);
  expect([muting.isOn(), ended.mock.calls.length, over.mock.calls.length]).toEqual([false, 1, 1]);
});

test("a clock that is put forward beyond its end ends it", async () => {
  const { muting, over } = start();
  vi.setSystemTime(UNTIL);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(over).toHaveBeenCalledOnce();
  expect(muting.isOn()).toBe(false);
});

test("the next mute counts by itself", async () => {
  const { muting } = start();
  await vi.advanceTimersByTimeAsync(61 * MINUTE_MS);
  expect(muting.isOn()).toBe(false);
  const since = new Date();
  reading = { kind: "muted", since, until: new Date(since.getTime() + 5 * MINUTE_MS) };
  await vi.advanceTimersByTimeAsync(1_500);
  expect(muting.isOn()).toBe(true);
});

test("as long as nobody waits for its end, nobody looks", async () => {
  const read = vi.fn((): MuteReading => ({ kind: "none" }));
  const muting = createMuting({ mute: { read }, ended: () => undefined, end: end.signal, log: silentLog });
  expect(muting.isOn()).toBe(false);
  await vi.advanceTimersByTimeAsync(60 * MINUTE_MS);
  expect(read).toHaveBeenCalledOnce();
});
