/** One ask as the gateway holds it: from asked until nobody is to be expected any more who presses late. */

import type { Card, CardRow } from "./card.ts";
import type { Answer, AnyReply, Ask } from "./domain/ask.ts";
import type { CardContent, Details } from "./domain/content.ts";
import { isClosed, type CardState, type Submitter } from "./domain/state.ts";
import type { Provenance } from "./grants/fingerprint.ts";
import { startStopwatch } from "../system/stopwatch.ts";

/** What OpenCode has asked. */
export interface Asked<A extends Ask = Ask> {
  readonly request: A;
  /** How long ago OpenCode asked, in milliseconds. */
  readonly ageMs: () => number;
  /** Aborts when it is closed. */
  readonly closed: AbortController;
  /** Aborts when OpenCode takes no answer any more: as it is closed, or later, where it was left to OpenCode. */
  readonly over: AbortController;
  /** Aborts when it needs not be remembered any longer. */
  readonly forgotten: AbortController;
  /** Once it is known. */
  content?: CardContent;
  /** Whether the files that the content tells of are as they were then. */
  isCurrent?: Details["isCurrent"];
  /** Who asks, and where, as far as all of it is known. */
  provenance?: Provenance | undefined;
  /** Whether the places in that still lead where they led. */
  isInPlace?: (() => Promise<boolean>) | undefined;
  state: CardState;
  /** All attempts to post it, the latest last. */
  readonly attempts: Card<AskedRow>[];
  submitted?: Submitted;
}

/** Whoever answers: by a press, or by a grant that they gave before. */
interface Granter {
  readonly userID: string;
  readonly teamID?: string | undefined;
  readonly isByGrant?: true;
}

/** The latest answer that was given to OpenCode. */
export interface Submitted {
  readonly by: Submitter;
  /** Of whoever submitted it, as Slack says it; undefined where it does not. */
  readonly teamID?: string | undefined;
  readonly answer: Answer;
  /** Whether OpenCode is still being told. */
  readonly isPending: boolean;
  /** How long ago OpenCode was last told, in milliseconds. */
  readonly age: () => number;
}

/** An ask on a card. */
export interface AskedRow extends CardRow {
  readonly asked: Asked;
  /** Of its controls, by their names. */
  readonly values: Map<string, string>;
  /** The replies that its card may offer. */
  offered: readonly AnyReply[];
}

/** Notes what is being told to OpenCode now, by a person. */
export function submitPress({ userID, teamID, isByGrant }: Granter, answer: Answer): Submitted {
  return { ...submit({ kind: isByGrant === true ? "grant" : "approver", userID }, answer), teamID };
}

/** Notes what is being told to OpenCode now. */
export function submit(by: Submitter, answer: Answer): Submitted {
  return { by, answer, isPending: true, age: startStopwatch() };
}

/** Notes that OpenCode has been told: by the very same, which others compare with. */
export function noteTold(asked: Asked): void {
  if (asked.submitted) asked.submitted = { ...asked.submitted, isPending: false, age: startStopwatch() };
}

/** Whether a row's ask can still be answered. */
export function isOpen({ asked }: Pick<CardRow, "asked">): boolean {
  return !isClosed(asked.state);
}
