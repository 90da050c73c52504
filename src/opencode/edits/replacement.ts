/** What OpenCode's tool `edit` makes of a file's text, where that can be told without guessing. Pure. */

import type { Dialect } from "./dialect.ts";

/** Characters that a replacement may result in. */
export const RESULT_LIMIT = 4_000_000;

/** A piece of text, and what is to stand there. */
export interface Replacement {
  readonly old: string;
  readonly new: string;
  /** Wherever it stands. */
  readonly everywhere: boolean;
}

/** The two texts as this OpenCode looks for them, and writes them, in this file. */
export function adaptToFile(
  replacement: Replacement,
  before: string,
  { adaptsLineEnds }: Dialect,
): Replacement {
  if (!adaptsLineEnds) return replacement;
  const lineEnd = before.includes("\r\n") ? "\r\n" : "\n";
  const adapt = (text: string): string => toLF(text).replaceAll("\n", lineEnd);
  return { ...replacement, old: adapt(replacement.old), new: adapt(replacement.new) };
}

export function toLF(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

/**
 * @returns undefined where the old text does not stand there exactly and once: OpenCode then takes something that is
 * like it.
 */
export function replaceExactly(
  before: string,
  { old, new: added, everywhere }: Replacement,
  { isLiteral }: Pick<Dialect, "isLiteral"> = {},
): string | undefined {
  const place = before.indexOf(old);
  if (old === "" || place === -1) return undefined;
  if (everywhere) return replaceEverywhere(before, old, added, isLiteral === true);
  if (before.lastIndexOf(old) !== place) return undefined;
  return before.slice(0, place) + added + before.slice(place + old.length);
}

/** @param isLiteral or else `$&` and its like stand, in the new text, for what is there. */
function replaceEverywhere(
  before: string,
  old: string,
  added: string,
  isLiteral: boolean,
): string | undefined {
  const count = countOf(old, before);
  /** Those that stand for all that is before, or behind. */
  const wide = isLiteral ? 0 : added.split(/\$[`']/).length - 1;
  const growth = count * (added.length + wide * before.length);
  return before.length + growth > RESULT_LIMIT
    ? undefined
    : before.replaceAll(old, isLiteral ? added.replaceAll("$", "$$$$") : added);
}

/** How often a text has another one. */
export function countOf(part: string, text: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) count += 1;
  return count;
}
