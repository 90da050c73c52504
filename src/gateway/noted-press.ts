/** What a card is to say of the last press on it, and what it says. */

import { isOpen } from "./asked.ts";
import type { CardRow } from "./card.ts";
import type { LastPress, PressNote } from "./domain/press-note.ts";
import { startStopwatch } from "../system/stopwatch.ts";

/** How long a card says what came of a press: later nobody knows any more which one is meant. */
export const NOTE_MS = 120_000;

type PressedRow = Pick<CardRow, "asked">;

export interface NotedPress {
  /** @param pressed the rows that the press was about: it is said as long as one of them is open. */
  note(note: PressNote, pressed: readonly PressedRow[]): void;
  /** What is to be said now. */
  current(): LastPress | undefined;
  /** The same, for a drawing that begins. */
  drawing(): LastPress | undefined;
  /** Whether what is to be said was in no drawing so far. */
  isNew(): boolean;
  /** The last drawing has come to nothing. */
  undrawn(): void;
}

/** @param rows of the card. */
export function createNotedPress(rows: readonly PressedRow[]): NotedPress {
  let noted: { readonly press: LastPress; readonly isToBeSaid: () => boolean } | undefined;
  let drawn: LastPress | undefined;

  function placeOf([first, ...others]: readonly PressedRow[]): Pick<LastPress, "place"> {
    if (first === undefined || others.length > 0 || rows.length === 1) return {};
    return { place: rows.findIndex(({ asked }) => asked === first.asked) + 1 };
  }

  function current(): LastPress | undefined {
    return noted?.isToBeSaid() === true ? noted.press : undefined;
  }

  return {
    note(note, pressed) {
      const ageMs = startStopwatch();
      const isToBeSaid = (): boolean => ageMs() <= NOTE_MS && pressed.some(isOpen);
      noted = { press: { note, at: new Date(), ...placeOf(pressed) }, isToBeSaid };
    },
    current,
    drawing: () => (drawn = current()),
    isNew() {
      const press = current();
      return press !== undefined && press !== drawn;
    },
    undrawn: () => (drawn = undefined),
  };
}
