/** A token bucket: when Slack takes the next call of one method in one channel. */

import { pause } from "../../system/pause.ts";

/** After Slack's Retry-After: several processes that were told the same must not come back together. */
const JITTER_MS = 500;

/** Slack's limit: this many calls at once, and one more each `everyMs`. */
export interface Limit {
  readonly burst: number;
  readonly everyMs: number;
}

export interface TokenBucket {
  /**
   * Waits for a token and takes it, after everybody who came before.
   *
   * @returns how many tokens there were, this one included; 0 when `signal` aborted first.
   */
  take(signal: AbortSignal): Promise<number>;
  /** The same for what may wait as long as anybody waits by {@link take}. */
  takeLast(signal: AbortSignal): Promise<number>;
  /**
   * Waits until nobody else waits and at least half of a burst is there, and leaves it to those who need it.
   *
   * @returns false when `signal` aborted first.
   */
  calm(signal: AbortSignal): Promise<boolean>;
  /** Slack wants no further call before this time is over. */
  wait(retryAfterMs: number): void;
}

/** @see https://docs.slack.dev/apis/web-api/rate-limits */
export function createTokenBucket({ burst, everyMs }: Limit): TokenBucket {
  let left = burst;
  const waiting: symbol[] = [];
  const waitingLast: symbol[] = [];
  /** When `left` was right. */
  let at = performance.now();

  function refill(): void {
    const earned = Math.floor((performance.now() - at) / everyMs);
    if (earned <= 0) return;
    left = Math.min(burst, left + earned);
    // Slack's count begins when the first of a burst arrives, so ours must not begin before.
    at = left === burst ? performance.now() : at + earned * everyMs;
  }

  /** Timers are no order: of two that end together, the later one may well come first. */
  async function takeIn(line: symbol[], signal: AbortSignal): Promise<number> {
    const place = Symbol("place");
    line.push(place);
    while (!signal.aborted) {
      refill();
      const next = waiting[0] ?? waitingLast[0];
      if (left > 0 && next === place) {
        line.shift();
        return left--;
      }
      await pause(Math.max(1, at + everyMs - performance.now()), signal);
    }
    line.splice(line.indexOf(place), 1);
    return 0;
  }

  return {
    take: async (signal) => takeIn(waiting, signal),
    takeLast: async (signal) => takeIn(waitingLast, signal),
    async calm(signal) {
      while (!signal.aborted) {
        refill();
        if (left >= burst / 2 && waiting.length + waitingLast.length === 0) return true;
        await pause(everyMs, signal);
      }
      return false;
    },
    wait(retryAfterMs) {
      left = 0;
      // The first token after that is there when it is over.
      at = Math.max(at, performance.now() + retryAfterMs + Math.random() * JITTER_MS - everyMs);
    },
  };
}
