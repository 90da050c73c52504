/** Secrets that are known by what stands before them: a name, a flag, a header, a URL. */

import { SECRET_ADDRESSES } from "./token-table.ts";
import { SECRET_NAME, type Span, literalParts, literals, moved } from "./values.ts";

/** A secret's name, or its end: only the case tells `smtpPass` from a compass. */
const NAME = new RegExp(SECRET_NAME, "gi");
const CAMEL_NAME = /[a-z](?:Auth|Pass|Pwd)/g;
/** What a name may go on with: `SECRET_KEY_BASE`, `TOKEN_2`. */
export const NAME_END: string = String.raw`(?:[-_]?(?:base|value|prod|production|dev|test|staging|live|old|new|\d{1,3}))?`;
const QUOTED_END = String.raw`${NAME_END}\\*["']?\]?`;
const TYPE = String.raw`(?:[ \t]*:[ \t]*[\w.]{1,32})?`;

interface Rule {
  /** Ends where the value begins. */
  readonly before: RegExp;
  readonly isCode?: true;
}

/** What stands between a name and its value. */
const AFTER_NAME: readonly Rule[] = [
  // KEY=value, as in a shell, a URL or a connection string. White space behind it would begin a command.
  { before: new RegExp(String.raw`${QUOTED_END}=(?![=>\s])`, "iy") },
  // key = value, key: type = value, key === value
  {
    before: new RegExp(
      String.raw`${QUOTED_END}\??${TYPE}[ \t]+(?:[:?+|]{0,2}=|={2,3}|!={1,2})[ \t]*(?![=>\s])`,
      "iy",
    ),
    isCode: true,
  },
  // "key":value, key: value
  { before: new RegExp(String.raw`${NAME_END}\\*["']\]?[ \t]*:[ \t]*`, "iy"), isCode: true },
  {
    before: new RegExp(String.raw`${NAME_END}\??[ \t]*(?::[ \t]+|:(?=\\*["']))`, "iy"),
    isCode: true,
  },
  // <key>value</key>
  { before: new RegExp(String.raw`${NAME_END}>(?=[^<\s]{1,640}</)`, "iy") },
  // PASSWORD 'value'
  { before: /[ \t]+(?=')/y },
];
/** --key value */
const AFTER_FLAG: Rule = { before: new RegExp(String.raw`${NAME_END}[ \t]+(?![-=])`, "iy") };
const FLAG_START = /(?:^|[^\w-])-(?!-?(?:disable|enable|no|skip|use|with)-)[\w-]*$/i;
const FLAG_LENGTH = 40;
/** What a cloud keeps is only named so: who reads the card is to see which it is. */
const NAMES_SECRET = /\bgcloud [^\n;|&]{0,200}--secret$/;
const NAMES_LENGTH = 220;

/** What else stands before a secret. */
const RULES: readonly Rule[] = [
  // Programs with a short flag for a password
  {
    before:
      /(?:^|[^\w-])(?:-u|--user|--proxy-user)(?:[ \t]+|=)?["']?(?!\d+:\d+\b|([\w-]{1,128}):\1\b)[\w.@+\\-]{1,128}:/g,
  },
  { before: /\b(?:mysql|mariadb)[^\n;|&]{0,200}?[ \t]-p(?=\S)(?!(?:[\d.]+:)?\d+:\d+\b)/g },
  {
    before:
      /\b(?:sshpass[ \t]+-p|redis-cli[ \t][^\n;|&]{0,200}?-a[ \t]|login[ \t][^\n;|&]{0,200}?-p[ \t])[ \t]*/g,
  },
  { before: /\blogin[ \t]+\S{1,128}\s{1,8}password[ \t]+/g },
  { before: /\bidentified[ \t]+by[ \t]+(?=')/gi },
  // Headers
  { before: /authorization\\*["']?[ \t]*[:=][ \t]*\\*["']?[A-Za-z][\w-]*[ \t]+/gi },
  {
    before:
      /authorization\\*["']?[ \t]*[:=][ \t]*(?=\S)(?!\\*["'](?:apikey|basic|bearer|bot|digest|jwt|key|oauth|ssws|token)[ \t])/gi,
    isCode: true,
  },
  { before: /\bbearer[ \t]+(?=[\w.~+/=-]{16})/gi },
  { before: /\b(?:set-)?cookie:[ \t]*[\w.-]+=/gi },
  // URLs that are keys: signed ones, Slack's Socket Mode, webhooks and `response_url`
  { before: /[?&](?:sig|(?:x-(?:amz|goog)-)?signature|code|ticket)=/gi },
  ...SECRET_ADDRESSES.map(([, { source }]): Rule => ({ before: new RegExp(source, "g") })),
];

/** `https://user:password@host`, `https://token@host` */
const URL_CREDENTIALS = /:\/\/(?:[^\s/?#@:'"`<>|;&]*:(?=[^\s/?#@'"`<>|;&]))?([^\s/?#'"`<>|;&]+)@/g;
/** A user alone is no secret, unless it is long and not a word. */
const TOKEN_USER = /^(?=.*\d)[\w-]{16,}:?$/;

/** The literal parts of the values that stand where a secret stands; nothing for a place that has none. */
export function* findNamedValues(text: string): Generator<Span | undefined> {
  yield* findNamed(text);
  for (const rule of RULES) yield* findRuled(text, rule);
  yield* findUrlCredentials(text);
}

function* findNamed(text: string): Generator<Span | undefined> {
  let end = 0;
  for (const { 0: name, index } of inOrder(text.matchAll(NAME), text.matchAll(CAMEL_NAME))) {
    yield undefined;
    // A name inside of what is masked already names nothing.
    const behind = index + name.length;
    if (index < end || NAMES_SECRET.test(text.slice(Math.max(0, behind - NAMES_LENGTH), behind))) continue;
    for (const span of valuesOf(text, behind)) {
      end = span.end;
      yield span;
    }
  }
}

/** What two searches find, as it stands in the text. */
function* inOrder(
  one: Iterator<RegExpExecArray>,
  other: Iterator<RegExpExecArray>,
): Generator<RegExpExecArray> {
  let [first, second] = [one.next(), other.next()];
  while (first.done !== true || second.done !== true) {
    if (second.done === true || (first.done !== true && first.value.index <= second.value.index)) {
      yield first.value;
      first = one.next();
    } else {
      yield second.value;
      second = other.next();
    }
  }
}

/** The values of the name that ends at `at`. */
function valuesOf(text: string, at: number): Span[] {
  const isFlag = FLAG_START.test(text.slice(Math.max(0, at - FLAG_LENGTH), at));
  const rules = isFlag ? [...AFTER_NAME, AFTER_FLAG] : AFTER_NAME;
  return rules.flatMap(({ before, isCode = false }) => {
    const start = endOfMatch(before, text, at);
    return start === undefined ? [] : literalParts(text, start, isCode);
  });
}

function endOfMatch(sticky: RegExp, text: string, at: number): number | undefined {
  sticky.lastIndex = at;
  return sticky.test(text) ? sticky.lastIndex : undefined;
}

function* findRuled(text: string, { before, isCode }: Rule): Generator<Span | undefined> {
  let end = 0;
  yield undefined;
  for (const { 0: match, index } of text.matchAll(before)) {
    yield undefined;
    if (index < end) continue;
    for (const span of literalParts(text, index + match.length, isCode === true)) {
      end = span.end;
      yield span;
    }
  }
}

function* findUrlCredentials(text: string): Generator<Span | undefined> {
  for (const { 0: match, 1: secret = "", index } of text.matchAll(URL_CREDENTIALS)) {
    yield undefined;
    const start = match.length - secret.length - 1;
    if (start === "://".length && !TOKEN_USER.test(secret)) continue;
    for (const part of literals(secret)) yield moved(part, index + start);
  }
}
