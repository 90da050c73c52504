/** What people do with cards, and what they are told of it. */

import type { Answer } from "./ask.ts";
import type { CardRef, Wording } from "./card.ts";
import type { ModalResult } from "./control.ts";
import type { NoApprover } from "./content.ts";
import type { ClosedState } from "./state.ts";

/** Who did something with a card, and with which: what it takes to tell them privately what came of it. */
export interface Presser {
  readonly userID: string;
  /** The workspace of that person, or their Enterprise organisation; undefined where Slack does not say. */
  readonly teamID: string | undefined;
  readonly card: CardRef;
}

/** Something that a person did with a card. */
export interface Interaction extends Presser {
  /** The Slack app that it is for; empty where Slack does not say. */
  readonly appID: string;
  /** Of the button or modal: bits that only its process knows. */
  readonly value: string;
}

/** One press of a button: who, when, and what they pressed. */
export interface Press extends Interaction {
  /** By Slack's clock, in milliseconds since 1970; undefined where Slack does not say. */
  readonly at: number | undefined;
  /** Of the card that the person saw; undefined where Slack does not bring it. */
  readonly wording: Wording | undefined;
  /** Slack's leave to open a modal, for three seconds; empty where it gives none. */
  readonly triggerID: string;
}

/** A press of which Slack has brought what it takes to judge what the person saw. */
export type WholePress = Press & { readonly at: number; readonly wording: Wording };

/** A modal that was submitted. Its `card` is what the modal says: nothing is answered because of it. */
export interface Submission extends Interaction {
  readonly viewID: string;
  readonly result: ModalResult;
}

/** Why somebody may not reply. */
export type Refusal =
  | NoApprover
  | "not-listed"
  /** The person is of another workspace: a guest by Slack Connect, or of a sister workspace of the organisation. */
  | "other-workspace"
  /** Slack names the person's organisation alone, and not everybody in it is of the workspace. */
  | "organisation-account"
  /** The app is installed for a whole organisation, so that nobody can tell who is of it. */
  | "organisation-install"
  /** Slack does not say which workspace the person is of. */
  | "team-unknown"
  /** Slack does not say which workspace the app is installed in. */
  | "workspace-unknown"
  /** The person may be in a user group that is listed, and Slack does not say who is. */
  | "group-unknown";

/** What came of a press, when the card itself does not say it; whoever pressed is told privately. */
export type PressOutcome =
  | { readonly kind: "not-approver"; readonly userID: string; readonly reason: Refusal }
  /** The button is of no request that a process of this machine knows. */
  | { readonly kind: "unknown-button" }
  /** The button or modal is none that this release can have made. */
  | { readonly kind: "not-understood" }
  /** The card is of another machine that uses the same Slack app. */
  | { readonly kind: "other-machine"; readonly host: string }
  /** The press is for another Slack app than the one that posted the card. */
  | { readonly kind: "other-app" }
  /** The card did not show what this process had posted: somebody else has rewritten it, or Slack has. */
  | { readonly kind: "altered" }
  /** The same, for a press that counts all the same. */
  | { readonly kind: "restored" }
  /** Slack did not bring what it takes to judge an Allow. */
  | { readonly kind: "incomplete" }
  /** An Allow that took too long to arrive, or was pressed before the card changed, or before its files did. */
  | { readonly kind: "stale"; readonly because: "late" | "changed" | "files" }
  /** The card's process is there and does not answer: it is stopped, or its machine was asleep. */
  | { readonly kind: "owner-stopped" }
  /** No process that can be reached from here answers to the card, and it is not known whether one lives that does. */
  | { readonly kind: "owner-unknown" }
  /** Slack did not open the modal, or not in time. */
  | { readonly kind: "no-modal" }
  /** The modal is none that this process opened for that person, or it was submitted before. */
  | { readonly kind: "unknown-modal" }
  /** The reason was empty. */
  | { readonly kind: "no-reason" }
  /** Of the questions in a modal none was answered. */
  | { readonly kind: "no-answer" }
  /** The request was rejected, and OpenCode took no reason with it. */
  | { readonly kind: "reason-lost" }
  /** All was rejected, OpenCode was told to stop the session, and did not say that it has stopped. */
  | { readonly kind: "not-stopped" }
  /** Another press on the same card is being handed to OpenCode. */
  | { readonly kind: "being-replied"; readonly userID: string }
  /** The request is being rejected, because nobody had answered it for so long. */
  | { readonly kind: "expiring"; readonly afterMs: number }
  /** The request was closed before this press could answer it. */
  | { readonly kind: "closed"; readonly state: ClosedState }
  /** What was allowed for a time is asked about again; `isUnderway` where a use of it was already being told to OpenCode. */
  | { readonly kind: "revoked"; readonly uses: number; readonly isUnderway: boolean }
  /** What was allowed for a time was not allowed any more. */
  | { readonly kind: "grant-over" }
  /** Nothing is muted, or it still is: it could not be noted. */
  | { readonly kind: "mute-failed" }
  /** What cannot be recorded is not allowed. */
  | { readonly kind: "not-recorded" }
  /** No request of a card with several was open any more. */
  | { readonly kind: "all-closed" }
  /** OpenCode was given the reply and did not say that it took it; the request may still be open. */
  | { readonly kind: "unconfirmed"; readonly answer: Answer };
