/** What a card can be pressed on. */

import { isGrant, type Answer } from "./ask.ts";
import type { CardContent } from "./content.ts";

/** What a person is asked once more, before a press counts. */
export type Dialog =
  /** A rule asks whether all was read. */
  | { readonly kind: "rule"; readonly why: string }
  /** What is saved for good, and how many other open requests that answers, too. */
  | { readonly kind: "always"; readonly request: CardContent["request"]; readonly alsoAnswered: number }
  /** For how long the same is allowed. */
  | { readonly kind: "grant"; readonly minutes: number; readonly permission: string }
  | { readonly kind: "reject-all" }
  | { readonly kind: "reject-all-and-stop" };

/** What somebody enters in a modal. */
export interface ModalResult {
  readonly kind: "reason";
  /** Without blanks around it: empty where there is nothing else. */
  readonly reason: string;
}

export type ModalKind = ModalResult["kind"];

/** What a press leads to: with an answer each, which is submitted at once, or with what a modal adds to it. */
export type Effect =
  | { readonly kind: "submit"; readonly answer: Answer }
  | { readonly kind: "open"; readonly modal: ModalKind; readonly answer: Answer }
  /** The answer goes to all that is open of the session, which is then stopped. */
  | { readonly kind: "stop"; readonly answer: Answer }
  /** Ends what was allowed for a time. */
  | { readonly kind: "revoke" };

/** What a press is for, where it answers. */
export function answerOf(effect: Effect): Answer | undefined {
  return effect.kind === "revoke" ? undefined : effect.answer;
}

/** Whether a press lets OpenCode do something. */
export function allows(effect: Effect): boolean {
  return effect.kind !== "revoke" && isGrant(effect.answer);
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
