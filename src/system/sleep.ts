/** Noticing that this process did not run for a while: the machine slept, or somebody stopped the process. */

const TICK_MS = 1_000;

/** How late a tick comes only after a sleep. A busy OpenCode may hold up its event loop for a second or two. */
const LATE_MS = 5_000;

/**
 * Calls `woke` within a second after each sleep, until the function given back is called: what was connected or waited
 * for before may mean nothing any more. Does not keep the process alive.
 *
 * The wall clock tells, because timers and the monotonic clock stand still while a machine sleeps. Somebody who sets
 * that clock forward looks like a sleep.
 */
export function watchSleep(woke: () => void): () => void {
  let tickedAt = Date.now();
  const ticks = setInterval(() => {
    const lateMs = Date.now() - tickedAt - TICK_MS;
    tickedAt = Date.now();
    if (lateMs > LATE_MS) woke();
  }, TICK_MS).unref();
  return () => clearInterval(ticks);
}
