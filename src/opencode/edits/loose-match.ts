/**
 * What OpenCode's tool `edit` makes of a file where its old text does not stand exactly: OpenCode takes something that
 * is like it. What that was is told by OpenCode's diff: a guess at it counts if the result is the very one of the diff.
 * Pure.
 */

import { replaceExactly, toLF, type Replacement } from "./replacement.ts";
import { isDiffOf, type Hunk } from "./told-diff.ts";

/** Results that are compared with the diff at most. */
const GUESSES_LIMIT = 12;
/** Lines at the beginning of the new text that are as they were. */
const KEPT_LIMIT = 200;
/** Characters of a text whose words are looked for with any white space between them. */
const WORDS_LIMIT = 2_000;

/** @returns undefined unless there is exactly one result that the diff could be of. */
export function replaceLoosely(
  before: string,
  replacement: Replacement,
  hunks: readonly Hunk[],
): string | undefined {
  const results = new Set(guessResults(before, replacement, hunks));
  if (results.size > GUESSES_LIMIT) return undefined;
  const old = toLF(before);
  const [result, ...others] = [...results].filter((each) => isDiffOf(hunks, old, toLF(each)));
  return others.length === 0 ? result : undefined;
}

/** OpenCode tries a text without white space around it, with its escapes undone, and whole lines that are similar. */
function guessResults(before: string, replacement: Replacement, hunks: readonly Hunk[]): readonly string[] {
  const { old, everywhere } = replacement;
  const changed = changedLines(hunks);
  if (changed === undefined) return [];
  const line = before.split("\n")[changed.oldStart] ?? "";
  const texts = [old.trim(), unescape(old), findWords(line, old)];
  const results = texts.map((text) => replaceExactly(before, { ...replacement, old: text }));
  return [
    ...results.filter((result) => result !== undefined),
    ...(everywhere ? [] : replaceLines(before, replacement, changed)),
  ];
}

/** From the first line that a diff changes to the last. */
interface ChangedLines {
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

function changedLines(hunks: readonly Hunk[]): ChangedLines | undefined {
  let changed: ChangedLines | undefined;
  for (const { oldStart, newStart, lines } of hunks) {
    let [oldAt, newAt] = [oldStart, newStart];
    for (const line of lines) {
      const sign = line.charAt(0);
      const start = oldAt;
      if (sign === " " || sign === "-") oldAt += 1;
      if (sign === " " || sign === "+") newAt += 1;
      if (sign === "-" || sign === "+")
        changed = { oldStart: changed?.oldStart ?? start, oldEnd: oldAt, newEnd: newAt };
    }
  }
  return changed;
}

/** The new text in place of whole lines, wherever that leaves all lines alone that the diff does not change. */
function replaceLines(
  before: string,
  { new: added }: Replacement,
  { oldStart, oldEnd, newEnd }: ChangedLines,
): string[] {
  const lines = before.split("\n");
  const addedLines = added.split("\n");
  const count = addedLines.length - (newEnd - oldEnd);
  const results: string[] = [];
  const first = Math.max(0, newEnd - addedLines.length, oldStart - KEPT_LIMIT);
  for (let start = oldStart; start >= first && results.length <= GUESSES_LIMIT; start -= 1) {
    const kept = lines.slice(start, oldStart);
    if (count < 0 || kept.some((line, index) => line !== addedLines[index])) continue;
    results.push([...lines.slice(0, start), ...addedLines, ...lines.slice(start + count)].join("\n"));
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
