/** Stops a session: OpenCode's abort, of which only its own `session.idle` says that it worked. */

import type { PluginInput } from "@opencode-ai/plugin";
import type { ServerLogin } from "../config.ts";
import type { Log } from "../log.ts";
import { pause } from "../pause.ts";
import type { StopSession } from "../ports.ts";
import { authorizationFor } from "./server.ts";

/** How long a session may take to end: its tools are ended first. */
const STOP_LIMIT_MS = 3_000;
/** How long an HTTP call may hang. */
const CALL_LIMIT_MS = 5_000;

interface StopOptions {
  readonly client: PluginInput["client"];
  readonly directory: string;
  /** OpenCode's own HTTP server; undefined where this process has none. */
  readonly serverURL: URL | undefined;
  readonly login: ServerLogin | undefined;
  readonly log: Log;
}

export function createStop({ client, directory, serverURL, login, log }: StopOptions): StopSession {
  const headers = authorizationFor(login);

  /** The client that OpenCode gives its plugins; on 1.14.48 to 1.17.0 it reaches nobody in `opencode serve`. */
  async function byClient(id: string): Promise<number> {
    const { response } = await client.session.abort({
      path: { id },
      query: { directory },
      headers,
      signal: AbortSignal.timeout(CALL_LIMIT_MS),
    });
    return response.status;
  }

  async function byHTTP(id: string): Promise<number> {
    const url = new URL(`session/${encodeURIComponent(id)}/abort`, serverURL);
    url.searchParams.set("directory", directory);
    const { status } = await fetch(url, {
      method: "POST",
      headers,
      signal: AbortSignal.timeout(CALL_LIMIT_MS),
    });
    return status;
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
