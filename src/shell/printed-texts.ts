/**
 * `"$(cat <<'EOF' …)"` is the text of its here-document. It is put into the command line as what it is, in quotes, so
 * that whoever reads the line finds a word that is known.
 */

import {
  forEachChild,
  parse,
  type CommandExpansionPart,
  type DoubleQuotedPart,
  type HereDoc,
  type SyntaxNode,
  type WordPart,
} from "unbash";
import type { Span } from "./scanning.ts";

/** What such a substitution begins with. Most lines have none, and are not read for it. */
const BEGINNING = /\$\(\s*cat\s*<</;

/** A word for a word: only what stands in double quotes is no more than one. */
export function withPrintedTexts(text: string): string {
  if (!BEGINNING.test(text)) return text;
  const pieces: string[] = [];
  let at = 0;
  const script = parse(text);
  if (script.errors !== undefined && script.errors.length > 0) return text;
  for (const { start, end, quoted } of printedIn(script)) {
    // The double quotes around it end before it, and begin again behind it.
    pieces.push(text.slice(at, start), '"', quoted, '"');
    at = end;
  }
  return pieces.join("") + text.slice(at);
}

interface Printed extends Span {
  /** What it prints, in quotes of its own. */
  readonly quoted: string;
}

/** In the arguments of commands, in their order. Values of variables are left as they are: they may be read as code. */
function printedIn(script: SyntaxNode): Printed[] {
  const found: Printed[] = [];
  const visit = (node: SyntaxNode): void => {
    if (node.type === "Command")
      for (const each of node.suffix) {
        if (each.type !== "Word") continue;
        for (const part of each.parts ?? []) if (part.type === "DoubleQuoted") take(part);
      }
    // Quotes in these are other ones.
    if (isOtherText(node)) return;
    forEachChild(node, visit);
  };
  const take = ({ parts }: DoubleQuotedPart): void => {
    for (const part of parts) {
      const quoted = part.type === "CommandExpansion" ? printedBy(part) : undefined;
      if (quoted !== undefined) found.push({ start: part.pos, end: part.end, quoted });
    }
  };
  visit(script);
  return found.sort((one, other) => one.start - other.start);
}

function isOtherText(node: SyntaxNode): boolean {
  return (
    node.type === "ParameterExpansion" ||
    node.type === "ArithmeticExpansion" ||
    node.type === "HereDocBody" ||
    (node.type === "CommandExpansion" && (node.text.startsWith("`") || printedBy(node) !== undefined))
  );
}

/** Undefined where it does anything else than to print the text of a here-document that is not read twice. */
function printedBy({ text, script }: CommandExpansionPart): string | undefined {
  const [statement, ...others] = script?.commands ?? [];
  const command = statement?.command;
  if (!text.startsWith("$(") || others.length > 0 || command?.type !== "Command") return undefined;
  if (statement?.background === true || command.name?.text !== "cat" || command.prefix.length > 0)
    return undefined;
  const [input, ...words] = command.suffix;
  return input?.type === "HereDoc" && words.length === 0 ? quotedBody(input) : undefined;
}

function quotedBody({ operator, descriptor, delimiter, body, closing }: HereDoc): string | undefined {
  if (operator !== "<<" || descriptor !== undefined || closing === undefined) return undefined;
  if (delimiter?.quoted === true || (body.parts === undefined && !body.text.includes("\\")))
    return inQuotes(withoutLastBreaks(body.text));
  const parts = body.parts ?? [];
  if (parts.length === 0 || !parts.every((part, index) => isPlain(part, parts[index - 1]))) return undefined;
  const last = parts.length - 1;
  return parts
    .map((part, index) =>
      part.type === "Literal"
        ? inQuotes(index === last ? withoutLastBreaks(part.text) : part.text)
        : `"${part.text}"`,
    )
    .join("");
}

/** A text without escapes, or a variable and nothing else. */
function isPlain(part: WordPart, before: WordPart | undefined): boolean {
  if (part.type !== "Literal") return /^\$(?!_$|\{_\})([A-Za-z_]\w*|\{[A-Za-z_]\w*\})$/.test(part.text);
  // To zsh, a part of the variable before it.
  const isTaken = before !== undefined && /^(\[|:[A-Za-z&])/.test(part.text);
  return !isTaken && !/[\\$]/.test(part.text);
}

/** A substitution loses them. */
function withoutLastBreaks(text: string): string {
  let end = text.length;
  while (text[end - 1] === "\n") end--;
  return text.slice(0, end);
}

function inQuotes(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
