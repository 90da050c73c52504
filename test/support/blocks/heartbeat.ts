/** How long this process's event loop stands still. */

/** What a stretch of time was like. */
export interface Beats {
  /** The longest that nothing else could run, in milliseconds. */
  readonly longestMs: number;
  /** The longest slice of work that gave way to others afterwards, in milliseconds: the plugin's own, and Bun's. */
  readonly longestSliceMs: number;
  /** What the process has used of all processors. */
  readonly cpuMs: number;
}

const EVERY_MS = 1;

/**
 * Beats every millisecond. Between two beats the loop stood still no longer than the clock says, nor longer than this
 * process has used a processor: what other processes do meanwhile does not count.
 */
export function createHeartbeat() {
  let last = mark();
  let first = last;
  let longestMs = 0;
  let longestSliceMs = 0;
  let quietSince = performance.now();

  function beat(): void {
    const next = mark();
    const blockedMs = Math.min(next.wall - last.wall, next.cpu - last.cpu);
    if (blockedMs > QUIET_MS) quietSince = next.wall;
    longestMs = Math.max(longestMs, blockedMs);
    last = next;
    setTimeout(beat, EVERY_MS);
  }
  setTimeout(beat, EVERY_MS);
  timeImmediates((ms) => (longestSliceMs = Math.max(longestSliceMs, ms)));

  return {
    /** Begins a new stretch: what was done before it in the same turn is not of it. */
    start(): void {
      longestMs = 0;
      longestSliceMs = 0;
      first = mark();
      last = first;
    },
    read: (): Beats => ({ longestMs, longestSliceMs, cpuMs: mark().cpu - first.cpu }),
    /** For how long nothing of note has happened. */
    quietMs: (): number => performance.now() - quietSince,
  };
}

/** Tells how long each callback of `setImmediate` took, in milliseconds: that is how the plugin gives way. */
function timeImmediates(tell: (ms: number) => void): void {
  const { setImmediate } = globalThis;
  const timed = (callback: (...args: unknown[]) => void, ...args: unknown[]): NodeJS.Immediate =>
    setImmediate(() => {
      const start = mark();
      callback(...args);
      const end = mark();
      tell(Math.min(end.wall - start.wall, end.cpu - start.cpu));
    });
  globalThis.setImmediate = timed as typeof setImmediate;
}

/** A beat's own work and the like. */
const QUIET_MS = 2;

function mark(): { readonly wall: number; readonly cpu: number } {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now(), cpu: (user + system) / 1_000 };
}
