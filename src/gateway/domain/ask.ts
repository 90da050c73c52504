/** What waits in OpenCode for a human, and what it can be answered. */

/** What waits in OpenCode for a human, tagged by its kind. */
export type Ask = PermissionRequest;

/** What an ask of the same kind is answered: OpenCode is given it, or says that it was. */
export type Answer = PermissionAnswer;

/** Which ask it is, without a word of what it asks. */
export type AskName = Pick<Ask, "kind" | "requestID">;

/** OpenCode's three answers to a permission request, in OpenCode's spelling. */
export type Reply = "once" | "always" | "reject";

/** What a permission request is answered: a reply and, with `reject`, what the agent is to read. */
export interface PermissionAnswer {
  readonly kind: "permission";
  readonly reply: Reply;
  readonly message?: string | undefined;
}

/** Whether an answer lets OpenCode do something: only that takes a card that was read whole, and a record. */
export function isGrant({ reply }: Answer): boolean {
  return reply !== "reject";
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

/** The tool that will run, with the very arguments that it will get. */
export interface ToolCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Whether there is more to the arguments than is here. */
  readonly isCut?: true;
}
