import { z } from "zod";
import type { OpenCodeEvent } from "../opencode/events.ts";

/** One session of OpenCode's, as its user would see it. */
export interface SessionView {
  readonly id: string;
  /** Of a subagent's session: the session that started it. */
  readonly parentID: string | undefined;
  readonly isBusy: boolean;
  /** The model is at work, and there is nothing else to see. */
  readonly isThinking: boolean;
  readonly steps: readonly (TextView | CallView)[];
}

/** What was said in a session. */
export interface TextView {
  readonly kind: "text";
  readonly id: string;
  readonly by: "user" | "agent";
  readonly text: string;
}

/** A tool call. It waits while it has a `requestID`: that of a permission request nobody has answered. */
export interface CallView {
  readonly kind: "call";
  readonly id: string;
  readonly callID: string;
  readonly tool: string;
  readonly status: "pending" | "running" | "completed" | "error";
  /** The argument that says most: the command, the path, the URL. */
  readonly argument: string;
  /** Grows while a command runs. */
  readonly output: string;
  readonly requestID: string | undefined;
  /** The same of a question. */
  readonly questionID: string | undefined;
  /** What became of the latest request, by whom; undefined as long as it has no answer. */
  readonly answer: Answer | undefined;
  /** The session that a subagent does its work in. */
  readonly subagentID: string | undefined;
}

type Answer = `${"allowed" | "rejected" | "answered" | "dismissed"} in ${"OpenCode" | "Slack"}`;

const sessionInfo = z.object({ info: z.object({ id: z.string(), parentID: z.string().optional() }) });
const sessionStatus = z.object({ sessionID: z.string(), status: z.object({ type: z.string() }) });
const messageInfo = z.object({ info: z.object({ id: z.string(), role: z.enum(["user", "assistant"]) }) });
const requestAsked = z.object({ id: z.string(), tool: z.object({ callID: z.string() }).optional() });
const questionEnded = z.object({ requestID: z.string() });
const requestReplied = z.object({ requestID: z.string(), reply: z.enum(["once", "always", "reject"]) });

const place = { id: z.string(), sessionID: z.string(), messageID: z.string() };
const textPart = z.object({
  ...place,
  type: z.literal("text"),
  text: z.string(),
  synthetic: z.boolean().optional(),
});
const toolPart = z.object({
  ...place,
  type: z.literal("tool"),
  callID: z.string(),
  tool: z.string(),
  state: z.object({
    status: z.enum(["pending", "running", "completed", "error"]),
    input: z.record(z.string(), z.unknown()),
    output: z.string().optional(),
    error: z.string().optional(),
    metadata: z.object({ output: z.string(), diff: z.string(), sessionId: z.string() }).partial().optional(),
  }),
});
const shownPart = z.discriminatedUnion("type", [textPart, toolPart]);

/**
 * Tells from everything that `GET /event` has said what OpenCode's sessions look like now, oldest first.
 * @param repliedHere the requests that were answered on the page, in OpenCode's name
 */
export function describeSessions(
  events: readonly OpenCodeEvent[],
  repliedHere: ReadonlySet<string>,
): SessionView[] {
  const sessions = new Map<string, { parentID: string | undefined; isBusy: boolean }>();
  const roles = new Map<string, "user" | "assistant">();
  const parts = new Map<string, z.infer<typeof shownPart>>();
  const requests = new Map<string, string | undefined>();
  const questions = new Map<string, string | undefined>();
  const answers = new Map<string | undefined, Answer>();

  for (const { type, properties } of events) {
    switch (type) {
      case "session.created":
      case "session.updated": {
        const { id, parentID } = sessionInfo.parse(properties).info;
        sessions.set(id, { parentID, isBusy: sessions.get(id)?.isBusy ?? false });
        break;
      }
      case "session.status": {
        const { sessionID, status } = sessionStatus.parse(properties);
        const session = sessions.get(sessionID);
        if (session) session.isBusy = status.type !== "idle";
        break;
      }
      case "message.updated": {
        const { id, role } = messageInfo.parse(properties).info;
        roles.set(id, role);
        break;
      }
      case "message.part.updated": {
        const part = shownPart.safeParse(properties["part"]).data; // there are others, which nobody sees
        if (part) parts.set(part.id, part);
        break;
      }
      case "permission.asked": {
        const { id, tool } = requestAsked.parse(properties);
        requests.set(id, tool?.callID);
        break;
      }
      case "question.asked": {
        const { id, tool } = requestAsked.parse(properties);
        questions.set(id, tool?.callID);
        break;
      }
      case "question.replied":
      case "question.rejected": {
        const { requestID } = questionEnded.parse(properties);
        const where = repliedHere.has(requestID) ? "OpenCode" : "Slack";
        const how = type === "question.replied" ? "answered" : "dismissed";
        answers.set(questions.get(requestID), `${how} in ${where}`);
        questions.delete(requestID);
        break;
      }
      case "permission.replied": {
        const { requestID, reply } = requestReplied.parse(properties);
        const where = repliedHere.has(requestID) ? "OpenCode" : "Slack";
        answers.set(requests.get(requestID), `${reply === "reject" ? "rejected" : "allowed"} in ${where}`);
        requests.delete(requestID);
        break;
      }
    }
  }

  const stepOf = (part: z.infer<typeof shownPart>): TextView | CallView => {
    if (part.type === "text") {
      const by = roles.get(part.messageID) === "user" ? "user" : "agent";
      return { kind: "text", id: part.id, by, text: part.text };
    }
    const { id, callID, tool, state } = part;
    // An aborted session's requests are never answered, and its calls are over.
    const isOver = state.status === "completed" || state.status === "error";
    const find = (asks: typeof requests) => [...asks].find(([, asking]) => asking === callID && !isOver)?.[0];
    const { diff, output: outputSoFar = "", sessionId: subagentID } = state.metadata ?? {};
    const output = diff?.slice(diff.indexOf("@@")) ?? state.output ?? state.error ?? outputSoFar;
    return {
      kind: "call",
      id,
      callID,
      tool,
      status: state.status,
      argument: mainArgument(state.input),
      output,
      requestID: find(requests),
      questionID: find(questions),
      answer: answers.get(callID),
      subagentID,
    };
  };
  return [...sessions].map(([id, { parentID, isBusy }]) => {
    const steps = [...parts.values()].filter((part) => part.sessionID === id && isShown(part)).map(stepOf);
    return { id, parentID, isBusy, isThinking: isThinking(isBusy, steps), steps };
  });
}

/** A session without any step has just been made, and OpenCode has not yet said that it is busy. */
function isThinking(isBusy: boolean, steps: readonly (TextView | CallView)[]): boolean {
  const last = steps.at(-1);
  if (last === undefined) return true;
  if (last.kind === "text") return isBusy && last.by === "user";
  return isBusy && (last.status === "completed" || last.status === "error");
}

function isShown(part: z.infer<typeof shownPart>): boolean {
  return part.type === "tool" || (part.text !== "" && part.synthetic !== true);
}

function mainArgument({ command, filePath, url, prompt, questions }: Record<string, unknown>): string {
  const [asked] = askedSchema.safeParse(questions).data ?? [];
  return (
    [command, filePath, url, prompt, asked?.question].find((argument) => typeof argument === "string") ?? ""
  );
}

const askedSchema = z.array(z.object({ question: z.string() }));
