/** Draws cards again that say something untrue by now. */

import { isRowAwaited, type AskedRow } from "./asked.ts";
import type { Asks } from "./asks.ts";
import type { Card } from "./card.ts";
import type { Log } from "../system/log.ts";

export interface Redrawing {
  /** Does not wait, and does not throw. */
  readonly redraw: (card: Card<AskedRow>) => void;
  /** Those that show something that OpenCode waits for. */
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
      for (const card of asks.cards()) if (isCardAwaited(card)) redraw(card);
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

/** Whether OpenCode may still take an answer to something on a card, from wherever. */
export function isCardAwaited({ rows }: Pick<Card<AskedRow>, "rows">): boolean {
  return rows.some(isRowAwaited);
}
