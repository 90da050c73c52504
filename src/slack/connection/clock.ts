/** Slack's clock, as its answers tell: this machine's own may be wrong, and a press is dated by Slack's. */

import { startStopwatch } from "../../system/stopwatch.ts";

/** An answer that was longer on its way may have been waiting while this machine slept: its time is long past. */
const ROUND_TRIP_LIMIT_MS = 10_000;

export interface SlackClock {
  /**
   * In milliseconds since 1970; undefined before Slack has told. Never ahead of Slack unless somebody sets this machine's
   * clock forward, until the next answer. Behind by a call's duration at most and by the second that a `Date` leaves out.
   */
  now(): number | undefined;
  /** A call begins. @returns what takes the `Date` header of its answer. */
  asking(): (date: string) => void;
}

export function createSlackClock(): SlackClock {
  let now: (() => number) | undefined;
  return {
    now: () => now?.(),
    asking() {
      const roundTripMs = startStopwatch();
      return (date) => {
        const at = Date.parse(date);
        if (Number.isNaN(at) || roundTripMs() > ROUND_TRIP_LIMIT_MS) return;
        const passedMs = startStopwatch();
        now = () => at + passedMs();
      };
    },
  };
}
