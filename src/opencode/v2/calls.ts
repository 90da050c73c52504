/**
 * The tool calls that are running in OpenCode 2, with their arguments, which its requests do not tell; and which of them
 * a request is about.
 *
 * A request names its call by the message and an ID that the model's server makes up, which is also that of all calls
 * within a call of code (`execute`). A call has always begun (`execute.before`) when it asks. Where more than one runs
 * that may ask for this, nobody can tell.
 */

import type { ToolCall } from "../../gateway/domain/ask.ts";
import { copyCall, type AskingCall } from "../asking-call.ts";
import type { HostAsk } from "./events.ts";
import { toCall } from "../words.ts";

export interface Calls {
  /**
   * A call begins (`execute.before`). The event is kept: plugins behind us may give the tool other arguments, by changing
   * it.
   */
  began(event: unknown): void;
  /** A call has ended (`execute.after`; not called for one that was interrupted, or rejected without a message). */
  ended(event: unknown): void;
  /** A session does nothing any more. */
  turnEnded(sessionID: string): void;
  /**
   * To be called as soon as OpenCode asks: who may ask depends on what runs now.
   *
   * @returns the call that asks.
   */
  find(ask: HostAsk): AskingCall;
}

/** What OpenCode passes to both hooks. */
interface Running {
  readonly sessionID: string;
  readonly messageID: string;
  readonly id: string;
  readonly tool: string;
  readonly input: unknown;
}

const CODE_TOOL = "execute";

/** Tools that ask for a permission of another name than theirs. */
const ASKS_AS: ReadonlyMap<string, string> = new Map([
  ["write", "edit"],
  ["patch", "edit"],
]);

/** @param home what `~` stands for in a path. */
export function createCalls(home: string | undefined): Calls {
  const running = new Map<string, Set<Running>>();

  function forget(sessionID: string, call: Running): void {
    const calls = running.get(sessionID);
    calls?.delete(call);
    if (calls?.size === 0) running.delete(sessionID);
  }

  return {
    began(event) {
      if (!isRunning(event)) return;
      const calls = running.get(event.sessionID) ?? new Set();
      running.set(event.sessionID, calls.add(event));
    },
    ended(event) {
      if (!isRunning(event)) return;
      const same = [...(running.get(event.sessionID) ?? [])].filter(
        ({ messageID, id, tool }) => messageID === event.messageID && id === event.id && tool === event.tool,
      );
      const call = same.find(({ input }) => input === event.input) ?? same[0];
      if (call !== undefined) forget(event.sessionID, call);
    },
    turnEnded: (sessionID) => void running.delete(sessionID),
    find({ sessionID, action, source }) {
      if (source === undefined) return undefined;
      const named = [...(running.get(sessionID) ?? [])].filter(
        ({ messageID, id }) => messageID === source.messageID && id === source.id,
      );
      const [call, ...others] = mayAsk(named, action);
      if (others.length > 0) return "unclear";
      return call && (() => readCall(call, home));
    },
  };
}

/** Those of the calls with one ID that can ask for this. */
function mayAsk(calls: readonly Running[], action: string): readonly Running[] {
  // Code asks for nothing but to be run: the rest is asked by the calls within it.
  const some = calls.filter(({ tool }) => (tool === CODE_TOOL) === (action === CODE_TOOL));
  const named = some.filter(({ tool }) => (ASKS_AS.get(tool) ?? tool) === action);
  return named.length > 0 ? named : some;
}

function isRunning(event: unknown): event is Running {
  if (typeof event !== "object" || event === null) return false;
  const { sessionID, messageID, id, tool } = event as Record<string, unknown>;
  return [sessionID, messageID, id, tool].every((part) => typeof part === "string");
}

function readCall({ tool, input }: Running, home: string | undefined): ToolCall | undefined {
  const call = copyCall(tool, input);
  return call && toCall(call, home);
}
