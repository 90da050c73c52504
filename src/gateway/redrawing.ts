/** Draws cards again that say something untrue by now. */

import { isOpen, type AskedRow } from "./asked.ts";
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
  /** Open ones that say otherwise of the mute than it is: each when nobody waits for something else. */
  readonly sayMute: () => void;
}

export function createRedrawing(asks: Pick<Asks, "cards">, end: AbortSignal, log: Log): Redrawing {
  let isCountingAnew = false;

  function redraw(card: Card<AskedRow>): void {
    card.show().catch((err: unknown) => log.error({ err }, "card could not be drawn again"));
  }

  /** Whatever else draws it meanwhile says that, too. */
  async function drawForMute(card: Card<AskedRow>): Promise<void> {
    await card.outcome;
    const address = card.address();
    if (address === undefined || !(await card.connection.cards.spareTurn(address, true, end))) return;
    if (card.isMuteNews() && card.rows.some(isOpen)) await card.show();
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
    sayMute() {
      for (const card of asks.cards())
        if (card.isMuteNews() && card.rows.some(isOpen))
          drawForMute(card).catch((err: unknown) =>
            log.error({ err }, "card could not say that it is muted"),
          );
    },
  };
}

/** Whether a card shows a request that OpenCode waits for, in Slack or not, or what is still allowed for a time. */
export function isLive({ rows }: Pick<Card<AskedRow>, "rows">): boolean {
  return rows.some(({ asked: { state } }) => isAwaited(state) || isGranted(state));
}
