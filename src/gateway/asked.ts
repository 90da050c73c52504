/** One ask as the gateway holds it: from asked until nobody is to be expected any more who presses late. */

import type { Card, CardRow } from "./card.ts";
import type { Answer, AnyReply, Ask } from "./domain/ask.ts";
import type { CardContent, Details } from "./domain/content.ts";
import { isClosed, type CardState } from "./domain/state.ts";
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
  state: CardState;
  /** All attempts to post it, the latest last. */
  readonly attempts: Card<AskedRow>[];
  submitted?: SubmittedPress;
}

/** The latest press that was given to OpenCode. */
export interface SubmittedPress {
  readonly userID: string;
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
  readonly values: ReadonlyMap<string, string>;
  /** The replies that its card may offer. */
  offered: readonly AnyReply[];
}

/** @param isPending whether OpenCode is still being told. */
export function submitPress(userID: string, answer: Answer, isPending: boolean): SubmittedPress {
  return { userID, answer, isPending, age: startStopwatch() };
}

/** Whether a row's ask can still be answered. */
export function isOpen({ asked }: Pick<CardRow, "asked">): boolean {
  return !isClosed(asked.state);
}
