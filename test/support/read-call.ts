import type { AskingCall } from "../../src/opencode/asking-call.ts";

/** The call that asks, as it stands, or why there is none. */
export function readCall(asking: AskingCall) {
  return typeof asking === "function" ? asking() : asking;
}
