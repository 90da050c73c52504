/** What a card can be pressed on. */

import { isAllowing, type AnyReply, type Answer } from "./ask.ts";
import type { ShownPermission } from "./content.ts";

/** What a row may be pressed on. */
export interface Offered {
  readonly replies: readonly AnyReply[];
  /** How many other open requests "Allow always" would answer. */
  readonly alsoAnswered: number;
  /** Whether the card shows no other request: beside others there is room for a control for each reply only. */
  readonly isAlone: boolean;
  /** Whether the card has no room for all of it. */
  readonly isInThread?: boolean;
}

/** What a person is asked once more, before a press counts. */
export type Dialog =
  /** A rule asks whether all was read. */
  | { readonly kind: "rule"; readonly why: string }
  /** What is saved for good, and how many other open requests that answers, too. */
  | { readonly kind: "always"; readonly request: ShownPermission; readonly alsoAnswered: number }
  /** For how long the same is allowed. */
  | { readonly kind: "grant"; readonly minutes: number; readonly permission: string }
  | { readonly kind: "reject-all" }
  | { readonly kind: "reject-all-and-stop" };

/** What somebody enters in a modal. Words are without blanks around them: empty where there is nothing else. */
export type ModalResult =
  /** Why a request is rejected. */
  | { readonly kind: "reason"; readonly reason: string }
  /** The answer to the only question of a card, in words of one's own. */
  | { readonly kind: "own-words"; readonly words: string }
  /** The answers to all questions of a card. */
  | { readonly kind: "answers"; readonly entered: readonly EnteredAnswer[] };

/** What somebody entered for one question. */
export interface EnteredAnswer {
  /** The places of options, from 0: as Slack says, and so not to be trusted. */
  readonly options: readonly number[];
  readonly words: string;
}

export type ModalKind = ModalResult["kind"];

/** What a press leads to: with an answer each, which is submitted at once, or with what a modal adds to it. */
export type Effect =
  /** @param entered what the press says beyond its answer, as a modal would. */
  | { readonly kind: "submit"; readonly answer: Answer; readonly entered?: ModalResult }
  | { readonly kind: "open"; readonly modal: ModalKind; readonly answer: Answer }
  /** The answer goes to all that is open of the session, which is then stopped. */
  | { readonly kind: "stop"; readonly answer: Answer }
  /** Ends what was allowed for a time. */
  | { readonly kind: "revoke" }
  /** No new cards for a while; or again. */
  | { readonly kind: "mute" | "unmute" };

/** What a press is for, where it answers. */
export function answerOf(effect: Effect): Answer | undefined {
  return "answer" in effect ? effect.answer : undefined;
}

/** Whether a press lets OpenCode do something. */
export function allows(effect: Effect): boolean {
  return "answer" in effect && isAllowing(effect.answer);
}

/** A control as it is planned, before it is on a card. */
export interface PlannedControl {
  /** Among those of its row or its card: in the `action_id`, in the log and in the record. */
  readonly name: string;
  readonly label: string;
  readonly style?: "primary" | "danger";
  readonly dialog?: Dialog;
  readonly effect: Effect;
}

/** A control on a card. */
export interface Control extends PlannedControl {
  /** Bits that only the posting process knows: others for each control, each ask and each attempt to post. */
  readonly value: string;
}
