/** How many calls Slack takes: `perMinute` in the long run, `burst` at once. */
export interface RateLimit {
  readonly perMinute: number;
  readonly burst: number;
}

/** Counts calls; says after how many whole seconds a refused one may be sent again, and 0 when it is taken. */
export interface RateLimiter {
  take(key: string, limit: RateLimit): number;
}

/** Token buckets, one for each key (a method, or a method and channel), on Slack's clock. */
export function createRateLimiter(now: () => number): RateLimiter {
  const buckets = new Map<string, { tokens: number; at: number }>();

  return {
    take(key, { perMinute, burst }) {
      const perMs = perMinute / 60_000;
      const bucket = buckets.get(key) ?? { tokens: burst, at: now() };
      const tokens = Math.min(burst, bucket.tokens + (now() - bucket.at) * perMs);
      const taken = tokens >= 1;
      buckets.set(key, { tokens: taken ? tokens - 1 : tokens, at: now() });
      return taken ? 0 : Math.ceil((1 - tokens) / perMs / 1000);
    },
  };
}
