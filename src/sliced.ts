/** Work that can be done in pieces. */

/** Work that yields between its pieces, each of which takes a few milliseconds at most, whatever it is about. */
export type Sliced<T> = Generator<void, T, void>;

/** Does all of some work at once, where it is known to be short or nobody waits. */
export function runToEnd<T>(work: Sliced<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
