/** What waits in OpenCode for a human, and what it can be answered. */

/** What waits in OpenCode for a human, tagged by its kind. */
export type Ask = PermissionRequest | QuestionRequest;

/** What an ask of the same kind is answered: OpenCode is given it, or says that it was. */
export type Answer = PermissionAnswer | QuestionAnswer;

/** Which ask it is, without a word of what it asks. */
export type AskName = Pick<Ask, "kind" | "requestID">;

/** What answers are called in buttons' names, in the log and in the record. Each kind has a `reject`. */
export type AnyReply = Answer["reply"];

/** OpenCode's three answers to a permission request, in OpenCode's spelling. */
export type Reply = "once" | "always" | "reject";

/** What a permission request is answered: a reply and, with `reject`, what the agent is to read. */
export interface PermissionAnswer {
  readonly kind: "permission";
  readonly reply: Reply;
  readonly message?: string | undefined;
  /** With `once`: for so many minutes the same request is answered by itself. OpenCode is not told. */
  readonly forMinutes?: number | undefined;
}

/** What a question is answered. Rejected, it is dismissed: the agent reads that, and its turn ends. */
export type QuestionAnswer =
  | { readonly kind: "question"; readonly reply: "answer"; readonly answers: readonly Chosen[] }
  | { readonly kind: "question"; readonly reply: "reject" };

/** Of one question, what was chosen, as the agent reads it: labels of its options, or words of a person's own. */
export type Chosen = readonly string[];

/** Whether an answer lets OpenCode do something: only that takes a card that was read whole, and a record. */
export function isAllowing({ reply }: { readonly reply: AnyReply }): boolean {
  return reply !== "reject";
}

/** An answer as an ask of this kind takes it: to asks of several kinds a control can only be a rejection. */
export function inKindOf({ kind }: Pick<Ask, "kind">, answer: Answer): Answer {
  return answer.kind === kind ? answer : { kind, reply: "reject" };
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
  /** How far that reaches: for good, in all sessions of the project. Missing where it is until OpenCode quits. */
  readonly alwaysReach?: "project";
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

/** What an agent asks its user, of its own accord: OpenCode's event `question.asked`. */
export interface QuestionRequest {
  readonly kind: "question";
  readonly requestID: string;
  readonly sessionID: string;
  /** By which rules name it: the tool that asks, `question`, `plan_exit`. */
  readonly permission: string;
  /** Answered together, in this order. */
  readonly questions: readonly Question[];
  /** As of a permission request. */
  readonly messageID?: string;
  readonly call?: ToolCall;
  readonly isCut?: true;
  readonly isCallUnclear?: true;
}

/** One question, in OpenCode's words. */
export interface Question {
  readonly question: string;
  /** A word or two that say what it is about. */
  readonly header: string;
  readonly options: readonly QuestionOption[];
  /** Whether several options can be chosen. */
  readonly multiple: boolean;
  /** Whether an answer can be in words of one's own. */
  readonly custom: boolean;
}

export interface QuestionOption {
  /** What the agent reads when it is chosen. */
  readonly label: string;
  readonly description: string;
}

/** The tool that will run, with the very arguments that it will get. */
export interface ToolCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Whether there is more to the arguments than is here. */
  readonly isCut?: true;
  /** Whether another call makes it, as the code of OpenCode's Code Mode does. */
  readonly isNested?: true;
}
