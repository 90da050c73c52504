/**
 * The calls of sessions that are run through OpenCode's newer API, `/api/session/…`, which is there since 1.17 beside the
 * older one: no hook is called for them, and an event tells what each tool gets.
 */

import type { ToolCall } from "../../gateway/domain/ask.ts";
import { copyCall, type AskingCall } from "../asking-call.ts";
import { findHome } from "../../system/home.ts";
import { toCall } from "../words.ts";

/** Calls that are kept: those of sessions of the older API are told, too, and ended by nobody. */
const KEPT_LIMIT = 200;

/** Calls within its code ask in its name. */
const CODE_TOOL = "execute";

type Fields = Readonly<Record<string, unknown>>;

interface ToldCall {
  readonly tool: unknown;
  readonly input: unknown;
}

export interface ToldCalls {
  /** `session.next.tool.called` */
  called(event: Fields): void;
  /** Which of them a `permission.v2.asked` is about. */
  find(event: Fields): AskingCall;
}

export function createToldCalls(): ToldCalls {
  const calls = new Map<string, ToldCall[]>();

  return {
    called({ sessionID, assistantMessageID, callID, tool, input }) {
      const key = keyOf(sessionID, assistantMessageID, callID);
      calls.set(key, [...(calls.get(key) ?? []), { tool, input }]);
      const [oldest] = calls.keys();
      if (calls.size > KEPT_LIMIT && oldest !== undefined) calls.delete(oldest);
    },
    find({ sessionID, source, action }) {
      const { messageID, callID } = Object(source) as Fields;
      const [call, ...others] = calls.get(keyOf(sessionID, messageID, callID)) ?? [];
      if (others.length > 0) return "unclear";
      if (call === undefined || (call.tool === CODE_TOOL && action !== CODE_TOOL)) return undefined;
      return () => readCall(call);
    },
  };
}

function keyOf(...parts: readonly unknown[]): string {
  return JSON.stringify(parts.map(String));
}

function readCall({ tool, input }: ToldCall): ToolCall | undefined {
  const call = typeof tool === "string" ? copyCall(tool, input) : undefined;
  return call && toCall(call, findHome());
}
