/** What is known of an ask, and what a card may show of it. */

import type { AnyReply, Ask, PermissionRequest } from "./ask.ts";

/** One part of what will be done, whole and literal: `{ label: "Command", text: "git push\n" }`. */
export interface Detail {
  readonly label: string;
  readonly text: string;
  /** Whether a shell reads the text. */
  readonly isCommand?: true;
  /** Whether it is what the agent says of the call, and nothing that is done. */
  readonly isRemark?: true;
  /** Whether it is to be read as one line, as a path is: tabs and line breaks in it are shown as what they are. */
  readonly isLine?: true;
  /** Whether it is what the head of the card speaks of, so that right below it it needs no label. */
  readonly isSubject?: true;
}

/** What a request is for, in a few words for the head of its card: `Edit` `src/greetings.ts`, one line more. */
export interface Headline {
  /** Words of ours. */
  readonly what: string;
  /** A name that others gave, behind these words: a path. */
  readonly name?: string;
  /** Whether it is about something outside the project directory. */
  readonly isOutside?: true;
  /** Lines that an edit adds and removes. */
  readonly lines?: { readonly added: number; readonly removed: number };
}

/** Everything that will be done if a request is allowed. */
export interface Details {
  readonly details: readonly Detail[];
  /** Missing where the permission's name says as much. */
  readonly headline?: Headline;
  /** Why the details may not be the whole truth, as a sentence. With a doubt nothing can be allowed from Slack. */
  readonly doubt?: string;
  /** Whether the files that the details tell of are as they were then. Missing where there are none. Does not reject. */
  readonly isCurrent?: () => Promise<boolean>;
}

/** What the rules of OpenCode's user leave to be answered from Slack. */
export interface Offers {
  /** A card that cannot show all that a reply means offers fewer. */
  readonly replies: readonly AnyReply[];
  /** Why no Allow is among them, as a sentence. */
  readonly terminalOnly?: string;
  /** Why Allow asks once more, as a sentence. */
  readonly confirm?: string;
  /** For how many minutes it may be allowed; missing where it may not be allowed for a time. */
  readonly grantMinutes?: number;
}

/** Where a request comes from, as far as OpenCode tells; every field is shown, none is trusted. */
export interface SessionInfo {
  /** The session's title, before it those of the sessions that started it as a subagent, the root first. */
  readonly titles: readonly string[];
  /** The session at the root of that chain. */
  readonly rootID?: string;
  /** From the root to the session itself; missing where OpenCode did not tell all of them. Not for a card. */
  readonly sessionIDs?: readonly string[];
  readonly agent?: string;
  /** `provider/model`. */
  readonly model?: string;
  /** Whether an editor asks the same in a dialog of its own, which an answer from elsewhere does not close. */
  readonly isInEditor?: boolean;
}

/**
 * Why nobody at all may reply from Slack: no approver is configured, or `*` is and the channel is open to more
 * people than a private one, or Slack does not tell whether it is.
 */
export type NoApprover = "none-configured" | "channel-not-private" | "channel-unknown";

/** Where a request comes from, and whether anybody may answer it. */
interface Origin {
  readonly session: SessionInfo;
  readonly offers: Offers;
  /** The project directory that OpenCode works in. */
  readonly directory: string;
  /** The home directory of whoever runs OpenCode, where it is known: paths in it are shown in short. */
  readonly home?: string;
  readonly host: string;
  readonly noApprover?: NoApprover;
  /** When a request with the same details was last rejected in this session, if that was not long ago. */
  readonly rejectedAt?: Date;
}

/** All that is known of a request, as it came from outside. Never drawn: {@link CardContent} is made of it. */
export interface RawContent extends Details, Origin {
  readonly request: Ask;
}

/** A detail as it may be shown. */
export interface ShownDetail {
  readonly label: string;
  readonly text: string;
  /** Missing where the text is the beginning of what will be done. */
  readonly isWhole?: true;
  /** As of {@link Detail}. */
  readonly isRemark?: true;
  readonly isLine?: true;
  readonly isSubject?: true;
  /** Whether it is what an agent asks, and nothing that is done. */
  readonly isAsked?: true;
}

/** What of an ask itself may be shown, by its kind. `permission` is the name by which rules know it. */
export type ShownRequest = ShownPermission | ShownQuestions;

export type ShownPermission = Pick<PermissionRequest, "kind" | "permission" | "always" | "alwaysReach">;

export interface ShownQuestions {
  readonly kind: "question";
  readonly permission: string;
  /** As many, and in the same order, as are asked; none where they cannot be answered from Slack. */
  readonly questions: readonly ShownQuestion[];
}

export interface ShownQuestion {
  readonly question: string;
  readonly header: string;
  readonly options: readonly ShownOption[];
  readonly multiple: boolean;
  readonly custom: boolean;
}

export interface ShownOption {
  readonly label: string;
  /** The label, and behind it what the agent says of it. */
  readonly line: string;
  /** Whether whoever chooses it knows what the agent will read: nothing of it is masked or missing, and none is like it. */
  readonly isClear: boolean;
}

/**
 * What a card is drawn from, apart from its state and its buttons. Every text is without secrets and without anything
 * that cannot be seen, so it is no longer what OpenCode said: never decide by it what a request does.
 */
export interface CardContent extends Origin {
  readonly request: ShownRequest;
  readonly headline?: Headline;
  readonly details: readonly ShownDetail[];
  /** How many details are left out. */
  readonly furtherDetails: number;
  readonly doubt?: string;
  /** Of what will be done, as it came: without names, and without what the agent says of it. */
  readonly size: Size;
  /** What was masked and what was escaped, as sentences. */
  readonly remarks: readonly string[];
  /** Whether nothing was masked or escaped. */
  readonly isVerbatim: boolean;
}

/** How much there is to read: lines that end in U+000A, and Unicode code points. */
export interface Size {
  readonly lines: number;
  readonly characters: number;
}
