/** What in a text may deceive whoever reads it: how it is found, and for which reason it is escaped. Pure. */

import type { Span } from "../shell/scanning.ts";
import type { Ground, Reading } from "./ground.ts";
import { findLookAlikes } from "./look-alikes.ts";
import { isAmongItsOwn, isPlainWord } from "./scripts.ts";

/** Columns of spaces and tabs in a row that stay as they are; more of them push text out of sight. */
const GAP_LIMIT = 20;
/** The same before the first word of a line of code: a phone shows about as many columns, and so what begins there. */
const INDENT_LIMIT = 40;
/** Blank lines in a row that stay as they are. */
const BLANK_LINES_LIMIT = 3;
/** Columns that a tab counts for. */
const TAB_COLUMNS = 4;

/** Controls, formats, lone surrogates, private use, unassigned; what fonts leave out or draw as nothing. */
const INVISIBLE = String.raw`\p{C}\p{Default_Ignorable_Code_Point}\u2800\uFFFC\u{1D159}`;
const HIDDEN = new RegExp(String.raw`(?![\n\t])[${INVISIBLE}]`, "gu");

/** What turns the direction of text, and the blocks whose letters run from right to left. */
const REORDERING =
  /\p{Bidi_Control}|[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFE\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/gu;

const FOREIGN_SPACE = /(?![ \n])\p{Z}/gu;
const LAST_ASCII = 0x7f;
const NON_ASCII = /\P{ASCII}/u;
/** A tick or a picture, which is nothing like ASCII. */
const SYMBOL = /\p{So}/u;
/** Raised and circled digits, and the punctuation of East Asian text, are ordinary and nothing like ASCII. */
const NON_ASCII_BUT_ORDINARY = /(?![！（），：；？\p{No}])\P{ASCII}/gu;
/** A word in the widest sense: what cannot be seen does not end it. */
const WORD = new RegExp(String.raw`(?:(?![\n\t])[\p{L}\p{M}\p{Nd}\p{Nl}_${INVISIBLE}])+`, "gu");
/** No word of any language is as long. */
const WORD_LIMIT = 4_000;
/** Characters beside a word that are looked at: as many as the words have that stand there. */
const BESIDE_LENGTH = 40;
/** The third of the marks that stand on each other, and each further one. */
const STACKED_MARK = /(?<=[\p{Mn}\p{Me}]{2})[\p{Mn}\p{Me}]/gu;
/** The dot that makes another letter of one of India's, and belongs to it: `जोड़ें` has two marks more behind it. */
const NUKTA = /[\u093C\u09BC\u0A3C\u0ABC\u0B3C\u0CBC]/;
const MARK = /[\p{Mn}\p{Me}]/u;
/** In the widest sense, with a user's name and a port. */
export const URL_HOST = /(?<=:\/\/)[^ \t\n/?#]+/gu;
/** The first word of what may be a simple command, behind assignments. Finds too many rather than too few. */
const COMMAND_WORD = /(?:^|[\n;&|(){}`])[ \t]*(?:\w+=[^\s;&|(){}`]*[ \t]+)*([^ \t\n;&|<>(){}`]+)/gu;

const SPACE = /[ \t\n]+/gu;
const GAP = /[ \t]+/gu;
const VISIBLE = /^[!-~\p{L}\p{N}]/u;
const BREAK = /[\n\t]/gu;
const BACKSLASH_OF_ESCAPE = /\\(?=u\{)/gu;

/** How often something was escaped, by the reason. */
export interface Notes {
  /** Characters that turn the direction of text. */
  readonly reordering: number;
  /** Characters that nobody can see: controls, zero-width ones, fillers, tags, lone surrogates, unassigned ones. */
  readonly hidden: number;
  /** Characters that could be taken for others: of a foreign script, unusual spaces, stray marks. */
  readonly lookAlike: number;
  /** Runs of more than 20 columns or 3 blank lines, and where there is to be one line, each tab and line break. */
  readonly space: number;
  /** Backslashes of escapes that the text itself contains, which is ordinary in source code. */
  readonly backslash: number;
}

/** A kind of deception. */
interface Deception {
  readonly reason: keyof Notes;
  readonly find: Finder;
  /** Missing where the rule holds for all. */
  readonly readings?: readonly Reading[];
}

/** Finds what is to be escaped; yields nothing for what was looked at and stays. */
export type Finder = (text: string, ground: Ground) => Iterable<Span | undefined>;

/** The first that finds a character names the reason. */
export const DECEPTIONS: readonly Deception[] = [
  { reason: "reordering", find: matchesOf(REORDERING) },
  { reason: "hidden", find: matchesOf(HIDDEN) },
  { reason: "lookAlike", find: matchesOf(FOREIGN_SPACE) },
  { reason: "lookAlike", find: nonAsciiIn(wholeText), readings: ["name"] },
  { reason: "lookAlike", find: findAsciiVariants },
  { reason: "lookAlike", find: nonAsciiIn(findForeignWords) },
  { reason: "lookAlike", find: matchesOf(STACKED_MARK, isStacked) },
  { reason: "lookAlike", find: nonAsciiIn(matchesOf(URL_HOST)) },
  { reason: "lookAlike", find: nonAsciiIn(findCommandWords, SYMBOL), readings: ["command"] },
  { reason: "lookAlike", find: findShellLookAlikes, readings: ["command"] },
  { reason: "space", find: findBlankLines },
  { reason: "space", find: findWideGaps },
  { reason: "space", find: matchesOf(BREAK), readings: ["line", "title", "name"] },
  { reason: "backslash", find: matchesOf(BACKSLASH_OF_ESCAPE) },
];

function matchesOf(pattern: RegExp, isMeant: (match: RegExpExecArray) => boolean = () => true): Finder {
  return function* findMatches(text) {
    for (const match of text.matchAll(pattern)) yield isMeant(match) ? spanOf(match) : undefined;
  };
}

function isStacked({ index, input }: RegExpExecArray): boolean {
  return !NUKTA.test(input.charAt(index - 2)) || MARK.test(input.charAt(index - 3));
}

function spanOf({ 0: match, index }: RegExpExecArray): Span {
  return { start: index, end: index + match.length };
}

function wholeText({ length }: string): Span[] {
  return [{ start: 0, end: length }];
}

/** @param ordinary characters that stay as they are. */
function nonAsciiIn(find: Finder, ordinary?: RegExp): Finder {
  return function* findNonAscii(text, ground) {
    for (const span of find(text, ground)) {
      yield undefined;
      if (span === undefined) continue;
      for (let at = span.start; at < span.end; at += 1) {
        if (text.charCodeAt(at) <= LAST_ASCII) continue;
        const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
        const start = at;
        at += character.length - 1;
        if (ordinary?.test(character) !== true) yield { start, end: at + 1 };
      }
    }
  };
}

/** Full-width, mathematical and other forms of an ASCII character, for which Unicode knows that they are the same. */
function findAsciiVariants(text: string, ground: Ground): Iterable<Span | undefined> {
  const known = new Map<string, boolean>();
  const isVariant = ([character]: RegExpExecArray): boolean => {
    const is = known.get(character) ?? /^[!-~]$/u.test(character.normalize("NFKC"));
    known.set(character, is);
    return is;
  };
  return matchesOf(NON_ASCII_BUT_ORDINARY, isVariant)(text, ground);
}

/** Words that are not plain. What is not ASCII in them is escaped, so that what runs as ASCII can be told from the rest. */
function findForeignWords(text: string, ground: Ground): Iterable<Span | undefined> {
  const isForeign = ({ 0: word, index }: RegExpExecArray): boolean => {
    if (!isForeignWord(word)) return false;
    if (word.length > BESIDE_LENGTH || !ground.isProse(index)) return true;
    const end = index + word.length;
    const [behind = ""] = text.slice(end, end + BESIDE_LENGTH).split("\n");
    const before =
      text
        .slice(Math.max(0, index - BESIDE_LENGTH), index)
        .split("\n")
        .at(-1) ?? "";
    return !isAmongItsOwn(word, before, behind);
  };
  return matchesOf(WORD, isForeign)(text, ground);
}

function isForeignWord(word: string): boolean {
  return NON_ASCII.test(word) && (word.length > WORD_LIMIT || !isPlainWord(word.replaceAll(HIDDEN, "")));
}

/**
 * The words that name programs. Where a command cannot be read whole, and in what is code for somebody who reads it
 * otherwise, whatever may be one.
 */
export function* findCommandWords(text: string, { names, unread, textAt }: Ground): Generator<Span> {
  yield* names ?? [];
  for (const { start, end } of names === undefined ? [{ start: 0, end: text.length }] : unread)
    for (const { 0: match, 1: word = "", index } of text.slice(start, end).matchAll(COMMAND_WORD)) {
      const to = start + index + match.length;
      yield* outsideOfTexts({ start: to - word.length, end: to }, textAt);
    }
}

function* outsideOfTexts({ start, end }: Span, textAt: Ground["textAt"]): Generator<Span> {
  let from = start;
  for (let at = start; at <= end; at += 1) {
    if (at < end && textAt(at) === undefined) continue;
    if (from < at) yield { start: from, end: at };
    from = at + 1;
  }
}

function* findShellLookAlikes(text: string, ground: Ground): Generator<Span | undefined> {
  for (const match of findLookAlikes(text, ground.textAt)) yield match && spanOf(match);
}

/** More than {@link BLANK_LINES_LIMIT} lines with nothing but space, without the break behind the last. */
function* findBlankLines(text: string): Generator<Span | undefined> {
  for (const { 0: space, index } of text.matchAll(SPACE)) {
    // What stands behind a word, or before one, belongs to its line.
    const start = index === 0 ? 0 : index + space.indexOf("\n") + 1;
    const isEnd = index + space.length === text.length;
    const end = isEnd ? text.length : index + space.lastIndexOf("\n");
    const breaks = space.length > BLANK_LINES_LIMIT ? text.slice(start, end).split("\n").length - 1 : 0;
    yield breaks >= BLANK_LINES_LIMIT ? { start, end } : undefined;
  }
}

/** Where lines are shown as lines, what stands before them and is in sight stays: the columns of a diff line up. */
function findWideGaps(text: string, ground: Ground): Iterable<Span | undefined> {
  const hasLines = ground.reading === "text" || ground.reading === "command";
  return matchesOf(GAP, (match) => {
    const [gap] = match;
    if (gap.length * TAB_COLUMNS <= GAP_LIMIT) return false;
    const limit = hasLines && isIndentation(match) ? INDENT_LIMIT : GAP_LIMIT;
    return columnsOf(gap) > limit;
  })(text, ground);
}

/** At the beginning of a line, or behind the sign that a diff has there, and before something that can be seen. */
function isIndentation({ 0: gap, index, input }: RegExpExecArray): boolean {
  const isBehindSign = /[+-]/.test(input.charAt(index - 1));
  const start = isBehindSign ? index - 1 : index;
  const end = index + gap.length;
  const isAtStart = start === 0 || input.charAt(start - 1) === "\n";
  return isAtStart && end < input.length && VISIBLE.test(input.slice(end, end + 2));
}

function columnsOf(gap: string): number {
  const tabs = gap.split("\t").length - 1;
  return gap.length - tabs + tabs * TAB_COLUMNS;
}
