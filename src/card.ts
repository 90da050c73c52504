/**
 * One attempt to have a card in Slack. Its buttons' values are its own, so that a card that was given up can answer
 * nothing.
 */

import type { PostOutcome, Presence, ShowOutcome } from "./ports.ts";
import {
  isClosed,
  type ButtonValues,
  type CardContent,
  type CardFace,
  type CardRef,
  type CardState,
  type GoneState,
} from "./permission.ts";

/** A request on a card, whose state changes. */
export interface CardRow {
  readonly content: CardContent;
  readonly values: ButtonValues;
  readonly asked: { readonly state: CardState };
}

export interface Card<R extends CardRow = CardRow> {
  readonly attemptID: string;
  readonly rows: readonly R[];
  readonly rejectAll?: string;
  readonly presence: Presence;
  readonly outcome: Promise<PostOutcome>;
  /** Where it is, once Slack has told. */
  address(): CardRef | undefined;
  /**
   * Shows every row as it is. Calls while an update is on its way share the next one.
   *
   * @returns `interrupted` also when the attempt failed: there is nothing to show then.
   */
  show(): Promise<ShowOutcome>;
  /**
   * Closes a message that must not be this card: of an attempt that was given up, or a second one of one that was not.
   *
   * @param again what it says of requests that are still open.
   */
  closeVoid(card: CardRef, again: GoneState): Promise<void>;
}

/** Posts the card. */
export function createCard<R extends CardRow>(
  attempt: Pick<Card<R>, "attemptID" | "rows" | "rejectAll" | "presence">,
): Card<R> {
  const { rows, rejectAll } = attempt;
  const { cards } = attempt.presence;
  const face = (): CardFace => ({
    rows: rows.map(({ content, values, asked }) => ({ content, values, state: asked.state })),
    ...(rejectAll !== undefined && { rejectAll }),
  });
  const outcome = cards.post(face()).then(noteAddress);
  let address: CardRef | undefined;
  let isStale = false;
  let drawing: Promise<ShowOutcome> | undefined;

  function noteAddress(posted: PostOutcome): PostOutcome {
    if (posted.kind === "posted") address = posted.card;
    return posted;
  }

  function drawnFace(): CardFace {
    isStale = false;
    return face();
  }

  async function draw(): Promise<ShowOutcome> {
    try {
      await outcome;
      if (address === undefined) return "interrupted";
      for (;;) {
        const shown = await cards.show(address, drawnFace);
        if (shown === "interrupted" || !isStale) return shown;
      }
    } finally {
      // In the same tick as the last look at isStale: what changes next must begin a new drawing.
      drawing = undefined;
    }
  }

  return {
    ...attempt,
    outcome,
    address: () => address,
    async show() {
      isStale = true;
      drawing ??= draw();
      return drawing;
    },
    async closeVoid(card, again) {
      const voidRows = rows.map(({ content, asked: { state } }) => ({
        content,
        values: {},
        state: isClosed(state) ? state : again,
      }));
      await cards.show(card, () => ({ rows: voidRows }));
    },
  };
}
