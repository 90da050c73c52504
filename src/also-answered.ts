/** How many open requests an "always" would answer. Counted once for each change, and not for each look at it. */

import type { SavedPatterns } from "./always.ts";
import type { PermissionRequest } from "./permission.ts";

export interface AlsoAnswered {
  opened(request: PermissionRequest): void;
  closed(request: PermissionRequest): void;
  /** OpenCode was told "always" to a request for this permission. */
  saved(permission: string): void;
  /** How many other open requests OpenCode would answer along with an "always" to this one. */
  count(request: PermissionRequest): number;
}

/** What an "always" to one of these can answer: those of one session for one permission. */
interface Siblings {
  readonly permission: string;
  readonly open: Set<PermissionRequest>;
  /** By what an "always" would save: how many of the open ones that answers. */
  readonly counts: Map<string, { readonly always: readonly string[]; count: number }>;
}

export function createAlsoAnswered(saved: Pick<SavedPatterns, "answers">): AlsoAnswered {
  const families = new Map<string, Siblings>();

  function countAll({ open, counts }: Siblings, { permission, always }: PermissionRequest): number {
    const key = JSON.stringify(always);
    const known = counts.get(key);
    if (known !== undefined) return known.count;
    const count = [...open].filter((other) => saved.answers(permission, always, other)).length;
    counts.set(key, { always, count });
    return count;
  }

  return {
    opened(request) {
      const { permission } = request;
      const family = families.get(keyOf(request)) ?? { permission, open: new Set(), counts: new Map() };
      families.set(keyOf(request), family);
      family.open.add(request);
      for (const counted of family.counts.values()) {
        if (saved.answers(permission, counted.always, request)) counted.count += 1;
      }
    },
    closed(request) {
      const family = families.get(keyOf(request));
      if (family?.open.delete(request) !== true) return;
      // Of many that are closed at once, as when a session is rejected, none is looked for.
      family.counts.clear();
      if (family.open.size === 0) families.delete(keyOf(request));
    },
    saved(permission) {
      for (const family of families.values()) if (family.permission === permission) family.counts.clear();
    },
    count(request) {
      const family = families.get(keyOf(request));
      if (family === undefined) return 0;
      const { permission, always } = request;
      const itself = family.open.has(request) && saved.answers(permission, always, request) ? 1 : 0;
      return countAll(family, request) - itself;
    },
  };
}

/** A permission's name may hold anything. */
function keyOf({ permission, sessionID }: PermissionRequest): string {
  return JSON.stringify([permission, sessionID]);
}
