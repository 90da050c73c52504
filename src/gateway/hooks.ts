/** What is special to one kind of ask. All kinds share the rest: life, posting, presses, closing, record. */

import type { Asked } from "./asked.ts";
import type { Description } from "./description.ts";
import type { Answer, Ask } from "./domain/ask.ts";
import type { CardContent } from "./domain/content.ts";
import type { ModalResult, PlannedControl } from "./domain/control.ts";
import type { Offered } from "./domain/permission-controls.ts";

export interface AskHooks {
  /** OpenCode asks. */
  asked(request: Ask): void;
  /**
   * OpenCode has taken an answer, from whomever; the state does not say so yet.
   *
   * @returns whether cards may now say of too few others that they are answered along.
   */
  answered(request: Ask, answer: Answer): boolean;
  /** An ask is closed, or has come to another end, as its state says. */
  closed(asked: Asked): void;
  /** Nothing of it is to be kept. */
  forgotten(request: Ask): void;
  /** A session does nothing any more. */
  sessionEnded(sessionID: string): void;

  /** Whether what OpenCode tells of is the answer that was submitted. */
  isSame(told: Answer, submitted: Answer): boolean;
  /**
   * What an ask is answered that nobody has answered in time.
   *
   * @param mayGoOn whether the agent is told that, and goes on; otherwise its turn ends.
   */
  unanswered(afterMs: number, mayGoOn: boolean): Answer;
  /** The answer with what somebody entered in a modal; undefined where nothing was. */
  enter(answer: Answer, result: ModalResult): Answer | undefined;
  /** The one of these with whose answer OpenCode has answered this one along. */
  findSibling(asked: Asked, answer: Answer, others: Iterable<Asked>): Asked | undefined;
  /** How many other open asks OpenCode would answer along with the farthest-reaching answer to this one. */
  countAlong(request: Ask): number;
  /** What an ask with this content can be pressed on, of what its card may offer. */
  controls(content: CardContent, offered: Offered): readonly PlannedControl[];
  /** Whether the cards of a root session are to offer to stop it. */
  offersStop(rootID: string): boolean;

  /** The least that can be said of an ask. */
  undescribed(request: Ask): Description;
  /** Why not all of an ask was read, as a sentence. */
  doubtOf(request: Ask): string | undefined;
  /** @param closed the asks that are remembered, in the order in which they came to their end. */
  complete(content: CardContent, asked: Pick<Asked, "request">, closed: Iterable<Asked>): CardContent;
  /** What is left of a content that Slack does not take. */
  withhold(content: CardContent): CardContent;
}

/** Of each kind. */
export type Hooks = Readonly<Record<Ask["kind"], AskHooks>>;
