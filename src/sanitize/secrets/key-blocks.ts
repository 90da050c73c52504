/** Private keys in PEM, OpenSSH's and PGP's form. */

import type { Span } from "./values.ts";

const BEGIN = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/g;
/** In JSON and in an environment variable a key's line breaks are a backslash and a letter. */
const LINE_PART = /\\{1,4}[nrt]|[A-Za-z0-9+/=]+/g;
/** Shorter words in a block that is none are readable; a key's last line follows a longer one. */
const LINE_MIN_LENGTH = 16;

const BODY_END = /^(?:[\s"'+-]|\\{1,4}[nrt])*$/;

/** A line of a key. */
export interface KeyLine extends Span {
  /** Whether the line stands on a line of its own also in the text, where a shell may take it for a command. */
  readonly isOwnLine: boolean;
}

/** The lines of base64 in the private keys of a text. What else stands in a block stays readable. */
export function* findKeyLines(text: string): Generator<KeyLine> {
  for (const { 0: begin, index } of text.matchAll(BEGIN)) {
    const start = index + begin.length;
    const end = text.indexOf("-----", start);
    yield* keyLines(text.slice(start, end === -1 ? text.length : end), start);
  }
}

function* keyLines(body: string, offset: number): Generator<KeyLine> {
  let lines = 0;
  let isOwnLine = false;
  let at = 0;
  for (const { 0: part, index } of body.matchAll(LINE_PART)) {
    isOwnLine ||= body.slice(at, index).includes("\n");
    at = index + part.length;
    if (part.startsWith("\\")) continue;
    const isLast = lines > 0 && part.length >= 4 && BODY_END.test(body.slice(at));
    if (part.length < LINE_MIN_LENGTH && !isLast) continue;
    lines += 1;
    yield { start: offset + index, end: offset + at, isOwnLine };
  }
}
