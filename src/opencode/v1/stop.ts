/** Stops a session: OpenCode's abort, of which only its own `session.idle` says that it worked. */

import { pause } from "../../system/pause.ts";
import type { StopSession } from "../../gateway/ports.ts";
import { authorizationFor, CALL_LIMIT_MS, post, type Access } from "./server.ts";

/** How long a session may take to end: its tools are ended first. */
const STOP_LIMIT_MS = 3_000;

export function createStop(access: Access): StopSession {
  const { client, directory, serverURL, login, log } = access;

  async function byClient(id: string): Promise<number> {
    const { response } = await client.session.abort({
      path: { id },
      query: { directory },
      headers: authorizationFor(login),
      signal: AbortSignal.timeout(CALL_LIMIT_MS),
    });
    return response.status;
  }

  async function byHTTP(id: string): Promise<number> {
    return post(access, `session/${encodeURIComponent(id)}/abort`);
  }

  // While a way that reaches nobody is waited for, the session goes on.
  const ways = [...(serverURL === undefined ? [] : [byHTTP]), byClient];

  return async (sessionID, ended) => {
    for (const way of ways) {
      if (ended.aborted) break;
      const result = await way(sessionID).catch((err: unknown) => ({ err }));
      await pause(STOP_LIMIT_MS, ended);
      if (!ended.aborted) log.warn({ sessionID, way: way.name, result }, "OpenCode did not confirm a stop");
    }
    return ended.aborted ? "stopped" : "unconfirmed";
  };
}
