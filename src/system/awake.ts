/** Waiting that counts only the time in which this machine is awake. */

import { pause } from "./pause.ts";
import { startStopwatch } from "./stopwatch.ts";

/** A sleep is noticed at the end of a slice, and costs no more than that. */
const SLICE_MS = 15_000;
/** How late a slice ends only after a sleep: much later than a busy OpenCode lets it. A nap that is shorter counts. */
const LATE_MS = 30_000;

interface AwakeOptions {
  /** What is left at least after a sleep, and as long as the time is on hold. */
  readonly graceMs: number;
  /** Whether nobody could do anything meanwhile. */
  readonly isOnHold: () => boolean;
}

/**
 * Resolves after `ms`, or at once when `signal` aborts. Does not keep the process alive.
 *
 * Timers stand still while a machine sleeps, on most systems, and whoever opens a laptop is not to find that their time was
 * over at that moment. So it is waited in slices, of which the length counts, however late they end; and the later of
 * both clocks tells that there was a sleep. A clock that is set forward looks like one.
 */
export async function pauseAwake(
  ms: number,
  signal: AbortSignal,
  { graceMs, isOnHold }: AwakeOptions,
): Promise<void> {
  let leftMs = ms;
  while (leftMs > 0 && !signal.aborted) {
    const sliceMs = Math.min(leftMs, SLICE_MS);
    const passedMs = startStopwatch();
    await pause(sliceMs, signal);
    leftMs -= sliceMs;
    const hasSlept = passedMs() - sliceMs > LATE_MS;
    if (hasSlept || isOnHold()) leftMs = Math.max(leftMs, graceMs);
  }
}
