/** A shell's command line, read without running it: every simple command that it may run. */

import {
  forEachChild,
  parse,
  type Assignment,
  type Command,
  type HereDoc,
  type HereString,
  type Pipeline,
  type Redirection,
  type SyntaxNode,
  type Word,
} from "unbash";
import { literal, literalText, OPEN, type Glob } from "./glob.ts";
import { isInterpreter, isToldCode, shellText, whyCode, whyCodeSomewhere } from "./shell/code.ts";
import { directoriesEntered } from "./shell/directories.ts";
import { createHiddenCommands, fill, searched, type HiddenCommands } from "./shell/hidden-commands.ts";
import { inertArguments } from "./shell/inert-arguments.ts";
import {
  checkIndex,
  checkNode,
  checkText,
  hasBareIndex,
  Unreadable,
  wordsBehindOperators,
} from "./shell/syntax.ts";
import { createCalculationWatch, holdsIndexedCode, whyBuiltin, whySteering } from "./shell/variables.ts";
import { isOpen, markedText, nameOf, wordGlob } from "./shell/words.ts";
import { commandStarts, givesTextToShell, isFilling } from "./shell/wrappers.ts";

/** One program or builtin with its words. */
export interface SimpleCommand {
  /** Unquoted; what only the run will tell (a variable, a substitution, a wildcard) is open. */
  readonly words: readonly Glob[];
  /** Whether variables are set for it. */
  readonly hasAssignments: boolean;
}

/** What a command line says, or the reason why nobody can tell by reading it, as a sentence. */
export type ReadCommand =
  | {
      readonly kind: "read";
      /** As they are written, wherever they stand: in substitutions, functions, conditions, and texts for a shell. */
      readonly commands: readonly SimpleCommand[];
      /** What the words of a command may run in turn: `rm x` of `sudo -u me rm x`. */
      readonly hidden: HiddenCommands;
      /** The files that redirections write to. */
      readonly writes: readonly Glob[];
      /** The directories that it goes into, in order, with a mark for what is open. */
      readonly entered: readonly string[];
      /** What variables are set to, as far as that is known. */
      readonly values: readonly string[];
    }
  | { readonly kind: "unreadable"; readonly why: string };

/** zsh takes some other characters for its own in a command word, as in `=rm`. */
const PLAIN_NAME = /^[A-Za-z0-9_./~+@:[\]-]+$/;

/** Commands that one command's words may hide behind wrappers; each is looked at. */
const MAX_BEHIND = 50;

/** Texts for a shell in texts for a shell. */
const MAX_DEPTH = 4;

/** Values of variables that are kept. */
const MAX_VALUES = 100;

/** Reads what OpenCode gives to the user's shell, bash or zsh, and sh where there is neither. Where they differ, or a
 * character could be meant otherwise, the command is unreadable. */
export function readCommand(text: string): ReadCommand {
  try {
    const reader = createReader();
    reader.readText(text);
    return reader.result();
  } catch (error) {
    // Otherwise a stack that overflows on purpose, or a mistake of the parser's.
    const why = error instanceof Unreadable ? error.message : "The command's shell syntax cannot be read.";
    return { kind: "unreadable", why };
  }
}

function createReader() {
  const commands: SimpleCommand[] = [];
  const hidden = createHiddenCommands();
  const writes: Glob[] = [];
  const entered: string[] = [];
  const values: string[] = [];
  const watch = createCalculationWatch();
  let depth = 0;

  function readText(text: string): void {
    checkText(text);
    if (++depth > MAX_DEPTH) throw new Unreadable("A command stands too deep in others to be read.");
    visit(parse(text), false);
    depth--;
  }

  /** @param feeds whether what is printed here may be run by what reads it. */
  function visit(node: SyntaxNode, feeds: boolean): void {
    checkNode(node);
    watch.node(node);
    switch (node.type) {
      case "Command":
        takeCommand(node, feeds);
        return;
      case "Pipeline":
        takePipeline(node, feeds);
        return;
      case "Redirected":
        visit(node.command, feeds);
        for (const redirect of node.redirects) takeRedirection(redirect, true);
        return;
      case "Assignment":
        takeAssignment(node);
        break;
      case "For":
      case "Select":
        takeVariable(node.name.text, undefined);
        for (const word of node.wordlist ?? []) takeValue(word);
        break;
      case "ParameterExpansion":
        if (node.operation?.type === "Default") takeVariable(node.parameter, undefined);
        break;
      case "TestBinary":
        // A pattern has parentheses of its own.
        if (node.operator !== "=~") break;
        visit(node.left, feeds);
        forEachChild(node.right, (part) => visit(part, feeds));
        return;
      case "TestLogical":
        for (const word of wordsBehindOperators(node)) hidden.add({ texts: [markedText(wordGlob(word))] }, 0);
        break;
      case "ArithmeticCommand":
        // To dash, that is one subshell in another.
        hidden.add({ texts: [node.body] }, 0);
        break;
      default:
        takeText(node);
    }
    forEachChild(node, (child) => visit(child, feeds));
  }

  function takeText(node: SyntaxNode): void {
    if (node.type === "Literal" || node.type === "SingleQuoted" || node.type === "AnsiCQuoted")
      watch.text(node.value);
    if (node.type === "HereDocBody" && node.parts === undefined) watch.text(node.text);
    if (node.type !== "Word") return;
    if (node.parts === undefined && node.value !== "[") watch.text(node.value);
    if (hasBareIndex(node.parts)) watch.calculation();
  }

  function takePipeline({ commands: members, prefixes }: Pipeline, feeds: boolean): void {
    for (const prefix of prefixes) checkNode(prefix);
    // What is printed goes to the next command, and what that prints may be the same.
    let mayRun = feeds;
    const feedsOf = members.map(() => false);
    for (let index = members.length - 1; index >= 0; index--) {
      feedsOf[index] = mayRun;
      const member = members[index];
      mayRun ||= member !== undefined && obeysInput(member);
    }
    for (const [index, member] of members.entries()) visit(member, feedsOf[index] === true);
  }

  function takeCommand(node: Command, feeds: boolean): void {
    const assignments = node.prefix.filter((each) => each.type === "Assignment");
    const words = wordsOf(node);
    const texts = fill(words.map(markedText));
    commands.push({ words, hasAssignments: assignments.length > 0 });
    for (const assignment of assignments) visit(assignment, false);
    if (node.name !== undefined) visit(node.name, false);

    const inside = takeWords(texts, feeds);
    for (const [index, arg] of node.args.entries()) visit(arg, inside.words.has(index + 1));
    const prints = feeds && nameOf(texts[0]) === "cat";
    for (const redirect of node.redirects) takeRedirection(redirect, inside.input || prints);
  }

  /** Takes what hides in the words of a command, and says in which of them, and whether its input may hold commands. */
  function takeWords(texts: readonly string[], feeds: boolean) {
    if (texts.length === 0) return { words: new Set<number>(), input: false };
    check(texts);
    entered.push(...directoriesEntered(texts));
    const read = takeTextsForShells(texts);
    const { words, input } = searched(texts);
    const all = feeds && /^(echo|printf|print|yes)$/.test(nameOf(texts[0])) ? [...texts.keys()].slice(1) : words;
    const inside = new Set(all.filter((index) => !read.has(index)));
    if (inside.size > 0) {
      const line = { texts, isFilled: texts.some((text) => isFilling(nameOf(text))) };
      for (const index of inside) hidden.add(line, index);
    }
    return { words: inside, input };
  }

  /** Checks a command, and each that its words run in turn, and gives the words that were read as texts for a shell. */
  function takeTextsForShells(texts: readonly string[]): ReadonlySet<number> {
    const read = new Set<number>();
    const names = new Set<string>();
    for (const start of [0, ...startsBehind(texts)]) {
      if (read.has(start)) continue;
      const name = nameOf(texts[start]);
      if (start > 0) checkName(texts[start] ?? "");
      const ownText = shellText(texts, start);
      if (ownText !== undefined) {
        for (let index = start === 0 ? 1 : start; index <= ownText; index++) read.add(index);
        readText(texts[ownText] ?? "");
      } else throwIf(whyCode(texts, start) ?? whyBuiltin(name, texts.slice(start + 1)));
      if (names.has(name)) continue;
      names.add(name);
      throwIf(whyCodeSomewhere(texts, start));
      if (givesTextToShell(name)) readTexts(texts, start, read);
    }
    return read;
  }

  /** `ssh host 'cd there && ls'` */
  function readTexts(texts: readonly string[], start: number, read: Set<number>): void {
    for (const [index, text] of texts.entries()) {
      if (index <= start || read.has(index) || PLAIN_WORD.test(text)) continue;
      // These give it to a shell as if it were typed, which may be otherwise than a text of one.
      if (!/^(screen|tmux)$/.test(nameOf(texts[start]))) read.add(index);
      readText(text);
    }
  }

  function check(texts: readonly string[]): void {
    checkName(texts[0] ?? "");
    for (const text of texts) {
      const [, variable, value = ""] = /^(\w+)\+?=(.*)$/s.exec(text) ?? [];
      if (variable !== undefined) takeVariable(variable, isOpen(value) ? undefined : value);
    }
    watch.builtin(nameOf(texts[0]), texts.slice(1));
  }

  function takeVariable(variable: string, value: string | undefined): void {
    throwIf(whySteering(variable, value));
    watch.assignment(variable);
  }

  function takeAssignment({ name, index, value }: Assignment): void {
    if (index !== undefined) checkIndex(index);
    if (value.type === "ArrayValue") {
      takeVariable(name, undefined);
      for (const element of value.elements) takeValue(element);
      return;
    }
    const text = literalText(wordGlob(value));
    takeVariable(name, text);
    takeValue(value);
  }

  /** A value may be run later, by whatever reads the variable. */
  function takeValue(word: Word): void {
    const text = markedText(wordGlob(word));
    if (holdsIndexedCode(text)) throw new Unreadable("Code may stand in a variable's index.");
    if (values.length < MAX_VALUES && !isOpen(text)) values.push(text);
    hidden.add({ texts: [text] }, 0);
  }

  /** @param isSearched whether what comes by it may hold commands. */
  function takeRedirection(node: Redirection, isSearched: boolean): void {
    if (node.type === "Redirect") {
      checkNode(node);
      const { operator, target } = node;
      const file = target === undefined ? [] : wordGlob(target);
      const text = literalText(file);
      const isFile = operator !== "<" && !(operator.endsWith("&") && /^[-\d]/.test(text ?? ""));
      if (isFile && text !== "/dev/null") writes.push(file);
    } else if (isSearched) hidden.add({ texts: [inputOf(node)] }, 0);
    forEachChild(node, (child) => visit(child, isSearched));
  }

  function result(): ReadCommand {
    throwIf(watch.why());
    for (const name of hidden.names()) {
      if (!isInterpreter(name)) continue;
      const found = hidden.named(name);
      if (found?.some(([, ...args]) => isToldCode(name, args.map(markedText))) !== false)
        throw new Unreadable(`\`${name}\` runs code that is written in the command or read from elsewhere.`);
    }
    return { kind: "read", commands, hidden, writes, entered, values };
  }

  return { readText, result };
}

/** Text in which a shell finds nothing but itself. */
const PLAIN_WORD = /^[\w./~+@:=,%-]*$/;

function throwIf(why: string | undefined): void {
  if (why !== undefined) throw new Unreadable(why);
}

function checkName(text: string): void {
  if (isOpen(text)) throw new Unreadable("The command that runs is only known when it runs.");
  if (!PLAIN_NAME.test(text)) throw new Unreadable("A command's name has unusual characters.");
}

function wordsOf({ name, args }: Command): Glob[] {
  if (name === undefined) return [];
  return [
    wordGlob(name),
    ...args.map((arg): Glob =>
      arg.type === "Word"
        ? wordGlob(arg)
        : [...literal(`${arg.name}=`), ...(arg.value.type === "Word" ? wordGlob(arg.value) : OPEN)],
    ),
  ];
}

function inputOf(node: HereDoc | HereString): string {
  if (node.type === "HereDoc") return node.body.text;
  return node.target === undefined ? "" : markedText(wordGlob(node.target));
}

/** Whether a part of a pipeline may run what it reads. */
function obeysInput(node: SyntaxNode): boolean {
  return node.type !== "Command" || searched(wordsOf(node).map(markedText)).input;
}

/** Where the wrappers among a command's words may have their commands, and those behind them theirs. */
function startsBehind(texts: readonly string[]): number[] {
  if (inertArguments(texts, 0) !== undefined) return [];
  const starts = new Set(commandStarts(texts, 0, MAX_BEHIND + 1));
  // A set's iteration goes on with what is added meanwhile: wrappers behind wrappers.
  for (const start of starts) {
    if (starts.size > MAX_BEHIND) throw new Unreadable("A command has too many words to be read.");
    for (const next of commandStarts(texts, start, MAX_BEHIND + 1) ?? []) starts.add(next);
  }
  return [...starts];
}
