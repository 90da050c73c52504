/** The literal parts of a value: what stands behind `PASSWORD=` and is neither code nor a word for "no value". */

import type { Span } from "../../shell/scanning.ts";

/** Words that a secret's name ends with, in any case. What comes before belongs to the name: `PGPASSWORD`, `_authToken`. */
export const SECRET_WORD: string = [
  "(?:access|account|api|auth|encryption|master|private|secret|shared|signing)[-_]?(?:access[-_]?)?key(?:[-_]?id)?",
  "token|secret|passw(?:or)?d|passphrase|passwort|contrase[nñ]a|passcode|credentials?|(?:key|store)pass(?![A-Za-z])|client-key-data",
  "mnemonic|(?:backup|recovery|seed)[-_ ]?phrase",
].join("|");
/** Shorter ones, which say so only where something else ends before them. To be looked for apart: together it is slow. */
export const SECRET_SYLLABLE: string =
  "(?:^|[^A-Za-z])(?:auth|pass|psk|pw)(?![A-Za-z]|[-_]key)|(?:[-_;]|admin|db|ftp|imap|ldap|mail|pg|redis|root|smtp|sql|ssh|user|vnc)(?:pass|pwd|pw)(?![A-Za-z])";
export const SECRET_NAME: string = `${SECRET_WORD}|${SECRET_SYLLABLE}`;
/** Of these only the case tells where they begin: `smtpPass` is no compass. */
export const SECRET_CAMEL_NAME = "[a-z](?:Auth|Pass|Pwd)";

/** How far a value is read: many names in one word would have it read as many times. */
const READ_LIMIT = 640;

/** Shorter values are counters and switches more often than secrets. */
const MIN_LENGTH = 4;

const QUOTE = /\\*["']/y;
/** Ends a word that no white space ends: other quotes, and the letters of scripts that have none. */
const NO_WORD = String.raw`\u00AB\u00BB\u2018-\u203A\u3000-\u30FF\u3400-\u9FFF\uAC00-\uD7AF\uFF00-\uFFEF`;
/** Up to white space, a quote, a command substitution or an operator. */
const BARE = new RegExp(String.raw`(?:\\[^\n]|[^\s'"\x60\\$;|&<>()${NO_WORD}]|\$(?!\())+`, "y");
/** What something else is put in place of: from a command substitution on, nothing in the line is taken for a literal. */
const SUBSTITUTION =
  /(?<!\\)(?:\$?\{\{[^}\n]{0,200}\}\}|\$\{[^}\n]*\}?|\$[A-Za-z_]\w*|\$[0-9@*#?!$-]|(?:\$\(|`)[^]*)/g;
const COMMAND_SUBSTITUTION = /\$\(|`/;

const NO_VALUE = new RegExp(
  `^(?:${[
    "true|false|null|nil|none|undefined|yes|no|on|off|required|optional",
    "string|str|number|int|bytes|boolean|bool|any|unknown|object",
    "include|omit|same-origin|basic|bearer|digest|oauth2?|jwt",
    // Something is to be put here
    String.raw`x{3,}|\*{3,}|\.{3,}|<[^<>]*>|\{.*|\[[\w .|-]*\]?|(?:env|file|fd):.*|enc\[.*|%\w+%|%(?:\(\w+\))?[drsv](?:\\{1,4}[nrt])?|@\w+@|__\w+__|‹masked(?::.*)?`,
    "change[-_]?(?:me|it|this)(?:[-_].*)?|place[-_]?holder|redacted|censored|removed|hidden|(?:your|insert|enter|replace)[-_ ].*",
    // A colour, a size, a version, an address
    String.raw`#[0-9a-f]{3,8}|[~^]?v?\d+(?:\.(?:\d+|[x*]))+(?:-(?:alpha|beta|dev|rc|snapshot)[\d.]*)?|\d+(?:\.\d+)?(?:px|r?em|m?s|%|[kmg]i?b)`,
    `(?:[a-z_]*_|(?:[a-z]{1,20}-){1,4})?(?:${SECRET_NAME})`,
  ].join("|")})$`,
  "i",
);
/** A word that names a secret in examples, with others that say so. */
const EXAMPLE = new RegExp(
  `^(?=.*(?:dummy|example|expired|fake|invalid|mock|my|sample|test|wrong))(?:(?:${[
    "a|an|the|my|new|old|some|dummy|example|expired|fake|here|invalid|jwt|mock|not|real|sample|super|test|valid|wrong|user|app|key|api|access|refresh|client",
    SECRET_NAME,
    String.raw`\d{1,3}`,
  ].join("|")})(?:[-_ .]|$)){2,6}$`,
  "i",
);
/** A pattern to search for. */
const PATTERN = /\.[*+]|\\{1,4}[bdsSwW]|\[\^|\[(?:A-Z|a-z|0-9)|\(\?/;
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
const PROPERTY = /^[A-Za-z_]+(?:\.[A-Za-z_]+)+[![?]*$/;
/** `string`, `newToken`, `.token`, `Mapped[str]`, `src/main.ts` */
const IDENTIFIER =
  /^(?:\.?[A-Za-z_][A-Za-z_.]*[![?]*|[A-Z]\w{0,40}\[[\w[\], .|]*|(?:\.{0,2}\/)?(?:[a-z_.-]{1,40}\/){1,12}[a-z_.*-]*)$/i;
/** A word of a language, and a few of them: what a form calls its field. */
const PLAIN_WORD = /^(?:\p{L}[\p{Ll}\p{M}]{0,23}|\p{Lu}{1,24})[.:!?…]{0,3}$/u;
const PHRASE =
  /^(?:[\p{L}\p{M}\p{P}]{1,60}|\d{1,20}\p{P}?)(?:\s{1,4}(?:[\p{L}\p{M}\p{P}]{1,60}|\d{1,20}\p{P}?)){1,99}$/u;
/** Letters of a script that is written without spaces. */
const UNSPACED = new RegExp(`[${NO_WORD}]`, "u");
const NAMES_SECRET = new RegExp(SECRET_NAME, "i");

/**
 * The literal parts of the value that begins at `start`: in quotes, without, or both in turn.
 *
 * Variables and substitutions in between are left out, so that they can be read.
 *
 * @param isCode - Whether this is how a program, YAML or a sentence names a value: there a word without quotes and
 * digits is a type or a variable, and one in quotes is a label.
 * @param isClosing - Whether the quote at the start ends a quotation that began before the name: `grep "token=" src`.
 */
export function literalParts(text: string, start: number, isCode: boolean, isClosing = false): Span[] {
  return readParts(text.slice(start, start + READ_LIMIT), isCode, isClosing).map((part) => {
    const { start: from, end } = moved(part, start);
    return { start: from, end: part.end < READ_LIMIT ? end : end + (matchAt(BARE, text, end)?.length ?? 0) };
  });
}

function readParts(text: string, isCode: boolean, isClosing: boolean): Span[] {
  const parts: Span[] = [];
  const closing = isClosing ? (matchAt(QUOTE, text, 0) ?? "") : "";
  for (let at = closing.length; ;) {
    const quote = matchAt(QUOTE, text, at);
    if (quote !== undefined) {
      const end = closingQuote(text, at + quote.length, quote);
      const quoted = text.slice(at + quote.length, end);
      const isClosed = text.startsWith(quote, end);
      // `grep "password: " src`: what stands here ends a quotation that began before the name.
      if (at === 0 && /^[ \t]+(?:$|[^ \t])/.test(quoted) && (!isClosed || quoted.trim() === "")) return parts;
      // Inside a word, a quote may be the end of a quotation that began before the value.
      if (at > 0 && !/^\w\S*$/.test(quoted)) return parts;
      if (!isCode || !isLabel(quoted))
        parts.push(...quotedParts(quoted, quote).map((part) => moved(part, at + quote.length)));
      if (!isClosed || COMMAND_SUBSTITUTION.test(quoted)) return parts;
      at = end + quote.length;
    } else {
      const bare = matchAt(BARE, text, at);
      if (bare === undefined) return parts;
      // Python's b"…", C#'s @"…"
      if (/^(?:[bfru]{1,2}|@)$/i.test(bare) && matchAt(QUOTE, text, at + bare.length) !== undefined) {
        at += bare.length;
        continue;
      }
      const word = withoutPunctuation(bare);
      const isCall = text[at + bare.length] === "(" && !bare.endsWith("$");
      if (isCall || (isCode ? IDENTIFIER : PROPERTY).test(word)) return parts;
      if (isValue(word)) parts.push(...literals(word).map((part) => moved(part, at)));
      at += bare.length;
    }
  }
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** Where a quotation ends: at the quote that opened it, escaped alike, or with the line. */
function closingQuote(text: string, start: number, quote: string): number {
  const ends = quote === '"' ? /\\.|"|\n/g : /(?<!\\)\\*["']|\n/g;
  ends.lastIndex = start;
  for (let match = ends.exec(text); match; match = ends.exec(text)) {
    if (match[0] === "\n" || match[0] === quote) return match.index;
    if (quote === "'" && match[0].endsWith(quote)) return ends.lastIndex - 1;
  }
  return text.length;
}

function quotedParts(quoted: string, quote: string): Span[] {
  const isProse = /\s/.test(quoted) && NAMES_SECRET.test(quoted);
  if (isProse || !isValue(quoted)) return [];
  const parts = literals(quoted);
  // Between single quotes a shell puts nothing in place of anything: the whole is the value.
  const isWhole = quote.endsWith("'") && parts.length > 0;
  return isWhole ? [{ start: 0, end: quoted.length }] : parts;
}

/** What is left of a word without its substitutions. */
export function literals(word: string): Span[] {
  const parts: Span[] = [];
  let start = 0;
  for (const { 0: substitution, index } of word.matchAll(SUBSTITUTION)) {
    parts.push({ start, end: index });
    start = index + substitution.length;
  }
  parts.push({ start, end: word.length });
  return parts.filter((part) => isValue(word.slice(part.start, part.end)));
}

function isValue(word: string): boolean {
  if (word.length < MIN_LENGTH || NO_VALUE.test(word) || EXAMPLE.test(word)) return false;
  return LETTER_OR_DIGIT.test(word) && !PATTERN.test(word);
}

function isLabel(quoted: string): boolean {
  return PLAIN_WORD.test(quoted) || PHRASE.test(quoted) || UNSPACED.test(quoted) || /^\.{1,2}\//.test(quoted);
}

/** Without what follows a word in a sentence, a list or an object, or in a `sed` script. */
function withoutPunctuation(word: string): string {
  let end = word.length;
  while (",.:]}/".includes(word.charAt(end - 1)) && end > 0) end -= 1;
  return word.slice(0, end);
}

/** The same span in a text that has `by` more characters before it. */
export function moved({ start, end }: Span, by: number): Span {
  return { start: start + by, end: end + by };
}
