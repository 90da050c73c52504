/** Which call a request is about, as far as OpenCode's hooks tell. */

import type { PermissionRequest, ToolCall } from "../gateway/domain/ask.ts";

/** Undefined when no call runs that the request names, `unclear` when it may be one of several. */
export type AskingCall = ToolCall | "unclear" | undefined;

/** A request with the call that it is about. */
export function withCall(
  request: Omit<PermissionRequest, "call" | "isCallUnclear">,
  call: AskingCall,
): PermissionRequest {
  if (call === "unclear") return { ...request, isCallUnclear: true };
  return { ...request, ...(call && { call }) };
}
