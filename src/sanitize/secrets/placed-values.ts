/** Secrets that are known by where they stand: in a header, a URL, behind a program's option. */

import type { Source } from "./named-values.ts";
import { findPasswords } from "./password-arguments.ts";
import { SECRET_ADDRESSES } from "./secret-table.ts";
import { matchesOf, mayHold, type Needs } from "./matches.ts";
import type { Span } from "../../shell/scanning.ts";
import { literalParts, literals, moved } from "./values.ts";

/** What stands before a secret's value. */
export interface PlaceRule {
  readonly needs: Needs;
  /** Ends where the value begins. */
  readonly before: RegExp;
  readonly isCode?: true;
}

/** Any of the addresses: their needs would be searches of their own. */
const ADDRESS: PlaceRule = {
  needs: ["/"],
  before: new RegExp(SECRET_ADDRESSES.map(([, { source }]) => source).join("|"), "g"),
};

export const PLACES: readonly PlaceRule[] = [
  {
    needs: ["-u"],
    before:
      /(?:^|[^\w-])(?:-u|--user|--proxy-user)(?:[ \t]+|=)?["']?(?!\d+:\d+\b|([\w-]{1,128}):\1\b)[\w.@+\\-]{1,128}:/g,
  },
  { needs: ["login"], before: /\blogin[ \t]+\S{1,128}\s{1,8}password[ \t]+/g },
  { needs: ["identified"], before: /\bidentified[ \t]+by[ \t]+(?=')/gi },
  // Headers
  { needs: ["authorization"], before: /authorization\\*["']?[ \t]*[:=][ \t]*\\*["']?[A-Za-z][\w-]*[ \t]+/gi },
  {
    needs: ["authorization"],
    before:
      /authorization\\*["']?[ \t]*[:=][ \t]*(?=\S)(?!\\*["'](?:apikey|basic|bearer|bot|digest|jwt|key|oauth|ssws|token)[ \t])/gi,
    isCode: true,
  },
  { needs: ["bearer"], before: /\bbearer[ \t]+(?=[\w.~+/=-]{16})/gi },
  // URLs that are keys
  {
    needs: ["sig=", "signature=", "code=", "ticket="],
    before: /[?&](?:sig|(?:x-(?:amz|goog)-)?signature|code|ticket)=/gi,
  },
  ADDRESS,
];

/** Cookies in a header: each of them, but for what is not a session's. */
const COOKIES = /\b(?:set-)?cookie\\*["'`]?[ \t]*[:=][ \t]*\\*["'`]?(?=[\w.%-]{1,80}=)/gi;
const COOKIE = /[; \t]*(?:(?:HttpOnly|Secure|Partitioned)[; \t]*){0,3}([\w.%-]{1,80})=/iy;
const NO_SESSION =
  /^(?:path|domain|expires|max-age|samesite|theme|lang(?:uage)?|locale|tz|timezone|currency|consent\w*|_g\w+)$/i;
const COOKIES_LIMIT = 40;

/** `https://user:password@host`, `https://token@host` */
const URL_CREDENTIALS = /:\/\/(?:[^\s/?#@:'"`<>|;&]*:(?=[^\s/?#@'"`<>|;&]))?([^\s/?#'"`<>|;&]+)@/g;
/** A user alone is no secret, unless it is long and not a word. */
const TOKEN_USER = /^(?=.*\d)[\w-]{16,}:?$/;

/** A value, and whether it can be nothing but one. */
export interface PlacedValue extends Span {
  readonly isSure: boolean;
}

/** The literal parts of the values that stand where a secret stands; nothing for a place that has none. */
export function* findPlacedValues({ text, small }: Source): Generator<PlacedValue | undefined> {
  for (const rule of PLACES) if (mayHold(small, rule.needs)) yield* sure(findRuled(text, rule));
  if (mayHold(small, ["cookie"])) yield* sure(findCookies(text));
  if (mayHold(small, ["://"])) yield* sure(findUrlCredentials(text));
  for (const password of findPasswords(text)) {
    yield undefined;
    if (password === undefined) continue;
    const { start, isSure, end } = password;
    for (const span of literalParts(text, start, false)) {
      if (span.start < end) yield { start: span.start, end: Math.min(span.end, end), isSure };
    }
  }
}

function* sure(found: Iterable<Span | undefined>): Generator<PlacedValue | undefined> {
  for (const span of found) yield span === undefined ? undefined : { ...span, isSure: true };
}

function* findRuled(text: string, { before, isCode }: PlaceRule): Generator<Span | undefined> {
  let end = 0;
  yield undefined;
  for (const { 0: match, index } of matchesOf(text, before)) {
    yield undefined;
    if (index < end) continue;
    for (const span of literalParts(text, index + match.length, isCode === true)) {
      end = span.end;
      yield span;
    }
  }
}

function* findCookies(text: string): Generator<Span | undefined> {
  let at = 0;
  for (const { 0: match, index } of matchesOf(text, COOKIES)) {
    yield undefined;
    if (index < at) continue;
    at = index + match.length;
    for (let count = 0; count < COOKIES_LIMIT; count += 1) {
      COOKIE.lastIndex = at;
      const [, name = ""] = COOKIE.exec(text) ?? [];
      if (name === "") break;
      at = COOKIE.lastIndex;
      const values = literalParts(text, at, true);
      at = values.at(-1)?.end ?? at + (/^[^\s;"'`\\]{0,200}/.exec(text.slice(at, at + 200))?.[0].length ?? 0);
      if (!NO_SESSION.test(name)) yield* values;
    }
  }
}

function* findUrlCredentials(text: string): Generator<Span | undefined> {
  for (const { 0: match, 1: secret = "", index } of matchesOf(text, URL_CREDENTIALS)) {
    yield undefined;
    const start = match.length - secret.length - 1;
    if (start === "://".length && !TOKEN_USER.test(secret)) continue;
    for (const part of literals(secret)) yield moved(part, index + start);
  }
}
