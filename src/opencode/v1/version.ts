/** Which OpenCode this is: versions differ in what they make of the same arguments. */

import * as z from "zod";
import { unlessAborted } from "../../system/pause.ts";
import { authorizationFor, type Access } from "./server.ts";

/** How long a card waits for it: OpenCode answers within milliseconds. */
const VERSION_LIMIT_MS = 1_000;

/** `GET /global/health`, on every version since 1.1. */
const healthSchema = z.object({ version: z.string() });

/** Tells OpenCode's version; undefined as long as OpenCode does not. Does not reject. */
export type FindVersion = () => Promise<string | undefined>;

export function createVersionFinder({
  client,
  login,
  log,
}: Pick<Access, "client" | "login" | "log">): FindVersion {
  let known: string | undefined;

  async function ask(signal: AbortSignal): Promise<string> {
    // The client has no method for it, and lets the URL of another one be replaced.
    const call = { url: "/global/health", headers: authorizationFor(login), signal };
    const { data } = await client.config.get(call);
    return healthSchema.parse(data).version;
  }

  return async () => {
    if (known !== undefined) return known;
    const signal = AbortSignal.timeout(VERSION_LIMIT_MS);
    known = await unlessAborted(ask(signal), signal).catch((err: unknown) => {
      log.warn({ err }, "OpenCode does not tell its version");
      return undefined;
    });
    return known;
  };
}
