/** Private keys in PEM, OpenSSH's, PGP's, SSH2's and PuTTY's form, and the body of one without its first line. */

import { matchesOf } from "./matches.ts";
import type { Span } from "../../shell/scanning.ts";

const BEGIN = /-{4,5} ?BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)? ?-{4,5}|\nPrivate-Lines: \d{1,4}(?=\s)/g;
const END = /----|\nPrivate-(?:Lines|MAC):/g;
/** How the numbers of a private key begin: PKCS #8 and #1, SEC 1, Ed25519, OpenSSH. */
const BODY_START =
  /(?:^|[^A-Za-z0-9+/])(?=MII[A-Za-z0-9+/]{3}IBA(?:DANBgkqhkiG|AK[BC])|MHcCAQEEI|MIG[A-Za-z0-9+/]AgEAMB|MC4CAQAwBQYDK2V|b3BlbnNzaC1rZXktdjE)/g;
const BODY = /(?:[A-Za-z0-9+/=]{1,80}(?:[ \t"'+]|\\{1,4}[nrt]|\r?\n[ \t+-]{0,40}|$))+/y;
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
  for (const { 0: begin, index } of matchesOf(text, BEGIN)) {
    const start = index + begin.length;
    END.lastIndex = start;
    yield* keyLines(text.slice(start, END.exec(text)?.index), start);
  }
  yield* findBodies(text);
}

function* findBodies(text: string): Generator<KeyLine> {
  let at = 0;
  for (const { 0: before, index } of matchesOf(text, BODY_START)) {
    const start = index + before.length;
    BODY.lastIndex = start;
    if (start < at || !BODY.test(text)) continue;
    at = BODY.lastIndex;
    for (const line of keyLines(text.slice(start, at), start)) yield { ...line, isOwnLine: true };
  }
}

function* keyLines(body: string, offset: number): Generator<KeyLine> {
  let lines = 0;
  let isOwnLine = false;
  let at = 0;
  for (const { 0: part, index } of matchesOf(body, LINE_PART)) {
    isOwnLine ||= body.slice(at, index).includes("\n");
    at = index + part.length;
    if (part.startsWith("\\")) continue;
    const isLast = lines > 0 && part.length >= 4 && BODY_END.test(body.slice(at));
    if (part.length < LINE_MIN_LENGTH && !isLast) continue;
    lines += 1;
    yield { start: offset + index, end: offset + at, isOwnLine };
  }
}
