import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pauseAwake } from "../../../src/system/awake.ts";

const MINUTE_MS = 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Ten minutes, of which at least two are left after a sleep. */
function begin(isOnHold = () => false) {
  const stop = new AbortController();
  const pausing = { isOver: false, stop };
  void pauseAwake(10 * MINUTE_MS, stop.signal, { graceMs: 2 * MINUTE_MS, isOnHold }).then(
    () => (pausing.isOver = true),
  );
  return pausing;
}

const passMinutes = async (minutes: number): Promise<unknown> =>
  vi.advanceTimersByTimeAsync(minutes * MINUTE_MS);

/** The timers stand still meanwhile, and the wall clock does not. */
const sleepHours = (hours: number): unknown => vi.setSystemTime(Date.now() + hours * 60 * MINUTE_MS);

test("it is over after its time, and not before", async () => {
  const pausing = begin();
  await passMinutes(9.9);
  expect(pausing.isOver).toBe(false);
  await passMinutes(0.1);
  expect(pausing.isOver).toBe(true);
});

test("hours of sleep do not count, and whoever wakes the machine at the end has time to look", async () => {
  const pausing = begin();
  await passMinutes(9.9);
  sleepHours(8);
  await passMinutes(2);
  expect(pausing.isOver).toBe(false);
  await passMinutes(0.2);
  expect(pausing.isOver).toBe(true);
});

test("of a sleep at the beginning nothing is lost or won", async () => {
  const pausing = begin();
  sleepHours(8);
  await passMinutes(9.9);
  expect(pausing.isOver).toBe(false);
  await passMinutes(0.1);
  expect(pausing.isOver).toBe(true);
});

test("a nap and a clock that is set back change nothing", async () => {
  const pausing = begin();
  await passMinutes(9.9);
  vi.setSystemTime(Date.now() + 10_000);
  await passMinutes(0.05);
  vi.setSystemTime(0);
  await passMinutes(0.05);
  expect(pausing.isOver).toBe(true);
});

test("on hold it is never over, and then there is time to look", async () => {
  let isOnHold = true;
  const pausing = begin(() => isOnHold);
  await passMinutes(60);
  expect(pausing.isOver).toBe(false);
  isOnHold = false;
  await passMinutes(1.5);
  expect(pausing.isOver).toBe(false);
  await passMinutes(0.6);
  expect(pausing.isOver).toBe(true);
});

test("it ends with its signal", async () => {
  const pausing = begin();
  pausing.stop.abort();
  await passMinutes(0);
  expect(pausing.isOver).toBe(true);
});
