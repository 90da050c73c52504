/** One ask as the gateway holds it: from asked until nobody is to be expected any more who presses late. */

import type { Card, CardRow } from "./card.ts";
import type { Answer, AnyReply, Ask } from "./domain/ask.ts";
import type { CardContent, Details } from "./domain/content.ts";
import { isClosed, type CardState } from "./domain/state.ts";
import type { Provenance } from "./grants/fingerprint.ts";
import { startStopwatch } from "../system/stopwatch.ts";

/** What OpenCode has asked. */
export interface Asked<A extends Ask = Ask> {
  readonly request: A;
  /** How long ago OpenCode asked, in milliseconds. */
  readonly ageMs: () => number;
  /** Aborts when it is closed. */
  readonly closed: AbortController;
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
  submitted?: SubmittedPress;
}

/** Who answers: by a press, or by a grant that they gave before. */
interface Submitter {
  readonly userID: string;
  /** As Slack says it; undefined where it does not. */
  readonly teamID?: string | undefined;
  readonly isByGrant?: true;
}

/** The latest press that was given to OpenCode. */
export interface SubmittedPress extends Submitter {
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

/** @param isPending whether OpenCode is still being told. */
export function submitPress(
  { userID, teamID, isByGrant }: Submitter,
  answer: Answer,
  isPending: boolean,
): SubmittedPress {
  return { userID, teamID, answer, isPending, age: startStopwatch(), ...(isByGrant && { isByGrant }) };
}

/** Whether a row's ask can still be answered. */
export function isOpen({ asked }: Pick<CardRow, "asked">): boolean {
  return !isClosed(asked.state);
}
