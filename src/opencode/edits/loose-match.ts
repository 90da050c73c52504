/**
 * What OpenCode's tool `edit` makes of a file where its old text does not stand exactly: OpenCode takes something that
 * is like it. What that was is told by OpenCode's diff: a guess at it counts if the result is the very one of the diff.
 * Pure.
 */

import type { Sliced } from "../../system/sliced.ts";
import { replaceExactly, toLF, type Replacement } from "./replacement.ts";
import { isDiffOf, type Hunk } from "./told-diff.ts";

/** Results that are compared with the diff at most. */
const GUESSES_LIMIT = 12;
/** Lines at the beginning of the new text that are as they were. */
const KEPT_LIMIT = 200;
/** Characters of a text whose words are looked for with any white space between them. */
const WORDS_LIMIT = 2_000;

/** @returns undefined unless there is exactly one result that the diff could be of. */
export function* replaceLoosely(
  before: string,
  replacement: Replacement,
  hunks: readonly Hunk[],
): Sliced<string | undefined> {
  const results = new Set(yield* guessResults(before, replacement, hunks));
  if (results.size > GUESSES_LIMIT) return undefined;
  const old = toLF(before);
  const fitting: string[] = [];
  for (const each of results) {
    yield;
    if (yield* isDiffOf(hunks, old, toLF(each))) fitting.push(each);
  }
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** OpenCode tries a text without white space around it, with its escapes undone, and whole lines that are similar. */
function* guessResults(
  before: string,
  replacement: Replacement,
  hunks: readonly Hunk[],
): Sliced<readonly string[]> {
  const { old, everywhere } = replacement;
  const changed = changedLines(hunks);
  if (changed === undefined) return [];
  const lines = before.split("\n");
  const results: (string | undefined)[] = [];
  for (const text of [old.trim(), unescape(old), findWords(lines[changed.start] ?? "", old)]) {
    yield;
    results.push(replaceExactly(before, { ...replacement, old: text }));
  }
  const guesses = everywhere ? [] : yield* replaceLines(lines, replacement, changed);
  return [...results.filter((result) => result !== undefined), ...guesses];
}

/** The first line that a diff changes, and how many lines there are more in the end. */
interface Changed {
  readonly start: number;
  readonly growth: number;
}

function changedLines(hunks: readonly Hunk[]): Changed | undefined {
  const [first] = hunks;
  if (first === undefined) return undefined;
  const signs = hunks.flatMap(({ lines }) => lines.map((line) => line.charAt(0)));
  const count = (wanted: string): number => signs.filter((sign) => sign === wanted).length;
  const kept = signs.findIndex((sign) => sign === "-" || sign === "+");
  return { start: first.oldStart + kept, growth: count("+") - count("-") };
}

/** The new text in place of whole lines, wherever that leaves all lines alone before the first that the diff changes. */
function* replaceLines(
  lines: readonly string[],
  { new: added }: Replacement,
  { start, growth }: Changed,
): Sliced<string[]> {
  const addedLines = added.split("\n");
  const count = addedLines.length - growth;
  const results: string[] = [];
  const first = Math.max(0, start - KEPT_LIMIT);
  for (let at = start; at >= first && results.length <= GUESSES_LIMIT; at -= 1) {
    const kept = lines.slice(at, start);
    if (count < 0 || kept.some((line, index) => line !== addedLines[index])) continue;
    results.push([...lines.slice(0, at), ...addedLines, ...lines.slice(at + count)].join("\n"));
    yield;
  }
  return results;
}

/** As OpenCode undoes the escapes of a text. */
function unescape(text: string): string {
  const meaning: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };
  return text.replaceAll(/\\([ntr'"`\\\n$])/g, (_, escaped: string) => meaning[escaped] ?? escaped);
}

/** Where a line has a text's words, with any white space between them; empty where it has not. */
function findWords(line: string, text: string): string {
  if (line.length > WORDS_LIMIT || text.length > WORDS_LIMIT) return "";
  const words = text
    .trim()
    .split(/\s+/)
    .map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(words.join(String.raw`\s+`)).exec(line)?.[0] ?? "";
}
