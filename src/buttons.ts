/** The buttons of this process's cards: the values that only it and the cards know, and what each of them means. */

import { randomBytes } from "node:crypto";
import type { Asked, AskedRow } from "./asked.ts";
import type { Card } from "./card.ts";
import type { Reply } from "./permission.ts";

/** A button of a card: it gives this reply to the requests of these rows. */
export interface Button {
  readonly card: Card<AskedRow>;
  readonly rows: readonly AskedRow[];
  readonly reply: Reply;
}

export interface Buttons {
  /** A value for a button: the member's ID, by which a click finds its way, and 128 random bits. */
  mint(): string;
  add(card: Card<AskedRow>): void;
  find(value: string): Button | undefined;
  /** The buttons of a request's rows, and of cards that have no other request left. */
  forget(asked: Asked): void;
  /** All buttons of a card. */
  remove(card: Card<AskedRow>): void;
}

export function createButtons(memberID: string): Buttons {
  const buttons = new Map<string, Button>();

  function removeRow({ values }: AskedRow): void {
    for (const value of Object.values(values)) buttons.delete(value);
  }

  return {
    mint: () => `${memberID}:${randomBytes(16).toString("base64url")}`,
    add(card) {
      const { rows, rejectAll } = card;
      for (const row of rows) {
        const { once, always, reject } = row.values;
        if (once !== undefined) buttons.set(once, { card, rows: [row], reply: "once" });
        if (always !== undefined) buttons.set(always, { card, rows: [row], reply: "always" });
        if (reject !== undefined) buttons.set(reject, { card, rows: [row], reply: "reject" });
      }
      if (rejectAll !== undefined) buttons.set(rejectAll, { card, rows, reply: "reject" });
    },
    find: (value) => buttons.get(value),
    forget(asked) {
      for (const { rows } of asked.attempts) rows.filter((row) => row.asked === asked).forEach(removeRow);
    },
    remove({ rows, rejectAll }) {
      rows.forEach(removeRow);
      if (rejectAll !== undefined) buttons.delete(rejectAll);
    },
  };
}
