/**
 * awk's programs, read as far as it takes to know that they run nothing, and which files they print to. gawk, mawk,
 * busybox's and the one true awk differ here and there: where they do, a program is not understood.
 */

import { behindMark } from "./scanning.ts";
import { OPEN_MARK } from "./words.ts";

/** Whether a program runs nothing, and the files that it writes, open where only the run will tell. */
export type AwkProgram = { readonly writes: readonly string[] } | undefined;

const TOKEN =
  /([ \t\f\v]+|\\\r?\n|#[^\n]*)|(\r?\n)|([A-Za-z_]\w*)|((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(>>|[<>=!+*%^/-]=|\+\+|--|\|\||&&|\*\*)|([!-~])/y;

/** Run a command, or one that is loaded. */
const RUNS = /^(system|extension)$/;
/** What a value may end with. Of a slash behind it, the awks agree that it divides. */
const VALUE = /^[\w"\]]/;
/** Words behind which a slash begins a pattern. */
const NO_VALUE = /^(BEGIN|END|print|printf|return|else|do|in|exit|case)$/;
/** Behind these it divides or begins a pattern: `(x)/2`, `if (x) /2/`. */
const EITHER = /^([)$]|\+\+|--|\/|length|getline|next|nextfile)$/;
/** What means the same in a pattern and behind a division. */
const SAME_BOTH_WAYS = /^[\w \t.,$()*+-]*[\w)][ \t]*$/;
const WORD_WITH_MEANING =
  /system|extension|print|getline|length|\b(BEGIN|END|return|else|do|in|exit|case|next)\b/;

/** Prints to these are read by whoever started it. */
const NO_FILE = /^(-|\/dev\/(stdout|stderr|null|tty))$/;

export function readAwkProgram(program: string): AwkProgram {
  const writes: string[] = [];
  /** The token before; `/` is the end of a pattern. */
  let before = "";
  /** Parentheses and brackets that are open in what is printed; undefined where nothing is. */
  let inPrint: number | undefined;
  let brackets = 0;
  /** Where a slash ends what may be a pattern. */
  let secondSlash = -1;

  let at: number | undefined = 0;
  while (at !== undefined && at < program.length) at = skipToken(at);
  return at === undefined ? undefined : { writes: writes.filter((file) => !NO_FILE.test(file)) };

  function skipToken(from: number): number | undefined {
    const character = program[from] ?? "";
    if (character === '"') {
      before = character;
      return behindMark(program, from + 1, character);
    }
    if (character === "/" && from === secondSlash) {
      before = character;
      return from + 1;
    }
    if (character === "/" && EITHER.test(before)) return skipEither(from + 1);
    if (character === "/" && (!VALUE.test(before) || NO_VALUE.test(before))) {
      before = character;
      return endOfPattern(program, from + 1, brackets);
    }
    return skipOther(from);
  }

  function skipEither(from: number): number | undefined {
    before = "*";
    const end = behindMark(program, from, "/");
    if (end === undefined) return from;
    secondSlash = end - 1;
    return isSameBothWays(program.slice(from, end - 1)) ? from : undefined;
  }

  function skipOther(from: number): number | undefined {
    TOKEN.lastIndex = from;
    const [token, blank, line, name, number] = TOKEN.exec(program) ?? [];
    if (token === undefined) return undefined;
    const end = from + token.length;
    if (blank !== undefined) return end;
    if (line === undefined) take(token, end);
    else if (inPrint !== undefined && inPrint <= 0 && ENDS_PRINT.test(before)) inPrint = undefined;
    before = line === undefined ? token : "\n";
    // `0x1system("x")` is a number and a call to some.
    const isOdd = number !== undefined && /[A-Za-z_]/.test(program[end] ?? "");
    return isOdd || /^[|@\\`']$/.test(token) || (name !== undefined && RUNS.test(name)) ? undefined : end;
  }

  function take(token: string, end: number): void {
    if (token === "print" || token === "printf") inPrint = 0;
    else if (/^[;{}]$/.test(token)) inPrint = undefined;
    else if (/^>>?$/.test(token) && inPrint !== undefined && inPrint <= 0) writes.push(fileAt(program, end));
    const depth = /^[([]$/.test(token) ? 1 : /^[)\]]$/.test(token) ? -1 : 0;
    if (inPrint !== undefined) inPrint += depth;
    if (/^[[\]]$/.test(token)) brackets += depth;
  }
}

/** What a line can end with so that the next is no part of it. */
const ENDS_PRINT = /^[\w$"\])/]/;

/** The file behind `>`: all of it where it is one text without escapes, or what it begins with. */
function fileAt(program: string, at: number): string {
  TEXT.lastIndex = at;
  const [matched, text] = TEXT.exec(program) ?? [];
  if (matched === undefined || text === undefined) return OPEN_MARK;
  const next = program.charAt(at + matched.length);
  if (next === "" || /[;}#\r\n]/.test(next)) return text;
  return /["\w$]/.test(next) ? text + OPEN_MARK : OPEN_MARK;
}

const TEXT = /[ \t]*"([^"\\\n]*)"[ \t]*/y;

function isSameBothWays(text: string): boolean {
  if (!SAME_BOTH_WAYS.test(text) || WORD_WITH_MEANING.test(text)) return false;
  let open = 0;
  for (const character of text) {
    if (character === "(") open++;
    if (character === ")" && --open < 0) return false;
  }
  return open === 0;
}

/**
 * Behind a pattern, in whose brackets a slash ends it to some awks. Those then find a bracket too many, and run
 * nothing, where nothing hides that.
 *
 * @param brackets how many are open around it.
 */
function endOfPattern(program: string, from: number, brackets: number): number | undefined {
  const plainEnd = behindMark(program, from, "/");
  const end = plainEnd === undefined ? undefined : endOutsideBrackets(program, from);
  if (plainEnd === undefined || end === undefined || end === plainEnd) return end;
  const rest = program.slice(plainEnd, end);
  return brackets <= 0 && /^[^"/#[\]\\\n]*\]/.test(rest) ? end : undefined;
}

function endOutsideBrackets(program: string, from: number): number | undefined {
  for (let at = from; at < program.length && program[at] !== "\n"; at++) {
    const character = program[at];
    if (character === "/") return at + 1;
    if (character === "\\") at++;
    else if (character === "[") {
      const end = endOfBrackets(program, at + 1);
      if (end === undefined) return undefined;
      at = end;
    }
  }
  return undefined;
}

/** Where brackets end: one right behind the first, or behind `[^`, is one of their characters. */
function endOfBrackets(program: string, from: number): number | undefined {
  let at = program[from] === "^" ? from + 1 : from;
  if (program[at] === "]") at++;
  for (; at < program.length && program[at] !== "\n"; at++) {
    if (program[at] === "]") return at;
    if (program[at] === "\\") at++;
    else if (program[at] === "[" && /[:.=]/.test(program[at + 1] ?? "")) {
      const close = program.indexOf("]", at + 2);
      if (close === -1) return undefined;
      at = close;
    }
  }
  return undefined;
}
