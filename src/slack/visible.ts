/**
 * Untrusted text as it may be shown: what cannot be seen, or could be taken for something else, becomes a visible
 * escape that can be turned back. Pure.
 */

import type { Size } from "../permission.ts";
import { MASK } from "../secrets.ts";
import { runToEnd, type Sliced } from "../sliced.ts";
import { findLookAlikes } from "./look-alikes.ts";
import { isPlainWord } from "./scripts.ts";

/** Columns of spaces and tabs in a row that stay as they are; more of them push text out of sight. */
const GAP_LIMIT = 20;
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
/** A tick or a picture is nothing like ASCII. */
const SYMBOL = /\p{So}/u;
/** Raised and circled digits, and the punctuation of East Asian text, are ordinary and nothing like ASCII. */
const NON_ASCII_BUT_ORDINARY = /(?![！（），：；？\p{No}])\P{ASCII}/gu;
/** A word in the widest sense: what cannot be seen does not end it. */
const WORD = new RegExp(String.raw`(?:(?![\n\t])[\p{L}\p{M}\p{Nd}\p{Nl}_${INVISIBLE}])+`, "gu");
/** No word of any language is as long. */
const WORD_LIMIT = 4_000;
/** The third of the marks that stand on each other, and each further one. */
const STACKED_MARK = /(?<=[\p{Mn}\p{Me}]{2})[\p{Mn}\p{Me}]/gu;
/** In the widest sense, with a user's name and a port. */
const URL_HOST = /(?<=:\/\/)[^ \t\n/?#]+/gu;
/** The first word of what may be a simple command, behind assignments. Finds too many rather than too few. */
const COMMAND_WORD = /(?:^|[\n;&|(){}`])[ \t]*(?:\w+=[^\s;&|(){}`]*[ \t]+)*([^ \t\n;&|<>(){}`]+)/gu;

const SPACE = /[ \t\n]+/gu;
const GAP = /[ \t]+/gu;
const BREAK = /[\n\t]/gu;
const BACKSLASH_OF_ESCAPE = /\\(?=u\{)/gu;

const ESCAPE = /\\u\{([0-9A-F]+)(?:×([0-9]+))?\}/gu;

/** What a text is read as; the more is decided by a single character, the less may be anything but ASCII. */
export type Reading =
  /** Lines of anything: a diff, a file, a prompt. */
  | "text"
  /** Lines for a shell: command words are ASCII, and nothing looks like a quote that is none. */
  | "command"
  /** One line: a title, a path, a URL. */
  | "line"
  /** One line of ASCII: a tool, a host, a pattern that begins with a command. */
  | "name";

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

/** A text as it may be shown literally, in `rich_text_preformatted` or, if it is one line, in `plain_text`. */
export interface VisibleText {
  /** At most eight times as long as its source. */
  readonly text: string;
  readonly notes: Notes;
}

/** A part of a text, in UTF-16 code units. */
interface Span {
  readonly start: number;
  readonly end: number;
}

interface Rule {
  readonly reason: keyof Notes;
  readonly find: Finder;
  /** Missing where the rule holds for all. */
  readonly readings?: readonly Reading[];
}

/** Finds what is to be escaped; yields nothing for what was looked at and stays. */
type Finder = (text: string) => Iterable<Span | undefined>;

/** The first that finds a character names the reason. */
const RULES: readonly Rule[] = [
  { reason: "reordering", find: matchesOf(REORDERING) },
  { reason: "hidden", find: matchesOf(HIDDEN) },
  { reason: "lookAlike", find: matchesOf(FOREIGN_SPACE) },
  { reason: "lookAlike", find: nonAsciiIn(wholeText), readings: ["name"] },
  { reason: "lookAlike", find: findAsciiVariants },
  { reason: "lookAlike", find: nonAsciiIn(findForeignWords) },
  { reason: "lookAlike", find: matchesOf(STACKED_MARK) },
  { reason: "lookAlike", find: nonAsciiIn(matchesOf(URL_HOST)) },
  { reason: "lookAlike", find: nonAsciiIn(findCommandWords, SYMBOL), readings: ["command"] },
  { reason: "lookAlike", find: (text) => findLookAlikes(text).map(spanOf), readings: ["command"] },
  { reason: "space", find: findBlankLines },
  { reason: "space", find: findWideGaps },
  { reason: "space", find: matchesOf(BREAK), readings: ["line", "name"] },
  { reason: "backslash", find: matchesOf(BACKSLASH_OF_ESCAPE) },
];

/** What is done in one piece: so many things that were looked at, or escapes. */
const PIECE = 10;

/** How a code unit is shown. */
const ESCAPED = 1;
const IN_MARK = 2;

/**
 * Makes any string visible: what may deceive becomes `\u{202E}`, and `\u{20×57}` where it stands 57 times in a row.
 * Nothing is lost: {@link reveal} gives the source back. The marks of masked secrets stay as they are.
 *
 * Not to be done twice, nor piece by piece: the first would escape the escapes, the second would miss what lies
 * across a border.
 */
export function makeVisible(source: string, reading: Reading = "text"): VisibleText {
  return runToEnd(makeVisibleInSlices(source, reading));
}

/** The same for a text that may be long. */
export function* makeVisibleInSlices(source: string, reading: Reading): Sliced<VisibleText> {
  const notes = { reordering: 0, hidden: 0, lookAlike: 0, space: 0, backslash: 0 };
  const shownAs = new Uint8Array(source.length);
  for (const mark of source.matchAll(MASK)) shownAs.fill(IN_MARK, mark.index, mark.index + mark[0].length);
  let looks = 0;
  for (const { reason, find, readings } of RULES) {
    if (readings?.includes(reading) === false) continue;
    yield;
    for (const span of find(source)) {
      if ((looks += 1) % PIECE === 0) yield;
      if (span === undefined || shownAs[span.start] !== 0) continue;
      notes[reason]++;
      shownAs.fill(ESCAPED, span.start, span.end);
    }
  }
  return { text: yield* escape(source, shownAs), notes };
}

/** The source of a visible text. Only for what {@link makeVisible} has made: throws on code points that do not exist. */
export function reveal(visible: string): string {
  return visible.replaceAll(ESCAPE, (_, hex: string, count = "1") =>
    String.fromCodePoint(Number.parseInt(hex, 16)).repeat(Number(count)),
  );
}

/** Says what was escaped, as a sentence; nothing if nothing was. */
export function renderNotes(notes: Notes): string | undefined {
  const counts = [
    { count: notes.reordering, one: "character that reorders text", many: "characters that reorder text" },
    { count: notes.hidden, one: "hidden character", many: "hidden characters" },
    { count: notes.lookAlike, one: "look-alike character", many: "look-alike characters" },
    { count: notes.space, one: "run of white space", many: "runs of white space" },
    { count: notes.backslash, one: "backslash", many: "backslashes" },
  ].filter(({ count }) => count > 0);
  if (counts.length === 0) return undefined;
  const list = new Intl.ListFormat("en").format(counts.map(renderCount));
  const isOne = counts.length === 1 && counts[0]?.count === 1;
  return `${list} ${isOne ? "is" : "are"} shown as \\u{…}.`;
}

/** Adds up how often something was escaped. */
export function sumNotes(all: readonly Notes[]): Notes {
  const sum = (reason: keyof Notes): number => all.reduce((count, notes) => count + notes[reason], 0);
  return {
    reordering: sum("reordering"),
    hidden: sum("hidden"),
    lookAlike: sum("lookAlike"),
    space: sum("space"),
    backslash: sum("backslash"),
  };
}

/** How much there is to read in all of these, as they came. */
export function sizeOf(sources: readonly string[]): Size {
  const size = { lines: 0, characters: 0 };
  for (const source of sources) {
    size.lines += source.split("\n").length - (source.endsWith("\n") || source === "" ? 1 : 0);
    size.characters += codePointsOf(source);
  }
  return size;
}

function codePointsOf(text: string): number {
  return text.length - (text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0);
}

/** `2 lines, 31 characters` */
export function renderSize({ lines, characters }: Size): string {
  return [
    renderCount({ count: lines, one: "line", many: "lines" }),
    renderCount({ count: characters, one: "character", many: "characters" }),
  ].join(", ");
}

/** `1 line`, `2 lines` */
export function renderCount({ count, one, many }: { count: number; one: string; many: string }): string {
  return `${count} ${count === 1 ? one : many}`;
}

function* escape(source: string, shownAs: Uint8Array): Sliced<string> {
  let visible = "";
  let literalStart = 0;
  let escapes = 0;
  for (let at = shownAs.indexOf(ESCAPED); at !== -1; at = shownAs.indexOf(ESCAPED, at)) {
    visible += source.slice(literalStart, at);
    const character = characterAt(source, at);
    let count = 0;
    for (; shownAs[at] === ESCAPED && source.startsWith(character, at); at += character.length) count++;
    visible += renderEscape(character, count);
    literalStart = at;
    if ((escapes += 1) % PIECE === 0) yield;
  }
  return visible + source.slice(literalStart);
}

function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

function renderEscape(character: string, count: number): string {
  const hex = character.codePointAt(0)?.toString(16).toUpperCase();
  return count === 1 ? `\\u{${hex}}` : `\\u{${hex}×${count}}`;
}

function matchesOf(pattern: RegExp, isMeant: (match: RegExpExecArray) => boolean = () => true): Finder {
  return function* findMatches(text) {
    for (const match of text.matchAll(pattern)) yield isMeant(match) ? spanOf(match) : undefined;
  };
}

function spanOf({ 0: match, index }: RegExpExecArray): Span {
  return { start: index, end: index + match.length };
}

function wholeText({ length }: string): Span[] {
  return [{ start: 0, end: length }];
}

/** @param ordinary characters that stay as they are. */
function nonAsciiIn(find: Finder, ordinary?: RegExp): Finder {
  return function* findNonAscii(text) {
    for (const span of find(text)) {
      yield undefined;
      if (span === undefined) continue;
      for (let at = span.start; at < span.end; at += 1) {
        if (text.charCodeAt(at) <= LAST_ASCII) continue;
        const start = at;
        const character = characterAt(text, at);
        at += character.length - 1;
        if (ordinary?.test(character) !== true) yield { start, end: at + 1 };
      }
    }
  };
}

/** Full-width, mathematical and other forms of an ASCII character, for which Unicode knows that they are the same. */
function findAsciiVariants(text: string): Iterable<Span | undefined> {
  const known = new Map<string, boolean>();
  const isVariant = ([character]: RegExpExecArray): boolean => {
    const is = known.get(character) ?? /^[!-~]$/u.test(character.normalize("NFKC"));
    known.set(character, is);
    return is;
  };
  return matchesOf(NON_ASCII_BUT_ORDINARY, isVariant)(text);
}

/** Words that are not plain. What is not ASCII in them is escaped, so that what runs as ASCII can be told from the rest. */
function findForeignWords(text: string): Iterable<Span | undefined> {
  const isForeign = ([word]: RegExpExecArray): boolean =>
    NON_ASCII.test(word) && (word.length > WORD_LIMIT || !isPlainWord(word.replaceAll(HIDDEN, "")));
  return matchesOf(WORD, isForeign)(text);
}

function* findCommandWords(text: string): Generator<Span> {
  for (const { 0: match, 1: word = "", index } of text.matchAll(COMMAND_WORD)) {
    const end = index + match.length;
    yield { start: end - word.length, end };
  }
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

function findWideGaps(text: string): Iterable<Span | undefined> {
  return matchesOf(GAP, ([gap]) => gap.length * TAB_COLUMNS > GAP_LIMIT && columnsOf(gap) > GAP_LIMIT)(text);
}

function columnsOf(gap: string): number {
  const tabs = gap.split("\t").length - 1;
  return gap.length - tabs + tabs * TAB_COLUMNS;
}
