/** How long this process's event loop stands still. Linux alone. */

import { readFileSync } from "node:fs";

/** What a stretch of time was like. */
export interface Beats {
  /** The longest that nothing else could run, in milliseconds. */
  readonly longestMs: number;
  /** The longest slice of work that gave way to others afterwards, in milliseconds: without collections of garbage. */
  readonly longestSliceMs: number;
  /** What the process has used of all processors. */
  readonly cpuMs: number;
}

const EVERY_MS = 1;

/**
 * Beats every millisecond. Between two beats the loop stood still no longer than the clock says, nor longer than this
 * process has used a processor; that its thread could have run and waited for a processor does not count. So neither
 * other processes nor Bun's compiler, which has threads of its own, make it longer than it is.
 */
export function createHeartbeat() {
  let last = mark();
  let first = last;
  let longestMs = 0;
  let longestSliceMs = 0;
  let quietSince = performance.now();

  function beat(): void {
    const next = mark();
    const waitedMs = next.queued - last.queued;
    const blockedMs = Math.min(next.wall - last.wall - waitedMs, next.cpu - last.cpu);
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

/** Tells how long each callback of `setImmediate` worked, in milliseconds: that is how the plugin gives way. */
function timeImmediates(tell: (ms: number) => void): void {
  const { setImmediate } = globalThis;
  const timed = (callback: (...args: unknown[]) => void, ...args: unknown[]): NodeJS.Immediate =>
    setImmediate(() => {
      const start = mark();
      callback(...args);
      tell(mark().own - start.own);
    });
  globalThis.setImmediate = timed as typeof setImmediate;
}

/** A beat's own work and the like. */
const QUIET_MS = 2;

/** All in milliseconds. */
interface Mark {
  readonly wall: number;
  /** What all threads have used of processors, those of the collector of garbage among them. */
  readonly cpu: number;
  /** What the main thread has used of a processor. */
  readonly own: number;
  /** For how long the main thread has waited for one. */
  readonly queued: number;
}

/** https://docs.kernel.org/scheduler/sched-stats.html: nanoseconds, as they were when anybody last asked for the usage. */
function mark(): Mark {
  const { user, system } = process.cpuUsage();
  const [own, queued] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ");
  return {
    wall: performance.now(),
    cpu: (user + system) / 1_000,
    own: Number(own) / 1e6,
    queued: Number(queued) / 1e6,
  };
}
