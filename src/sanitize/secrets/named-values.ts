/** Secrets that are known by the name that stands before them: of a variable, a field, a flag. */

import { matchesOf } from "./matches.ts";
import type { Quotations } from "./quotations.ts";
import { looksRandom } from "./random.ts";
import type { Span } from "../../shell/scanning.ts";
import { SECRET_CAMEL_NAME, SECRET_SYLLABLE, SECRET_WORD, literalParts } from "./values.ts";

/** A secret's name, or its end. */
const WORD = new RegExp(SECRET_WORD, "gi");
const SYLLABLE = new RegExp(SECRET_SYLLABLE, "gi");
const CAMEL_NAME = new RegExp(SECRET_CAMEL_NAME, "g");
/** Names of all kinds of things, and of secrets where the value looks like nothing else. */
const WEAK_NAME =
  /(?:^|[^A-Za-z])(?:jwt|key|pat|pwd|sas|sid|psk|session(?:[-_]?id)?)(?![A-Za-z])|[a-z](?:Jwt|Key)(?![A-Za-z])/gi;
const PUBLIC_KEY =
  /(?:anon|cache|foreign|idempotency|index|known|object|partition|primary|pub|public|publishable|row|site|sort)[-_]?key$/i;
/** What a name may go on with: `SECRET_KEY_BASE`, `TOKEN_2`. */
export const NAME_END: string = String.raw`(?:[-_]?(?:base|value|prod|production|dev|test|staging|live|old|new|\d{1,3}))?`;
const QUOTED_END = String.raw`${NAME_END}\\*["']?\]?`;
const TYPE = String.raw`(?:[ \t]*:[ \t]*&?(?:'\w{1,16}[ \t])?[\w.:<>[\]]{1,40})?`;

/** How a value is read: as code always, as an assignment always, or as what stands before the name says. */
type Reads = "code" | "assignment" | "either";

interface Rule {
  /** Ends where the value begins. */
  readonly before: RegExp;
  readonly reads: Reads;
}

/** KEY=value, as in a shell, a URL or a connection string. White space behind it would begin a command. */
const ASSIGNED: Rule = { before: new RegExp(String.raw`${QUOTED_END}=(?![=>\s])`, "iy"), reads: "either" };
/** What stands between a name and its value. */
const AFTER_NAME: readonly Rule[] = [
  ASSIGNED,
  // key = value, key: type = value, key === value
  {
    before: new RegExp(
      String.raw`${QUOTED_END}\??${TYPE}[ \t]+(?:[:?+|]{0,2}=|={2,3}|!={1,2})[ \t]*(?![=>\s])`,
      "iy",
    ),
    reads: "code",
  },
  // "key":value, key: value
  { before: new RegExp(String.raw`${NAME_END}\\*["']\]?[ \t]*:[ \t]*`, "iy"), reads: "code" },
  { before: new RegExp(String.raw`${NAME_END}\??[ \t]*(?::[ \t]+|:(?=\\*["']))`, "iy"), reads: "code" },
  // "key" => "value"
  { before: new RegExp(String.raw`${QUOTED_END}[ \t]*=>[ \t]*(?=\\*["'])`, "iy"), reads: "code" },
  // <key>value</key>
  { before: new RegExp(String.raw`${NAME_END}>(?=[^<\s]{1,640}</)`, "iy"), reads: "assignment" },
  // PASSWORD 'value'
  { before: /[ \t]+(?=')/y, reads: "assignment" },
];
/** --key value */
const AFTER_FLAG: Rule = {
  before: new RegExp(String.raw`${NAME_END}[ \t]+(?:pass:)?(?![-=])`, "iy"),
  reads: "either",
};
const FLAG_START = /(?:^|[^\w-])(-(?!-?(?:disable|enable|no|skip|use|with)-)[\w-]*)$/i;
/** define("KEY", "value"), headers.set("key", "value") */
const AFTER_CALL: Rule = {
  before: new RegExp(String.raw`${NAME_END}\\*["'][ \t]*,[ \t]*(?=\\*["'])`, "iy"),
  reads: "code",
};
export const CALL_START: RegExp =
  /(?:^|[^A-Za-z])(?:append|define|fill|header|put|putenv|set[A-Za-z]{0,30}|type)\([ \t]{0,3}\\*["'][#.]?[\w:.-]{0,80}$/i;
/** setenv KEY value, set -gx KEY value, setx KEY value */
const AFTER_SETTER: Rule = {
  before: new RegExp(String.raw`${NAME_END}["']?[ \t]+(?![-=])`, "iy"),
  reads: "assignment",
};
export const SETTER_START: RegExp =
  /(?:^|[\n;&|`"'(+-][ \t]*)(?:ENV|setenv|setx|set(?:[ \t]+-{1,2}[A-Za-z-]{1,10}){1,3}|git[ \t]+config(?:[ \t]+-{1,2}[A-Za-z-]{1,10}){0,3})[ \t]+["']?[\w.]{0,60}$/;
/** -H "x-token:value" */
const AFTER_HEADER: Rule = { before: new RegExp(String.raw`${NAME_END}:(?=[^\s"'/:])`, "iy"), reads: "code" };
const HEADER_START = /(?:-H[ \t]*|--header[ =]|[ \t])["']?(?:x-|private-|job-|api|auth)[\w-]{0,40}$/i;

/** How much before a name says what it is the name of. */
const LEAD_LENGTH = 220;
/** What a cloud keeps is only named so: who reads the card is to see which it is. */
const NAMES_SECRET = /\bgcloud [^\n;|&]{0,200}--secret$/;
/** Docker's `--secret id=npm,src=.npmrc` names a file. */
const NAMES_FILE = /[ =](?:id|type)=\w/y;
/** Marks of a text that a model reads, and of a page in a list. */
const NO_SECRET_TOKEN =
  /(?:^|[^A-Za-z])(?:bos|cls|continuation|end|eos|mask|next|page|pad|sep|special|start|stop|unk)[-_]?token$|[a-z](?:Page|Next|Continuation)Token$|(?:page|next|continuation)Token$/i;
/** What a test prints. */
const VERDICT = /(?:^|[^\w.-])(?:PASS|Pass)$/;
/** `secret: prod-db-1` is what somebody called a secret, so as to find it. */
const BARE_SECRET = /(?:^|[^A-Za-z_.-])secret$/i;
const CALLED = /^[a-z]{2,}(?:[-_/](?:[a-z]{2,}|\d{1,3})){1,6}$/;
/** Multi-word secrets. */
const OF_WORDS = /phrase|mnemonic/i;

/** A command that looks for what stands in its arguments. */
const SEARCHES =
  /(?:^|[\s;&|(`/"'])(?:[efz]?grep|rg|ag|ack|g?sed|[gmn]?awk|findstr|Select-String|sls)[ \t][^\n;&]*$/;
/** What stands on a line before a setting of a shell or an `.env`. */
const SETS =
  /^[+-]?[ \t]*(?:-[ \t]+)?(?:(?:export|set|declare|local|readonly|ENV|ARG)[ \t]+(?:-\w+[ \t]+)?)?["']?$/;
const NAME_CHARACTER = /[\w.:/@&?=[\]-]/;
const DOCUMENT = /<<-?[ \t]*\\?["']?[A-Za-z_]/;

/** A text in which secrets are looked for. */
export interface Source {
  readonly text: string;
  /** The same in small letters: to see quickly what is not in it. */
  readonly small: string;
  readonly quotations: Quotations;
  /** Up to where a shell reads it as a command; behind that are documents, or all is one. */
  readonly commandEnd: number;
}

/** How far a shell's command goes before the documents in it. */
export function commandEndOf(text: string, isCommand: boolean): number {
  if (!isCommand) return 0;
  const at = text.search(DOCUMENT);
  return at === -1 ? text.length : at;
}

/** The literal parts of the values that stand behind a secret's name; nothing for a name that has none. */
export function* findNamedValues(source: Source): Generator<Span | undefined> {
  const { text } = source;
  let end = 0;
  for (const { 0: name, index } of inOrder(
    inOrder(matchesOf(text, WORD), matchesOf(text, SYLLABLE)),
    matchesOf(text, CAMEL_NAME),
  )) {
    yield undefined;
    // A name inside of what is masked already names nothing.
    const behind = index + name.length;
    if (index < end || isNoName(text, behind)) continue;
    for (const span of valuesOf(source, behind)) {
      end = span.end;
      yield span;
    }
  }
  for (const { 0: name, index } of matchesOf(text, WEAK_NAME)) {
    yield undefined;
    const behind = index + name.length;
    if (PUBLIC_KEY.test(text.slice(Math.max(0, behind - 40), behind))) continue;
    for (const span of valuesOf(source, behind))
      if (looksRandom(text.slice(span.start, span.end))) yield span;
  }
}

function isNoName(text: string, end: number): boolean {
  const lead = text.slice(Math.max(0, end - LEAD_LENGTH), end);
  return (
    NAMES_SECRET.test(lead) ||
    NO_SECRET_TOKEN.test(lead.slice(-40)) ||
    (VERDICT.test(lead) && text[end] === ":")
  );
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
function valuesOf(source: Source, at: number): Span[] {
  const { text, quotations } = source;
  const lead = text.slice(Math.max(0, at - LEAD_LENGTH), at);
  return rulesFor(source, lead, at).flatMap(({ before, reads }) => {
    const start = endOfMatch(before, text, at);
    if (start === undefined) return [];
    const isCode =
      !OF_WORDS.test(lead.slice(-20)) && (reads === "either" ? !assigns(source, lead, at) : reads === "code");
    const values = literalParts(text, start, isCode, quotations.closesAt(start));
    if (!isCode || !BARE_SECRET.test(lead)) return values;
    return values.filter(({ start: from, end }) => !CALLED.test(text.slice(from, end)));
  });
}

function rulesFor(source: Source, lead: string, at: number): readonly Rule[] {
  const [, flag = ""] = FLAG_START.exec(lead.slice(-40)) ?? [];
  if (CALL_START.test(lead)) return [...AFTER_NAME, AFTER_CALL];
  if (SETTER_START.test(lead)) return [ASSIGNED, AFTER_SETTER];
  if (HEADER_START.test(lead)) return [...AFTER_NAME, AFTER_HEADER];
  if (flag === "") return AFTER_NAME;
  NAMES_FILE.lastIndex = at;
  if (NAMES_FILE.test(source.text)) return [];
  // A line of a diff begins with a minus, and `--token:` is a style's variable.
  const isDiff = /^-\w/.test(flag) && (lead.at(-flag.length - 1) ?? "\n") === "\n" && at > source.commandEnd;
  return isDiff ? AFTER_NAME : [ASSIGNED, AFTER_FLAG];
}

function endOfMatch(sticky: RegExp, text: string, at: number): number | undefined {
  sticky.lastIndex = at;
  return sticky.test(text) ? sticky.lastIndex : undefined;
}

/**
 * Whether a name gets its value here, as in a shell or an `.env`, and is not one of a program, of a sentence or of what
 * is looked for.
 */
function assigns({ quotations, commandEnd }: Source, lead: string, at: number): boolean {
  const line = lead.slice(lead.lastIndexOf("\n") + 1);
  let nameStart = line.length;
  while (nameStart > 0 && NAME_CHARACTER.test(line.charAt(nameStart - 1))) nameStart -= 1;
  const rest = line.slice(0, nameStart);
  if (at > commandEnd) return SETS.test(rest) || (/[A-Z]$/.test(lead) && /["'`]$/.test(rest));
  if (SEARCHES.test(line)) return false;
  if (/\w\([ \t]*$|\([^()]*,[ \t]*$/.test(rest)) return false;
  const quoted = quotations.openBefore(at);
  return quoted === undefined || !/\s/.test(lead.slice(quoted - at));
}
