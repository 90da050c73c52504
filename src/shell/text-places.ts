/**
 * Where in a command line commands have their names, and where there is text that nothing runs: in quotes, in
 * here-documents, in comments. What a shell reads in turn, as the text of `bash -c`, is a command line again.
 */

import {
  forEachChild,
  parse,
  type Assignment,
  type Command,
  type DoubleQuotedPart,
  type HereDoc,
  type HereString,
  type LocaleStringPart,
  type Pipeline,
  type Redirection,
  type SyntaxNode,
  type Word,
} from "unbash";
import { placeCommand, type CommandPlaces, type Reader } from "./command-places.ts";
import { findComments } from "./comments.ts";
import type { Span } from "./scanning.ts";
import { checkNode, checkText, TOO_MANY_WORDS, Unreadable } from "./syntax.ts";
import { whySteering } from "./variables.ts";
import { isSubstitution, nameOf, wordText } from "./words.ts";

/** A text that nothing runs. */
export interface Text extends Span {
  readonly kind: "quoted" | "document" | "comment";
  /** The quote that begins and ends it, for what is quoted. */
  readonly quote: "'" | '"' | undefined;
  /** What stands there as it is: without the variables and substitutions among it. */
  readonly pieces: readonly Span[];
}

export interface TextPlaces {
  /** The words that name a program, those behind wrappers too. */
  readonly names: readonly Span[];
  readonly texts: readonly Text[];
  /** Code that is not read here: for another shell, for a shell with something open in it, or made up on the way. */
  readonly shellCode: readonly Span[];
  /** Code for an interpreter. */
  readonly programs: readonly Span[];
}

/** Characters of a command line that are read: no rule reads more either. */
const READ_LIMIT = 20_000;
/** Texts for a shell in texts for a shell. */
const MAX_DEPTH = 4;

/** Undefined where the line is not read whole, or shells read it differently. */
export function findTextPlaces(command: string): TextPlaces | undefined {
  if (command.length > READ_LIMIT) return undefined;
  try {
    const finder = createFinder();
    finder.readScript(command, 0);
    return finder.places();
  } catch {
    // What cannot be read, a stack that overflows on purpose, or a mistake of the parser's.
    return undefined;
  }
}

/** What quotes and here-documents are where they stand: text, a file's name, or on their way to somebody who runs it. */
type Use = "text" | "path" | Reader;

function createFinder() {
  const names: Span[] = [];
  const texts: Text[] = [];
  const shellCode: Span[] = [];
  const programs: Span[] = [];
  const known = new Map<Command, CommandPlaces>();
  const takers = new Map<SyntaxNode, Use>();
  let depth = 0;
  let offset = 0;
  let source = "";
  /** The files that the line runs, or makes ready to be run, and what reads them. */
  let run: ReadonlyMap<string, Reader> = new Map();

  function readScript(text: string, start: number): void {
    if (++depth > MAX_DEPTH) throw new Unreadable(TOO_MANY_WORDS);
    checkText(text);
    const outer = { offset, source, run };
    [offset, source] = [start, text];
    const script = parse(text);
    run = new Map(commandsIn(script).flatMap(runsOf));
    visit(script, "text");
    for (const comment of findComments(text, script)) addText("comment", comment.start, comment.end);
    ({ offset, source, run } = outer);
    depth--;
  }

  function placesOf(command: Command): CommandPlaces {
    const places = known.get(command) ?? placeCommand(command);
    known.set(command, places);
    return places;
  }

  /** The files that a command runs, those that it reads as a shell does among them. */
  function runsOf(command: Command): (readonly [string, Reader])[] {
    const { runs, input } = placesOf(command);
    const read = command.redirects.flatMap((each) =>
      each.type === "Redirect" && each.operator === "<" && each.target !== undefined && input !== undefined
        ? [[nameOf(wordText(each.target)), input] as const]
        : [],
    );
    return [...runs, ...read];
  }

  function visit(node: SyntaxNode, use: Use): void {
    checkNode(node);
    if (node.type === "Command") visitCommand(node, use);
    else if (node.type === "Pipeline") visitPipeline(node, use);
    else if (node.type === "Function") {
      addName(node.name);
      visit(node.body, use);
    } else if (node.type === "SingleQuoted") addQuoted("'", node.pos + 1, node.end - 1, use);
    else if (node.type === "AnsiCQuoted") addQuoted("'", node.pos + 2, node.end - 1, use);
    else if (node.type === "DoubleQuoted") visitDoubleQuoted(node, node.pos + 1, use);
    else if (node.type === "LocaleString") visitDoubleQuoted(node, node.pos + 2, use);
    else if (node.type === "HereDoc" || node.type === "HereString") visitInput(node, use);
    else if (node.type === "Redirect") {
      if (node.target !== undefined) visit(node.target, "path");
    } else if (node.type === "CommandExpansion" && node.script?.source !== undefined)
      // Its places are those of another text.
      addCode({ start: node.pos, end: node.end }, "foreign");
    else forEachChild(node, (child) => visit(child, use));
  }

  function visitCommand(node: Command, around: Use): void {
    const places = placesOf(node);
    const use = (around === "text" ? writtenFor(node, places) : undefined) ?? around;
    for (const { word } of places.names) {
      addName(word);
      forEachChild(word, (part) => visit(part, "path"));
    }
    const named = new Set<SyntaxNode>(places.names.map(({ word }) => word));
    for (const each of node.prefix) if (each.type === "Assignment") visitAssignment(each, use);
    const reader = places.input ?? use;
    for (const each of node.suffix)
      if ((each.type === "Word" || each.type === "Assignment") && !named.has(each)) {
        const code = places.code.get(each);
        if (code !== undefined && each.type === "Word") readCode(each, code);
        else if (each.type === "Assignment") visitAssignment(each, use);
        else visit(each, isSubstitution(each) ? reader : use);
      }
    for (const each of node.redirects) visit(each, reader);
  }

  /** What some variables hold is run. */
  function visitAssignment(node: Assignment, use: Use): void {
    visit(node, whySteering(node.name, undefined) === undefined ? use : "foreign");
  }

  /** What reads a file that it writes, where the line runs that file too. */
  function writtenFor({ redirects }: Command, { writes }: CommandPlaces): Reader | undefined {
    const files = [...writes, ...redirects.map((each) => nameOf(targetOf(each)))];
    return files.map((file) => run.get(file)).find((reader) => reader !== undefined);
  }

  function visitPipeline({ commands, prefixes }: Pipeline, around: Use): void {
    for (const prefix of prefixes) checkNode(prefix);
    const written = commands.map((each) =>
      each.type === "Command" ? writtenFor(each, placesOf(each)) : undefined,
    );
    let use = written.find((reader) => reader !== undefined) ?? around;
    // What each says goes to those behind it.
    for (const each of commands.toReversed()) {
      visit(each, use);
      const taker = takerOf(each);
      if (taker !== "text") use = taker;
    }
  }

  /** What becomes of that which a part of a pipeline reads. Each node is looked at once. */
  function takerOf(node: SyntaxNode): Use {
    const found = takers.get(node);
    if (found !== undefined) return found;
    let use: Use = node.type === "Command" ? (placesOf(node).input ?? "text") : "text";
    forEachChild(node, (child) => {
      if (use === "text") use = takerOf(child);
    });
    takers.set(node, use);
    return use;
  }

  function visitDoubleQuoted(node: DoubleQuotedPart | LocaleStringPart, start: number, use: Use): void {
    const pieces = node.parts.flatMap((part) => (part.type === "Literal" ? [part] : []));
    if (use === "text") addText("quoted", start, node.end - 1, pieces, '"');
    else if (use !== "path") addCode({ start: node.pos, end: node.end }, use);
    for (const part of node.parts) if (part.type !== "Literal") visit(part, use);
  }

  function addQuoted(quote: "'", start: number, end: number, use: Use): void {
    if (use === "text") addText("quoted", start, end, undefined, quote);
    else if (use !== "path") addCode({ start: start - 1, end: end + 1 }, use);
  }

  function visitInput(node: HereDoc | HereString, use: Use): void {
    if (node.type === "HereString") {
      if (node.target !== undefined) visit(node.target, use);
      return;
    }
    if (node.delimiter !== undefined) checkNode(node.delimiter);
    const { body } = node;
    checkNode(body);
    const { parts } = body;
    if (
      use === "shell" &&
      parts === undefined &&
      (node.delimiter?.quoted === true || !body.text.includes("\\"))
    )
      readScript(source.slice(body.pos, body.end), offset + body.pos);
    else {
      const pieces = parts?.flatMap((part) => (part.type === "Literal" ? [part] : []));
      if (use === "text") addText("document", body.pos, body.end, pieces);
      else if (use !== "path") addCode({ start: body.pos, end: body.end }, use);
      for (const part of parts ?? []) if (part.type !== "Literal") visit(part, use);
    }
  }

  /** A word that a shell or an interpreter is given. */
  function readCode(word: Word, use: Use): void {
    const [part, ...others] = word.parts ?? [];
    const isQuoted = others.length === 0 && /^(Single|Double)Quoted$/.test(part?.type ?? "");
    const inner = isQuoted ? { start: word.pos + 1, end: word.end - 1 } : { start: word.pos, end: word.end };
    if (use === "shell" && part !== undefined && isQuoted && isLiteral(part))
      readScript(source.slice(inner.start, inner.end), offset + inner.start);
    else {
      addCode(inner, use);
      forEachChild(word, (child) => visit(child, "path"));
    }
  }

  function addName({ pos, end }: Word): void {
    names.push({ start: offset + pos, end: offset + end });
  }

  function addCode({ start, end }: Span, use: Use): void {
    const code = use === "program" ? programs : shellCode;
    code.push({ start: offset + start, end: offset + end });
  }

  function addText(
    kind: Text["kind"],
    start: number,
    end: number,
    pieces?: readonly SyntaxNode[],
    quote?: "'" | '"',
  ): void {
    const whole = { start: offset + start, end: offset + end };
    const parts = pieces?.map(({ pos, end: to }) => ({ start: offset + pos, end: offset + to }));
    texts.push({ ...whole, kind, pieces: parts ?? [whole], quote });
  }

  function places(): TextPlaces {
    return { names, texts: texts.sort((one, other) => one.start - other.start), shellCode, programs };
  }

  return { readScript, places };
}

function targetOf(redirection: Redirection): string {
  if (redirection.type !== "Redirect" || redirection.target === undefined) return "";
  return redirection.operator.includes(">") ? wordText(redirection.target) : "";
}

/** Whether a quoted part says what it is to be: no variable in it, no substitution, no backslash. */
function isLiteral(part: SyntaxNode): boolean {
  if (part.type !== "DoubleQuoted") return true;
  return !part.text.includes("\\") && part.parts.every(({ type }) => type === "Literal");
}

function commandsIn(node: SyntaxNode): Command[] {
  const commands: Command[] = [];
  const collect = (each: SyntaxNode): void => {
    if (each.type === "Command") commands.push(each);
    forEachChild(each, collect);
  };
  collect(node);
  return commands;
}
