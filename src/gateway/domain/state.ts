/** How an ask stands, and how it ended. */

import type { Answer } from "./ask.ts";
import type { CardContent } from "./content.ts";
import type { GrantState } from "./grant.ts";

/** Whose answer was given to OpenCode: an approver's, by a press or a grant; or nobody's, as nobody had answered for so long. */
export type Submitter =
  | { readonly kind: "approver" | "grant"; readonly userID: string }
  | { readonly kind: "nobody"; readonly afterMs: number };

/** Who replied: whoever submitted it, OpenCode along with its answer to another request, or somebody in OpenCode. */
export type Replier =
  | Submitter
  | { readonly kind: "sibling"; readonly userID: string; readonly to: CardContent }
  | { readonly kind: "opencode" };

/** Why a request can no longer be answered although nobody replied. */
export type GoneReason = EndReason | "expired";

/** Why nobody can answer it, wherever. */
export type EndReason =
  | "session-idle"
  | "session-deleted"
  /** The model's answer broke off, and OpenCode asks the model again: the request was of the answer before. */
  | "retried"
  /** Nobody answered for so long that OpenCode stopped the session. */
  | "inactivity"
  | "opencode-ended"
  /** OpenCode goes on without this plugin: it has put the project away, or loads the plugin anew. */
  | "unloaded"
  /** OpenCode does not know the request any more, and did not say what became of it. */
  | "unknown"
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

export type GoneState = { readonly kind: "gone"; readonly at: Date } & (
  | { readonly reason: EndReason }
  /** Nobody answered for so long: it can still be answered in OpenCode. */
  | { readonly reason: "expired"; readonly afterMs: number }
);

/** A state in which a request can no longer be answered from Slack. */
export type ClosedState = RepliedState | GoneState;

/** What a card shows of a request. */
export type CardState = { readonly kind: "asked" } | ClosedState;

/** Who replied, in IDs alone: for the log and the record. */
export function nameReplier(by: Replier): { readonly by: Replier["kind"]; readonly userID?: string } {
  return by.kind === "opencode" || by.kind === "nobody"
    ? { by: by.kind }
    : { by: by.kind, userID: by.userID };
}

/** Whether OpenCode may still take an answer, from wherever. */
export function isAwaited(state: CardState): boolean {
  return state.kind === "asked" || (state.kind === "gone" && state.reason === "expired");
}

/** Whether what was allowed for a time is still allowed. */
export function isGranted(state: CardState): boolean {
  return state.kind === "replied" && state.grant !== undefined && state.grant.end === undefined;
}

export function isClosed(state: CardState): state is ClosedState {
  return state.kind !== "asked";
}
