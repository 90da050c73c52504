/** Gives replies to OpenCode. An HTTP status proves nothing: only OpenCode's own `permission.replied` does. */

import type { PluginInput } from "@opencode-ai/plugin";
import type { ServerLogin } from "../config.ts";
import type { Replies } from "../ports.ts";
import type { Log } from "../log.ts";
import { pause } from "../pause.ts";
import type { Answer, PermissionRequest } from "../permission.ts";
import { authorizationFor } from "./server.ts";

/** How long OpenCode may take to say `permission.replied`; it does within milliseconds. */
const CONFIRM_LIMIT_MS = 1_000;
/** How long an HTTP call may hang. */
const CALL_LIMIT_MS = 5_000;

/** One way to OpenCode. */
interface Way {
  readonly name: string;
  /** Whether a message gets through on it. */
  readonly takesMessage: boolean;
  /** Resolves with the HTTP status, which says nothing about what came of the reply. */
  readonly send: (request: PermissionRequest, answer: Answer) => Promise<{ readonly status: number }>;
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
  const headers = authorizationFor(login);

  /** The client that OpenCode gives its plugins; on 1.14.48 to 1.17.0 it reaches nobody in `opencode serve`. */
  const byClient: Way["send"] = async ({ sessionID, requestID }, { reply }) => {
    const { response } = await client.postSessionIdPermissionsPermissionId({
      path: { id: sessionID, permissionID: requestID },
      query: { directory },
      body: { response: reply },
      headers,
      signal: AbortSignal.timeout(CALL_LIMIT_MS),
    });
    return { status: response.status };
  };

  /**
   * The same client on OpenCode's newer route, which takes a message and of which no method of the client's knows. So
   * the URL of the older one is replaced, which the client's types do not offer and all versions let through.
   */
  const byNewerRoute: Way["send"] = async ({ sessionID, requestID }, { reply, message }) => {
    const call = {
      url: newerRoute(requestID),
      path: { id: sessionID, permissionID: requestID },
      query: { directory },
      body: { response: reply, reply, message },
      headers,
      signal: AbortSignal.timeout(CALL_LIMIT_MS),
    };
    const { response } = await client.postSessionIdPermissionsPermissionId(call);
    return { status: response.status };
  };

  const byHTTP: Way["send"] = async ({ requestID }, { reply, message }) => {
    const url = new URL(newerRoute(requestID), serverURL);
    url.searchParams.set("directory", directory);
    const { status } = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ reply, message }),
      signal: AbortSignal.timeout(CALL_LIMIT_MS),
    });
    return { status };
  };

  /** The one that worked last is tried first. */
  const ways: Way[] = [
    { name: "client", takesMessage: false, send: byClient },
    ...(serverURL === undefined ? [] : [{ name: "http", takesMessage: true, send: byHTTP }]),
  ];

  /** A message goes by those first that take it. */
  function waysFor({ message }: Answer): readonly Way[] {
    if (message === undefined) return ways;
    const newer = { name: "newer route", takesMessage: true, send: byNewerRoute };
    return [newer, ...ways].sort((one, other) => Number(other.takesMessage) - Number(one.takesMessage));
  }

  return {
    async send(request, answer, closed) {
      const { requestID, sessionID } = request;
      const { reply, message } = answer;
      for (const way of waysFor(answer)) {
        const result = await way.send(request, answer).catch((err: unknown) => ({ err }));
        await pause(CONFIRM_LIMIT_MS, closed);
        if (closed.aborted) {
          ways.sort((one, other) => Number(other === way) - Number(one === way));
          return message === undefined || way.takesMessage ? "replied" : "message-lost";
        }
        log.warn(
          { requestID, sessionID, reply, way: way.name, ...result },
          "OpenCode did not confirm a reply",
        );
      }
      return "unconfirmed";
    },
  };
}

/** Takes a message, on every OpenCode since 1.1. */
function newerRoute(requestID: string): string {
  return `/permission/${encodeURIComponent(requestID)}/reply`;
}
