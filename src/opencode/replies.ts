/** Gives replies to OpenCode. An HTTP status proves nothing: only OpenCode's own `permission.replied` does. */

import type { PluginInput } from "@opencode-ai/plugin";
import type { ServerLogin } from "../config.ts";
import type { Replies } from "../ports.ts";
import type { Log } from "../log.ts";
import { pause } from "../pause.ts";
import type { PermissionRequest, Reply } from "../permission.ts";

/** How long OpenCode may take to say `permission.replied`; it does within milliseconds. */
const CONFIRM_LIMIT_MS = 1_000;
/** How long an HTTP call may hang. */
const CALL_LIMIT_MS = 5_000;

/** For the log: says nothing about what came of the reply. */
interface Answer {
  readonly status: number;
}

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
  async function sendByClient({ sessionID, requestID }: PermissionRequest, response: Reply): Promise<Answer> {
    const { response: answer } = await client.postSessionIdPermissionsPermissionId({
      path: { id: sessionID, permissionID: requestID },
      query: { directory },
      body: { response },
      ...(headers && { headers }),
      signal: AbortSignal.timeout(CALL_LIMIT_MS),
    });
    return { status: answer.status };
  }

  async function sendByHTTP({ requestID }: PermissionRequest, reply: Reply): Promise<Answer> {
    const url = new URL(`permission/${encodeURIComponent(requestID)}/reply`, serverURL);
    url.searchParams.set("directory", directory);
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ reply }),
      signal: AbortSignal.timeout(CALL_LIMIT_MS),
    });
    return { status: answer.status };
  }

  /** The one that worked last is tried first. */
  const ways = [
    { name: "client", send: sendByClient },
    ...(serverURL === undefined ? [] : [{ name: "http", send: sendByHTTP }]),
  ];

  return {
    async send(request, reply, closed) {
      const { requestID, sessionID } = request;
      for (const way of ways) {
        const answer = await way.send(request, reply).catch((err: unknown) => ({ err }));
        await pause(CONFIRM_LIMIT_MS, closed);
        if (closed.aborted) {
          ways.sort((one, other) => Number(other === way) - Number(one === way));
          return "replied";
        }
        log.warn(
          { requestID, sessionID, reply, way: way.name, ...answer },
          "OpenCode did not confirm a reply",
        );
      }
      return "unconfirmed";
    },
  };
}
