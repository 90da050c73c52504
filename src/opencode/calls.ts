/** The tool calls that are running, with their arguments: OpenCode's events do not tell them on every version. */

import type { ToolCall } from "../permission.ts";
import { copyBounded } from "./bounded.ts";

/** What OpenCode passes to the hooks `tool.execute.before` and `tool.execute.after`. */
interface CallIDs {
  readonly tool: string;
  readonly sessionID: string;
  readonly callID: string;
}

export interface Calls {
  /**
   * A call begins (`tool.execute.before`). `args` is the very object that the tool gets: a plugin behind us can
   * still change it in place. One that replaces it changes nothing for the tool, and here neither.
   */
  began(call: CallIDs, args: unknown): void;
  /** A call has ended (`tool.execute.after`; not called for one that was rejected or aborted). */
  ended(call: CallIDs): void;
  /** A session does nothing any more, and so no call of it runs. */
  sessionIdle(sessionID: string): void;
  /**
   * A copy of a call as it stands now, which is what the tool gets; undefined for a call that did not begin. Does not
   * throw.
   */
  find(sessionID: string, callID: string): ToolCall | undefined;
}

export function createCalls(): Calls {
  const sessions = new Map<string, Map<string, { tool: string; args: unknown }>>();

  return {
    began({ tool, sessionID, callID }, args) {
      const calls = sessions.get(sessionID) ?? new Map();
      sessions.set(sessionID, calls.set(callID, { tool, args }));
    },
    ended({ sessionID, callID }) {
      sessions.get(sessionID)?.delete(callID);
    },
    sessionIdle(sessionID) {
      sessions.delete(sessionID);
    },
    find(sessionID, callID) {
      const call = sessions.get(sessionID)?.get(callID);
      if (call === undefined || typeof call.args !== "object" || call.args === null) return undefined;
      const { value, isCut } = copyBounded<object>(call.args);
      // What cannot be read at all is no object any more.
      const args = typeof value === "object" ? { ...value } : {};
      return { tool: call.tool, args, ...(isCut && { isCut }) };
    },
  };
}
