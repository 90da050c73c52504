/** Work that can be done in pieces. */

/** Work that yields between its pieces, each of which takes a few milliseconds at most, whatever it is about. */
export type Sliced<T> = Generator<void, T, void>;

/** Work that is one piece: it has a turn of its own. */
// oxlint-disable-next-line require-yield -- one piece
export function* inOnePiece<T>(work: () => T): Sliced<T> {
  return work();
}

/** Lines, or what is as quickly looked at, that make a piece. */
const PIECE_ITEMS = 2_000;

/** Does all of some work at once, where it is known to be short or nobody waits. */
export function runToEnd<T>(work: Sliced<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** Calls `visit` with each item, in pieces. */
export function* eachInPieces<T>(items: readonly T[], visit: (item: T, index: number) => void): Sliced<void> {
  let left = PIECE_ITEMS;
  for (const [index, item] of items.entries()) {
    visit(item, index);
    left -= 1;
    if (left > 0) continue;
    yield;
    left = PIECE_ITEMS;
  }
}

/** `items.map`, in pieces. */
export function* mapInPieces<T, R>(items: readonly T[], change: (item: T) => R): Sliced<R[]> {
  const changed: R[] = [];
  yield* eachInPieces(items, (item) => changed.push(change(item)));
  return changed;
}
