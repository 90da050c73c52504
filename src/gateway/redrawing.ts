/** Draws cards again that say something untrue by now. */

import type { AskedRow } from "./asked.ts";
import { isAwaited, isGranted } from "./domain/state.ts";
import type { Asks } from "./asks.ts";
import type { Card } from "./card.ts";
import type { Log } from "../system/log.ts";

export interface Redrawing {
  /** Does not wait, and does not throw. */
  readonly redraw: (card: Card<AskedRow>) => void;
  /** Those that are live. */
  readonly redrawOpen: () => void;
  /** Those whose "Allow always" answers more than their dialogs say: once for all that is asked together. */
  readonly countAnew: () => void;
}

export function createRedrawing(asks: Pick<Asks, "cards">, log: Log): Redrawing {
  let isCountingAnew = false;

  function redraw(card: Card<AskedRow>): void {
    card.show().catch((err: unknown) => log.error({ err }, "card could not be drawn again"));
  }

  return {
    redraw,
    redrawOpen() {
      for (const card of asks.cards()) if (isLive(card)) redraw(card);
    },
    countAnew() {
      if (isCountingAnew) return;
      isCountingAnew = true;
      setImmediate(() => {
        isCountingAnew = false;
        for (const card of asks.cards()) if (card.namesTooFew()) redraw(card);
      });
    },
  };
}

/** Whether a card shows a request that OpenCode waits for, in Slack or not, or what is still allowed for a time. */
export function isLive({ rows }: Pick<Card<AskedRow>, "rows">): boolean {
  return rows.some(({ asked: { state } }) => isAwaited(state) || isGranted(state));
}
