/**
 * Untrusted text as it may be shown: what cannot be seen, or could be taken for something else, becomes a visible
 * escape that can be turned back. Pure.
 */

import type { Size } from "../gateway/domain/content.ts";
import { MASK } from "./secrets.ts";
import { runToEnd, type Sliced } from "../system/sliced.ts";
import { DECEPTIONS, findCommandWords, URL_HOST, type Notes } from "./deceptions.ts";
import { findEmoji } from "./emoji.ts";
import { groundOf, type Ground, type Reading } from "./ground.ts";
import { findReadable, LEFT_TO_RIGHT_MARK } from "./right-to-left.ts";
import { findSpelling } from "./spelling.ts";

const ESCAPE = /\\u\{([0-9A-F]+)(?:×([0-9]+))?\}/gu;

/** A text as it may be shown literally, in `rich_text_preformatted` or, if it is one line, in `plain_text`. */
export interface VisibleText {
  /** At most eight times as long as its source. */
  readonly text: string;
  readonly notes: Notes;
}

/** Lines of printable ASCII hide nothing but by space and by backslashes. */
const PLAIN = /^[\n\t -~]*$/;
const PLAIN_REASONS: ReadonlySet<keyof Notes> = new Set(["space", "backslash"]);

const LINE_BREAK = 0x0a;

/** What is done in one piece: so many things that were looked at, or escapes. */
const PIECE = 10;

/** Code units that are counted in one piece. */
const COUNTED_PIECE = 20_000;

/** How a code unit is shown. */
const ESCAPED = 1;
const IN_MASK = 2;
/** As it is: part of an emoji, of a word, of how a language is written. */
const KEPT = 3;
/** The same, and a left-to-right mark stands behind it. */
const KEPT_LAST = 4;

/**
 * Makes any string visible: what may deceive becomes `\u{202E}`, and `\u{20×57}` where it stands 57 times in a row.
 * Nothing is lost: {@link reveal} gives the source back. The marks of masked secrets stay as they are. Where words run
 * from right to left, left-to-right marks of ours keep them in their places: {@link withoutMarks} takes them out again.
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
  for (const mark of source.matchAll(MASK)) shownAs.fill(IN_MASK, mark.index, mark.index + mark[0].length);
  const isPlain = PLAIN.test(source);
  const ground = groundOf(source, reading, isPlain);
  if (!isPlain) yield* keep(source, ground, shownAs);
  let looks = 0;
  for (const { reason, find, readings } of DECEPTIONS) {
    if (readings?.includes(reading) === false || (isPlain && !PLAIN_REASONS.has(reason))) continue;
    yield;
    for (const span of find(source, ground)) {
      if ((looks += 1) % PIECE === 0) yield;
      if (span === undefined || shownAs[span.start] !== 0) continue;
      notes[reason]++;
      shownAs.fill(ESCAPED, span.start, span.end);
    }
  }
  return { text: yield* escape(source, shownAs), notes };
}

/** Notes what stays although it would be escaped elsewhere. */
function* keep(source: string, ground: Ground, shownAs: Uint8Array): Sliced<void> {
  if (ground.reading === "name") return;
  let looks = 0;
  for (const emoji of findEmoji(source)) {
    if ((looks += 1) % PIECE === 0) yield;
    if (emoji !== undefined && (!emoji.isJoined || isInProse(source, ground, emoji.start)))
      shownAs.fill(KEPT, emoji.start, emoji.end);
  }
  for (const spelling of findSpelling(source)) {
    if ((looks += 1) % PIECE === 0) yield;
    if (spelling !== undefined && isInProse(source, ground, spelling.start))
      shownAs.fill(KEPT, spelling.start, spelling.end);
  }
  for (const unit of findReadable(source, ground)) {
    if ((looks += 1) % PIECE === 0) yield;
    if (unit === undefined) continue;
    shownAs.fill(KEPT, unit.start, unit.end);
    shownAs[unit.end - 1] = KEPT_LAST;
  }
  yield* keepNothingOf(source, ground, shownAs);
}

/** Where a name is read character by character. */
function* keepNothingOf(source: string, ground: Ground, shownAs: Uint8Array): Sliced<void> {
  const words = ground.reading === "command" ? findCommandWords(source, ground) : [];
  for (const { start, end } of words)
    for (let at = start; at < end; at += 1) if (shownAs[at] !== IN_MASK) shownAs[at] = 0;
  yield;
  for (const { 0: host, index } of source.matchAll(URL_HOST))
    for (let at = index; at < index + host.length; at += 1) if (shownAs[at] !== IN_MASK) shownAs[at] = 0;
}

/** Characters around one that are looked at: a path is as long, with what is odd in it. */
const AROUND = 100;

/** In prose, and not in the name of a file there. */
function isInProse(source: string, ground: Ground, at: number): boolean {
  if (!ground.isProse(at)) return false;
  const before =
    source
      .slice(Math.max(0, at - AROUND), at)
      .split(/\s/)
      .at(-1) ?? "";
  const [behind = ""] = source.slice(at, at + AROUND).split(/\s/);
  return !/[/\\]/.test(before + behind);
}

/** The source of a visible text. Only for what {@link makeVisible} has made: throws on code points that do not exist. */
export function reveal(visible: string): string {
  return withoutMarks(visible).replaceAll(ESCAPE, (_, hex: string, count = "1") =>
    String.fromCodePoint(Number.parseInt(hex, 16)).repeat(Number(count)),
  );
}

/** A visible text as it would be without the left-to-right marks that are ours. */
export function withoutMarks(visible: string): string {
  return visible.replaceAll(LEFT_TO_RIGHT_MARK, "");
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
export function* sizeOf(sources: readonly string[]): Sliced<Size> {
  const size = { lines: 0, characters: 0 };
  for (const source of sources) {
    let [breaks, pairs] = [0, 0];
    for (let at = 0; at < source.length; at += 1) {
      if (at % COUNTED_PIECE === 0) yield;
      const code = source.charCodeAt(at);
      if (code === LINE_BREAK) breaks += 1;
      else if (isHighSurrogate(code) && isLowSurrogate(source.charCodeAt(at + 1))) pairs += 1;
    }
    const isEnded = source === "" || source.endsWith("\n");
    size.lines += isEnded ? breaks : breaks + 1;
    size.characters += source.length - pairs;
  }
  return size;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
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
  const literal = shownAs.includes(KEPT_LAST) ? createMarker(source, shownAs) : source.slice.bind(source);
  let visible = "";
  let literalStart = 0;
  let escapes = 0;
  for (let at = shownAs.indexOf(ESCAPED); at !== -1; at = shownAs.indexOf(ESCAPED, at)) {
    visible += literal(literalStart, at);
    const character = characterAt(source, at);
    let count = 0;
    for (; shownAs[at] === ESCAPED && source.startsWith(character, at); at += character.length) count++;
    visible += renderEscape(character, count);
    literalStart = at;
    if ((escapes += 1) % PIECE === 0) yield;
  }
  return visible + literal(literalStart, source.length);
}

/** Gives parts of the source, one behind the other, with a mark where a line begins and behind each unit. */
function createMarker(source: string, shownAs: Uint8Array): (start: number, end: number) => string {
  return (start, end) => {
    let marked = start === 0 ? LEFT_TO_RIGHT_MARK : "";
    let from = start;
    for (let at = start; at < end; at += 1) {
      if (shownAs[at] !== KEPT_LAST && source.charCodeAt(at) !== LINE_BREAK) continue;
      marked += source.slice(from, at + 1) + LEFT_TO_RIGHT_MARK;
      from = at + 1;
    }
    return marked + source.slice(from, end);
  };
}

function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

function renderEscape(character: string, count: number): string {
  const hex = character.codePointAt(0)?.toString(16).toUpperCase();
  return count === 1 ? `\\u{${hex}}` : `\\u{${hex}×${count}}`;
}
