/**
 * Untrusted text as it may be shown: what cannot be seen, or could be taken for something else, becomes a visible
 * escape that can be turned back. Pure.
 */

import type { Size } from "../permission.ts";
import { MASK } from "../secrets.ts";
import { findLookAlikes } from "./look-alikes.ts";
import { isPlainWord } from "./scripts.ts";

/** Columns of spaces and tabs in a row that stay as they are; more of them push text out of sight. */
const GAP_LIMIT = 20;
/** Columns that a tab counts for. */
const TAB_COLUMNS = 4;

/** Controls, formats, lone surrogates, private use, unassigned; what fonts leave out or draw as nothing. */
const INVISIBLE = String.raw`\p{C}\p{Default_Ignorable_Code_Point}\u2800\uFFFC\u{1D159}`;
const HIDDEN = new RegExp(String.raw`(?![\n\t])[${INVISIBLE}]`, "gu");

/** What turns the direction of text, and the blocks whose letters run from right to left. */
const REORDERING =
  /\p{Bidi_Control}|[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFE\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/gu;

const FOREIGN_SPACE = /(?![ \n])\p{Z}/gu;
const NON_ASCII = /\P{ASCII}/gu;
/** A tick or a picture is nothing like ASCII. */
const NON_ASCII_BUT_SYMBOLS = /(?!\p{So})\P{ASCII}/gu;
/** Raised and circled digits, and the punctuation of East Asian text, are ordinary and nothing like ASCII. */
const NON_ASCII_BUT_ORDINARY = /(?![！（），：；？\p{No}])\P{ASCII}/gu;
/** A word in the widest sense: what cannot be seen does not end it. */
const WORD = new RegExp(String.raw`(?:(?![\n\t])[\p{L}\p{M}\p{Nd}\p{Nl}_${INVISIBLE}])+`, "gu");
/** The third of the marks that stand on each other, and each further one. */
const STACKED_MARK = /(?<=[\p{Mn}\p{Me}]{2})[\p{Mn}\p{Me}]/gu;
/** In the widest sense, with a user's name and a port. */
const URL_HOST = /(?<=:\/\/)[^ \t\n/?#]+/gu;
/** The first word of what may be a simple command, behind assignments. Finds too many rather than too few. */
const COMMAND_WORD = /(?:^|[\n;&|(){}`])[ \t]*(?:\w+=[^\s;&|(){}`]*[ \t]+)*(?<word>[^ \t\n;&|<>(){}`]+)/dgu;

const FOUR_BLANK_LINES = /(?<![^\n])[ \t]*(?:\n[ \t]*){3,}(?![^\n])/gu;
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
  readonly find: (text: string) => Iterable<Span>;
  /** Missing where the rule holds for all. */
  readonly readings?: readonly Reading[];
}

/** The first that finds a character names the reason. */
const RULES: readonly Rule[] = [
  { reason: "reordering", find: matchesOf(REORDERING) },
  { reason: "hidden", find: matchesOf(HIDDEN) },
  { reason: "lookAlike", find: matchesOf(FOREIGN_SPACE) },
  { reason: "lookAlike", find: matchesOf(NON_ASCII), readings: ["name"] },
  { reason: "lookAlike", find: findAsciiVariants },
  { reason: "lookAlike", find: findForeignLetters },
  { reason: "lookAlike", find: matchesOf(STACKED_MARK) },
  { reason: "lookAlike", find: nonAsciiOf(matchesOf(URL_HOST)) },
  { reason: "lookAlike", find: nonAsciiOf(findCommandWords, NON_ASCII_BUT_SYMBOLS), readings: ["command"] },
  { reason: "lookAlike", find: (text) => findLookAlikes(text).map(spanOf), readings: ["command"] },
  { reason: "space", find: matchesOf(FOUR_BLANK_LINES) },
  { reason: "space", find: findWideGaps },
  { reason: "space", find: matchesOf(BREAK), readings: ["line", "name"] },
  { reason: "backslash", find: matchesOf(BACKSLASH_OF_ESCAPE) },
];

/**
 * Makes any string visible: what may deceive becomes `\u{202E}`, and `\u{20×57}` where it stands 57 times in a row.
 * Nothing is lost: {@link reveal} gives the source back. The marks of masked secrets stay as they are.
 *
 * Not to be done twice, nor piece by piece: the first would escape the escapes, the second would miss what lies
 * across a border.
 */
export function makeVisible(source: string, reading: Reading = "text"): VisibleText {
  const notes = { reordering: 0, hidden: 0, lookAlike: 0, space: 0, backslash: 0 };
  const escaped = new Set<number>();
  const marked = positionsOf(matchesOf(MASK)(source));
  for (const { reason, find, readings } of RULES) {
    if (readings?.includes(reading) === false) continue;
    for (const { start, end } of find(source)) {
      if (escaped.has(start) || marked.has(start)) continue;
      notes[reason]++;
      for (let at = start; at < end; at++) escaped.add(at);
    }
  }
  return { text: escapeAt(source, escaped), notes };
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

function escapeAt(source: string, escaped: ReadonlySet<number>): string {
  let visible = "";
  let count = 0;
  let at = 0;
  for (const character of source) {
    const next = at + character.length;
    if (escaped.has(at)) {
      count++;
      const goesOn = escaped.has(next) && source.codePointAt(next) === source.codePointAt(at);
      if (!goesOn) {
        visible += renderEscape(character, count);
        count = 0;
      }
    } else {
      visible += character;
    }
    at = next;
  }
  return visible;
}

function renderEscape(character: string, count: number): string {
  const hex = character.codePointAt(0)?.toString(16).toUpperCase();
  return count === 1 ? `\\u{${hex}}` : `\\u{${hex}×${count}}`;
}

function positionsOf(spans: Iterable<Span>): Set<number> {
  const positions = new Set<number>();
  for (const { start, end } of spans) for (let at = start; at < end; at++) positions.add(at);
  return positions;
}

function matchesOf(pattern: RegExp): Rule["find"] {
  return (text) => [...text.matchAll(pattern)].map(spanOf);
}

function spanOf({ 0: match, index }: RegExpExecArray): Span {
  return { start: index, end: index + match.length };
}

function nonAsciiOf(find: Rule["find"], nonAscii = NON_ASCII): Rule["find"] {
  const findNonAscii = matchesOf(nonAscii);
  return function* findInside(text) {
    for (const { start, end } of find(text)) {
      for (const found of findNonAscii(text.slice(start, end)))
        yield { start: start + found.start, end: start + found.end };
    }
  };
}

/** Full-width, mathematical and other forms of an ASCII character, for which Unicode knows that they are the same. */
function findAsciiVariants(text: string): Span[] {
  return [...text.matchAll(NON_ASCII_BUT_ORDINARY)]
    .filter(([character]) => /^[!-~]$/u.test(character.normalize("NFKC")))
    .map(spanOf);
}

/** What is not ASCII in a word that is not plain, so that what runs as ASCII can be told from the rest. */
function findForeignLetters(text: string): Iterable<Span> {
  const findWords = (): Span[] =>
    [...text.matchAll(WORD)].filter(([word]) => !isPlainWord(word.replaceAll(HIDDEN, ""))).map(spanOf);
  return nonAsciiOf(findWords)(text);
}

function findCommandWords(text: string): Span[] {
  return [...text.matchAll(COMMAND_WORD)].flatMap(({ indices }) => {
    const word = indices?.groups?.["word"];
    return word === undefined ? [] : [{ start: word[0], end: word[1] }];
  });
}

function findWideGaps(text: string): Span[] {
  return [...text.matchAll(GAP)].filter(([gap]) => columnsOf(gap) > GAP_LIMIT).map(spanOf);
}

function columnsOf(gap: string): number {
  const tabs = gap.split("\t").length - 1;
  return gap.length - tabs + tabs * TAB_COLUMNS;
}
