/**
 * How many milliseconds have passed since, at least: never fewer than really have. The monotonic clock stands still
 * while a machine sleeps, and the wall clock can be set back, so whichever says more is believed.
 */
export function startStopwatch(): () => number {
  const wallAt = Date.now();
  const monotonicAt = performance.now();
  return () => Math.max(Date.now() - wallAt, performance.now() - monotonicAt);
}
