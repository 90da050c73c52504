/** What OpenCode answers by itself after an "always". */

import { literal, overlap, parsePattern } from "./glob.ts";
import type { PermissionRequest } from "./permission.ts";

/** Steps that a comparison may take. */
const STEPS_LIMIT = 20_000;

export interface SavedPatterns {
  /** OpenCode was told "always". */
  add(request: PermissionRequest): void;
  /**
   * Whether a request of the same session for this permission is answered by an "always" that saves these patterns: by
   * then every pattern of its own is saved. Where that takes too long to find out, yes.
   */
  answers(permission: string, always: readonly string[], other: PermissionRequest): boolean;
}

export function createSavedPatterns(): SavedPatterns {
  const saved = new Map<string, Set<string>>();

  return {
    add({ permission, always }) {
      saved.set(permission, new Set([...(saved.get(permission) ?? []), ...always]));
    },
    answers(permission, always, { patterns }) {
      const all = [...always, ...(saved.get(permission) ?? [])];
      if (patterns.length * all.length > STEPS_LIMIT) return true;
      return patterns.every((text) => all.some((pattern) => matches(text, pattern)));
    },
  };
}

function matches(text: string, pattern: string): boolean {
  // What most patterns are: nothing open, or all behind a beginning.
  const beginning = pattern.endsWith("*") ? pattern.slice(0, -1) : pattern;
  if (!/[*?]/.test(beginning)) {
    if (beginning === pattern) return text === pattern;
    return text.startsWith(beginning) || (pattern.endsWith(" *") && text === pattern.slice(0, -2));
  }
  if (text.length * pattern.length > STEPS_LIMIT) return true;
  return parsePattern(pattern).some((glob) => overlap(literal(text), glob));
}
