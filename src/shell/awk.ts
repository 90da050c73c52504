/** awk's programs, as far as they are understood: they can run commands and write files. */

import { isOpen } from "./words.ts";

/** Whether awk's arguments can run a command or write a file. A program that is not known until it runs is code. */
export function isAwkCode(args: readonly string[]): boolean {
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    // A separator, or a variable: no code is taken from them.
    if (/^-[Fv]$/.test(arg)) index++;
    else if (arg === "--") return mayRun(args[index + 1] ?? "");
    else if (!arg.startsWith("-")) return mayRun(arg);
    // Of any other option nobody knows whether the next word is the program.
    else if (!/^-[Fv]|^--version$/.test(arg)) return true;
  }
  return false;
}

function mayRun(program: string): boolean {
  return isOpen(program) || isProgramCode(program);
}

/** Whatever awk can run is named by one of these, or stands at a pipe. */
const RUNS = /system|getline|@/;

/** Behind these a slash begins a pattern, as it does not behind a variable. */
const BEFORE_PATTERN = /(?:^|[^\w$])(?:print|printf|return|else|do|in|exit|case|getline)\s*$/;
/** Characters before a slash that are looked at. */
const LOOKED_BACK = 20;

/** Looks for a pipe, and for the `>` of a `print`, where they are no part of a text or a pattern. */
function isProgramCode(program: string): boolean {
  if (RUNS.test(program)) return true;
  let before = "";
  let isPrinting = false;
  for (let at = 0; at < program.length; at++) {
    const character = program[at] ?? "";
    // Behind a value a slash divides.
    const isPattern = character === "/" && !/[\w)\]$"]/.test(before);
    if (character === '"' || isPattern) {
      at = isPattern ? endOfPattern(program, at + 1, before) : endOfQuoted(program, at + 1, character);
      if (at === -1) return true;
    } else if (character === "/" && mayBePattern(program, at, before)) return true;
    else if (character === "|" && program[at + 1] === "|") at++;
    else if (character === "|" || (character === ">" && isPrinting)) return true;
    else if (/[;{}\n]/.test(character)) isPrinting = false;
    else if (program.startsWith("print", at)) isPrinting = true;
    if (!/\s/.test(character)) before = character;
  }
  return false;
}

/** `if (x) /"/` is a pattern, and `(x)/2` none: where it matters, nobody here can tell. */
function mayBePattern(program: string, at: number, before: string): boolean {
  if (before !== ")" && !BEFORE_PATTERN.test(program.slice(Math.max(0, at - LOOKED_BACK), at))) return false;
  const end = endOfQuoted(program, at + 1, "/");
  return end !== -1 && program.slice(at, end).includes('"');
}

/** -1 for what may be a division, as in `x++ / 2`, or where awks differ on the end: `/[/]/`. */
function endOfPattern(program: string, from: number, before: string): number {
  const end = endOfQuoted(program, from, "/");
  if (end === -1 || /[+-]/.test(before)) return -1;
  if (!endsInBrackets(program.slice(from, end))) return end;
  const next = endOfQuoted(program, end + 1, "/");
  const rest = program.slice(end, next);
  return !/["|]/.test(rest) && rest.lastIndexOf("]") > rest.lastIndexOf("[") ? next : -1;
}

/** A bracket right behind the first, or behind `[^`, is one of its characters. */
function endsInBrackets(pattern: string): boolean {
  const plain = pattern.replaceAll(/\\./gs, "").replaceAll(/\[[:.=][^\][]*\]/g, "x");
  for (let at = plain.indexOf("["); at !== -1;) {
    const end = plain.indexOf("]", at + (plain[at + 1] === "^" ? 3 : 2));
    if (end === -1) return true;
    at = plain.indexOf("[", end + 1);
  }
  return false;
}

function endOfQuoted(program: string, from: number, quote: string): number {
  for (let at = from; at < program.length && program[at] !== "\n"; at++) {
    if (program[at] === quote) return at;
    if (program[at] === "\\") at++;
  }
  return -1;
}
