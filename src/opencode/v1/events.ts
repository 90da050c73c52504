/** OpenCode's events: what comes as `unknown` leaves as a few tagged values, or as nothing. */

import * as z from "zod";
import type { Answer, Question } from "../../gateway/domain/ask.ts";
import type { ToldAsk } from "../asking-call.ts";
import { copyFieldsBounded } from "../bounded.ts";
import { parseNewerRequest } from "./newer-requests.ts";

export type OpenCodeEvent =
  /** Through OpenCode's newer API, where that is said. */
  | { readonly kind: "asked"; readonly request: ToldAsk; readonly isNewer?: true }
  | { readonly kind: "replied"; readonly requestID: string; readonly answer: Answer }
  /**
   * What the session has asked is asked no more, and gets no `permission.replied` or the like: its turn has ended or was
   * aborted, it was deleted, or the model's answer broke off and OpenCode asks the model again. `session.error` says no
   * such thing: a session that goes on tells of errors, too.
   */
  | { readonly kind: "idle" | "deleted" | "retried"; readonly sessionID: string }
  /** A step of a session that may be run through the newer API is over. */
  | { readonly kind: "step-ended"; readonly sessionID: string }
  /** Somebody begins something new. */
  | { readonly kind: "session" }
  /** A session works. */
  | { readonly kind: "busy" };

/** What is short comes first: the rest is looked at as far as it can be shown. */
const askedSchema = z.object({
  id: z.string().min(1),
  sessionID: z.string().min(1),
  permission: z.string().min(1),
  tool: z.object({ messageID: z.string(), callID: z.string() }).optional(),
  patterns: z.array(z.string()).default([]),
  always: z.array(z.string()).default([]),
  metadata: z.record(z.string(), z.unknown()).default({}),
});
const ASKED_FIELDS = Object.keys(askedSchema.shape);

/** What it takes to answer a request. */
const leastSchema = z.object({
  id: z.string().min(1),
  sessionID: z.string().min(1),
  permission: z.string().min(1).catch("unknown"),
});

/** `custom` is missing where OpenCode's own interface offers an answer in own words. */
const questionSchema = z.object({
  id: z.string().min(1),
  sessionID: z.string().min(1),
  tool: z.object({ messageID: z.string(), callID: z.string() }).optional(),
  questions: z.array(
    z.object({
      question: z.string(),
      header: z.string().default(""),
      options: z.array(z.object({ label: z.string(), description: z.string().default("") })).default([]),
      multiple: z.boolean().default(false),
      custom: z.boolean().default(true),
    }),
  ),
});
const QUESTION_FIELDS = Object.keys(questionSchema.shape);

const leastQuestionSchema = questionSchema.pick({ id: true, sessionID: true });

const questionRepliedSchema = z.object({ requestID: z.string(), answers: z.array(z.array(z.string())) });

const questionRejectedSchema = z.object({ requestID: z.string() });

const repliedSchema = z.object({
  requestID: z.string(),
  reply: z.enum(["once", "always", "reject"]),
});

const idleSchema = z.object({ sessionID: z.string() });

/** Before 1.18 without a `sessionID` beside. */
const deletedSchema = z.object({ info: z.object({ id: z.string() }) });

const statusSchema = z.object({ sessionID: z.string(), status: z.object({ type: z.string() }) });

/**
 * Reads an event of OpenCode's hook `event`, whose type does not know `permission.asked`.
 *
 * @returns undefined for every other event.
 * @throws ZodError when an event of ours is not as it was in OpenCode 1.1 to 1.18, and a request cannot even be named.
 */
export function parseEvent(event: {
  readonly type: string;
  readonly properties?: unknown;
}): OpenCodeEvent | undefined {
  switch (event.type) {
    case "permission.asked": {
      const { value, isCut } = copyFieldsBounded(event.properties, ASKED_FIELDS);
      const { data } = askedSchema.safeParse(value);
      return data === undefined ? parseLeast(event.properties) : toAsked(data, isCut);
    }
    case "permission.v2.asked":
      return { kind: "asked", request: parseNewerRequest(event.properties), isNewer: true };
    case "session.next.step.ended":
    case "session.next.step.failed":
      return { kind: "step-ended", ...idleSchema.parse(event.properties) };
    case "permission.v2.replied":
    case "permission.replied": {
      const { requestID, reply } = repliedSchema.parse(event.properties);
      return toReplied(requestID, { kind: "permission", reply });
    }
    case "question.asked":
      return parseQuestion(event.properties);
    case "question.replied": {
      const { requestID, answers } = questionRepliedSchema.parse(event.properties);
      return toReplied(requestID, { kind: "question", reply: "answer", answers });
    }
    case "question.rejected": {
      const { requestID } = questionRejectedSchema.parse(event.properties);
      return toReplied(requestID, { kind: "question", reply: "reject" });
    }
    case "session.idle":
      return { kind: "idle", ...idleSchema.parse(event.properties) };
    case "session.deleted":
      return { kind: "deleted", sessionID: deletedSchema.parse(event.properties).info.id };
    case "session.status": {
      const { sessionID, status } = statusSchema.parse(event.properties);
      if (status.type === "busy") return { kind: "busy" };
      return status.type === "retry" ? { kind: "retried", sessionID } : undefined;
    }
    case "session.created":
      return { kind: "session" };
    default:
      return undefined;
  }
}

function toAsked(
  { id: requestID, tool, ...request }: z.infer<typeof askedSchema>,
  isCut: boolean,
): OpenCodeEvent {
  const messageID = tool && { messageID: tool.messageID };
  const all = { kind: "permission" as const, requestID, ...request, ...messageID, ...(isCut && { isCut }) };
  return { kind: "asked", request: all };
}

/** By which rules name what asks, as long as nobody knows which tool it is. */
const QUESTION = "question";

function parseQuestion(properties: unknown): OpenCodeEvent {
  const { value, isCut } = copyFieldsBounded(properties, QUESTION_FIELDS);
  const { data } = questionSchema.safeParse(value);
  if (data === undefined) return parseLeastQuestion(properties);
  const { id: requestID, sessionID, questions, tool } = data;
  const named = { kind: "question" as const, requestID, sessionID, permission: QUESTION };
  const messageID = tool && { messageID: tool.messageID };
  return { kind: "asked", request: { ...named, questions, ...messageID, ...(isCut && { isCut }) } };
}

function toReplied(requestID: string, answer: Answer): OpenCodeEvent {
  return { kind: "replied", requestID, answer };
}

/** A question that is not as it should be. It can be dismissed. */
function parseLeastQuestion(properties: unknown): OpenCodeEvent {
  const { id: requestID, sessionID } = leastQuestionSchema.parse(properties);
  const questions: readonly Question[] = [];
  const named = { kind: "question" as const, requestID, sessionID, permission: QUESTION };
  return { kind: "asked", request: { ...named, questions, isCut: true } };
}

/** A request that is not as it should be. It is there all the same, and can be rejected. */
function parseLeast(properties: unknown): OpenCodeEvent {
  const { id: requestID, ...named } = leastSchema.parse(properties);
  const nothing = { patterns: [], always: [], metadata: {} };
  return { kind: "asked", request: { kind: "permission", requestID, ...named, ...nothing, isCut: true } };
}
