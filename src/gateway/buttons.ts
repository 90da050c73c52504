/** The buttons of this process's cards: the values that only it and the cards know, and what each of them means. */

import { randomBytes } from "node:crypto";
import type { Asked, AskedRow } from "./asked.ts";
import type { Card } from "./card.ts";
import type { Reply } from "./domain/ask.ts";
import type { Action } from "./domain/card.ts";

const ACTIONS = ["once", "always", "reject", "reject-with-reason"] as const satisfies readonly Action[];

/** A button of a card: what it does with the requests of these rows. */
export interface Button {
  readonly card: Card<AskedRow>;
  readonly rows: readonly Pick<AskedRow, "asked">[];
  readonly action: Action;
}

/** The reply that a button leads to. */
export function replyOf({ action }: Pick<Button, "action">): Reply {
  return action === "once" || action === "always" ? action : "reject";
}

export interface Buttons {
  /** A value for a button: 128 random bits. */
  mint(): string;
  add(card: Card<AskedRow>): void;
  find(value: string): Button | undefined;
  /** The buttons of a request's rows. */
  forget(asked: Asked): void;
  /** All buttons of a card. */
  remove(card: Card<AskedRow>): void;
}

export function createButtons(): Buttons {
  const buttons = new Map<string, Button>();

  function removeRow({ values }: AskedRow): void {
    for (const value of Object.values(values)) buttons.delete(value);
  }

  return {
    mint: () => randomBytes(16).toString("base64url"),
    add(card) {
      const { rows, rejectAll, rejectAllAndStop } = card;
      for (const row of rows) {
        for (const action of ACTIONS) {
          const value = row.values[action];
          if (value !== undefined) buttons.set(value, { card, rows: [row], action });
        }
      }
      if (rejectAll !== undefined) buttons.set(rejectAll, { card, rows, action: "reject" });
      if (rejectAllAndStop !== undefined)
        buttons.set(rejectAllAndStop, { card, rows, action: "reject-all-and-stop" });
    },
    find: (value) => buttons.get(value),
    forget(asked) {
      for (const { rows } of asked.attempts) rows.filter((row) => row.asked === asked).forEach(removeRow);
    },
    remove({ rows, rejectAll = "", rejectAllAndStop = "" }) {
      rows.forEach(removeRow);
      for (const value of [rejectAll, rejectAllAndStop]) buttons.delete(value);
    },
  };
}
