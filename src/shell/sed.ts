/** sed's scripts, as far as they are understood: they can run commands (`e`) and write files (`w`). */

import { beginsOpen, isOpen } from "./words.ts";

/** Whether sed's arguments can run a command or write another file, or a script of theirs is not understood. */
export function isSedCode(args: readonly string[]): boolean {
  const scripts: (string | undefined)[] = [];
  let first: string | undefined;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    // A script's file, or an option whose value could be taken for the script.
    if (/^(-(?!-)[^ei]*[flI]|--(f|l[a-z-]*$))/.test(arg) || beginsOpen(arg)) return true;
    const attached = /^(?:-(?!-|i)[^e]*e|--e[a-z]*=?)(.*)$/s.exec(arg)?.[1];
    if (attached === undefined) {
      if (arg !== "" && !arg.startsWith("-")) first ??= arg;
    } else scripts.push(attached === "" ? args[++index] : attached);
  }
  return ![...(scripts.length > 0 ? scripts : [first])].every(
    (script) => script !== undefined && !isOpen(script) && isHarmlessScript(script),
  );
}

/** Whether a script is understood, and only prints and changes what sed reads. */
export function isHarmlessScript(script: string): boolean {
  let at = 0;
  while (at < script.length) {
    const next = skipCommand(script, skipAddresses(script, at));
    if (next === undefined) return false;
    at = next;
  }
  return true;
}

/** `s/a/b/g` and nothing else. */
export function isOneSubstitution(script: string): boolean {
  return script.startsWith("s") && skipCommand(script, 0) === script.length;
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

function skipAddress(script: string, at: number): number | undefined {
  const character = script[at];
  if (character === "$") return at + 1;
  if (character !== "/" && character !== "\\") return skip(script, at, /[\d~]/);
  const end = character === "/" ? skipPart(script, at + 1, "/") : skipPart(script, at + 2, script[at + 1]);
  return end === undefined ? undefined : skip(script, end, /[IM]/);
}

/** One command with its arguments, up to the next; undefined when it is not one that is understood as harmless. */
function skipCommand(script: string, at: number | undefined): number | undefined {
  if (at === undefined) return undefined;
  if (at >= script.length) return at;
  const command = script[at] ?? "";
  if (/[dDgGhHnNpPxz=F{}]/.test(command)) return endOf(script, at + 1);
  // With a number, or what to jump to, or a text, which goes up to the line's end.
  if (/[qQlL]/.test(command)) return endOf(script, skip(script, at + 1, /[\s\d]/));
  if (/[btT:]/.test(command)) return skip(script, at + 1, /[^;\n}]/);
  if (/[aicrR#]/.test(command)) return endOfText(script, at + 1);
  if (command !== "s" && command !== "y") return undefined;
  const delimiter = script[at + 1];
  const middle = skipPart(script, at + 2, delimiter);
  const end = middle === undefined ? undefined : skipPart(script, middle, delimiter);
  return end === undefined ? undefined : endOf(script, skip(script, end, /[gpIiMm\d]/));
}

/** The text of `a`, of which a backslash continues the line. */
function endOfText(script: string, from: number): number {
  let at = from;
  while (at < script.length && script[at] !== "\n") at += script[at] === "\\" ? 2 : 1;
  return at + 1;
}

/** A command ends in a semicolon, a line break, a brace or with the script. */
function endOf(script: string, from: number): number | undefined {
  const at = skip(script, from, /[ \t]/);
  return at >= script.length || /[;\n{}]/.test(script[at] ?? "") || /[{}]/.test(script[from - 1] ?? "")
    ? at
    : undefined;
}

/** Behind the next delimiter that is not escaped. Whether one in brackets counts is another thing to each sed. */
function skipPart(script: string, from: number, delimiter: string | undefined): number | undefined {
  if (delimiter === undefined || /[\s\\]/.test(delimiter)) return undefined;
  let isInBrackets = false;
  for (let at = from; at < script.length; at++) {
    const character = script[at];
    if (character === delimiter) return isInBrackets ? undefined : at + 1;
    if (character === "\n") return undefined;
    if (character === "\\") at++;
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

function skip(script: string, from: number, characters: RegExp): number {
  let at = from;
  while (at < script.length && characters.test(script[at] ?? "")) at++;
  return at;
}
