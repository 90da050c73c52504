/**
 * What a member of the hub says of itself to `opencode-slack-gateway status`: IDs, names of permissions, ages and a
 * directory. No word of what is asked, no token, nothing of a button.
 */

import * as z from "zod";
import type { ConnectionState } from "./connection-state.ts";
import type { Standing } from "../gateway/standing.ts";
import { readOwnPackage } from "../system/own-package.ts";

/** Asks, and grants, that are told one by one; of more only how many there are. */
const LISTED_LIMIT = 20;
/** Written out, the longest status is far shorter than what the hub passes on, whatever is in these. */
const NAME_LIMIT_CHARS = 100;
const DIRECTORY_LIMIT_CHARS = 1_000;

const name = z.string().max(NAME_LIMIT_CHARS);
const milliseconds = z.number().nonnegative();

const askSchema = z.object({
  kind: name,
  permission: name,
  requestID: name,
  sessionID: name,
  ageMs: milliseconds,
  isOnCard: z.boolean(),
});

const grantSchema = z.object({
  permission: name,
  requestID: name,
  sessionID: name,
  leftMs: milliseconds,
  uses: z.number(),
});

/** Releases read each other's: a later one may add fields, and never changes or requires more of these. */
const statusSchema = z.object({
  version: name,
  pid: z.int().positive(),
  directory: z.string().max(DIRECTORY_LIMIT_CHARS),
  /** Missing where another process holds the connection. */
  connection: z.object({ isConnected: z.boolean(), ageMs: milliseconds }).optional(),
  asks: z.array(askSchema).max(LISTED_LIMIT),
  /** How many there are, those that are not listed too. */
  askCount: z.int().nonnegative(),
  grants: z.array(grantSchema).max(LISTED_LIMIT),
  grantCount: z.int().nonnegative(),
});

export type MemberStatus = Readonly<z.infer<typeof statusSchema>>;

/** What this process has open, and where. */
export interface MemberStanding extends Standing {
  /** Of the project. */
  readonly directory: string;
}

/** @param connection of the holder alone. */
export function renderStatus(
  { directory, asks, grants }: MemberStanding,
  connection: ConnectionState | undefined,
): string {
  const status: MemberStatus = {
    version: readOwnPackage().version,
    pid: process.pid,
    directory: directory.slice(0, DIRECTORY_LIMIT_CHARS),
    ...(connection && { connection }),
    asks: asks.slice(0, LISTED_LIMIT).map(cut),
    askCount: asks.length,
    grants: grants.slice(0, LISTED_LIMIT).map(cut),
    grantCount: grants.length,
  };
  return JSON.stringify(status);
}

/** @returns undefined for what is no status, whoever wrote it. */
export function parseStatus(text: string): MemberStatus | undefined {
  try {
    return statusSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Names come from OpenCode, which takes some from the servers of its tools. */
function cut<T extends Record<"permission" | "requestID" | "sessionID", string>>(open: T): T {
  const { permission, requestID, sessionID } = open;
  return { ...open, permission: short(permission), requestID: short(requestID), sessionID: short(sessionID) };
}

function short(text: string): string {
  return text.slice(0, NAME_LIMIT_CHARS);
}
