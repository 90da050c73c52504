/** Things that come in bursts, handled in the order in which they come, and only as many in a turn of the loop as fit. */

/** How long a turn of the event loop may take: the last one goes a little beyond it. */
const TURN_MS = 5;

/**
 * @param handle does not throw.
 * @param now a clock, in milliseconds.
 * @returns what takes each thing: handles it at once, unless too many have come in this turn.
 */
export function createTurns<T>(
  handle: (thing: T) => void,
  now: () => number = () => performance.now(),
): (thing: T) => void {
  const waiting: T[] = [];
  /** Until when this turn may be used; undefined where it has not begun. */
  let until: number | undefined;

  /** In the next turn. */
  function goOn(): void {
    until = undefined;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      take(next);
      if (isOver() && waiting.length > 0) break;
    }
  }

  function take(thing: T): void {
    if (until === undefined) {
      until = now() + TURN_MS;
      // Not unref'd: the loop would sleep until something else wakes it.
      setImmediate(goOn);
    }
    handle(thing);
  }

  function isOver(): boolean {
    return until !== undefined && now() >= until;
  }

  return (thing) => {
    if (waiting.length > 0 || isOver()) waiting.push(thing);
    else take(thing);
  };
}
