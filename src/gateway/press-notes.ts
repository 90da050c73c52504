/**
 * Tells whoever pressed what came of it, when the card does not show it anyway: privately, and for a while on the card,
 * because Slack delivers private messages to those only who are active in the channel, and not always.
 *
 * Everybody in a channel can press, so what this can bring about is bounded: a card is drawn for it once in 30 s, over
 * all cards only as often as {@link Cards.spareTurn} allows, and what an approver is to read goes first.
 */

import { isOpen, type AskedRow } from "./asked.ts";
import type { Card } from "./card.ts";
import type { PressOutcome } from "./domain/interaction.ts";
import type { PressNote } from "./domain/press-note.ts";
import { NOTE_MS } from "./noted-press.ts";
import type { Pressed } from "./pressed.ts";
import type { Log } from "../system/log.ts";
import { pause } from "../system/pause.ts";

/** How long a card that was drawn for a note is not drawn for another one. */
const REST_MS = 30_000;

interface TellingOptions {
  /** Aborts when OpenCode ends. */
  readonly end: AbortSignal;
  readonly log: Log;
}

/** Resolves when the person is told; their card is not waited for. Does not reject. */
export type Tell = (pressed: Pressed, outcome: PressOutcome) => Promise<void>;

/** A card that waits to be drawn for a note. */
interface Turn {
  /** Whether it waits behind what an approver is to read. */
  readonly isLast: boolean;
  readonly givenUp: AbortController;
}

export function createTell({ end, log }: TellingOptions): Tell {
  const resting = new WeakMap<Card<AskedRow>, Promise<void>>();
  const waiting = new WeakMap<Card<AskedRow>, Turn>();

  /** @returns whether it is the card's turn, and something is still to be drawn. */
  async function takeTurn(card: Card<AskedRow>, { isLast, givenUp }: Turn): Promise<boolean> {
    // When one of its rows is closed the card is drawn for that, and the note with it.
    const closed = card.rows.filter(isOpen).map(({ asked }) => asked.closed.signal);
    const ended = AbortSignal.any([end, givenUp.signal, AbortSignal.timeout(NOTE_MS), ...closed]);
    await resting.get(card);
    const address = card.address();
    if (address === undefined || !card.lastPress.isNew()) return false;
    const isCalm = await card.connection.cards.spareTurn(address, isLast, ended);
    return isCalm && !ended.aborted && card.lastPress.isNew();
  }

  async function draw(card: Card<AskedRow>): Promise<void> {
    const isLast = isByStranger(card.lastPress.current()?.note);
    const other = waiting.get(card);
    if (other !== undefined && (isLast || !other.isLast)) return;
    other?.givenUp.abort();
    const turn = { isLast, givenUp: new AbortController() };
    waiting.set(card, turn);
    const isDue = await takeTurn(card, turn);
    if (waiting.get(card) === turn) waiting.delete(card);
    if (!isDue) return;
    resting.set(card, pause(REST_MS, end));
    if ((await card.showNote()) === "interrupted") await draw(card);
  }

  function note({ button: { card, rows } }: Pressed, said: PressNote): void {
    // Whoever may not answer takes no word from those who may.
    const before = card.lastPress.current()?.note;
    if (before !== undefined && isByStranger(said) && !isByStranger(before)) return;
    card.lastPress.note(said, rows);
    draw(card).catch((err: unknown) => log.error({ err }, "card could not be drawn for a press"));
  }

  return async (pressed, outcome) => {
    const said = noteOf(outcome);
    if (said !== undefined) note(pressed, said);
    return pressed.button.card.connection.cards.tell(pressed, outcome);
  };
}

/**
 * What a card says of a press: nothing where it shows the end of what was pressed, or is about to, and nothing where the
 * press was not on it.
 */
function noteOf(outcome: PressOutcome): PressNote | undefined {
  switch (outcome.kind) {
    case "not-approver":
      return { kind: outcome.kind, reason: outcome.reason };
    case "unconfirmed":
      return { kind: outcome.kind };
    case "other-app":
    case "altered":
    case "incomplete":
    case "stale":
    case "no-modal":
    case "no-reason":
    case "no-answer":
    case "not-recorded":
      return outcome;
    case "restored":
    case "closed":
    case "all-closed":
    case "being-replied":
    case "expiring":
    case "reason-lost":
    case "mute-failed":
    case "revoked":
    case "grant-over":
    case "not-stopped":
    case "unknown-button":
    case "unknown-modal":
    case "not-understood":
    case "other-machine":
    case "owner-stopped":
    case "owner-unknown":
      return undefined;
  }
}

function isByStranger(note: PressNote | undefined): boolean {
  return note?.kind === "not-approver";
}
