/** Gives replies to OpenCode. An HTTP status proves nothing: only OpenCode's own `permission.replied` does. */

import type { Replies } from "../../gateway/ports.ts";
import { pause } from "../../system/pause.ts";
import type { Answer, PermissionRequest } from "../../gateway/domain/ask.ts";
import { authorizationFor, CALL_LIMIT_MS, post, type Access } from "./server.ts";

/** How long OpenCode may take to say `permission.replied`; it does within milliseconds. */
const CONFIRM_LIMIT_MS = 1_000;

/** One way to OpenCode. */
interface Way {
  readonly name: string;
  /** Whether a message gets through on it. */
  readonly takesMessage: boolean;
  /** Resolves with the HTTP status, which says nothing about what came of the reply. */
  readonly send: (request: PermissionRequest, answer: Answer) => Promise<{ readonly status: number }>;
}

export function createReplies(access: Access): Replies {
  const { client, directory, serverURL, login, log } = access;
  const headers = authorizationFor(login);

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

  const byHTTP: Way["send"] = async ({ requestID }, { reply, message }) => ({
    status: await post(access, newerRoute(requestID), { reply, message }),
  });

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
          // What OpenCode refuses although it is closed now, somebody else has answered.
          const isRefused = "status" in result && result.status >= 400;
          return message === undefined || (way.takesMessage && !isRefused) ? "replied" : "message-lost";
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
