/** How many open requests an "always" would answer. Counted once for each change, and not for each look at it. */

import type { Answers, SavedPatterns } from "../ports.ts";
import type { PermissionRequest } from "../domain/ask.ts";

export interface AlsoAnswered {
  opened(request: PermissionRequest): void;
  closed(request: PermissionRequest): void;
  /** OpenCode was told "always" to a request for this permission. */
  saved(permission: string): void;
  /** How many other open requests OpenCode would answer along with an "always" to this one. */
  count(request: PermissionRequest): number;
}

/**
 * What an "always" to one of these can answer: those for one permission, of one session or, where it reaches all of the
 * project, of all that OpenCode asks there.
 */
interface Siblings {
  readonly permission: string;
  readonly open: Set<PermissionRequest>;
  /** Closed, and still counted. */
  closed: PermissionRequest[];
  /** By what an "always" would save. */
  readonly counts: Map<string, { readonly answers: Answers; count: number }>;
}

export function createAlsoAnswered(saved: Pick<SavedPatterns, "answers">): AlsoAnswered {
  const families = new Map<string, Siblings>();

  function settle(family: Siblings): void {
    for (const counted of family.counts.values())
      counted.count -= family.closed.filter(counted.answers).length;
    family.closed = [];
  }

  function counterOf({ open, counts }: Siblings, { permission, always }: PermissionRequest) {
    const key = JSON.stringify(always);
    const known = counts.get(key);
    if (known !== undefined) return known;
    const answers = saved.answers(permission, always);
    const counter = { answers, count: [...open].filter(answers).length };
    counts.set(key, counter);
    return counter;
  }

  return {
    opened(request) {
      const { permission } = request;
      const family = families.get(keyOf(request)) ?? {
        permission,
        open: new Set(),
        closed: [],
        counts: new Map(),
      };
      families.set(keyOf(request), family);
      family.open.add(request);
      for (const counted of family.counts.values()) if (counted.answers(request)) counted.count += 1;
    },
    closed(request) {
      const family = families.get(keyOf(request));
      if (family?.open.delete(request) !== true) return;
      if (family.counts.size > 0) family.closed.push(request);
      // Of many that are closed at once, as when a session is rejected, none is looked for: the rest is counted anew.
      if (family.closed.length > family.open.size) {
        family.counts.clear();
        family.closed = [];
      }
      if (family.open.size === 0) families.delete(keyOf(request));
    },
    saved(permission) {
      for (const family of families.values()) if (family.permission === permission) family.counts.clear();
    },
    count(request) {
      const family = families.get(keyOf(request));
      if (family === undefined) return 0;
      settle(family);
      const { answers, count } = counterOf(family, request);
      return count - (family.open.has(request) && answers(request) ? 1 : 0);
    },
  };
}

/** A permission's name may hold anything. */
function keyOf({ permission, sessionID, alwaysReach }: PermissionRequest): string {
  return JSON.stringify([permission, alwaysReach ?? sessionID]);
}
