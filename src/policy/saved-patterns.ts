/** What OpenCode answers by itself after an "always". */

import { literal, overlap, parsePattern, type Glob } from "../shell/wildcards.ts";
import type { SavedPatterns } from "../gateway/ports.ts";

/** Steps that a comparison may take. */
const STEPS_LIMIT = 20_000;

export function createSavedPatterns(): SavedPatterns {
  const saved = new Map<string, Set<string>>();

  return {
    add({ permission, always }) {
      saved.set(permission, new Set([...(saved.get(permission) ?? []), ...always]));
    },
    answers(permission, always) {
      const all = [...always, ...(saved.get(permission) ?? [])];
      const matches = createMatcher(all);
      return ({ patterns }) => patterns.length * all.length > STEPS_LIMIT || patterns.every(matches);
    },
  };
}

/** Whether a text is one of what these patterns stand for. */
function createMatcher(patterns: readonly string[]): (text: string) => boolean {
  const texts = new Set<string>();
  const beginnings: string[] = [];
  const others: { readonly length: number; readonly globs: readonly Glob[] }[] = [];
  for (const pattern of patterns) {
    const beginning = pattern.endsWith("*") ? pattern.slice(0, -1) : pattern;
    if (/[*?]/.test(beginning)) others.push({ length: pattern.length, globs: parsePattern(pattern) });
    else if (beginning === pattern) texts.add(pattern);
    else {
      // What most patterns are: all behind a beginning.
      beginnings.push(beginning);
      if (beginning.endsWith(" ")) texts.add(beginning.slice(0, -1));
    }
  }
  const isOf = (text: string, { length, globs }: (typeof others)[number]): boolean =>
    text.length * length > STEPS_LIMIT || globs.some((glob) => overlap(literal(text), glob));
  return (text) =>
    texts.has(text) ||
    beginnings.some((beginning) => text.startsWith(beginning)) ||
    others.some((other) => isOf(text, other));
}
