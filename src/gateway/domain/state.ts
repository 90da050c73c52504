/** How an ask stands, and how it ended. */

import type { Answer } from "./ask.ts";
import type { CardContent } from "./content.ts";
import type { GrantState } from "./grant.ts";

/**
 * Who replied: an approver by a press or by a grant that they gave, OpenCode along with its answer to another request, or
 * somebody in OpenCode.
 */
export type Replier =
  | { readonly kind: "approver" | "grant"; readonly userID: string }
  | { readonly kind: "sibling"; readonly userID: string; readonly to: CardContent }
  | { readonly kind: "opencode" };

/** Why a request can no longer be answered although nobody replied. */
export type GoneReason =
  | "session-idle"
  | "session-deleted"
  /** The model's answer broke off, and OpenCode asks the model again: the request was of the answer before. */
  | "retried"
  | "opencode-ended"
  /** The request has another card. */
  | "posted-again"
  /** OpenCode asks something else under the same ID. */
  | "changed";

export interface RepliedState {
  readonly kind: "replied";
  readonly answer: Answer;
  readonly by: Replier;
  readonly at: Date;
  /** Whether OpenCode has stopped the session along with it, as whoever replied wanted. */
  readonly isStopped?: true;
  /** What the reply goes on to allow. */
  readonly grant?: GrantState;
}

export interface GoneState {
  readonly kind: "gone";
  readonly reason: GoneReason;
  readonly at: Date;
}

/** A state in which a request can no longer be answered. */
export type ClosedState = RepliedState | GoneState;

/** What a card shows of a request. */
export type CardState = { readonly kind: "asked" } | ClosedState;

/** Who replied, in IDs alone: for the log and the record. */
export function nameReplier(by: Replier): { readonly by: Replier["kind"]; readonly userID?: string } {
  return by.kind === "opencode" ? { by: by.kind } : { by: by.kind, userID: by.userID };
}

/** Whether what was allowed for a time is still allowed. */
export function isGranted(state: CardState): boolean {
  return state.kind === "replied" && state.grant !== undefined && state.grant.end === undefined;
}

export function isClosed(state: CardState): state is ClosedState {
  return state.kind !== "asked";
}
