/** Works that would keep each other waiting if all of them began at once: they stand in line. */

import { unlessLate } from "./pause.ts";

/**
 * @param work begins when its turn comes.
 * @returns what it settles with; undefined when the signal aborts before its turn, and then it never begins.
 */
export type Line = <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T | undefined>;

/**
 * @param atOnce how many works go on at the same time.
 * @param slowMs who takes longer lets the next one begin, and goes on beside it: one that hangs stops nobody.
 */
export function createLine({ atOnce, slowMs }: { readonly atOnce: number; readonly slowMs: number }): Line {
  const waiting: (() => void)[] = [];
  let free = atOnce;

  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  }

  async function enter(): Promise<void> {
    if (free === 0) return new Promise((resolve) => waiting.push(resolve));
    free -= 1;
  }

  return async (work, signal) => {
    await enter();
    if (signal.aborted) {
      leave();
      return undefined;
    }
    const working = work();
    unlessLate(working, slowMs).then(leave, leave);
    return working;
  };
}
