/** awk's programs, as far as they are understood: they can run commands and write files. */

import { isOpen } from "./words.ts";

/** Whether awk's arguments can run a command or write a file. A program that is not known until it runs is code. */
export function isAwkCode(args: readonly string[]): boolean {
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    // A separator, or a variable: no code is taken from them.
    if (/^-[Fv]$/.test(arg)) index++;
    else if (/^-(?!-|F|v).*[feil]|^--[^v]/s.test(arg)) return true;
    else if (!/^-[Fv]/.test(arg)) return isOpen(arg) || isProgramCode(arg);
  }
  return false;
}

/** Whatever awk can run is named by one of these, or stands at a pipe. */
const RUNS = /system|getline|@/;

/** Looks for a pipe, and for the `>` of a `print`, where they are no part of a text or a pattern. */
function isProgramCode(program: string): boolean {
  if (RUNS.test(program)) return true;
  let before = "";
  let isPrinting = false;
  for (let at = 0; at < program.length; at++) {
    const character = program[at] ?? "";
    // Behind a value a slash divides.
    const isQuote = character === '"' || (character === "/" && !/[\w)\]$"]/.test(before));
    if (isQuote) {
      at = endOfQuoted(program, at + 1, character);
      if (at === -1) return true;
    } else if (character === "|" && program[at + 1] === "|") at++;
    else if (character === "|" || (character === ">" && isPrinting)) return true;
    else if (/[;{}\n]/.test(character)) isPrinting = false;
    else if (program.startsWith("print", at)) isPrinting = true;
    if (!/\s/.test(character)) before = character;
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
