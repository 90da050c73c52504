/** A time as people say it. */

const MINUTE_MS = 60_000;

/** In whole minutes: `30 minutes`. */
export function inMinutes(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / MINUTE_MS));
  return minutes === 1 ? "1 minute" : `${minutes} minutes`;
}
