/** Gives replies to OpenCode. An HTTP status proves nothing: only OpenCode's own `permission.replied` does. */

import type { PluginInput } from "@opencode-ai/plugin";
import type { ServerLogin } from "../config.ts";
import type { Replies } from "../gateway.ts";
import type { Log } from "../log.ts";
import { pause } from "../pause.ts";
import type { PermissionRequest, Reply } from "../permission.ts";

/** How long OpenCode may take to say `permission.replied`; it does within milliseconds. */
const CONFIRM_LIMIT_MS = 1_000;
/** How long an HTTP call may hang. */
const CALL_LIMIT_MS = 5_000;

interface RepliesOptions {
  readonly client: PluginInput["client"];
  readonly directory: string;
  /** OpenCode's own HTTP server; undefined where this process has none. */
  readonly serverURL: URL | undefined;
  readonly login: ServerLogin | undefined;
  readonly log: Log;
}

export function createReplies({ client, directory, serverURL, login, log }: RepliesOptions): Replies {
  const headers = login && {
    authorization: `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`,
  };

  /** The client that OpenCode gives its plugins; on 1.14.48 to 1.17.0 it reaches nobody in `opencode serve`. */
  async function sendByClient({ sessionID, requestID }: PermissionRequest, response: Reply): Promise<number> {
    const { response: answer } = await client.postSessionIdPermissionsPermissionId({
      path: { id: sessionID, permissionID: requestID },
      query: { directory },
      body: { response },
      ...(headers && { headers }),
      signal: AbortSignal.timeout(CALL_LIMIT_MS),
    });
    return answer.status;
  }

  async function sendByHTTP({ requestID }: PermissionRequest, reply: Reply): Promise<number> {
    const url = new URL(`permission/${encodeURIComponent(requestID)}/reply`, serverURL);
    url.searchParams.set("directory", directory);
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ reply }),
      signal: AbortSignal.timeout(CALL_LIMIT_MS),
    });
    return answer.status;
  }

  return {
    async send(request, reply, closed) {
      const { requestID, sessionID } = request;
      const ways = [
        { way: "client", send: sendByClient },
        ...(serverURL === undefined ? [] : [{ way: "http", send: sendByHTTP }]),
      ];
      for (const { way, send } of ways) {
        if (closed.aborted) break;
        try {
          const status = await send(request, reply);
          if (status === 200) await pause(CONFIRM_LIMIT_MS, closed);
          if (!closed.aborted)
            log.warn({ requestID, sessionID, reply, way, status }, "OpenCode did not confirm a reply");
        } catch (err) {
          log.warn({ requestID, sessionID, reply, way, err }, "OpenCode could not be given a reply");
        }
      }
      return closed.aborted ? "replied" : "unconfirmed";
    },
  };
}
