/** The controls on this process's cards, by the values that only it and the cards know. */

import { randomBytes } from "node:crypto";
import type { Asked, AskedRow } from "./asked.ts";
import type { Card } from "./card.ts";
import type { Control } from "./domain/control.ts";

/** A control, where it stands: its effect is on these rows. */
export interface Button {
  readonly card: Card<AskedRow>;
  readonly rows: readonly Pick<AskedRow, "asked">[];
  readonly control: Control;
}

export interface Buttons {
  /** A value for a control: 128 random bits. */
  mint(): string;
  add(card: Card<AskedRow>): void;
  find(value: string): Button | undefined;
  /** The controls of a request's rows. */
  forget(asked: Asked): void;
  /** All controls of a card. */
  remove(card: Card<AskedRow>): void;
}

export function createButtons(): Buttons {
  const buttons = new Map<string, Button>();

  function removeRow({ values }: AskedRow): void {
    for (const value of values.values()) buttons.delete(value);
  }

  return {
    mint: () => randomBytes(16).toString("base64url"),
    add(card) {
      const { rows } = card;
      for (const row of rows) {
        for (const control of row.controls()) buttons.set(control.value, { card, rows: [row], control });
      }
      for (const control of card.controls) buttons.set(control.value, { card, rows, control });
    },
    find: (value) => buttons.get(value),
    forget(asked) {
      for (const { rows } of asked.attempts) rows.filter((row) => row.asked === asked).forEach(removeRow);
    },
    remove({ rows, controls }) {
      rows.forEach(removeRow);
      for (const { value } of controls) buttons.delete(value);
    },
  };
}
