/**
 * Permission requests of sessions that are run through OpenCode's newer API, `/api/session/…`: they have events and a
 * route of their own, and an "always" holds for good. Recorded in test/fixtures/opencode/1.18.33/session-api*.json.
 */

import * as z from "zod";
import type { ToldRequest } from "../asking-call.ts";
import { copyFieldsBounded } from "../bounded.ts";
import { permissionOf } from "../words.ts";

const askedSchema = z.object({
  id: z.string().min(1),
  sessionID: z.string().min(1),
  action: z.string().min(1),
  source: z.object({ messageID: z.string() }).optional(),
  resources: z.array(z.string()),
  save: z.array(z.string()).default([]),
  metadata: z.record(z.string(), z.unknown()).default({}),
});
const ASKED_FIELDS = Object.keys(askedSchema.shape);

/** @throws ZodError when it is not as it was in OpenCode 1.18: such a request is answered in OpenCode. */
export function parseNewerRequest(properties: unknown): ToldRequest {
  const { value, isCut } = copyFieldsBounded(properties, ASKED_FIELDS);
  const { id: requestID, sessionID, action, resources, save, metadata, source } = askedSchema.parse(value);
  return {
    kind: "permission",
    requestID,
    sessionID,
    permission: permissionOf(action),
    patterns: resources,
    always: save,
    alwaysReach: "project",
    metadata,
    ...(source && { messageID: source.messageID }),
    ...(isCut && { isCut }),
  };
}

/** Which requests are of this kind, until they are answered. */
export interface NewerRequests {
  asked(request: Pick<ToldRequest, "requestID" | "sessionID">): void;
  replied(requestID: string): void;
  has(requestID: string): boolean;
  /** A step of a session's is over: what it asked is asked no more. @returns whether something of it was open. */
  stepEnded(sessionID: string): boolean;
}

export function createNewerRequests(): NewerRequests {
  const open = new Map<string, string>();
  return {
    asked: ({ requestID, sessionID }) => void open.set(requestID, sessionID),
    replied: (requestID) => void open.delete(requestID),
    has: (requestID) => open.has(requestID),
    stepEnded(sessionID) {
      const ended = [...open].filter(([, asking]) => asking === sessionID);
      for (const [requestID] of ended) open.delete(requestID);
      return ended.length > 0;
    },
  };
}
