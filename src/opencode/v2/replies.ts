/** Gives replies to OpenCode 2. Only its own `permission.replied` proves one; it is told before the call comes back. */

import type { Replies } from "../../gateway/ports.ts";
import type { Log } from "../../system/log.ts";
import { pause, unlessLate } from "../../system/pause.ts";
import type { Host } from "./host.ts";

/** How long a call may hang. */
const CALL_LIMIT_MS = 5_000;
/** How long OpenCode may take to say `permission.replied` afterwards. */
const CONFIRM_LIMIT_MS = 1_000;

/** @param lost is told of a request that OpenCode may not know any more. Does not throw. */
export function createReplies(host: Host, lost: (sessionID: string) => void, log: Log): Replies {
  return {
    async send({ requestID, sessionID }, answer, closed) {
      // No card offers to answer a question; "Reject all" may be pressed where one is among the rest.
      if (answer.kind === "question") return "unconfirmed";
      const { reply, message } = answer;
      const input = { sessionID, requestID, decision: reply, ...(message !== undefined && { message }) };
      const err = await unlessLate(attempt(host, input), CALL_LIMIT_MS);
      await pause(CONFIRM_LIMIT_MS, closed);
      // What OpenCode refuses although it is closed now, somebody else has answered.
      if (closed.aborted) return message === undefined || err === undefined ? "replied" : "message-lost";
      log.warn({ requestID, sessionID, reply, err }, "OpenCode did not confirm a reply");
      lost(sessionID);
      return "unconfirmed";
    },
  };
}

/** @returns what it rejects with. */
async function attempt({ reply }: Host, input: Parameters<Host["reply"]>[0]): Promise<unknown> {
  try {
    await reply(input);
    return undefined;
  } catch (error) {
    return error ?? new Error("rejected");
  }
}
