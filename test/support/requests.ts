import path from "node:path";
import { makeVisible } from "../../src/sanitize/visible.ts";
import type { Desk } from "./desk.ts";
import { answerOf, type Given } from "./opencode/opencode.ts";

/** A permission request, or a question, as OpenCode's own events tell of it. */
export interface AskedRequest {
  readonly kind: "permission" | "question";
  readonly desk: Desk;
  readonly requestID: string;
  readonly sessionID: string;
  /** The session that its session is a subagent's of, in the end. */
  readonly rootID: string;
  /** What its row on a card says, on lines of their own: the command, the file as seen from the project, the question, with what hides or deceives escaped. */
  readonly what: string;
  /** What OpenCode says that it was replied with; more than one are one answer too many. */
  readonly replies: readonly Given[];
  /** Nobody waits for an answer any more: its session has stopped, or its OpenCode has ended. */
  readonly isGone: boolean;
  /** The reason for its reject, as the model reads it. */
  readonly feedback: string | undefined;
  /** Its root session has stopped since. */
  readonly isOver: boolean;
  /** What this root session had asked and was answered, in the same turn, before it asked this. */
  readonly before: readonly AskedRequest[];
}

type Asked = AskedRequest & {
  readonly callID: string | undefined;
  readonly replies: Given[];
  readonly before: AskedRequest[];
  isGone: boolean;
  isOver: boolean;
  feedback: string | undefined;
};

/** What OpenCode tells a model whose call was rejected with a message, before that message. */
const FEEDBACK = /with the following feedback: (.*)$/s;

/** All that a desk's OpenCode ever asked, the oldest first. */
export function requestsOf(desk: Desk): AskedRequest[] {
  const requests = new Map<string, Asked>();
  const bySession = new Map<unknown, Asked[]>();
  const parents = new Map<string, string>();

  for (const { type, properties } of desk.told()) {
    switch (type) {
      case "session.created": {
        const { id, parentID } = properties["info"] as { id: string; parentID?: string };
        if (parentID !== undefined) parents.set(id, parentID);
        break;
      }
      case "permission.asked":
      case "question.asked": {
        const asked = parseAsked(desk, properties, parents);
        const answered = [...requests.values()].filter(
          ({ replies, isOver }) => replies.length > 0 && !isOver,
        );
        asked.before.push(...answered.filter(({ rootID }) => rootID === asked.rootID));
        requests.set(asked.requestID, asked);
        bySession.set(asked.sessionID, [...(bySession.get(asked.sessionID) ?? []), asked]);
        break;
      }
      case "permission.replied":
        requests.get(String(properties["requestID"]))?.replies.push(properties["reply"] as Given);
        break;
      case "question.replied":
        requests
          .get(String(properties["requestID"]))
          ?.replies.push(answerOf(properties["answers"] as readonly (readonly string[])[]));
        break;
      case "question.rejected":
        requests.get(String(properties["requestID"]))?.replies.push("reject");
        break;
      case "message.part.updated": {
        const { callID, state } = properties["part"] as { callID?: string; state?: { error?: string } };
        const [, feedback] = FEEDBACK.exec(state?.error ?? "") ?? [];
        const asked = feedback && [...requests.values()].find((request) => request.callID === callID);
        if (asked) asked.feedback = feedback;
        break;
      }
      case "session.idle":
        bySession.get(properties["sessionID"])?.forEach(end);
        for (const asked of requests.values()) asked.isOver ||= asked.rootID === properties["sessionID"];
        break;
      case "server.instance.disposed":
        requests.forEach(end);
    }
  }
  if (!desk.opencode.isRunning()) requests.forEach(end);
  return [...requests.values()];
}

/** Whether OpenCode still waits for an answer. */
export function isOpen({ replies, isGone }: AskedRequest): boolean {
  return replies.length === 0 && !isGone;
}

function end(request: Asked): void {
  if (request.replies.length === 0) request.isGone = true;
}

function parseAsked(
  desk: Desk,
  properties: Readonly<Record<string, unknown>>,
  parents: ReadonlyMap<string, string>,
): Asked {
  const { id, sessionID, tool, questions } = properties as {
    id: string;
    sessionID: string;
    tool?: { callID: string };
    questions?: readonly { question: string }[];
  };
  const what =
    questions === undefined
      ? whatIsDone(desk, properties)
      : makeVisible(questions.map(({ question }) => question).join("\n"), "text").text;
  return {
    kind: questions === undefined ? "permission" : "question",
    desk,
    requestID: id,
    sessionID,
    rootID: rootOf(sessionID, parents),
    callID: tool?.callID,
    what,
    replies: [],
    isGone: false,
    isOver: false,
    before: [],
    feedback: undefined,
  };
}

function whatIsDone({ opencode }: Desk, properties: Readonly<Record<string, unknown>>): string {
  const { metadata, patterns } = properties as {
    metadata: { command?: string; filepath?: string; url?: string };
    patterns: string[];
  };
  const { command, filepath, url } = metadata;
  if (command !== undefined) return makeVisible(command, "command").text;
  const file = filepath && path.relative(opencode.directories[0] ?? "", filepath);
  return makeVisible(file ?? url ?? patterns.join("\n"), "text").text;
}

function rootOf(sessionID: string, parents: ReadonlyMap<string, string>): string {
  const parentID = parents.get(sessionID);
  return parentID === undefined ? sessionID : rootOf(parentID, parents);
}
