/** The record as a history of requests, for people. It is not verified here, but for each line by itself. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { parseFileName, parseLine } from "./lines.ts";

/** One request, from being asked to its end, as far as the record tells. */
export interface RecordedRequest {
  /** When OpenCode asked. */
  readonly at: string;
  /** OpenCode's name for the permission that was asked. */
  readonly permission: string;
  /** The keyed hash that names it in the record. */
  readonly request: string;
  /** The answer that OpenCode confirmed. */
  reply?: { readonly reply: string; readonly by: string; readonly userID: string | undefined };
  /** Why it ended, and how long it was open. */
  closed?: { readonly reason: string | undefined; readonly openMs: number };
  /** What the answer goes on to allow: until when, and why it ended before. */
  grant?: { readonly until: string; ended?: string };
  /** Presses that kept new cards back, until when, or let them come again. */
  readonly mutes: { readonly userID: string; readonly until: string | undefined }[];
  /** Presses that answered nothing. */
  readonly refused: { readonly userID: string; readonly refusal: string }[];
}

export interface History {
  /** The oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** How many lines are not as they were written, or cannot be read. */
  readonly skipped: number;
}

const eventSchema = z.discriminatedUnion("event", [
  z.object({ event: z.literal("asked"), at: z.string(), request: z.string(), permission: z.string() }),
  z.object({
    event: z.literal("pressed"),
    requests: z.array(z.string()),
    userID: z.string(),
    refusal: z.string().optional(),
    mutesUntil: z.string().optional(),
    unmutes: z.literal(true).optional(),
  }),
  z.object({
    event: z.literal("replied"),
    request: z.string(),
    reply: z.string(),
    by: z.string(),
    userID: z.string().optional(),
  }),
  z.object({ event: z.literal("granted"), request: z.string(), until: z.string() }),
  z.object({ event: z.literal("grant-ended"), grant: z.string(), reason: z.string() }),
  z.object({
    event: z.literal("closed"),
    request: z.string(),
    reason: z.string().optional(),
    openMs: z.number(),
  }),
]);

type RecordedEvent = z.infer<typeof eventSchema>;

/** @throws when the directory or a file of the record cannot be read. */
export function readHistory(directory: string): History {
  // Two members may record the same request: OpenCode loads some plugins twice.
  const members = new Map<string, Map<string, RecordedRequest>>();
  let skipped = 0;
  for (const { name, memberID } of filesIn(directory)) {
    const requests = members.get(memberID) ?? new Map<string, RecordedRequest>();
    members.set(memberID, requests);
    // Behind the last line break stands half a line, or nothing.
    for (const line of readFileSync(join(directory, name), "latin1").split("\n").slice(0, -1)) {
      const bytes = Buffer.from(line, "latin1");
      if (parseLine(bytes) === undefined) skipped += 1;
      else addEvent(requests, eventSchema.safeParse(JSON.parse(bytes.toString())).data);
    }
  }
  const all = [...members.values()].flatMap((requests) => Array.from(requests.values()));
  return { requests: all.sort((one, other) => (one.at < other.at ? -1 : 1)), skipped };
}

/** In the order in which each member wrote them. */
function filesIn(directory: string): { readonly name: string; readonly memberID: string }[] {
  return readdirSync(directory)
    .flatMap((name) => {
      const file = parseFileName(name);
      return file === undefined ? [] : [{ name, memberID: file.memberID, number: file.file }];
    })
    .sort((one, other) => one.number - other.number);
}

function addEvent(requests: Map<string, RecordedRequest>, event: RecordedEvent | undefined): void {
  switch (event?.event) {
    case "asked": {
      const { at, permission, request } = event;
      requests.set(request, { at, permission, request, mutes: [], refused: [] });
      return;
    }
    case "pressed": {
      const { userID, refusal, mutesUntil: until, unmutes } = event;
      if (until !== undefined || unmutes === true)
        for (const request of event.requests) requests.get(request)?.mutes.push({ userID, until });
      if (refusal === undefined) return;
      for (const request of event.requests) requests.get(request)?.refused.push({ userID, refusal });
      return;
    }
    case "replied": {
      const { request, reply, by, userID } = event;
      const found = requests.get(request);
      if (found !== undefined) found.reply = { reply, by, userID };
      return;
    }
    case "granted": {
      const found = requests.get(event.request);
      if (found !== undefined) found.grant = { until: event.until };
      return;
    }
    case "grant-ended": {
      const found = requests.get(event.grant)?.grant;
      if (found !== undefined) found.ended = event.reason;
      return;
    }
    case "closed": {
      const { request, reason, openMs } = event;
      const found = requests.get(request);
      if (found !== undefined) found.closed = { reason, openMs };
      return;
    }
    case undefined:
      // The first line of a file, a card that was shown, or what a later release knows.
      return;
  }
}
