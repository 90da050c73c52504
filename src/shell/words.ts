/** The words of a command line as a shell reads them: unquoted, and open where only the run will tell. */

import type { DoubleQuotedChild, Word, WordPart } from "unbash";
import { literal, OPEN, OPEN_WORD, type Glob } from "./wildcards.ts";

/**
 * Stands in a word's text for what only the run will tell, and may part it into several words. Where a text has it
 * itself, that counts as open as well.
 */
export const OPEN_MARK = "\uFFFC";
/** The same within one word. */
export const OPEN_WORD_MARK = "\uFFFB";

/** What a text with such marks stands for. */
export function fromMarked(text: string): Glob {
  return isOpen(text) ? text.split(/([\uFFFB\uFFFC])/).flatMap(partOfMarked) : literal(text);
}

function partOfMarked(part: string): Glob {
  if (part === OPEN_MARK) return OPEN;
  return part === OPEN_WORD_MARK ? OPEN_WORD : literal(part);
}

export function isOpen(text: string): boolean {
  return text.includes(OPEN_MARK) || text.includes(OPEN_WORD_MARK);
}

export function beginsOpen(text: string): boolean {
  return text.startsWith(OPEN_MARK) || text.startsWith(OPEN_WORD_MARK);
}

/** A text without what is open. */
export function knownPart(text: string): string {
  return text.replaceAll(/[\uFFFB\uFFFC]/g, "");
}

/** A program's name without its path, as a file system may take it that knows no big and small letters. */
export function nameOf(text: string | undefined): string {
  return text === undefined ? "" : text.slice(text.lastIndexOf("/") + 1).toLowerCase();
}

/** What `printf` and `echo -e` make of a text: `\\x64` is `d`, and so is `\\144`. */
export function withoutEscapes(text: string): string {
  return text.replaceAll(/\\(?:x([\da-f]{1,2})|0?([0-7]{3}))/gi, (_, hex?: string, octal?: string) =>
    String.fromCharCode(hex === undefined ? Number.parseInt(octal ?? "", 8) : Number.parseInt(hex, 16)),
  );
}

/** A word without its quotes, with {@link OPEN_MARK} for what only the run will tell. */
export function wordText({ value, text, parts }: Word): string {
  if (parts === undefined) return unquoted(value, text);
  return parts.map((part, index) => partText(part, parts[index - 1])).join("");
}

/** @param before the part that it stands behind. */
export function partText(part: WordPart, before: WordPart | undefined): string {
  switch (part.type) {
    case "Literal":
      return isTaken(part.text, before) ? OPEN_MARK : unquoted(part.value, part.text);
    case "SingleQuoted":
    case "AnsiCQuoted":
      return part.value;
    case "DoubleQuoted":
      return part.parts.map((each, index) => quotedText(each, part.parts[index - 1])).join("");
    case "Glob":
      return OPEN_WORD_MARK;
    case "LocaleString":
    case "SimpleExpansion":
    case "ParameterExpansion":
    case "CommandExpansion":
    case "ArithmeticExpansion":
    case "ProcessSubstitution":
    case "ExtendedGlob":
    case "BraceExpansion":
      return OPEN_MARK;
  }
}

/** Quotes keep a value together, but for lists: `"$@"`, `"${names[@]}"`. */
function quotedText(part: DoubleQuotedChild, before: WordPart | undefined): string {
  const text = partText(part, before);
  return part.type === "Literal" || part.text.includes("@") ? text : OPEN_WORD_MARK;
}

/** To zsh `$x[1]` is a part of `$x`, `$x:h` its directory. */
function isTaken(text: string, before: WordPart | undefined): boolean {
  return isExpansion(before) && /^(\[|:[A-Za-z&])/.test(text);
}

/** `<(echo x)` */
export function isSubstitution({ parts }: Word): boolean {
  return parts?.some(({ type }) => type === "ProcessSubstitution") === true;
}

export function isExpansion(part: WordPart | undefined): boolean {
  return part?.type === "SimpleExpansion" || part?.type === "ParameterExpansion";
}

/** `$=x`, `$~x`, `$+x` and the like are variables to zsh, and text to bash. */
function unquoted(value: string, text: string): string {
  return text.includes("$") && /\$[=~^+#]/.test(text.replaceAll(/\\./gs, "")) ? OPEN_MARK : value;
}
