/** The words of a command line as a shell reads them: unquoted, and open where only the run will tell. */

import type { Word, WordPart } from "unbash";
import { literal, OPEN, type Glob } from "../glob.ts";

/** Stands in a word's text for what only the run will tell. Where a text has it itself, that counts as open as well. */
export const OPEN_MARK = "\uFFFC";

/** A word's text, with {@link OPEN_MARK} where it is open. */
export function markedText(word: Glob): string {
  return word.map((token) => (typeof token === "string" ? token : OPEN_MARK)).join("");
}

/** The other way round. */
export function fromMarked(text: string): Glob {
  return text.split(OPEN_MARK).flatMap((part, index) => (index === 0 ? literal(part) : [...OPEN, ...literal(part)]));
}

export function isOpen(text: string): boolean {
  return text.includes(OPEN_MARK);
}

/** A program's name without its path, as a file system may take it that knows no big and small letters. */
export function nameOf(text: string | undefined): string {
  return (text ?? "").slice((text ?? "").lastIndexOf("/") + 1).toLowerCase();
}

export function wordGlob(word: Word): Glob {
  const { parts } = word;
  if (parts === undefined) return unquoted(word.value, word.text);
  return parts.flatMap((part, index) => partGlob(part, parts[index - 1]));
}

function partGlob(part: WordPart, before: WordPart | undefined): Glob {
  switch (part.type) {
    case "Literal":
      return isTaken(part.text, before) ? OPEN : unquoted(part.value, part.text);
    case "SingleQuoted":
    case "AnsiCQuoted":
      return literal(part.value);
    case "DoubleQuoted":
      return part.parts.flatMap((each, index) => partGlob(each, part.parts[index - 1]));
    case "Glob":
    case "LocaleString":
    case "SimpleExpansion":
    case "ParameterExpansion":
    case "CommandExpansion":
    case "ArithmeticExpansion":
    case "ProcessSubstitution":
    case "ExtendedGlob":
    case "BraceExpansion":
      return OPEN;
  }
}

/** To zsh `$x[1]` is a part of `$x`, `$x:h` its directory. */
function isTaken(text: string, before: WordPart | undefined): boolean {
  return isExpansion(before) && /^(\[|:[A-Za-z&])/.test(text);
}

export function isExpansion(part: WordPart | undefined): boolean {
  return part?.type === "SimpleExpansion" || part?.type === "ParameterExpansion";
}

/** `$=x`, `$~x`, `$+x` and the like are variables to zsh, and text to bash. */
function unquoted(value: string, text: string): Glob {
  return /\$[=~^+#]/.test(text.replaceAll(/\\./gs, "")) ? OPEN : literal(value);
}
