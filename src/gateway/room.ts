/** How many open cards a session may have: whoever gets more of them at once reads none of them. */

import { isOpen, type AskedRow } from "./asked.ts";
import type { Card } from "./card.ts";

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
  cards(): ReadonlySet<Card<AskedRow>>;
}

export function createRoom(): Room {
  const byRoot = new Map<string, Set<Card<AskedRow>>>();

  function remove(root: string, card: Card<AskedRow>): void {
    const cards = byRoot.get(root);
    cards?.delete(card);
    if (cards?.size === 0) byRoot.delete(root);
  }

  /** The open cards of a root session, the first first. */
  function of(root: string): readonly Card<AskedRow>[] {
    const cards = [...(byRoot.get(root) ?? [])];
    const open = cards.filter(({ rows }) => rows.some((row) => isOpen(row) && rootOf(row) === root));
    for (const card of cards) if (!open.includes(card)) remove(root, card);
    return open;
  }

  return {
    take(card) {
      for (const root of rootsOf(card)) byRoot.set(root, (byRoot.get(root) ?? new Set()).add(card));
    },
    giveBack(card) {
      for (const root of rootsOf(card)) remove(root, card);
    },
    left: (root) => Math.max(0, OPEN_CARDS_LIMIT - of(root).length),
    newest: (root) => of(root).at(-1),
    cards: () => new Set([...byRoot.keys()].flatMap(of)),
  };
}

interface OfSession {
  readonly asked: Pick<AskedRow["asked"], "request">;
  readonly content: AskedRow["content"];
}

/** The session that a request comes from in the end. */
export function rootOf({ asked, content }: OfSession): string {
  return content.session.rootID ?? asked.request.sessionID;
}

function rootsOf({ rows }: Card<AskedRow>): ReadonlySet<string> {
  return new Set(rows.map(rootOf));
}
