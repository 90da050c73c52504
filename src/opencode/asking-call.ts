/** Which call an ask is about, as far as OpenCode's hooks tell. */

import type { Ask, PermissionRequest, ToolCall } from "../gateway/domain/ask.ts";
import { copyBounded } from "./bounded.ts";

/**
 * Copies the call, with its arguments as they stand: those that the tool gets, as a call that asks waits. Undefined when
 * it has none. Many may ask at the same moment, and to copy takes some milliseconds: who asks is found out at once, and
 * is read in its turn.
 */
export type ReadCall = () => ToolCall | undefined;

/** Undefined when no call runs that the ask names, `unclear` when it may be one of several. */
export type AskingCall = ReadCall | "unclear" | undefined;

type Told<A extends Ask> = A extends Ask ? Omit<A, "call" | "isCallUnclear"> : never;

/** An ask as OpenCode tells it, without the call that asks. */
export type ToldAsk = Told<Ask>;
export type ToldRequest = Told<PermissionRequest>;

/** An ask with the call that it is about. A question is known by the tool that asks it. */
export function withCall(request: ToldAsk, asking: AskingCall): Ask {
  if (asking === "unclear") return { ...request, isCallUnclear: true };
  const call = asking?.();
  if (call === undefined) return request;
  return request.kind === "question" ? { ...request, permission: call.tool, call } : { ...request, call };
}

/** @returns undefined where the arguments are no object. */
export function copyCall(tool: string, args: unknown): ToolCall | undefined {
  if (typeof args !== "object" || args === null) return undefined;
  const { value, isCut } = copyBounded<unknown>(args);
  // What cannot be read at all is no object any more.
  return { tool, args: isRecord(value) ? value : {}, ...(isCut && { isCut }) };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
