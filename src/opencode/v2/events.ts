/** OpenCode 2's events: what comes as `unknown` leaves as a few tagged values, in our words, or as nothing. */

import * as z from "zod";
import type { Answer } from "../../gateway/domain/ask.ts";
import type { EndReason } from "../../gateway/domain/state.ts";
import type { ToldRequest } from "../asking-call.ts";
import { copyFieldsBounded } from "../bounded.ts";
import { parseAnswer, parseForm, type HostQuestion } from "./forms.ts";
import { permissionOf, toEditMetadata } from "../words.ts";

/** The call that a request names: the ID is the model's server's, and all calls within a call of code have its ID. */
export interface Source {
  readonly messageID: string;
  readonly id: string;
}

export type HostEvent = { readonly sessionID: string } & (
  | { readonly kind: "asked"; readonly ask: HostAsk }
  | { readonly kind: "question"; readonly question: HostQuestion }
  | { readonly kind: "replied"; readonly requestID: string; readonly answer: Answer }
  /** What the session has asked is asked no more, and gets no `permission.replied`. */
  | { readonly kind: "ended"; readonly reason: EndReason }
  /** It may be so: the session's model is asked again. */
  | { readonly kind: "doubtful" }
  /** Somebody begins something new. */
  | { readonly kind: "session" }
);

/** A request as OpenCode asks it. */
export interface HostAsk {
  readonly sessionID: string;
  readonly requestID: string;
  /** OpenCode's name for what is asked. */
  readonly action: string;
  /** Missing where no tool asks. */
  readonly source?: Source | undefined;
  /** All of it. Takes some milliseconds where it is long. */
  readonly read: () => ToldRequest;
}

/** What it takes to find out who asks, and to answer. Also what `permission.list` and `permission.get` return. */
const nameSchema = z.object({
  id: z.string().min(1),
  sessionID: z.string().min(1),
  action: z.string().min(1).catch("unknown"),
  source: z.object({ messageID: z.string(), id: z.string() }).optional().catch(undefined),
});

/** All that is to be read. What is short comes first, as not all is looked at. */
const askedSchema = z.object({
  action: z.string().min(1),
  /** Of another plugin, which wants to have it asked. */
  message: z.string().nullish(),
  resources: z.array(z.string()),
  save: z.array(z.string()).nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
});
const ASKED_FIELDS = Object.keys(askedSchema.shape);

const repliedSchema = z.object({
  sessionID: z.string(),
  requestID: z.string(),
  reply: z.enum(["once", "always", "reject"]),
});

const sessionSchema = z.object({ sessionID: z.string() });
const interruptedSchema = sessionSchema.extend({ reason: z.string().optional() });

const eventSchema = z.object({ type: z.string(), data: z.unknown() });

/** Of an interruption. */
const REASONS: ReadonlyMap<string, EndReason> = new Map([
  ["inactivity", "inactivity"],
  ["shutdown", "opencode-ended"],
]);

/** @param directory the project's, to which the names of files are relative. */
export function parseEvent(raw: unknown, directory: string): HostEvent | undefined {
  const event = eventSchema.safeParse(raw).data;
  if (event === undefined) return undefined;
  switch (event.type) {
    case "permission.asked": {
      const ask = parseAsk(event.data, directory);
      return { kind: "asked", sessionID: ask.sessionID, ask };
    }
    case "permission.replied": {
      const { reply, ...named } = repliedSchema.parse(event.data);
      return { kind: "replied", ...named, answer: { kind: "permission", reply } };
    }
    case "form.created": {
      const question = parseForm(event.data);
      return question && { kind: "question", sessionID: question.sessionID, question };
    }
    case "form.replied":
      return { kind: "replied", ...parseAnswer(event.data) };
    case "form.cancelled":
      return { kind: "replied", ...parseAnswer(event.data), answer: { kind: "question", reply: "reject" } };
    case "session.execution.succeeded":
    case "session.execution.failed":
      return { kind: "ended", reason: "session-idle", ...sessionSchema.parse(event.data) };
    case "session.execution.interrupted": {
      const { sessionID, reason = "" } = interruptedSchema.parse(event.data);
      return { kind: "ended", sessionID, reason: REASONS.get(reason) ?? "session-idle" };
    }
    case "session.deleted":
      return { kind: "ended", reason: "session-deleted", ...sessionSchema.parse(event.data) };
    case "session.retry.scheduled":
      return { kind: "doubtful", ...sessionSchema.parse(event.data) };
    case "session.created":
      return { kind: "session", ...sessionSchema.parse(event.data) };
    default:
      return undefined;
  }
}

/** @throws ZodError where the request cannot even be named. */
export function parseAsk(raw: unknown, directory: string): HostAsk {
  const { id: requestID, sessionID, action, source } = nameSchema.parse(raw);
  return { sessionID, requestID, action, source, read };

  function read(): ToldRequest {
    const named = {
      kind: "permission" as const,
      requestID,
      sessionID,
      permission: permissionOf(action),
      alwaysReach: "project" as const,
      ...(source && { messageID: source.messageID }),
    };
    const { value, isCut } = copyFieldsBounded(raw, ASKED_FIELDS);
    const { data } = askedSchema.safeParse(value);
    // Not as it should be. It is there all the same, and can be rejected.
    if (data === undefined) return { ...named, patterns: [], always: [], metadata: {}, isCut: true };
    const { resources, save, message, metadata: told } = data;
    const edited = action === "edit" ? toEditMetadata(told ?? {}, directory) : told;
    const metadata = { ...edited, ...(typeof message === "string" && { message }) };
    return { ...named, patterns: resources, always: save ?? [], metadata, ...(isCut && { isCut }) };
  }
}
