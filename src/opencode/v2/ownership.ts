/**
 * Which instance of the plugin a request is for. OpenCode 2 has one for each location, and tells each of them of the
 * requests of all; only the one of the session's own location can answer.
 */

import * as z from "zod";
import { unlessLate } from "../../system/pause.ts";
import type { Host, RequestName } from "./host.ts";

/** How long OpenCode may take to tell: it looks into its own memory. */
const CALL_LIMIT_MS = 2_000;

const locationSchema = z.object({ directory: z.string(), workspaceID: z.string().nullish() });
const sessionSchema = z.object({ location: locationSchema });
const eventSchema = z.object({ location: locationSchema });

/**
 * Whether a request is asked in this location, as far as OpenCode tells. Does not reject.
 *
 * @param event that told of it, which may say where.
 */
export async function isOurs(host: Host, request: RequestName, event: unknown): Promise<boolean> {
  // Only where it is asked, OpenCode knows it: nothing needs to be compared, and a link in a path deceives nobody.
  const isKnown = await unlessLate(knows(host, request), CALL_LIMIT_MS);
  if (isKnown === true) return true;
  const where = eventSchema.safeParse(event).data?.location ?? (await whereIs(host, request));
  // It may have been answered meanwhile; then its `permission.replied` follows.
  return where !== undefined && isSame(where, host.location);
}

async function knows({ getRequest }: Host, request: RequestName): Promise<boolean> {
  if (getRequest === undefined) return false;
  return getRequest(request).then(
    (told) => typeof told === "object" && told !== null,
    () => false,
  );
}

async function whereIs(
  { getSession }: Host,
  { sessionID }: RequestName,
): Promise<z.infer<typeof locationSchema> | undefined> {
  const session = await unlessLate(getSession?.({ sessionID }) ?? Promise.resolve(), CALL_LIMIT_MS).catch(
    () => undefined,
  );
  return sessionSchema.safeParse(session).data?.location;
}

function isSame(
  { directory, workspaceID }: z.infer<typeof locationSchema>,
  location: Host["location"],
): boolean {
  return directory === location.directory && (workspaceID ?? undefined) === location.workspaceID;
}
