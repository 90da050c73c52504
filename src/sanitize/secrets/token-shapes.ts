/** Secrets that are known by their look alone: the tokens of services that give theirs a look of its own. */

import { matchesOf } from "./matches.ts";
import { AT_WORD_START, UNMISTAKABLE, type TokenShape } from "./secret-table.ts";
import { startsOf } from "./shape-starts.ts";
import type { Span } from "../../shell/scanning.ts";

/** No lookbehind: OpenCode's runtime is twenty times slower with one. */
const ANYWHERE = new RegExp(anyOf(UNMISTAKABLE), "g");
/** By the character that they begin with: at a place of a text, few are tried. */
const BY_START = byStart(AT_WORD_START.filter(([, , sign]) => sign === undefined));
/** By what is somewhere in them: most texts have none of it. */
const BY_SIGN = AT_WORD_START.flatMap(([, { source }, sign]) =>
  sign === undefined ? [] : [{ sign, shape: atWordEnd(source) }],
);

/** No token is shorter, and none at the start of a word. One of Fly's has a blank. */
const LONG_WORD = /(?:FlyV1 )?[^\s"'`<>]{13,}/g;
const MIN_LENGTH_AT_START = 16;

/** What a word begins behind, if no other sign: in JSON and in a URL also a line break, a sign. */
const ESCAPE_BEFORE = /(?:\\[nrt]|%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4})$/;
const ESCAPE_LENGTH = 6;
const LETTER_OR_DIGIT = /[A-Za-z0-9]/;

/** Words of a sentence joined by hyphens or underscores have neither, the end of a token has. */
const RANDOM_END = /[A-Z\d]/;
const RANDOM_END_LENGTH = 20;

/** A JSON Web Token from its first full stop on: searched for from its beginning, every `eyJ` would be read to its end. */
const JWT_REST = /={0,2}\.(?:eyJ|ewo)[\w-]{8,}={0,2}(?:\.[\w.=-]*)?/g;
const JWT_HEADER = /(?:^|[^A-Za-z0-9]|\\[nrt])((?:eyJ|ewo)[\w-]{8,})$/;

function anyOf(shapes: readonly TokenShape[]): string {
  return shapes.map(([, { source }]) => source).join("|");
}

function atWordEnd(source: string): RegExp {
  return new RegExp(`(?:${source})(?![A-Za-z0-9])`, "y");
}

function byStart(shapes: readonly TokenShape[]): ReadonlyMap<string, RegExp> {
  const groups = new Map<string, TokenShape[]>();
  for (const shape of shapes)
    for (const start of startsOf(shape[1].source)) {
      const group = groups.get(start);
      if (group === undefined) groups.set(start, [shape]);
      else group.push(shape);
    }
  return new Map([...groups].map(([start, group]) => [start, atWordEnd(anyOf(group))]));
}

/** The tokens of known services, anywhere in a text. */
export function* findTokens(text: string): Generator<Span | undefined> {
  yield undefined;
  const seldom = BY_SIGN.filter(({ sign }) => text.includes(sign)).map(({ shape }) => shape);
  // Most words of a text are shorter than any token.
  for (const { 0: word, index } of matchesOf(text, LONG_WORD)) {
    yield undefined;
    if (!RANDOM_END.test(word)) continue;
    for (const { 0: token, index: at } of matchesOf(word, ANYWHERE))
      yield tokenAt(word, at, at + token.length, index);
    if (word.length < MIN_LENGTH_AT_START) continue;
    yield* findAtStarts(word, index, (start) => BY_START.get(word.charAt(start)));
    for (const shape of seldom) yield* findAtStarts(word, index, () => shape);
  }
  yield* findJWTs(text);
}

/** @param shapeAt a sticky expression of what may begin at a place. */
function* findAtStarts(
  word: string,
  offset: number,
  shapeAt: (start: number) => RegExp | undefined,
): Generator<Span | undefined> {
  const last = word.length - MIN_LENGTH_AT_START;
  for (let start = 0; start <= last; start += 1) {
    const shape = isStart(word, start) ? shapeAt(start) : undefined;
    if (shape === undefined) continue;
    shape.lastIndex = start;
    if (!shape.test(word)) continue;
    const end = shape.lastIndex;
    yield tokenAt(word, start, end, offset);
    start = end;
  }
}

function isStart(word: string, at: number): boolean {
  if (at === 0 || !LETTER_OR_DIGIT.test(word.charAt(at - 1))) return true;
  return ESCAPE_BEFORE.test(word.slice(Math.max(0, at - ESCAPE_LENGTH), at));
}

function tokenAt(word: string, start: number, end: number, offset: number): Span | undefined {
  const isRandom = RANDOM_END.test(word.slice(Math.max(start, end - RANDOM_END_LENGTH), end));
  return isRandom ? { start: offset + start, end: offset + end } : undefined;
}

function* findJWTs(text: string): Generator<Span | undefined> {
  let from = 0;
  for (const { 0: rest, index } of matchesOf(text, JWT_REST)) {
    let start = index;
    while (start > from && /[\w-]/.test(text.charAt(start - 1))) start -= 1;
    // With what may stand before it.
    const [, header] = JWT_HEADER.exec(text.slice(Math.max(from, start - 2), index)) ?? [];
    from = index + rest.length;
    yield header === undefined ? undefined : { start: index - header.length, end: from };
  }
}
