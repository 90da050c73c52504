/** What is special to one kind of ask. All kinds share the rest: life, posting, presses, closing, record. */

import type { Asked } from "./asked.ts";
import type { Description } from "./description.ts";
import type { Answer, Ask } from "./domain/ask.ts";
import type { CardContent } from "./domain/content.ts";
import type { ModalResult } from "./domain/control.ts";
import type { PressOutcome } from "./domain/interaction.ts";

/** Why what somebody entered answers nothing. */
export type EnteringFault = Extract<PressOutcome["kind"], "no-reason" | "no-answer" | "not-understood">;

/** Of asks `A`, which are answered with `R`. Methods, so that the hooks of one kind can stand for those of any. */
export interface AskHooks<A extends Ask = Ask, R extends Answer = Answer> {
  /** OpenCode asks. */
  asked(request: A): void;
  /**
   * OpenCode has taken an answer, from whomever; the state does not say so yet.
   *
   * @returns whether cards may now say of too few others that they are answered along.
   */
  answered(request: A, answer: R): boolean;
  /** An ask is closed, or has come to another end, as its state says. */
  closed(asked: Asked<A>): void;
  /** Nothing of it is to be kept. */
  forgotten(request: A): void;
  /** A session does nothing any more. */
  sessionEnded(sessionID: string): void;

  /** Whether what OpenCode tells of is the answer that was submitted. */
  isSame(told: R, submitted: R): boolean;
  /**
   * What an ask is answered that nobody has answered in time.
   *
   * @param mayGoOn whether the agent is told that, and goes on; otherwise its turn ends.
   */
  unanswered(afterMs: number, mayGoOn: boolean): R;
  /** The answer with what somebody entered, which is not to be trusted. */
  enter(asked: Asked<A>, answer: R, result: ModalResult): R | EnteringFault;
  /** The one of these with whose answer OpenCode has answered this one along. */
  findSibling(asked: Asked<A>, answer: R, others: Iterable<Asked>): Asked | undefined;
  /** Whether OpenCode rejects that one along with this one. */
  isRejectedAlong(request: A, other: Ask): boolean;
  /** How many other open asks OpenCode would answer along with the farthest-reaching answer to this one. */
  countAlong(request: A): number;
  /** Whether the cards of a root session are to offer to stop it. */
  offersStop(rootID: string): boolean;

  /** The least that can be said of an ask. */
  undescribed(request: A): Description;
  /** An ask without what it says: of which there is something that cannot be read. */
  withoutWords(request: A): A;
  /** Why not all of an ask was read, as a sentence. */
  doubtOf(request: A): string | undefined;
  /** @param closed the asks that are remembered, in the order in which they came to their end. */
  complete(content: CardContent, asked: Pick<Asked<A>, "request">, closed: Iterable<Asked>): CardContent;
  /** What is left of a content that Slack does not take. */
  withhold(content: CardContent): CardContent;
}

/** Of each kind. */
export type Hooks = Readonly<Record<Ask["kind"], AskHooks>>;
