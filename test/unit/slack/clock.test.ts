import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSlackClock } from "../../../src/slack/connection/clock.ts";

const NOON = "Mon, 23 Nov 2026 12:00:00 GMT";
const noon = Date.parse(NOON);

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date", "performance"], now: 0 }));
afterEach(() => void vi.useRealTimers());

/** The machine is awake: both of its clocks go. */
const wait = (ms: number) => vi.advanceTimersByTime(ms);
/** Only the wall clock goes on while a machine sleeps; also what somebody does who sets it. */
const sleep = (ms: number) => vi.setSystemTime(Date.now() + ms);

function clockAtNoon() {
  const clock = createSlackClock();
  clock.asking()(NOON);
  return clock;
}

test("Slack's time is not known before Slack has told it", () => {
  const clock = createSlackClock();
  clock.asking()("undefined");
  expect(clock.now()).toBeUndefined();
});

test("Slack's time goes on from its last answer, whatever this machine's clock says", () => {
  const clock = clockAtNoon();
  wait(5_000);
  expect(clock.now()).toBe(noon + 5_000);
  clock.asking()("Mon, 23 Nov 2026 13:00:00 GMT");
  expect(clock.now()).toBe(noon + 3_600_000);
});

test("it goes on while the machine sleeps", () => {
  const clock = clockAtNoon();
  wait(1_000);
  sleep(3_600_000);
  expect(clock.now()).toBe(noon + 3_601_000);
});

test("it does not go back when somebody sets the machine's clock back", () => {
  const clock = clockAtNoon();
  sleep(-3_600_000);
  wait(1_000);
  expect(clock.now()).toBe(noon + 1_000);
});

test("an answer that waited while the machine slept does not tell the time", () => {
  const clock = clockAtNoon();
  const answered = clock.asking();
  sleep(3_600_000);
  answered(NOON);
  expect(clock.now()).toBe(noon + 3_600_000);
});

test("a machine's clock that was set forward is wrong until Slack's next answer only", () => {
  const clock = clockAtNoon();
  sleep(3_600_000);
  clock.asking()(NOON);
  expect(clock.now()).toBe(noon);
});
