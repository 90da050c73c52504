/** What somebody did with a control of ours, as the log and the record name it. */

import { isOpen, type Asked, type AskedRow } from "./asked.ts";
import type { Button } from "./buttons.ts";
import type { AskName } from "./domain/ask.ts";
import type { CardRef } from "./domain/card.ts";
import { answerOf } from "./domain/control.ts";
import type { PressOutcome, Presser } from "./domain/interaction.ts";
import { isClosed } from "./domain/state.ts";
import type { AuditedPress } from "./ports.ts";

export interface Pressed extends Presser {
  readonly button: Button;
}

export type OfRequest = Pick<AskedRow, "asked">;

export function pressedOf({ userID, teamID }: Omit<Presser, "card">, card: CardRef, button: Button): Pressed {
  return { userID, teamID, card, button };
}

/** For the log. */
export function describe({ userID, teamID, card, button }: Pressed) {
  const { name, effect } = button.control;
  return { ...idsOf(button.rows), control: name, reply: answerOf(effect)?.reply, userID, teamID, ...card };
}

export function recordOf({ userID, teamID, card, button }: Pressed): AuditedPress {
  const { effect } = button.control;
  const answer = answerOf(effect);
  return {
    userID,
    teamID,
    card,
    ...(answer && { answer }),
    ...(effect.kind === "revoke" && { revokes: true }),
    requests: requestsOf(button.rows),
  };
}

export function requestsOf(rows: readonly OfRequest[]): AskName[] {
  return rows.map(({ asked }) => asked.request);
}

/** Nobody's press is being handed to OpenCode. */
export function isFree(row: OfRequest): boolean {
  return isOpen(row) && row.asked.submitted?.isPending !== true;
}

/** What to say when nothing is left to answer. */
export function tooLate(rows: readonly OfRequest[]): PressOutcome | undefined {
  if (rows.some(isOpen)) return undefined;
  const [state, ...others] = rows.map(({ asked }) => asked.state);
  if (others.length > 0 || state === undefined || !isClosed(state)) return { kind: "all-closed" };
  return { kind: "closed", state };
}

/** What to say when nothing else is open than what is being handed to OpenCode. */
export function beingReplied(rows: readonly OfRequest[]): PressOutcome | undefined {
  const by = rows.some(isFree) ? undefined : rows.find(isOpen)?.asked.submitted?.by;
  if (by === undefined) return undefined;
  return by.kind === "nobody"
    ? { kind: "expiring", afterMs: by.afterMs }
    : { kind: "being-replied", userID: by.userID };
}

/** Of one request, or of several that one press is about. */
export function idsOf(rows: readonly { readonly asked: Pick<Asked, "request"> }[]) {
  const [first, ...others] = rows.map(({ asked: { request } }) => request);
  return {
    requestID: first?.requestID,
    sessionID: first?.sessionID,
    ...(others.length > 0 && { otherRequestIDs: others.map(({ requestID }) => requestID) }),
  };
}
