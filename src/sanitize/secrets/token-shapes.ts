/** Secrets that are known by their look alone: the tokens of services that give theirs a look of its own. */

import { AT_WORD_START, UNMISTAKABLE, type TokenShape } from "./secret-table.ts";
import type { Span } from "../../shell/scanning.ts";

/** What a word begins behind; in JSON and in a URL also a line break, a sign. */
const WORD_START = String.raw`(?:^|[^A-Za-z0-9]|\\[nrt]|%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4})`;

/** No lookbehind: OpenCode's runtime is twenty times slower with one. */
const SHAPE = new RegExp(anyOf(UNMISTAKABLE), "g");
const WORD_SHAPE = new RegExp(`${WORD_START}(${anyOf(AT_WORD_START)})(?![A-Za-z0-9])`, "g");

const LONG_WORD = /[^\s"'`<>]{16,}/g;

/** Words of a sentence joined by hyphens or underscores have neither, the end of a token has. */
const RANDOM_END = /[A-Z\d]/;
const RANDOM_END_LENGTH = 20;

/** A JSON Web Token from its first full stop on: searched for from its beginning, every `eyJ` would be read to its end. */
const JWT_REST = /\.(?:eyJ|ewo)[\w-]{8,}={0,2}(?:\.[\w.=-]*)?/g;
const JWT_HEADER = /(?:^|[^A-Za-z0-9]|\\[nrt])((?:eyJ|ewo)[\w-]{8,})$/;

function anyOf(shapes: readonly TokenShape[]): string {
  return shapes.map(([, { source }]) => source).join("|");
}

/** The tokens of known services, anywhere in a text. */
export function* findTokens(text: string): Generator<Span | undefined> {
  yield undefined;
  yield* findShapes(text, SHAPE, 0);
  // Most words of a text are shorter than any token.
  for (const { 0: word, index } of text.matchAll(LONG_WORD)) {
    yield undefined;
    yield* findShapes(word, WORD_SHAPE, index);
  }
  yield* findJWTs(text);
}

function* findShapes(text: string, shape: RegExp, offset: number): Generator<Span | undefined> {
  for (const { 0: match, 1: token = match, index } of text.matchAll(shape)) {
    const end = offset + index + match.length;
    yield RANDOM_END.test(token.slice(-RANDOM_END_LENGTH)) ? { start: end - token.length, end } : undefined;
  }
}

function* findJWTs(text: string): Generator<Span | undefined> {
  let from = 0;
  for (const { 0: rest, index } of text.matchAll(JWT_REST)) {
    let start = index;
    while (start > from && /[\w-]/.test(text.charAt(start - 1))) start -= 1;
    // With what may stand before it.
    const [, header] = JWT_HEADER.exec(text.slice(Math.max(from, start - 2), index)) ?? [];
    from = index + rest.length;
    yield header === undefined ? undefined : { start: index - header.length, end: from };
  }
}
