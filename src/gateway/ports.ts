/** What the gateway needs of Slack, of OpenCode and of the disk. */

import type { Answer, AnyReply, Ask, AskName, PermissionRequest } from "./domain/ask.ts";
import type { CardFace, CardRef, CardVersion, Orphan, ThreadForm, Wording } from "./domain/card.ts";
import type { CardContent, NoApprover, RawContent } from "./domain/content.ts";
import type { ModalKind } from "./domain/control.ts";
import type { Press, PressOutcome, Refusal } from "./domain/interaction.ts";
import type { GrantEndReason } from "./domain/grant.ts";
import type { ReminderRule } from "./domain/reminder.ts";
import type { GoneReason, GoneState, RepliedState } from "./domain/state.ts";

/** What became of an attempt to post. */
export type PostOutcome =
  | { readonly kind: "posted"; readonly card: CardRef; readonly version: CardVersion }
  /** Nobody knows: Slack may have the card. */
  | { readonly kind: "unknown" }
  /** Slack does not have it, and may take it later. */
  | { readonly kind: "failed" }
  /** The same, because there were too many; {@link Cards.turn} knows until when. */
  | { readonly kind: "limited" }
  /** Slack will never take it: this very message, or anything before a person has repaired the app. */
  | { readonly kind: "refused"; readonly fault: "message" | "app" };

/**
 * `done`: a card shows what it should. `deleted`: somebody has deleted it. `lost`: Slack will never change it, or nothing
 * in its channel. `interrupted`: it does not show what it should, and may be tried again, by another process too.
 */
export type ShowOutcome = "done" | "deleted" | "lost" | "interrupted";

/** What became of a reminder. `unknown`: Slack may have it. `interrupted`: it was not needed any more. */
export type RemindOutcome =
  | { readonly kind: "posted"; readonly message: CardRef }
  | { readonly kind: "unknown" }
  | { readonly kind: "refused" }
  | { readonly kind: "interrupted" };

/** Cards in Slack. */
export interface Cards {
  /**
   * What a card may show of a request: without secrets, everything visible. To be done once for each request. Asks
   * Slack, for a long one, whether a file may show it. Rejects when `closed` aborts first.
   */
  read(raw: RawContent, closed: AbortSignal): Promise<CardContent>;
  /**
   * The replies that a card may have buttons for, once all of a request with this content can be read.
   *
   * @param form its {@link threadForm}.
   */
  offers(content: CardContent, form: ThreadForm | undefined): readonly AnyReply[];
  /**
   * How all of a request is to be put into the thread of its card, which has no room for it: only then it can be
   * allowed. Undefined where it fits on its card, or cannot be allowed from Slack.
   */
  threadForm(content: CardContent): ThreadForm | undefined;
  /** How many of these, the first and those behind it, can share one card and be read there. At least 1. */
  fit(contents: readonly CardContent[]): number;
  /**
   * Waits until Slack is expected to take a card, and counts it as posted.
   *
   * @returns how many cards Slack is expected to take now, that one included; 0 when `signal` aborted first.
   */
  turn(signal: AbortSignal): Promise<number>;
  /** One attempt to post a card. Does not reject. */
  post(face: CardFace): Promise<PostOutcome>;
  /**
   * Puts all of a request into its card's thread, one message after the other behind cards that wait to be posted, or
   * as a file. Does not reject.
   *
   * @returns `interrupted` when `signal` aborted, or Slack refuses until a person has repaired something.
   */
  fillThread(
    card: CardRef,
    content: CardContent,
    form: ThreadForm,
    signal: AbortSignal,
  ): Promise<"done" | "refused" | "interrupted">;
  /**
   * Draws a posted card anew, trying as long as it takes, each time with the face as it is then. Does not reject.
   *
   * @param drawn called for each try that may have changed the card: with what it is now, or undefined when the
   * answer was lost.
   * @param isSpare whether nothing depends on it: then it is tried once, and again only if nobody knows what became of
   * that.
   */
  show(
    card: CardRef,
    face: () => CardFace,
    drawn?: (version: CardVersion | undefined) => void,
    isSpare?: boolean,
  ): Promise<ShowOutcome>;
  /**
   * Where somebody has seen something else on a card than they were to see: the paths of what differs, without a word of
   * it. Empty where nothing differs that counts.
   *
   * @param told of a version, with its writings.
   */
  differences(told: Wording, seen: Wording): readonly string[];
  /**
   * Waits until a card may be drawn for something that nothing depends on: nobody waits to change another one, at least
   * half as many changes as Slack takes at once are left to them, and not many cards were drawn so before, over all.
   *
   * @param isLast after everybody else who waits for that.
   * @returns false when `ended` aborted first.
   */
  spareTurn(card: CardRef, isLast: boolean, ended: AbortSignal): Promise<boolean>;
  /**
   * Reminds those who were notified of a card, once, behind cards that wait to be posted. Does not reject.
   *
   * @param face of the card, as it is when the reminder goes.
   * @param ended aborts when nothing of it is open any more.
   */
  remind(card: CardRef, face: () => CardFace, rule: ReminderRule, ended: AbortSignal): Promise<RemindOutcome>;
  /** Deletes a message of ours that says nothing true any more. Does not reject. */
  withdraw(message: CardRef): Promise<ShowOutcome>;
  /** Shows the end of a card of which only the ledger knows, or nobody. Does not reject. */
  closeOrphan(card: CardRef, orphan: Orphan, state: GoneState): Promise<ShowOutcome>;
  /** Tells whoever pressed, and nobody else, what came of the press. Does not reject. */
  tell(press: Pick<Press, "userID" | "card">, outcome: PressOutcome): Promise<void>;
}

/** Dialogs in Slack, before the person who pressed. */
export interface Modals {
  /**
   * Opens one. To be called at once: Slack allows it for three seconds.
   *
   * @param about the requests that it is about.
   * @param value comes back with the submission.
   * @returns Slack's ID of the modal; undefined when it is not known to be open. Does not reject.
   */
  open(
    modal: ModalKind,
    press: Pick<Press, "triggerID" | "userID" | "card">,
    value: string,
    about: readonly CardContent[],
  ): Promise<string | undefined>;
}

/** Who may reply, as it is at the moment of the call. */
export interface Approvers {
  /** Why nobody may; undefined when somebody may. */
  missing(): Promise<NoApprover | undefined>;
  /** Why this person may not; undefined when they may. */
  refusal(press: Pick<Press, "userID" | "teamID">): Promise<Refusal | undefined>;
}

/**
 * What is written down of an attempt to post a card, or a reminder that is to go with its card: enough to close it,
 * nothing that could answer.
 */
export interface OpenCard {
  readonly attemptID: string;
  readonly kind: Ask["kind"] | "reminder";
  /** Of the card's first request, as the session and the permission. */
  readonly requestID: string;
  readonly sessionID: string;
  readonly permission?: string;
  readonly directory: string;
  /** How many requests the card shows. */
  readonly requests: number;
}

/** Which cards are open, on disk, so that somebody closes them when this process is gone. Never throws. */
export interface Ledger {
  /** Before the post. */
  attempted(card: OpenCard): void;
  posted(attemptID: string, card: CardRef): void;
  /** The card shows the end of all its requests, or never was. */
  closed(attemptID: string): void;
  /** What the card allows for a time ends with this process. */
  granted(attemptID: string): void;
  /** Nothing is ours any more: what is still open is somebody else's to close. */
  goodbye(): void;
}

/** A press of a button, as it is recorded. */
export interface AuditedPress {
  readonly userID: string;
  /** Slack's ID of the workspace that the person belongs to; undefined where Slack does not say. */
  readonly teamID: string | undefined;
  readonly card: CardRef;
  /** All that the button is about: none for a button that nobody knows. */
  readonly requests: readonly AskName[];
  readonly answer?: Answer;
  /** Whether it takes back what was allowed for a time. */
  readonly revokes?: true;
  /** Until when it mutes new cards. */
  readonly mutesUntil?: Date;
  /** Whether it ends that. */
  readonly unmutes?: true;
  /** Why the press answers nothing: a fixed word, such as `not-listed`, never a text. Missing when it does answer. */
  readonly refusal?: string;
}

/** A request that a grant answers, as it is recorded. */
export interface AuditedUse {
  /** Whoever gave it. */
  readonly userID: string;
  readonly teamID: string | undefined;
  /** The request that it was given with. */
  readonly grant: AskName;
}

/** The end of a grant, as it is recorded. */
export interface AuditedGrantEnd {
  readonly reason: GrantEndReason;
  /** Who caused it by a press, where somebody did. */
  readonly userID?: string | undefined;
}

/** The end of a request, as it is recorded. */
export interface AuditedEnd {
  readonly request: AskName;
  /** Missing when Slack has told of none so far. */
  readonly card?: CardRef | undefined;
  /** Why it ended without a reply. */
  readonly reason?: GoneReason | undefined;
  /** From asked to closed. */
  readonly openMs: number;
}

/** The record of who was asked and who answered. Nothing in it can answer, and no method throws or rejects. */
export interface Audit {
  asked(request: Ask): Promise<void>;
  /** Slack has a card with this request, with buttons for these replies. */
  shown(request: AskName, card: CardRef, offers: readonly string[]): void;
  /**
   * To be awaited before the press's reply goes to OpenCode.
   *
   * @returns `recorded` when it is on the disk: a loss of power does not undo it. After `failed` it may be there or
   * not, so the press must not allow anything. Takes a few milliseconds, and 10 s at most.
   */
  pressed(press: AuditedPress): Promise<"recorded" | "failed">;
  /** OpenCode says that a request was replied to. */
  replied(request: AskName, state: RepliedState): void;
  /** What an answer to this request goes on to allow has begun. */
  granted(request: AskName, grant: { readonly userID: string; readonly until: Date }): void;
  /** A grant is to answer this request: to be awaited before the reply goes to OpenCode, as a press. */
  used(request: AskName, use: AuditedUse): Promise<"recorded" | "failed">;
  /** A grant is over, which was given with this request. @returns the head, as {@link closed}. */
  grantEnded(request: AskName, end: AuditedGrantEnd): Promise<string | undefined>;
  /**
   * To be awaited before the card is closed.
   *
   * @returns the head, for the card: it vouches for all that was recorded so far, and is on the disk. Undefined when
   * it may not be. Takes as long as a press.
   */
  closed(end: AuditedEnd): Promise<string | undefined>;
}

/** To Slack, reference-counted: as long as somebody holds one, this process gets the presses on its cards. */
export interface Connection {
  readonly cards: Cards;
  readonly modals: Modals;
  readonly approvers: Approvers;
  /** Slack's time, at least: in milliseconds since 1970; undefined as long as Slack has not told it. */
  now(): number | undefined;
  /** Whether presses can come at this moment, as far as this process knows. */
  hears(): boolean;
  leave(): void;
}

export type SendOutcome = "replied" | "message-lost" | "unconfirmed";

/**
 * Stops what a session and its subagents do.
 *
 * @param ended aborts when OpenCode says that the session does nothing any more; then there is nothing left to stop.
 * Does not reject.
 */
export type StopSession = (sessionID: string, ended: AbortSignal) => Promise<"stopped" | "unconfirmed">;

/** OpenCode's ear for replies. */
export interface Replies {
  /**
   * Gives an answer to OpenCode, by each way that there is until one is confirmed.
   *
   * @param closed aborts when OpenCode says that the request was replied to, by whomever.
   * @param withdrawn aborts when the answer is not to be given any more: no further way is tried then.
   * @returns `replied` when `closed` aborted in time; `message-lost` when OpenCode took no message: it went
   * by a way that has none, or somebody else had answered. Does not reject.
   */
  send(request: Ask, answer: Answer, closed: AbortSignal, withdrawn?: AbortSignal): Promise<SendOutcome>;
}

/**
 * Whether an "always" answers a request of the same session for the same permission: by then every pattern of it is
 * saved. Where that takes too long to find out, yes.
 */
export type Answers = (other: Pick<PermissionRequest, "patterns">) => boolean;

/** What OpenCode answers by itself after an "always". */
export interface SavedPatterns {
  /** OpenCode was told "always". */
  add(request: PermissionRequest): void;
  /** What an "always" that saves these patterns answers, with all that are saved by now. */
  answers(permission: string, always: readonly string[]): Answers;
}
