/** A shell's command line with secrets in it, read as the programs that it starts one after the other. Pure. */

import {
  forEachChild,
  parse,
  type ArithmeticWord,
  type Command,
  type HereDoc,
  type ParsedScript,
  type Pipeline,
  type SyntaxNode,
  type Word,
  type WordPart,
} from "unbash";
import type { Span } from "../../shell/scanning.ts";

/** A part of a word. */
export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "secret"; readonly text: string }
  /** Plain where the value is put in as it is: `$X`, `${X}`, `${X:?}`. */
  | { readonly kind: "variable"; readonly name: string; readonly isPlain: boolean }
  /** What only the run will tell. */
  | { readonly kind: "open" };

/** A word, unquoted, in the order of its parts. */
export interface StepWord extends Span {
  readonly pieces: readonly Piece[];
}

/** What a variable is set to: in a step's assignments, or by `export`. */
export interface StepAssignment extends Span {
  readonly name: string;
  readonly value: StepWord;
}

/** A text that a program reads: of a here-document or a here-string. */
export interface StepInput extends StepWord {
  readonly isDocument: boolean;
}

/** One program or builtin that is started. */
export interface Step {
  readonly assignments: readonly StepAssignment[];
  /** The program, and what it is told. Empty where only variables are set. */
  readonly words: readonly StepWord[];
  readonly inputs: readonly StepInput[];
  /** The files that redirections write to. */
  readonly outputs: readonly StepWord[];
  /** Whether it reads from a pipe, a file or a text of the command. */
  readonly isFed: boolean;
  /** Whether what it prints becomes a part of a word. */
  readonly isCaptured: boolean;
  /** What reads what it prints; "other" for a loop and the like. */
  readonly feeds: Step | "other" | undefined;
}

/** A command line that was read whole. */
export interface Steps {
  readonly steps: readonly Step[];
  /** Words that belong to no program: of a loop, a condition, an array. */
  readonly looseWords: readonly StepWord[];
}

/** Stands for a part of a word that is not known. */
export const UNKNOWN = "\uFFFC";

/** Thrown to leave the tree at once; never leaves this file. */
class Unreadable extends Error {}

/** With more of them nobody reads a command before an answer; they bound what is done for each. */
const STEPS_LIMIT = 400;
const WORDS_LIMIT = 4_000;

/** Have a meaning of their own only where they are called, or run beside the rest. */
const NOT_READ = new Set(["Function", "Coproc", "Select", "ExtendedGlob", "Transform", "Unknown", "Names"]);

/** A shell and this reader may differ on the rest of these. */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/;

/** Reads a command; undefined where it cannot be read whole. Takes time in proportion to its length. */
export function readSteps(source: string, secrets: readonly Span[]): Steps | undefined {
  if (CONTROL_CHARACTERS.test(source)) return undefined;
  const reader = createReader(source, secrets);
  try {
    reader.visit(parse(source), false);
  } catch (error) {
    // Beside ours: a stack that overflows on purpose, or a mistake of the parser's.
    if (error instanceof Error) return undefined;
    throw error;
  }
  return reader.steps;
}

/** In a calculation a variable is named without a sign. */
function numberWord({ pos, end, value }: ArithmeticWord): StepWord {
  return { start: pos, end, pieces: [{ kind: "variable", name: value, isPlain: false }] };
}

type MutableStep = { -readonly [Key in keyof Step]: Step[Key] };

function createReader(source: string, secrets: readonly Span[]) {
  const steps: Step[] = [];
  const looseWords: StepWord[] = [];
  const readWord = createWordReader(source, secrets);

  function visit(node: SyntaxNode, isCaptured: boolean): void {
    if (NOT_READ.has(node.type)) throw new Unreadable();
    if (node.type === "Script") checkScript(node);
    if (node.type === "ParameterExpansion" && node.prefix === "!") throw new Unreadable();
    if (node.type === "Command") takeCommand(node, isCaptured);
    else if (node.type === "Pipeline") takePipeline(node, isCaptured);
    else {
      if (node.type === "Word") looseWords.push(readWord(node));
      if (node.type === "ArithmeticWord") looseWords.push(numberWord(node));
      visitChildren(node, isCaptured);
    }
  }

  function visitChildren(node: SyntaxNode, isCaptured: boolean): void {
    const captures = isCaptured || node.type === "CommandExpansion" || node.type === "ProcessSubstitution";
    forEachChild(node, (child) => visit(child, captures));
  }

  function takePipeline(node: Pipeline, isCaptured: boolean): void {
    let before: MutableStep | "other" | undefined;
    for (const command of node.commands) {
      const isSimple = command.type === "Command";
      const step = isSimple ? takeCommand(command, isCaptured) : undefined;
      if (!isSimple) visit(command, isCaptured);
      if (typeof before === "object") before.feeds = step ?? "other";
      if (step !== undefined && before !== undefined) step.isFed = true;
      before = step ?? "other";
    }
  }

  function takeCommand(node: Command, isCaptured: boolean): MutableStep {
    const args = node.args.flatMap((arg) => (arg.type === "Word" ? [arg] : []));
    const assigned = [...node.prefix, ...node.suffix].filter((part) => part.type === "Assignment");
    const words = [...(node.name === undefined ? [] : [node.name]), ...args];
    const step: MutableStep = {
      assignments: assigned.map(({ pos, end, name, value, append, index }) => {
        if (value.type !== "Word" || append === true || index !== undefined) throw new Unreadable();
        return { start: pos, end, name, value: readWord(value) };
      }),
      words: words.map(readWord),
      inputs: [],
      outputs: [],
      isFed: false,
      isCaptured,
      feeds: undefined,
    };
    takeRedirects(node, step);
    if (steps.push(step) > STEPS_LIMIT) throw new Unreadable();
    for (const part of [...words, ...assigned.map(({ value }) => value)]) visitChildren(part, isCaptured);
    for (const redirect of node.redirects)
      forEachChild(redirect, (child) => visitChildren(child, isCaptured));
    return step;
  }

  function takeRedirects(node: Command, step: MutableStep): void {
    for (const redirect of node.redirects) {
      if (redirect.type === "HereDoc") {
        step.isFed = true;
        step.inputs = [...step.inputs, { ...readDocument(redirect), isDocument: true }];
      } else if (redirect.target !== undefined) {
        const target = readWord(redirect.target);
        const isInput = redirect.operator === "<" || redirect.operator === "<<<";
        step.isFed ||= isInput;
        if (redirect.operator === "<<<") step.inputs = [...step.inputs, { ...target, isDocument: false }];
        else if (isInput) looseWords.push(target);
        else if (!/^(?:\d+-?|-|\/dev\/null)$/.test(textOf(target) ?? "x"))
          step.outputs = [...step.outputs, target];
      }
    }
  }

  function readDocument({ body }: HereDoc): StepWord {
    return readWord({
      type: "Word",
      text: "",
      value: body.text,
      pos: body.pos,
      end: body.end,
      parts: body.parts,
    });
  }

  return { visit, steps: { steps, looseWords } };
}

function checkScript({ errors = [], source }: ParsedScript): void {
  // The places in a script between escaped backquotes are others than those in the command.
  if (errors.length > 0 || source !== undefined) throw new Unreadable();
}

function createWordReader(source: string, secrets: readonly Span[]) {
  /** The secrets from `start` to `end`. */
  function within({ start, end }: Span): Span[] {
    let low = 0;
    for (let high = secrets.length; low < high;) {
      const middle = (low + high) >> 1;
      if ((secrets[middle]?.start ?? 0) < start) low = middle + 1;
      else high = middle;
    }
    const found: Span[] = [];
    for (
      let secret = secrets[low];
      secret !== undefined && secret.start < end;
      secret = secrets[(low += 1)]
    ) {
      if (secret.end > end) throw new Unreadable();
      found.push(secret);
    }
    return found;
  }

  /** @param value - The text without its quotes. */
  function literalPieces(span: Span, value: string): Piece[] {
    const found = within(span);
    if (found.length === 0) return value === "" ? [] : [{ kind: "text", text: value }];
    const pieces: Piece[] = [];
    let at = span.start;
    for (const secret of found) {
      pieces.push({ kind: "text", text: unescaped(source.slice(at, secret.start)) });
      pieces.push({ kind: "secret", text: source.slice(secret.start, secret.end) });
      at = secret.end;
    }
    pieces.push({ kind: "text", text: unescaped(source.slice(at, span.end)) });
    return pieces.filter((piece) => piece.kind !== "text" || piece.text !== "");
  }

  function partPieces(part: WordPart): Piece[] {
    const span = { start: part.pos, end: part.end };
    switch (part.type) {
      case "Literal":
        return literalPieces(span, part.value);
      case "SingleQuoted":
        return literalPieces({ start: span.start + 1, end: span.end - 1 }, part.value);
      case "AnsiCQuoted":
        return literalPieces({ start: span.start + 2, end: span.end - 1 }, part.value);
      case "DoubleQuoted":
        return part.parts.flatMap(partPieces);
      case "SimpleExpansion":
        return [{ kind: "variable", name: part.text.slice(1), isPlain: true }];
      case "ParameterExpansion": {
        const { operation, prefix, index } = part;
        const hasDefault =
          operation === undefined || /^:?[-?]$/.test(source.slice(operation.pos, operation.operatorEnd));
        const isPlain = prefix === undefined && index === undefined && hasDefault;
        return [{ kind: "variable", name: part.parameter, isPlain }];
      }
      case "Glob":
      case "ExtendedGlob":
      case "BraceExpansion":
      case "LocaleString":
      case "CommandExpansion":
      case "ArithmeticExpansion":
      case "ProcessSubstitution":
        return [{ kind: "open" }];
    }
  }

  let count = 0;
  return (word: Word): StepWord => {
    count += 1;
    if (count > WORDS_LIMIT) throw new Unreadable();
    const span = { start: word.pos, end: word.end };
    const pieces = word.parts?.flatMap(partPieces) ?? literalPieces(span, word.value);
    return { ...span, pieces };
  };
}

function unescaped(raw: string): string {
  return raw.replaceAll(/\\([^])/g, "$1");
}

/** A word's text; undefined where a part of it is a secret or open. */
export function textOf({ pieces }: StepWord): string | undefined {
  return pieces.every((piece) => piece.kind === "text") ? pieces.map(({ text }) => text).join("") : undefined;
}

/** A word as it can be shown: what is not known of it stands as `\uFFFC`. */
export function shapeOf({ pieces }: StepWord): string {
  return pieces.map((piece) => (piece.kind === "text" ? piece.text : UNKNOWN)).join("");
}
