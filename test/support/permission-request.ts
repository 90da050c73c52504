import type { PermissionRequest } from "../../src/gateway/domain/ask.ts";

/** A permission request that says no more than it must. What matters to a test, the test gives it. */
export function permissionRequest(given: Partial<PermissionRequest> = {}): PermissionRequest {
  return {
    kind: "permission",
    requestID: "per_1",
    sessionID: "ses_1",
    permission: "bash",
    patterns: [],
    always: [],
    metadata: {},
    ...given,
  };
}
