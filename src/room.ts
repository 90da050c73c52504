/** How many open cards a session may have: whoever gets more of them at once reads none of them. */

import type { AskedRow } from "./asked.ts";
import type { Card } from "./card.ts";
import { isClosed } from "./permission.ts";

/** Open cards with requests of one session and its subagents. */
const OPEN_CARDS_LIMIT = 5;

export interface Room {
  /** Slack has this card, or is about to. */
  take(card: Card<AskedRow>): void;
  /** Slack has no such card, or nobody can answer it. */
  giveBack(card: Card<AskedRow>): void;
  /** How many further cards this root session may have. */
  left(root: string): number;
  /** The open card of this root session that was posted last: it says how many requests wait. */
  newest(root: string): Card<AskedRow> | undefined;
  /** All open cards. */
  cards(): readonly Card<AskedRow>[];
}

export function createRoom(): Room {
  let cards: Card<AskedRow>[] = [];

  function open(): readonly Card<AskedRow>[] {
    cards = cards.filter(({ rows }) => rows.some(isOpen));
    return cards;
  }

  function of(root: string): readonly Card<AskedRow>[] {
    return open().filter(({ rows }) => rows.some((row) => isOpen(row) && rootOf(row) === root));
  }

  return {
    take: (card) => void cards.push(card),
    giveBack(card) {
      cards = cards.filter((other) => other !== card);
    },
    left: (root) => Math.max(0, OPEN_CARDS_LIMIT - of(root).length),
    newest: (root) => of(root).at(-1),
    cards: open,
  };
}

/** The session that a request comes from in the end. */
export function rootOf({ asked, content }: Pick<AskedRow, "asked" | "content">): string {
  return content.session.rootID ?? asked.request.sessionID;
}

function isOpen({ asked }: AskedRow): boolean {
  return !isClosed(asked.state);
}
