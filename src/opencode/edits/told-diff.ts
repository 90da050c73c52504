/**
 * OpenCode's own diff of a file, compared with what the file is and will be. OpenCode removes the indentation that all
 * lines of a diff have in common, so it is not fit to be shown. Pure.
 */

import { eachInPieces, mapInPieces, type Sliced } from "../../system/sliced.ts";

/** One hunk, its starts counted from 0. */
export interface Hunk {
  readonly oldStart: number;
  readonly newStart: number;
  /** With their signs. */
  readonly lines: readonly string[];
}

/** Lines that stay as they are, before and behind those that change; fewer only where the file begins or ends. */
const CONTEXT_LINES = 4;
/** What no line break ends. */
const NO_LINE_BREAK = "\\ No newline at end of file";

/**
 * Reads the diff of one file, in the lines of a diff of several.
 *
 * @returns its hunks, and the line behind it; undefined where it is not the diff of that file.
 */
export function readDiff(
  lines: readonly string[],
  path: string,
  start = 0,
): { readonly hunks: readonly Hunk[]; readonly next: number } | undefined {
  const header = `Index: ${path}\n${"=".repeat(67)}\n--- ${path}\n+++ ${path}`.split("\n");
  if (!header.every((line, index) => line === lines[start + index])) return undefined;
  const hunks: Hunk[] = [];
  let next = start + header.length;
  for (let range = readRange(lines[next]); range !== undefined; range = readRange(lines[next])) {
    const end = endOfHunk(lines, next + 1, range.oldCount, range.newCount);
    if (end === undefined) return undefined;
    const { oldStart, newStart } = range;
    hunks.push({ oldStart, newStart, lines: lines.slice(next + 1, end) });
    next = end;
  }
  return { hunks, next };
}

function readRange(line = "") {
  const [, ...numbers] = /^@@ -(\d{1,9}),(\d{1,9}) \+(\d{1,9}),(\d{1,9}) @@$/.exec(line) ?? [];
  const [oldStart, oldCount, newStart, newCount] = numbers.map(Number);
  if (oldStart === undefined || oldCount === undefined || newStart === undefined || newCount === undefined)
    return undefined;
  // Where there is no line, the one before it is named.
  return {
    oldStart: oldCount === 0 ? oldStart : oldStart - 1,
    newStart: newCount === 0 ? newStart : newStart - 1,
    oldCount,
    newCount,
  };
}

function endOfHunk(
  lines: readonly string[],
  start: number,
  oldCount: number,
  newCount: number,
): number | undefined {
  let [oldLeft, newLeft] = [oldCount, newCount];
  for (let at = start; at < lines.length; at += 1) {
    const sign = lines[at]?.charAt(0);
    if (sign !== "\\" && oldLeft === 0 && newLeft === 0) return at;
    if (sign === " " || sign === "-") oldLeft -= 1;
    else if (sign !== "+" && sign !== "\\") return undefined;
    if (sign === " " || sign === "+") newLeft -= 1;
  }
  return undefined;
}

/** A text's lines, and whether a line break ends the last of them. */
interface Lines {
  readonly lines: readonly string[];
  readonly isEnded: boolean;
}

function toLines(text: string): Lines {
  const lines = text.split("\n");
  const isEnded = lines.at(-1) === "";
  return { lines: isEnded ? lines.slice(0, -1) : lines, isEnded };
}

/** Whether a diff is of exactly these two texts. */
export function* isDiffOf(hunks: readonly Hunk[], beforeText: string, afterText: string): Sliced<boolean> {
  const before = toLines(beforeText);
  yield;
  const after = toLines(afterText);
  const spelled: string[] = [];
  let [oldAt, newAt] = [0, 0];
  for (const hunk of hunks) {
    yield;
    if (!isSame(before.lines.slice(oldAt, hunk.oldStart), after.lines.slice(newAt, hunk.newStart)))
      return false;
    const isSpelled = yield* spellHunk(hunk, before, after, spelled);
    if (!isSpelled || !hasContext(hunk, before.lines.length)) return false;
    oldAt = endOf(hunk);
    newAt = hunk.newStart + countSigned(hunk, "+");
  }
  yield;
  const [oldRest, newRest] = [before.lines.slice(oldAt), after.lines.slice(newAt)];
  if (!isSame(oldRest, newRest) || (oldRest.length > 0 && before.isEnded !== after.isEnded)) return false;
  const shown = yield* withoutCommonIndentation(spelled);
  const told = hunks.flatMap(({ lines }) => lines);
  // OpenCode 2 removes it from the diff of a patch alone.
  return isSame(shown, told) || isSame(spelled, told);
}

/** Whether a diff could be of this text, indentation apart. */
export function mayBeDiffFrom(hunks: readonly Hunk[], beforeText: string): boolean {
  const { lines } = toLines(beforeText);
  return hunks.every((hunk) =>
    hunk.lines
      .filter((line) => line.startsWith(" ") || line.startsWith("-"))
      .every((line, index) => lines[hunk.oldStart + index]?.endsWith(line.slice(1)) === true),
  );
}

/**
 * Adds a hunk's lines to `spelled`, as they are in the two texts.
 *
 * @returns false where what should be in both is not.
 */
function* spellHunk(
  { oldStart, newStart, lines }: Hunk,
  before: Lines,
  after: Lines,
  spelled: string[],
): Sliced<boolean> {
  let isInBoth = true;
  let [oldAt, newAt] = [oldStart, newStart];
  yield* eachInPieces(lines, (line) => {
    const sign = line.charAt(0);
    if (sign === "\\") return;
    const [oldLine, newLine] = [before.lines[oldAt], after.lines[newAt]];
    const content = sign === "+" ? newLine : oldLine;
    isInBoth &&= content !== undefined && (sign !== " " || oldLine === newLine);
    if (sign !== "+") oldAt += 1;
    if (sign !== "-") newAt += 1;
    // Of two that differ in their last line break, that line is shown as changed.
    if (sign === " ") isInBoth &&= isUnended(before, oldAt) === isUnended(after, newAt);
    spelled.push(`${sign}${content}`);
    const isLast = sign === "+" ? isUnended(after, newAt) : isUnended(before, oldAt);
    if (isLast) spelled.push(NO_LINE_BREAK);
  });
  return isInBoth;
}

function isUnended({ lines, isEnded }: Lines, behind: number): boolean {
  return !isEnded && behind === lines.length;
}

/** Whether a hunk shows as much around the lines that change as OpenCode does. */
function hasContext(hunk: Hunk, count: number): boolean {
  const signs = hunk.lines.map((line) => line.charAt(0)).filter((sign) => sign !== "\\");
  const before = signs.findIndex((sign) => sign !== " ");
  const behind = signs.length - 1 - signs.findLastIndex((sign) => sign !== " ");
  return (
    (before === CONTEXT_LINES || (before < CONTEXT_LINES && hunk.oldStart === 0)) &&
    (behind === CONTEXT_LINES || (behind < CONTEXT_LINES && endOf(hunk) === count))
  );
}

/** The line behind it. */
function endOf(hunk: Hunk): number {
  return hunk.oldStart + countSigned(hunk, "-");
}

function countSigned({ lines }: Hunk, sign: string): number {
  return lines.filter((line) => line.startsWith(" ") || line.startsWith(sign)).length;
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((line, index) => line === others[index]);
}

/** What OpenCode makes of a diff's lines. */
function* withoutCommonIndentation(lines: readonly string[]): Sliced<readonly string[]> {
  let width = Infinity;
  yield* eachInPieces(lines, (line) => {
    if (width > 0 && isContent(line)) width = Math.min(width, indentationOf(line));
  });
  if (width === Infinity || width === 0) return lines;
  return yield* mapInPieces(lines, (line) =>
    isContent(line) ? line.charAt(0) + line.slice(1 + width) : line,
  );
}

/** What looks like the header of a file is none to OpenCode, although it may be a line of the file. */
function isContent(line: string): boolean {
  return /^(?:\+(?!\+\+)|-(?!--)| )/.test(line);
}

/** A blank line has any. */
function indentationOf(line: string): number {
  const content = line.slice(1);
  return content.trim() === "" ? Infinity : content.length - content.trimStart().length;
}
