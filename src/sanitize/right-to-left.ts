/**
 * Words that run from right to left, where they can be shown as letters. Pure.
 *
 * A line of code is read from left to right, word by word; an algorithm that orders prose would take operators, digits
 * and quotes between two Hebrew words along and show `"א" > "ב"` as `"ב" > "א"`. Unicode's advice for source code is to
 * order each word by itself and the words from left to right, with a left-to-right mark behind each. So it is here: a
 * mark begins each line, another ends each word.
 *
 * Slack may take these marks out. So words stand only where the order that is left without them says the same: between
 * two of them there is no syntax, nor between one and a digit, nor on a line that would be turned around because it
 * begins with one.
 *
 * @see https://www.unicode.org/reports/tr55/#Bidirectional-Ordering
 * @see https://www.unicode.org/reports/tr9/
 */

import type { Span } from "../shell/scanning.ts";
import type { Ground } from "./ground.ts";

/** U+200E, ours wherever it stands in a visible text: one of the source's own is escaped. */
export const LEFT_TO_RIGHT_MARK = "\u200E";

const HEBREW = String.raw`[\u05D0-\u05EA][\u05D0-\u05EA\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7]*`;
const ARABIC_LETTER = String.raw`[\u0620-\u064A\u0671-\u06D3\u06D5\u06EE\u06EF\u06FA-\u06FF\u0750-\u077F]`;
const ARABIC = String.raw`${ARABIC_LETTER}(?:${ARABIC_LETTER}|[\u064B-\u065F\u0670]|\u200C(?=${ARABIC_LETTER}))*`;
/** Letters of one script, digits, or a mark of punctuation: what is ordered by itself. */
const UNIT = new RegExp(
  String.raw`${HEBREW}|${ARABIC}|[\u0660-\u0669\u066B\u066C]+|[\u06F0-\u06F9]+|[\u05BE\u05F3\u05F4\u060C\u061B\u061F\u066A\u06D4]`,
  "gu",
);
const RIGHT_TO_LEFT = /[\u0590-\u08FF]/;
const LETTERS = /^\p{L}/u;

/** What stands right beside letters where they are part of an identifier, of a word that mixes scripts, or hide something. */
const BESIDE_LETTERS = /[\p{L}\p{M}_\p{Cf}\p{Default_Ignorable_Code_Point}]/u;
/** The same beside digits and punctuation: these belong to letters of their own scripts. */
const BESIDE_OTHERS = /(?![\u0590-\u08FF])[\p{L}\p{M}\p{Nd}_\p{Cf}\p{Default_Ignorable_Code_Point}]/u;

const TOKEN = /[^ \t]+/gu;
/** What quotes and brackets hold: a name does not go on beyond them. */
const PART = /[^"'`()<>[\]{}]+/gu;
/** A line break, a tab or a quote, as JSON and programs write it; shown, its letter runs from left to right. */
const WRITTEN_BREAK = /\\[nrt]/g;
/** A path, a host, the name of a file. */
const NAME = /[/\\@]|[^\s.][.:][0-9A-Za-z]|[0-9A-Za-z]\.\S/u;
const PATTERN = /[*[\]]/;

/** What code and shells act on. The punctuation of prose is not among it: `.,:!?()'"-–%#*`. */
const SYNTAX = /[;|&<>={}[\]$\\^~+]|\/\//;
/** What acts between two arguments of a command. */
const OPERATOR = /[;|&<>(){}$`\\]/;
/** All that may follow on a line that turns around. */
const QUOTES_ONLY = /^["'\s]*$/;
/** Right between two words, with no blank: `a.b`, `a(b)`. */
const JOINED = /^(?:\(|[.,:]$)/;
/** One string ends and another begins: `", "`. Or code is quoted, and nothing in it says where. */
const TWO_STRINGS = /["'][^"'\p{L}]*["']|`/u;
/** What runs from left to right, and so keeps in place what is on either side. */
const ANCHOR = /(?![\u0590-\u08FF])\p{L}/u;

/** What is ordered by itself. */
export interface Unit extends Span {
  /** The part of the text that it stands in, with nothing else in it. */
  readonly piece: Span;
}

/** The units that can stand, in their order. Undefined for whatever else was looked at. */
export function* findReadable(text: string, ground: Ground): Generator<Unit | undefined> {
  if (!RIGHT_TO_LEFT.test(text)) return;
  const pieces = ground.pieces?.values();
  let piece = pieces?.next().value;
  const whole = { start: 0, end: text.length };
  const pieceAt = (at: number): Span | undefined => {
    if (pieces === undefined) return whole;
    while (piece !== undefined && piece.end <= at) piece = pieces.next().value;
    return piece !== undefined && piece.start <= at ? piece : undefined;
  };
  for (let start = 0; start <= text.length;) {
    const next = text.indexOf("\n", start);
    const end = next === -1 ? text.length : next;
    yield undefined;
    const units: Unit[] = [];
    for (const unit of unitsOf(text, start, end, ground)) {
      yield undefined;
      const where = unit && pieceAt(unit.start);
      if (unit !== undefined && where !== undefined) units.push({ ...unit, piece: where });
    }
    if (yield* keepsOrder(text, { start, end }, units)) yield* units;
    start = end + 1;
  }
}

/** The units of a line that are words by themselves. */
function* unitsOf(text: string, start: number, end: number, ground: Ground): Generator<Span | undefined> {
  const line = text.slice(start, end);
  if (!RIGHT_TO_LEFT.test(line)) return;
  const parted = withBreaks(line, "  ");
  for (const { 0: token, index } of parted.matchAll(TOKEN)) {
    yield undefined;
    if (!RIGHT_TO_LEFT.test(token)) continue;
    const letter = start + index + token.search(RIGHT_TO_LEFT);
    if (PATTERN.test(token) && ground.textAt(letter)?.kind === "quoted") continue;
    for (const { 0: part, index: from } of token.matchAll(PART)) {
      if (!RIGHT_TO_LEFT.test(part) || NAME.test(part)) continue;
      for (const { 0: unit, index: at } of part.matchAll(UNIT)) {
        const first = index + from + at;
        const end = first + unit.length;
        const beside = LETTERS.test(unit) ? BESIDE_LETTERS : BESIDE_OTHERS;
        const isPart = beside.test(parted.charAt(first - 1)) || beside.test(parted.charAt(end));
        yield isPart ? undefined : { start: start + first, end: start + end };
      }
    }
  }
}

/** @param as what a written break counts for: two characters, so that all else keeps its place. */
function withBreaks(text: string, as: string): string {
  return text.includes("\\") ? text.replaceAll(WRITTEN_BREAK, as) : text;
}

/** Whether a reader is told the same of a line, with our marks and without them. */
function* keepsOrder(text: string, line: Span, units: readonly Unit[]): Generator<undefined, boolean> {
  const [first] = units;
  const last = units.at(-1);
  if (first === undefined || last === undefined) return true;
  for (const [index, { end, piece }] of units.entries()) {
    yield undefined;
    const next = units[index + 1];
    const behind = withBreaks(text.slice(end, next?.start ?? line.end), " n");
    // As between most words.
    if (behind === " " && piece === next?.piece) continue;
    if (next !== undefined && !isOrdered(behind, piece === next.piece)) return false;
    if (turnsDigits(behind, end + behind.length > piece.end)) return false;
  }
  // Without a mark, what stands first may turn the whole line around.
  if (ANCHOR.test(text.slice(line.start, first.start))) return true;
  const border = Math.min(last.piece.end, line.end);
  return !SYNTAX.test(text.slice(last.end, border)) && QUOTES_ONLY.test(text.slice(border, line.end));
}

/** Whether it is all the same in which order what stands between two units is shown. */
function isOrdered(between: string, isOnePiece: boolean): boolean {
  const isAnchored = ANCHOR.test(between);
  if (!isOnePiece) return isAnchored && !OPERATOR.test(between);
  return !SYNTAX.test(between) && !JOINED.test(between) && (isAnchored || !TWO_STRINGS.test(between));
}

/** Whether digits behind a unit, which run along with it, would change places with syntax: `"א" > 1`. */
function turnsDigits(behind: string, isLeft: boolean): boolean {
  const [along = ""] = /^[^\p{L}]*[0-9]/u.exec(behind) ?? [];
  return SYNTAX.test(along) || (isLeft && /["']/.test(along));
}
