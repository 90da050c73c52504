/**
 * sed's scripts, as GNU's sed reads them, which alone can run commands (`e`); busybox's and BSD's read no more commands
 * in them. What is not understood here may be anything.
 */

import { behindMark, endOfLine } from "./scanning.ts";

/** Whether a script runs nothing, and the files that it writes. */
export type SedScript = { readonly writes: readonly string[] } | undefined;

/** @param script the texts of several `-e` with a line break between them. */
export function readSedScript(script: string): SedScript {
  const writes: string[] = [];
  let at: number | undefined = 0;
  while (at !== undefined && at < script.length) {
    at = skipAddresses(script, at);
    if (at !== undefined) at = skipCommand(script, at, writes);
  }
  return at === undefined
    ? undefined
    : { writes: writes.filter((file) => !/^\/dev\/std(out|err)$/.test(file)) };
}

/** `s/a/b/g` and nothing else, as perl reads it too. */
export function isOneSubstitution(script: string): boolean {
  const pattern = endOfPattern(script, 1);
  const end = pattern?.isPlain === true ? endOfPlain(script, pattern.end, script[1]) : undefined;
  return script.startsWith("s") && end !== undefined && /^[gpIiMm\d]*$/.test(script.slice(end));
}

/** `12`, `$`, `/x/I`, `\,x,`, and two of them with a comma, up to what is not of them. */
function skipAddresses(script: string, from: number): number | undefined {
  let at: number | undefined = skip(script, from, /[\s;]/);
  for (const part of ["first", "second"]) {
    if (part === "second") {
      if (script[at] !== ",") break;
      at = skip(script, at + 1, /\s/);
      if (/[+~]/.test(script[at] ?? "")) at++;
    }
    at = skipAddress(script, at);
    if (at === undefined) return undefined;
    at = skip(script, at, /\s/);
  }
  return skip(script, at, /[!\s]/);
}

/** What may stand behind an address, so that it may end there. */
const BEHIND_ADDRESS = /[\s,!;{}#:=a-zA-Z]/;

function skipAddress(script: string, at: number): number | undefined {
  const character = script[at];
  if (character === "$") return at + 1;
  if (character !== "/" && character !== "\\") return skip(script, at, /[\d~]/);
  const pattern = endOfPattern(script, character === "/" ? at : at + 1);
  if (pattern === undefined || (!pattern.isPlain && BEHIND_ADDRESS.test(script[pattern.plainEnd] ?? " ")))
    return undefined;
  return skip(script, pattern.end, /[IM]/);
}

/** One command with its arguments, up to the next; undefined when it is not one that is understood as harmless. */
function skipCommand(script: string, at: number, writes: string[]): number | undefined {
  if (at >= script.length) return at;
  const command = script[at] ?? "";
  if (/[{}]/.test(command)) return at + 1;
  if (/[dDgGhHnNpPxz=F]/.test(command)) return endOfCommand(script, at + 1);
  // With a number.
  if (/[qQlL]/.test(command)) return endOfCommand(script, skip(script, at + 1, /[ \t\d]/));
  // A label ends in a blank too, and behind it may stand another command.
  if (/[btT:]/.test(command)) return skip(script, skip(script, at + 1, /[ \t]/), /[^;\s}]/);
  if (/[aic]/.test(command)) return endOfText(script, at + 1);
  if (/[rRwW]/.test(command)) return endOfFile(script, at + 1, /[wW]/.test(command) ? writes : []);
  if (command === "#") return endOfLine(script, at) + 1;
  if (command === "y") return endOfTransliteration(script, at + 1);
  return command === "s" ? endOfSubstitution(script, at + 1, writes) : undefined;
}

function endOfTransliteration(script: string, at: number): number | undefined {
  const delimiter = script[at];
  const middle = endOfPlain(script, at + 1, delimiter);
  const end = middle === undefined ? undefined : endOfPlain(script, middle, delimiter);
  return end === undefined ? undefined : endOfCommand(script, end);
}

/** What a substitution may go on with, or end in. */
const FLAG_OR_END = /[gpIiMmewW\d\s;}#]/;

function endOfSubstitution(script: string, at: number, writes: string[]): number | undefined {
  const delimiter = script[at];
  const pattern = endOfPattern(script, at);
  const end = pattern === undefined ? undefined : endOfPlain(script, pattern.end, delimiter);
  if (pattern === undefined || end === undefined) return undefined;
  if (!pattern.isPlain) {
    const otherEnd = endOfPlain(script, pattern.plainEnd, delimiter);
    if (otherEnd !== undefined && FLAG_OR_END.test(script[otherEnd] ?? " ")) return undefined;
  }
  const flags = skip(script, end, /[gpIiMm\d \t]/);
  return script[flags] === "w" ? endOfFile(script, flags + 1, writes) : endOfCommand(script, flags);
}

/** A file's name goes up to the line's end. busybox takes a line break behind a backslash into it. */
function endOfFile(script: string, from: number, writes: string[]): number | undefined {
  const start = skip(script, from, /[ \t]/);
  const end = endOfLine(script, start);
  const file = script.slice(start, end);
  if (file === "" || file.endsWith("\\")) return undefined;
  writes.push(file);
  return end + 1;
}

/** The text of `a`, of which a backslash continues the line. */
function endOfText(script: string, from: number): number | undefined {
  // Behind `a\` and a blank, sed's versions differ on where the text begins.
  if (script[skip(script, from, /[ \t]/)] === "\\") {
    const behind = skip(script, from, /[ \t]/) + 1;
    const start = skip(script, behind, /[ \t]/);
    if (start > behind && (start >= script.length || script[start] === "\n")) return undefined;
  }
  let at = from;
  while (at < script.length && script[at] !== "\n") at += script[at] === "\\" ? 2 : 1;
  return at + 1;
}

/** A command ends in a semicolon, a line break, a brace, a comment or with the script. */
function endOfCommand(script: string, from: number): number | undefined {
  const at = skip(script, from, /[ \t]/);
  return at >= script.length || /[;\n}#]/.test(script[at] ?? "") ? at : undefined;
}

interface Pattern {
  /** Behind the delimiter that is in no brackets. */
  readonly end: number;
  /** Behind the first delimiter, where older seds end a pattern. */
  readonly plainEnd: number;
  /** Whether the two are the same. */
  readonly isPlain: boolean;
}

/** A regular expression; undefined where nobody can tell its end. */
function endOfPattern(script: string, at: number): Pattern | undefined {
  const delimiter = script[at];
  const plainEnd = endOfPlain(script, at + 1, delimiter);
  const end = plainEnd === undefined ? undefined : endOutsideBrackets(script, at + 1, delimiter);
  return plainEnd === undefined || end === undefined
    ? undefined
    : { end, plainEnd, isPlain: end === plainEnd };
}

/** Behind the next delimiter that is not escaped. */
function endOfPlain(script: string, from: number, delimiter: string | undefined): number | undefined {
  if (delimiter === undefined || !/[!-[\]-~]/.test(delimiter)) return undefined;
  return behindMark(script, from, delimiter);
}

function endOutsideBrackets(script: string, from: number, delimiter: string | undefined): number | undefined {
  let isInBrackets = false;
  for (let at = from; at < script.length && script[at] !== "\n"; at++) {
    const character = script[at];
    if (character === delimiter && !isInBrackets) return at + 1;
    if (character === "\\" && isInBrackets && script[at + 1] === "]") {
      const end = endOfDoubtful(script, at + 2, delimiter);
      if (end === undefined) return undefined;
      at = end;
      isInBrackets = false;
    } else if (character === "\\") at++;
    else if (character === "[" && !isInBrackets) {
      isInBrackets = true;
      if (script[at + 1] === "^") at++;
      if (script[at + 1] === "]") at++;
    } else if (character === "[" && /[:.=]/.test(script[at + 1] ?? "")) {
      const end = script.indexOf(`${script[at + 1]}]`, at + 2);
      if (end === -1) return undefined;
      at = end + 1;
    } else if (character === "]") isInBrackets = false;
  }
  return undefined;
}

/** `[\\[\\]]` ends with its first bracket or with its last: no matter where nothing is between them that counts. */
function endOfDoubtful(script: string, from: number, delimiter: string | undefined): number | undefined {
  for (
    let at = from;
    at < script.length && !/[[\\\n]/.test(script[at] ?? "") && script[at] !== delimiter;
    at++
  )
    if (script[at] === "]") return at;
  return undefined;
}

function skip(script: string, from: number, characters: RegExp): number {
  let at = from;
  while (at < script.length && characters.test(script[at] ?? "")) at++;
  return at;
}
