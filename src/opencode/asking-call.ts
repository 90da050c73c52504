/** Which call an ask is about, as far as OpenCode's hooks tell. */

import type { Ask, ToolCall } from "../gateway/domain/ask.ts";

/** Undefined when no call runs that the ask names, `unclear` when it may be one of several. */
export type AskingCall = ToolCall | "unclear" | undefined;

/** An ask as OpenCode tells it, without the call that asks. */
export type ToldAsk = Ask extends infer A
  ? A extends Ask
    ? Omit<A, "call" | "isCallUnclear">
    : never
  : never;

/** An ask with the call that it is about. A question is known by the tool that asks it. */
export function withCall(request: ToldAsk, call: AskingCall): Ask {
  if (call === "unclear") return { ...request, isCallUnclear: true };
  if (call === undefined) return request;
  return request.kind === "question" ? { ...request, permission: call.tool, call } : { ...request, call };
}
