/** What a card itself says of the last press that it does not show: Slack does not deliver every private message. */

import type { PressOutcome, Refusal } from "./interaction.ts";

/** What came of a press, as far as everybody in the channel may read it: nobody is named. */
export type PressNote =
  | { readonly kind: "not-approver"; readonly reason: Refusal }
  | { readonly kind: "unconfirmed" }
  | Extract<
      PressOutcome,
      {
        kind:
          | "other-app"
          | "altered"
          | "incomplete"
          | "stale"
          | "no-modal"
          | "no-reason"
          | "no-answer"
          | "not-recorded";
      }
    >;

export interface LastPress {
  readonly note: PressNote;
  /** When it was handled. */
  readonly at: Date;
  /** The place of the row that it was about, from 1: missing on a card with one, and where it was about several. */
  readonly place?: number;
}
