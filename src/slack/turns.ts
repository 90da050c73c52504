/** When Slack takes the next call of one method in one channel. */

import { pause } from "../pause.ts";

/** After Slack's Retry-After: several processes that were told the same must not come back together. */
const JITTER_MS = 500;

/** Slack's limit: this many calls at once, and one more each `everyMs`. */
export interface Limit {
  readonly burst: number;
  readonly everyMs: number;
}

export interface Turns {
  /**
   * Waits for a turn and takes it.
   *
   * @returns how many turns there were, this one included; 0 when `signal` aborted first.
   */
  take(signal: AbortSignal): Promise<number>;
  /** The same for what may wait as long as anybody takes turns by {@link take}. */
  takeLast(signal: AbortSignal): Promise<number>;
  /** Slack wants no further call before this time is over. */
  wait(retryAfterMs: number): void;
}

/** @see https://docs.slack.dev/apis/web-api/rate-limits */
export function createTurns({ burst, everyMs }: Limit): Turns {
  let left = burst;
  /** Those that are not to wait for the last. */
  let waiting = 0;
  /** When `left` was right. */
  let at = performance.now();

  function refill(): void {
    const earned = Math.floor((performance.now() - at) / everyMs);
    if (earned <= 0) return;
    left = Math.min(burst, left + earned);
    // Slack's count begins when the first of a burst arrives, so ours must not begin before.
    at = left === burst ? performance.now() : at + earned * everyMs;
  }

  async function takeIf(isMine: () => boolean, signal: AbortSignal): Promise<number> {
    while (!signal.aborted) {
      refill();
      const turns = left;
      if (turns > 0 && isMine()) {
        left -= 1;
        return turns;
      }
      await pause(Math.max(1, at + everyMs - performance.now()), signal);
    }
    return 0;
  }

  return {
    async take(signal) {
      waiting += 1;
      try {
        return await takeIf(() => true, signal);
      } finally {
        waiting -= 1;
      }
    },
    takeLast: async (signal) => takeIf(() => waiting === 0, signal),
    wait(retryAfterMs) {
      left = 0;
      // The first turn after that is there when it is over.
      at = Math.max(at, performance.now() + retryAfterMs + Math.random() * JITTER_MS - everyMs);
    },
  };
}
