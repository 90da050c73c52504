/** How the names of secrets are used in a text of any kind: a script, a program, a configuration, a sentence. Pure. */

import {
  isCredentialName,
  kindOfPlace,
  LEAD_LENGTH,
  type Carrier,
  type Carriers,
} from "./credential-places.ts";
import type { Span } from "../../shell/scanning.ts";

const IDENTIFIER = /[A-Za-z_][\w-]*/g;

/** What puts a variable's value in, in shells, Make, PowerShell, Ruby, templates, and what closes it again. */
const SIGILS: readonly (readonly [open: RegExp, close: RegExp])[] = [
  [/\$\{\{ {0,3}(?:[\w-]{1,40}\.){0,3}$/, /^ {0,3}\}\}/],
  [/\{\{-? {0,3}[$.\w-]{0,80}$/, /^ {0,3}(?:\| {0,3}(?:quote|b64enc|toString) {0,3}){0,2}-?\}\}/],
  [/\$\{(?:[\w$]{1,40}[.:]){0,4}$/, /^\}/],
  [/\$ENV\{["']?$/, /^["']?\}/],
  [/#\{(?:[\w@]{1,40}\.){0,4}$/, /^\}/],
  [/\$\($/, /^\)/],
  [/%\($/, /^\)[a-z]/],
  [/\$env:$/i, /^(?![\w[.:])/],
  [/\$\$?(?:[a-z]{1,10}:)?$/i, /^(?![\w[])/],
  [/%$/, /^%/],
];
/** What stands before a name whose value may be put in. */
const PUT_IN = /[${(.:%]/;
/** What makes a value of the next word, but for the sign of a list's item. */
const OPERATOR = /(?:[=+<>|&?/%~^]|\S[ \t]{0,3}[*-])[ \t]{0,3}$/;
/** A header in a Python or C# string: `f"Bearer {token}"`. */
const BRACE_IN_STRING = /["'][^"'{}\n]{0,60}\{$/;

/** `process.env.`, `config["`, `os.getenv("`: what leads to a value by its name. */
const PATH_TO_NAME = /(?:[\w$)\]]{1,60}(?:\?\.|\.|->|::|\[["'`]?|\.?\(["'`])){1,6}$/;
const LOOKS_UP = /(?:getenv|environ|env|get|fetch|getItem|lookup|config|setting|param|secret)s?\(["'`]$/i;

const DEFINES = /^\\*["'`]?\]?\??[ \t]{0,3}(?::(?!:)|:?=(?![=>~]))/;
const COMPARES =
  /(?:[!=]==?|\b(?:is|not|in|and|or|if|elif|unless|typeof|return|await|assert|with))[ \t]{0,3}[(!]{0,2}$/;
const IS_COMPARED = /^["'`]?\]?\)?[ \t]{0,3}(?:[!=]==?|\b(?:is|in|and|or)\b)/;
const CONCATENATES = /["'`][ \t]{0,3}[+.][ \t]{0,3}$/;
const SHORT_OPTION = /(?:^|[ \t])(?:-u|--user)[ =]["']?[\w.@$-]{1,60}:$/;
const LONG_OPTION = /(?:^|[\s"'`[,])(--?[\w-]{1,60})["'`]?[ \t,]{1,3}["'`]?$/;

/** Functions that take a credential as it is, and those that only look at it. */
const TAKES_CREDENTIAL =
  /(?:^|[^A-Za-z])(?:log_?in|sign_?in|sign_?up|register|authenticate|authori[sz]e|auth|basicAuth|verify|compare|hash|hashSync|sign|hmac|createHmac|getConnection|password|passwd|secret|token|credentials?|expect|assert\w*|jwt\.\w+|equals?|toBe|toEqual|len|length|str|bool|redact|mask|fill|type|sendKeys|send_keys|describe|it|test|Stripe|Resend|Octokit|OpenAI|Anthropic)$/i;
const TAKES_CREDENTIAL_TOO =
  /[a-z0-9](?:Login|LogIn|SignIn|SignUp|Register|Authenticate|Auth|Verify|Compare|Hash|Sign|Password|Secret|Token|Credentials?)$/;
const DECLARES =
  /(?:\b(?:function|def|func|fn|sub|constructor|async|private|public|static)\b[^(\n]{0,80}|=[ \t]*)$/;

/** Before a name that stands alone, these make it a variable and no word of a sentence. */
const ASKS_FOR_NAME =
  /\b(?:eval|exec|system|source|printenv|getenv|read|require|load|spawn|sh|bash)[ \t]+["'`]?$/;
const SHOWS = /\b(?:echo|printf|print|base64|cut|tr|sed|awk)\b[^\n]*$|<<<[ \t]*["']?$/;

/** A word of a text, and what stands around it on its line. */
interface Use {
  readonly before: string;
  readonly behind: string;
}

/**
 * Whether every use of these names is one in which only a credential can stand, or none at all: a comparison, a word in
 * a sentence. Takes time in proportion to the text's length.
 *
 * @param known - Places that have been looked at.
 */
export function usesNamesPlainly(text: string, names: Carriers, known: readonly Span[] = []): boolean {
  if (names.size === 0) return true;
  const byEnd = new Map([...names].map(([name, carrier]) => [name.toLowerCase(), carrier]));
  const sorted = known.toSorted((a, b) => a.start - b.start);
  let next = 0;
  let knownEnd = 0;
  for (const { 0: word, index } of text.matchAll(IDENTIFIER)) {
    for (let span = sorted[next]; span !== undefined && span.start <= index; span = sorted[(next += 1)])
      knownEnd = Math.max(knownEnd, span.end);
    const carrier =
      names.get(word) ?? (PUT_IN.test(text.charAt(index - 1)) ? carrierAtEnd(word, byEnd) : undefined);
    if (
      carrier !== undefined &&
      index >= knownEnd &&
      !isPlainUse(useAt(text, index, word), carrier, names.has(word))
    )
      return false;
  }
  return true;
}

/** `npm_config_token` and `TF_VAR_token` are made of `token`. */
function carrierAtEnd(word: string, byEnd: Carriers): Carrier | undefined {
  const parts = word.slice(-LEAD_LENGTH).toLowerCase().split("_");
  for (let count = 1; count <= Math.min(parts.length, 6); count += 1) {
    const carrier = byEnd.get(parts.slice(-count).join("_"));
    if (carrier !== undefined) return carrier;
  }
  return undefined;
}

function useAt(text: string, index: number, word: string): Use {
  const end = index + word.length;
  return {
    before:
      text
        .slice(Math.max(0, index - LEAD_LENGTH), index)
        .split("\n")
        .at(-1) ?? "",
    behind: text.slice(end, end + LEAD_LENGTH).split("\n")[0] ?? "",
  };
}

/** @param isName - Whether the word is the name, and not only made of it. */
function isPlainUse(use: Use, carrier: Carrier, isName: boolean): boolean {
  const sigil = SIGILS.find(([open]) => open.test(use.before));
  if (sigil !== undefined) {
    const [open, close] = sigil;
    const closed = close.exec(use.behind);
    const before = use.before.replace(open, "");
    return (
      closed !== null && isCredentialUse({ before, behind: use.behind.slice(closed[0].length) }, carrier)
    );
  }
  if (!isName || /(?:^|[\s"'`=,[(])--?[\w-]{0,60}$/.test(use.before) || DEFINES.test(use.behind)) return true;
  return isPlainWord(use, carrier);
}

/** Whether a variable's value is put where only a credential can stand. */
function isCredentialUse({ before, behind }: Use, carrier: Carrier): boolean {
  // What can be read of its value says where it belongs.
  if (!carrier.isBare) return !SHOWS.test(before) && !/^[^\n]{0,80}\|/.test(behind);
  const lead = before.replace(CONCATENATES, "");
  if (kindOfPlace({ before: lead, behind, value: carrier.value }) !== undefined || SHORT_OPTION.test(lead))
    return true;
  const [, option] = LONG_OPTION.exec(lead) ?? [];
  return option !== undefined && isCredentialName(option);
}

/** A name without anything that puts its value in: of a program's variable, a field, or a word and no more. */
function isPlainWord({ before, behind }: Use, carrier: Carrier): boolean {
  const isQuoted = /["'`]$/.test(before) && /^["'`]/.test(behind);
  const isLookedUp = isQuoted && (/\[["'`]$/.test(before) || LOOKS_UP.test(before));
  if (isQuoted && !isLookedUp) return !ASKS_FOR_NAME.test(before);
  const lead = before.replace(PATH_TO_NAME, "");
  if (COMPARES.test(lead) || IS_COMPARED.test(behind)) return true;
  if (isCredentialUse({ before: lead, behind }, carrier)) return true;
  const around = enclosing(lead);
  if (around === undefined)
    return isWordOfSentence({ before: lead, behind }) && !isLookedUp && lead === before;
  const [bracket, outside] = around;
  if (BRACE_IN_STRING.test(lead))
    return isCredentialUse({ before: lead.slice(0, -1), behind: behind.slice(1) }, carrier);
  if (bracket === "{") return /^[ \t]{0,3}(?:[,}]|$)/.test(behind);
  return (
    bracket === "(" &&
    (TAKES_CREDENTIAL.test(outside) ||
      TAKES_CREDENTIAL_TOO.test(outside) ||
      DECLARES.test(outside) ||
      (!/[\w$\])]$/.test(outside) && isWordOfSentence({ before: lead, behind })))
  );
}

/** The bracket on this line that a text is inside of, and what stands before it. */
function enclosing(before: string): [bracket: string, outside: string] | undefined {
  let depth = 0;
  for (let at = before.length - 1; at >= 0; at -= 1) {
    const character = before.charAt(at);
    if (")]}".includes(character)) depth += 1;
    else if ("([{".includes(character) && depth-- === 0) return [character, before.slice(0, at)];
  }
  return undefined;
}

function isWordOfSentence({ before, behind }: Use): boolean {
  return (
    !OPERATOR.test(before) &&
    /(?:^|[\s"'`(*_#])$/.test(before) &&
    /^(?:$|[\s"'`)*?!]|[.,:;](?:\s|$))/.test(behind) &&
    !ASKS_FOR_NAME.test(before)
  );
}
