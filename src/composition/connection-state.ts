/** Whether Slack sends presses to the process that holds the connection, and since when that is so. */

import { startStopwatch } from "../system/stopwatch.ts";

export interface ConnectionState {
  readonly isConnected: boolean;
  /** Since it is so. */
  readonly ageMs: number;
}

interface ConnectionWatch {
  opened(): void;
  ended(): void;
  now(): ConnectionState;
}

/** Begins without a connection. Several may be open, as while one takes the place of another. */
export function watchConnections(): ConnectionWatch {
  let open = 0;
  let ageMs = startStopwatch();
  const change = (by: 1 | -1): void => {
    if (open === 0 || open + by === 0) ageMs = startStopwatch();
    open += by;
  };
  return {
    opened: () => change(1),
    ended: () => change(-1),
    now: () => ({ isConnected: open > 0, ageMs: ageMs() }),
  };
}
