/** Gives answers to OpenCode. An HTTP status proves nothing: only OpenCode's own event does, such as `permission.replied`. */

import type { Replies } from "../../gateway/ports.ts";
import { pause } from "../../system/pause.ts";
import type { Answer, Ask, Reply } from "../../gateway/domain/ask.ts";
import { authorizationFor, CALL_LIMIT_MS, post, type Access } from "./server.ts";

/** How long OpenCode may take to say that it took an answer; it does within milliseconds. */
const CONFIRM_LIMIT_MS = 1_000;

/** What reaches OpenCode: its client, or its own HTTP server. */
type Carrier = "client" | "http";

/** One way to OpenCode. */
interface Way {
  readonly name: string;
  readonly carrier: Carrier;
  /** Whether a message gets through on it. */
  readonly takesMessage: boolean;
  /** Resolves with the HTTP status, which says nothing about what came of the answer. */
  readonly send: () => Promise<{ readonly status: number }>;
}

/** A route of OpenCode's, and what it takes. */
interface Call {
  readonly route: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** @param newer tells which requests are of sessions that are run through the newer API. */
export function createReplies(
  access: Access,
  newer: { has(requestID: string): boolean } = { has: () => false },
): Replies {
  const { client, directory, serverURL, login, log } = access;
  const headers = authorizationFor(login);
  /** The one that worked last is tried first. */
  let preferred: Carrier = "client";

  async function byOlderRoute({ sessionID, requestID }: Ask, reply: Reply): Promise<{ status: number }> {
    const { response } = await client.postSessionIdPermissionsPermissionId({
      path: { id: sessionID, permissionID: requestID },
      query: { directory },
      body: { response: reply },
      headers,
      signal: AbortSignal.timeout(CALL_LIMIT_MS),
    });
    return { status: response.status };
  }

  /**
   * The same client on a route of which no method of the client's knows. So the URL of the older one is replaced, which
   * the client's types do not offer and all versions let through.
   */
  async function byClient(
    { sessionID, requestID }: Ask,
    { route: url, body }: Call,
  ): Promise<{ status: number }> {
    const call = {
      url,
      path: { id: sessionID, permissionID: requestID },
      query: { directory },
      body: body as { response: Reply },
      headers,
      signal: AbortSignal.timeout(CALL_LIMIT_MS),
    };
    const { response } = await client.postSessionIdPermissionsPermissionId(call);
    return { status: response.status };
  }

  /** The best first: those that take a message, if there is one, and then what worked last. */
  function waysFor(request: Ask, answer: Answer): readonly Way[] {
    const isOfNewer = newer.has(request.requestID);
    const call = isOfNewer ? newerCallFor(request, answer) : callFor(request, answer);
    const newerRoute: Way = {
      name: "newer route",
      carrier: "client",
      takesMessage: !isOfNewer,
      send: async () => byClient(request, call),
    };
    const http: Way = {
      name: "http",
      carrier: "http",
      takesMessage: !isOfNewer,
      send: async () => ({ status: await post(access, call.route, call.body) }),
    };
    const isPlain = answer.kind === "permission" && answer.message === undefined;
    const older: Way[] =
      answer.kind === "permission" && !isOfNewer
        ? [
            {
              name: "client",
              carrier: "client",
              takesMessage: false,
              send: async () => byOlderRoute(request, answer.reply),
            },
          ]
        : [];
    const all = [
      ...(isPlain && !isOfNewer ? [] : [newerRoute]),
      ...older,
      ...(serverURL === undefined ? [] : [http]),
    ];
    const rank = ({ carrier, takesMessage }: Way): number =>
      Number(carrier === preferred) + (isPlain ? 0 : 2 * Number(takesMessage));
    return all.sort((one, other) => rank(other) - rank(one));
  }

  return {
    async send(request, answer, closed, withdrawn) {
      const { requestID, sessionID } = request;
      const hasMessage = answer.kind === "permission" && answer.message !== undefined;
      for (const way of waysFor(request, answer)) {
        if (withdrawn?.aborted === true) break;
        const result = await way.send().catch((err: unknown) => ({ err }));
        await pause(CONFIRM_LIMIT_MS, closed);
        if (closed.aborted) {
          preferred = way.carrier;
          // What OpenCode refuses although it is closed now, somebody else has answered.
          const isRefused = "status" in result && result.status >= 400;
          return !hasMessage || (way.takesMessage && !isRefused) ? "replied" : "message-lost";
        }
        log.warn(
          { requestID, sessionID, reply: answer.reply, way: way.name, ...result },
          "OpenCode did not confirm a reply",
        );
      }
      return "unconfirmed";
    },
  };
}

/** There, an agent does not read the message of a reject (1.18.33). */
function newerCallFor({ requestID, sessionID }: Ask, { reply }: Answer): Call {
  const [session, request] = [sessionID, requestID].map(encodeURIComponent);
  return { route: `/api/session/${session}/permission/${request}/reply`, body: { reply } };
}

/** On every OpenCode since 1.1. */
function callFor({ requestID }: Ask, answer: Answer): Call {
  const id = encodeURIComponent(requestID);
  if (answer.kind === "permission") {
    const { reply, message } = answer;
    return { route: `/permission/${id}/reply`, body: { reply, message } };
  }
  return answer.reply === "reject"
    ? { route: `/question/${id}/reject`, body: {} }
    : { route: `/question/${id}/reply`, body: { answers: answer.answers } };
}
