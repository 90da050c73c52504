/** Where bash, zsh and dash read the same characters differently, or the run decides what they are. */

import type {
  AnsiCQuotedPart,
  ArrayValue,
  Command,
  HereDocDelimiter,
  ParameterExpansionPart,
  ParsedScript,
  Redirect,
  SyntaxNode,
  TestExpression,
  TestLogicalExpression,
  Word,
  WordPart,
} from "unbash";
import { isPlainIndex } from "./variables.ts";
import { isExpansion, isOpen, wordText } from "./words.ts";

/** Thrown to leave a command at once: its message says why nobody can tell by reading it, as a sentence. */
export class Unreadable extends Error {}

export function throwIf(why: string | undefined): void {
  if (why !== undefined) throw new Unreadable(why);
}

const SYNTAX = "The gateway cannot read this shell syntax.";
export const TOO_MANY_WORDS = "A command has too many words to read.";

/** A line break and a tab are all that a command needs of these; a shell and a reader may differ on the rest. */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/;

export function checkText(text: string): void {
  if (CONTROL_CHARACTERS.test(text)) throw new Unreadable("The command contains control characters.");
  // It escapes nothing, and shells differ on whether it stays.
  if (/(?<!\\)(\\\\)*\\$/.test(text)) throw new Unreadable("The command ends in a backslash.");
}

type NodeOf<Type> = Extract<SyntaxNode, { readonly type: Type }>;

const CHECKS: { readonly [Type in SyntaxNode["type"]]?: (node: NodeOf<Type>) => void } = {
  Script: checkErrors,
  Word: checkWord,
  AnsiCQuoted: checkEscapedQuote,
  DoubleQuoted: checkQuotesInside,
  LocaleString: checkQuotesInside,
  HereDocBody: checkQuotesInside,
  ExtendedGlob: () => {
    throw new Unreadable("A file pattern can run code in some shells.");
  },
  ParameterExpansion: checkExpansion,
  Transform: refuseOperation,
  Unknown: refuseOperation,
  ArrayValue: checkElements,
  Redirect: checkRedirect,
  HereDocDelimiter: checkDelimiter,
  Command: checkOrder,
};

/** What is wrong with a node by itself, whatever it belongs to. */
export function checkNode<Type extends SyntaxNode["type"]>(node: NodeOf<Type>): void {
  CHECKS[node.type]?.(node);
}

function refuseOperation(): never {
  throw new Unreadable("A variable's value is run or rewritten.");
}

/** dash knows no such quotes, so an escaped one ends the text. */
function checkEscapedQuote({ text }: AnsiCQuotedPart): void {
  if (text.replaceAll(/\\[^']/gs, "").includes("\\'"))
    throw new Unreadable("Shells differ on where a quoted text ends.");
}

/** In `"${x:-'$(y)'}"` the inner quotes are none. */
function checkQuotesInside({ parts = [] }: { readonly parts?: readonly WordPart[] | undefined }): void {
  for (const part of parts)
    if (part.type === "ParameterExpansion" && /'[^']*[$`]/.test(part.text))
      throw new Unreadable("Shells differ on where a quoted text ends.");
}

function checkDelimiter({ text }: HereDocDelimiter): void {
  if (!/^(\\?[\w.-]+|'[\w.-]+'|"[\w.-]+")$/.test(text))
    throw new Unreadable("Shells differ on where a here-document ends.");
}

function checkErrors({ errors = [] }: ParsedScript): void {
  if (errors.length > 0) throw new Unreadable(SYNTAX);
}

/** A parenthesis without quotes is syntax: to zsh `=(x)` runs `x`. */
function checkWord({ text, parts }: Word): void {
  if (parts === undefined) checkUnquoted(text);
  else for (const part of parts) if (part.type === "Literal") checkUnquoted(part.text);
}

function checkUnquoted(text: string): void {
  if (/[()]/.test(text) && /[()]/.test(text.replaceAll(/\\./gs, ""))) throw new Unreadable(SYNTAX);
}

function checkExpansion({ text, parameter, prefix, index, operation }: ParameterExpansionPart): void {
  // To zsh, `${x::=y}` sets a variable.
  if (!/^(\w+|[@*#?$!-])$/.test(parameter) || /^\$\{\w+::=/.test(text)) refuseOperation();
  const isList = index?.text === "@" || index?.text === "*" || operation?.type === "Names";
  if (prefix === "!" && !isList) throw new Unreadable("Which variable is read is only known when it runs.");
  if (index !== undefined) checkIndex(index);
}

export function checkIndex(index: Word): void {
  if (!isPlainIndex(index.text)) throw new Unreadable("The index of a variable may contain code.");
}

/** `([x]=1)` */
function checkElements({ elements }: ArrayValue): void {
  for (const { text } of elements)
    if (/^\[.*\]\+?=/s.test(text) && !/^\[\d+\]/.test(text))
      throw new Unreadable("The index of a variable may contain code.");
}

/** What a redirection leads to, undefined when it is no file: `2>&1`. */
function checkRedirect({ operator, descriptor, target }: Redirect): void {
  if (descriptor?.type === "FileDescriptorVariable") throw new Unreadable("A redirection sets a variable.");
  const text = target === undefined ? "" : wordText(target);
  const isCopy = operator === ">&" || operator === "<&";
  const isOdd =
    target === undefined ||
    // Characters that belong to the operator for some: `>!`, `>|`, and `=(x)`, which zsh runs.
    /^[!|&=(]/.test(target.text) ||
    // bash reads `<&-x` as `<&-` and the word `x`.
    (isCopy && (isOpen(text) || (/^[-\d]/.test(text) && !/^(\d+-?|-)$/.test(text)))) ||
    (operator === "<&" && !/^[-\d]/.test(text));
  if (isOdd) throw new Unreadable(`Shells differ on a redirection to \`${text.slice(0, SHOWN)}\`.`);
}

/** Characters of a redirection's target that are named. */
const SHOWN = 20;

/** dash knows no `&>`: it runs what comes before in the background, and what comes behind as another command. */
function checkOrder({ suffix }: Command): void {
  const both = suffix.findIndex((each) => each.type === "Redirect" && each.operator.startsWith("&"));
  const isCut =
    both !== -1 && suffix.some((each, index) => index > both && /^(Word|Assignment)$/.test(each.type));
  if (isCut) throw new Unreadable("Shells differ on what stands behind `&>`.");
}

/** Whether zsh takes what stands behind a variable for its index: `$x[y]`. */
export function hasBareIndex(parts: readonly WordPart[] | undefined): boolean {
  return (
    parts?.some(
      (part, index) =>
        (isExpansion(parts[index - 1]) && part.text.startsWith("[")) ||
        (part.type === "DoubleQuoted" && hasBareIndex(part.parts)),
    ) === true
  );
}

/** The words that dash, which knows no `[[`, takes for commands: what stands behind each `||` and `&&`. */
export function wordsBehindOperators({ operands }: TestLogicalExpression): Word[] {
  return operands.slice(1).flatMap((operand) => firstWord(operand) ?? []);
}

function firstWord(expression: TestExpression): Word | undefined {
  switch (expression.type) {
    case "TestUnary":
      return expression.operand;
    case "TestBinary":
      return expression.left;
    case "TestNot":
      return firstWord(expression.operand);
    case "TestGroup":
      return firstWord(expression.expression);
    case "TestLogical": {
      const [first] = expression.operands;
      return first && firstWord(first);
    }
  }
}
