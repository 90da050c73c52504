/** A mute is over by whichever clock says so first. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { MuteReading } from "../../../src/gateway/domain/mute.ts";
import { createMuting } from "../../../src/gateway/muting.ts";
import { silentLog } from "../../support/silent-log.ts";

const MINUTE_MS = 60_000;
const NOON = new Date("2026-11-27T12:00:00Z");
const UNTIL = new Date(NOON.getTime() + 60 * MINUTE_MS);

/** What a gateway does that has no button for it. */
const UNWRITTEN = { write: () => false, remove: () => false };

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

/** @returns what tells how often it has changed, and whether who waits for its end waits no more. */
function start() {
  const changed = vi.fn();
  const muting = createMuting({
    mute: { ...UNWRITTEN, read: () => reading },
    changed,
    end: end.signal,
    log: silentLog,
  });
  const over = vi.fn();
  void muting.over(end.signal).then(over);
  return { muting, isMuted: () => muting.current() !== undefined, changed, over };
}

test("an hour by the monotonic clock is an hour, however far the other clock was put back", async () => {
  const { isMuted, changed, over } = start();
  await vi.advanceTimersByTimeAsync(30 * MINUTE_MS);
  vi.setSystemTime(NOON);
  await vi.advanceTimersByTimeAsync(29 * MINUTE_MS);
  expect([isMuted(), changed.mock.calls.length, over.mock.calls.length]).toEqual([true, 1, 0]);
  await vi.advanceTimersByTimeAsync(1.1 * MINUTE_MS);
  expect([isMuted(), changed.mock.calls.length, over.mock.calls.length]).toEqual([false, 2, 1]);
});

test("a clock that is put forward beyond its end ends it", async () => {
  const { isMuted, over } = start();
  vi.setSystemTime(UNTIL);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(over).toHaveBeenCalledOnce();
  expect(isMuted()).toBe(false);
});

test("the next mute counts by itself", async () => {
  const { isMuted } = start();
  await vi.advanceTimersByTimeAsync(61 * MINUTE_MS);
  expect(isMuted()).toBe(false);
  const since = new Date();
  reading = { kind: "muted", since, until: new Date(since.getTime() + 5 * MINUTE_MS) };
  await vi.advanceTimersByTimeAsync(1_500);
  expect(isMuted()).toBe(true);
});

test("whoever waits hears of its end, also where somebody else was the first to see it", async () => {
  const { isMuted, over } = start();
  await vi.advanceTimersByTimeAsync(500);
  reading = { kind: "none" };
  expect(isMuted()).toBe(false);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(over).toHaveBeenCalledOnce();
});

test("as long as somebody attends, it is noticed within a second, and so is its end", async () => {
  const [muted, closed] = [reading, new AbortController()];
  reading = { kind: "none" };
  const changed = vi.fn();
  const read = vi.fn((): MuteReading => reading);
  const muting = createMuting({ mute: { ...UNWRITTEN, read }, changed, end: end.signal, log: silentLog });
  muting.attend(closed.signal);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(changed).not.toHaveBeenCalled();
  reading = muted;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(changed).toHaveBeenCalledOnce();
  reading = { kind: "none" };
  await vi.advanceTimersByTimeAsync(1_000);
  expect(changed).toHaveBeenCalledTimes(2);
  closed.abort();
  await vi.advanceTimersByTimeAsync(1_000);
  const before = read.mock.calls.length;
  await vi.advanceTimersByTimeAsync(60 * MINUTE_MS);
  expect(read).toHaveBeenCalledTimes(before);
});

test("a mute that is taken back within a second is told of, as somebody may have kept a card back", async () => {
  const muted = reading;
  reading = { kind: "none" };
  const { muting, isMuted, changed } = start();
  muting.attend(end.signal);
  await vi.advanceTimersByTimeAsync(200);
  reading = muted;
  expect(isMuted()).toBe(true);
  await vi.advanceTimersByTimeAsync(200);
  reading = { kind: "none" };
  expect(isMuted()).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(changed).toHaveBeenCalledTimes(2);
});

test("as long as nobody waits for its end, nobody looks", async () => {
  const read = vi.fn((): MuteReading => ({ kind: "none" }));
  const muting = createMuting({
    mute: { ...UNWRITTEN, read },
    changed: () => undefined,
    end: end.signal,
    log: silentLog,
  });
  expect(muting.current()).toBeUndefined();
  await vi.advanceTimersByTimeAsync(60 * MINUTE_MS);
  expect(read).toHaveBeenCalledOnce();
});
