/** What OpenCode answers by itself after an "always". */

import { literal, overlap, parsePattern } from "./glob.ts";
import type { PermissionRequest } from "./permission.ts";

export interface SavedPatterns {
  /** OpenCode was told "always". */
  add(request: PermissionRequest): void;
  /**
   * Whether an "always" to `request` answers `other` too, if that is open: one of the same session of which then
   * every pattern is saved.
   */
  answersAlso(request: PermissionRequest, other: PermissionRequest): boolean;
}

export function createSavedPatterns(): SavedPatterns {
  const saved = new Map<string, Set<string>>();

  return {
    add({ permission, always }) {
      saved.set(permission, new Set([...(saved.get(permission) ?? []), ...always]));
    },
    answersAlso(request, other) {
      const { sessionID, permission, requestID } = other;
      if (request.requestID === requestID || request.sessionID !== sessionID) return false;
      if (request.permission !== permission) return false;
      const patterns = [...request.always, ...(saved.get(permission) ?? [])].flatMap(parsePattern);
      return other.patterns.every((text) => patterns.some((pattern) => overlap(literal(text), pattern)));
    },
  };
}
