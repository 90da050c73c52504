/**
 * The words that the OpenCode side, the gateway and the Slack side share. No side's wire format appears here.
 */

/** OpenCode's three answers to a permission request, in OpenCode's spelling. */
export type Reply = "once" | "always" | "reject";

/** What OpenCode is given: a reply and, with `reject`, what the agent is to read. */
export interface Answer {
  readonly reply: Reply;
  readonly message?: string | undefined;
}

/** What OpenCode asks before it runs a tool: its event `permission.asked`, and the tool call that it is about. */
export interface PermissionRequest {
  readonly kind: "permission";
  readonly requestID: string;
  readonly sessionID: string;
  /** OpenCode's name for what is asked: `bash`, `edit`, `webfetch`, `external_directory`, an MCP tool's name. */
  readonly permission: string;
  /** What the request matches on: the parts of a command, a path, a URL. */
  readonly patterns: readonly string[];
  /** What the reply `always` would save. Empty when OpenCode saves nothing. */
  readonly always: readonly string[];
  /** What OpenCode says of the request; differs by permission and by version. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The assistant's message that makes the call. */
  readonly messageID?: string;
  /** Missing when OpenCode asks about no call that we saw begin. */
  readonly call?: ToolCall;
  /** Whether the event said more than is here: too much, too deeply nested, or not as it should be. */
  readonly isCut?: true;
  /** It may be about one of several calls that run with the same ID. */
  readonly isCallUnclear?: true;
}

/** The tool that will run, with the very arguments that it will get. */
export interface ToolCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Whether there is more to the arguments than is here. */
  readonly isCut?: true;
}

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
}

/** Everything that will be done if a request is allowed. */
export interface Details {
  readonly details: readonly Detail[];
  /** Why the details may not be the whole truth, as a sentence. With a doubt nothing can be allowed from Slack. */
  readonly doubt?: string;
  /** Whether the files that the details tell of are as they were then. Missing where there are none. Does not reject. */
  readonly isCurrent?: () => Promise<boolean>;
}

/** What the rules of OpenCode's user leave to be answered from Slack. */
export interface Offers {
  /** A card that cannot show all that a reply means offers fewer. */
  readonly replies: readonly Reply[];
  /** Why no Allow is among them, as a sentence. */
  readonly terminalOnly?: string;
  /** Why Allow asks once more, as a sentence. */
  readonly confirm?: string;
}

/** Where a request comes from, as far as OpenCode tells; every field is shown, none is trusted. */
export interface SessionInfo {
  /** The session's title, before it those of the sessions that started it as a subagent, the root first. */
  readonly titles: readonly string[];
  /** The session at the root of that chain. */
  readonly rootID?: string;
  readonly agent?: string;
  /** `provider/model`. */
  readonly model?: string;
}

/** Who replied: an approver by a click, OpenCode along with its answer to another request, or somebody in OpenCode. */
export type Replier =
  | { readonly kind: "approver"; readonly userID: string }
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
  readonly reply: Reply;
  readonly by: Replier;
  readonly at: Date;
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

export function isClosed(state: CardState): state is ClosedState {
  return state.kind !== "asked";
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
  readonly host: string;
  readonly noApprover?: NoApprover;
  /** When a request with the same details was last rejected in this session, if that was not long ago. */
  readonly rejectedAt?: Date;
}

/** All that is known of a request, as it came from outside. Never drawn: {@link CardContent} is made of it. */
export interface RawContent extends Details, Origin {
  readonly request: PermissionRequest;
}

/** A detail as it may be shown. */
export interface ShownDetail {
  readonly label: string;
  readonly text: string;
  /** Missing where the text is the beginning of what will be done. */
  readonly isWhole?: true;
  /** As of {@link Detail}. */
  readonly isRemark?: true;
}

/**
 * What a card is drawn from, apart from its state and its buttons. Every text is without secrets and without anything
 * that cannot be seen, so it is no longer what OpenCode said: never decide by it what a request does.
 */
export interface CardContent extends Origin {
  readonly request: Pick<PermissionRequest, "permission" | "always">;
  readonly details: readonly ShownDetail[];
  /** How many details are left out. */
  readonly furtherDetails: number;
  readonly doubt?: string;
  /** Of all details, as they came. */
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

/** What is known of a card whose process is gone: no word of the requests themselves. */
export interface Orphan {
  /** As of {@link PermissionRequest}, or one that a newer release knows; missing where nobody has noted the card. */
  readonly kind?: string;
  readonly permission?: string;
  readonly directory?: string;
  /** How many requests the card shows; one where it is not said. */
  readonly requests?: number;
}

/** What a button does. */
export type Action = Reply | "reject-with-reason" | "reject-all-and-stop";

/** The secret values of a request's buttons, one for each that the card offers. */
export type ButtonValues = Partial<Record<Exclude<Action, "reject-all-and-stop">, string>>;

/** How a request stands in the thread of a card that has no room for it: in a few messages, or in a file. */
export type ThreadForm = "messages" | "snippet";

/** How far a request is in the thread of its card. */
export type ThreadState = "coming" | "complete" | "refused";

/** A request in the thread of its card. */
export interface RequestThread {
  readonly form: ThreadForm;
  readonly state: ThreadState;
}

/** One request as a card shows it. The buttons are there as long as the request is open. */
export interface Row {
  readonly content: CardContent;
  readonly state: CardState;
  readonly values: ButtonValues;
  /** How many other open requests "Allow always" would answer. */
  readonly alsoAnswered: number;
  /** Missing where all of the request is on the card, or nowhere in Slack. */
  readonly thread?: RequestThread;
}

/** What a card shows: one request, or several that had to wait for Slack together. Each row keeps its place. */
export interface CardFace {
  readonly rows: readonly Row[];
  /** The secret value of the button that rejects all rows that are still open. */
  readonly rejectAll?: string;
  /** Of the button that rejects all open requests of the card's root session, and stops the session. */
  readonly rejectAllAndStop?: string;
  /** Requests of its session that wait until one of the session's open cards is closed. */
  readonly waiting?: number;
  /** Of the record, as it was when the latest row was closed. */
  readonly head?: string;
}

/** Where a card is: Slack's address of a message. */
export interface CardRef {
  readonly channel: string;
  readonly ts: string;
}

/** What Slack says that a card is, after a post or an update of ours; each part is missing where Slack does not say. */
export interface CardVersion {
  /** Of everything on the card that can be read or pressed. */
  readonly digest?: string;
  /** Since when, by Slack's clock, in milliseconds since 1970. */
  readonly at?: number;
  /** The Slack app that posted it. */
  readonly appID?: string;
}

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
  /** Of the button or modal: bits that only its process knows; see {@link ButtonValues}. */
  readonly value: string;
}

/** One press of a button: who, when, and what they pressed. */
export interface Click extends Interaction {
  /** By Slack's clock, in milliseconds since 1970; undefined where Slack does not say. */
  readonly at: number | undefined;
  /** Of the card that the person saw, as in {@link CardVersion}; undefined where Slack does not bring it. */
  readonly digest: string | undefined;
  /** Slack's leave to open a modal, for three seconds; empty where it gives none. */
  readonly triggerID: string;
}

/** A press of which Slack has brought what it takes to judge what the person saw. */
export type WholeClick = Click & { readonly at: number; readonly digest: string };

/** A modal that was submitted. Its `card` is what the modal says: nothing is answered because of it. */
export interface Submission extends Interaction {
  readonly viewID: string;
  /** What the person wrote, without blanks around it: empty where there is nothing else. */
  readonly reason: string;
}

/** Why somebody may not reply. */
export type Refusal =
  | NoApprover
  | "not-listed"
  /** The person is of another workspace: a guest by Slack Connect. */
  | "other-workspace"
  /** Slack does not say which workspace the person is of. */
  | "team-unknown"
  /** Slack does not say which workspace the app is installed in. */
  | "workspace-unknown"
  /** The person may be in a user group that is listed, and Slack does not say who is. */
  | "group-unknown";

/** What came of a click, when the card itself does not say it; the clicker is told privately. */
export type ClickOutcome =
  | { readonly kind: "not-approver"; readonly userID: string; readonly reason: Refusal }
  /** The button is of no request that a process of this machine knows. */
  | { readonly kind: "unknown-button" }
  /** The button or modal is none that this release can have made. */
  | { readonly kind: "not-understood" }
  /** The card is of another machine that uses the same Slack app. */
  | { readonly kind: "other-machine"; readonly host: string }
  /** The press is for another Slack app than the one that posted the card. */
  | { readonly kind: "other-app" }
  /** The card did not show what this process had posted: somebody else has rewritten it. */
  | { readonly kind: "altered" }
  /** Slack did not bring what it takes to judge an Allow. */
  | { readonly kind: "incomplete" }
  /** An Allow that took too long to arrive, or was pressed before the card changed, or before its files did. */
  | { readonly kind: "stale"; readonly because: "late" | "changed" | "files" }
  /** The card's process is there and does not answer: it is stopped, or its machine was asleep. */
  | { readonly kind: "owner-stopped" }
  /** No process that can be reached from here answers to the card, and it is not known whether one lives that does. */
  | { readonly kind: "owner-unknown" }
  /** Slack did not open the modal that asks for a reason, or not in time. */
  | { readonly kind: "no-modal" }
  /** The modal is none that this process opened for that person, or it was submitted before. */
  | { readonly kind: "unknown-modal" }
  /** The reason was empty. */
  | { readonly kind: "no-reason" }
  /** The request was rejected, and OpenCode took no reason with it. */
  | { readonly kind: "reason-lost" }
  /** All was rejected, OpenCode was told to stop the session, and did not say that it has stopped. */
  | { readonly kind: "not-stopped" }
  /** Another click on the same card is being handed to OpenCode. */
  | { readonly kind: "being-replied"; readonly userID: string }
  /** The request was closed before this click could answer it. */
  | { readonly kind: "closed"; readonly state: ClosedState }
  /** What cannot be recorded is not allowed. */
  | { readonly kind: "not-recorded" }
  /** No request of a card with several was open any more. */
  | { readonly kind: "all-closed" }
  /** OpenCode was given the reply and did not say that it took it; the request may still be open. */
  | { readonly kind: "unconfirmed"; readonly reply: Reply };
