/** A shell's command line, read without running it: every simple command that it may run. */

import {
  forEachChild,
  parse,
  type Assignment,
  type Command,
  type Pipeline,
  type Redirection,
  type SyntaxNode,
  type Word,
} from "unbash";
import { isInterpreter, isToldCode, shellText, whyCode, whyCodeSomewhere } from "./shell/code.ts";
import { directoriesEntered } from "./shell/directories.ts";
import {
  createHiddenCommands,
  fill,
  searched,
  type HiddenCommands,
  type Line,
} from "./shell/hidden-commands.ts";
import { checkName, inputOf, obeysInput, startsBehind, streamOf, textsOf } from "./shell/simple-command.ts";
import type { Stream } from "./shell/stream.ts";
import { mayRunWritten } from "./shell/written-scripts.ts";
import {
  checkIndex,
  checkNode,
  checkText,
  hasBareIndex,
  Unreadable,
  wordsBehindOperators,
} from "./shell/syntax.ts";
import { createCalculationWatch, holdsIndexedCode, whyBuiltin, whySteering } from "./shell/variables.ts";
import { isOpen, nameOf, OPEN_MARK, withoutEscapes, wordText } from "./shell/words.ts";
import { givesTextToShell, isFilling } from "./shell/wrappers.ts";

export type { Stream } from "./shell/stream.ts";

/** One program or builtin with its words. */
export interface SimpleCommand {
  /** Unquoted, with a mark for what only the run will tell: a variable, a substitution, a wildcard. */
  readonly texts: readonly string[];
  /** What is behind its own `>`, `<` and the like, in their order. */
  readonly streams: readonly Stream[];
}

/** What a command line says, or the reason why nobody can tell by reading it, as a sentence. */
export type ReadCommand =
  | {
      readonly kind: "read";
      /** As they are written, wherever they stand: in substitutions, functions, conditions, and texts for a shell. */
      readonly commands: readonly SimpleCommand[];
      /** What the words of a command may run in turn: `rm x` of `sudo -u me rm x`. */
      readonly hidden: HiddenCommands;
      /** The files that redirections write to, with a mark for what is open. */
      readonly writes: readonly string[];
      /** The directories that it goes into, in order, with a mark for what is open. */
      readonly entered: readonly string[];
      /** What variables are set to, as far as that is known. */
      readonly values: readonly string[];
    }
  | { readonly kind: "unreadable"; readonly why: string };

/** Texts for a shell in texts for a shell. */
const MAX_DEPTH = 4;
const MAX_TEXTS = 100;

/** Values of variables that are kept. */
const MAX_VALUES = 100;

/**
 * Reads what OpenCode gives to the user's shell, bash or zsh, and sh where there is neither. Where they differ, or a
 * character could be meant otherwise, the command is unreadable.
 */
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
  const writes: string[] = [];
  const entered: string[] = [];
  const values: string[] = [];
  const printed: { readonly line: Line; readonly feeds: Feeds }[] = [];
  const watch = createCalculationWatch();
  const insides = new Map<string, Inside>();
  let runsOthers = false;
  /** Whether a program that may run others is given a word that only the run will tell. */
  let givesOpen = false;
  let depth = 0;
  let texts = 0;

  function readText(text: string): void {
    checkText(text);
    if (++texts > MAX_TEXTS || ++depth > MAX_DEPTH)
      throw new Unreadable("A command has too many words to be read.");
    visit(parse(text), "nothing");
    depth--;
  }

  function visit(node: SyntaxNode, feeds: Feeds): void {
    checkNode(node);
    watch.node(node);
    switch (node.type) {
      case "Word":
        takeWord(node, feeds);
        return;
      case "Command":
        takeCommand(node, feeds);
        return;
      case "Pipeline":
        takePipeline(node, feeds);
        return;
      case "Redirected":
        visit(node.command, feeds);
        for (const redirect of node.redirects) takeRedirection(redirect, "program");
        return;
      case "Assignment":
        takeAssignment(node, "given");
        return;
      case "For":
      case "Select":
        takeVariable(node.name.text, undefined);
        for (const word of node.wordlist ?? []) takeValue(word, "kept");
        break;
      case "ParameterExpansion":
        if (node.operation?.type === "Default") {
          takeVariable(node.parameter, undefined);
          takeValue(node.operation.operand, "kept");
        }
        break;
      case "TestBinary":
        // A pattern has parentheses of its own.
        if (node.operator !== "=~") break;
        visit(node.left, feeds);
        forEachChild(node.right, (part) => visit(part, feeds));
        return;
      case "TestLogical":
        for (const word of wordsBehindOperators(node)) hidden.add({ texts: [wordText(word)] }, 0);
        break;
      case "ArithmeticCommand":
        // To dash, that is one subshell in another.
        hidden.add({ texts: [node.body] }, 0);
        break;
      default:
        watchText(node);
    }
    forEachChild(node, (child) => visit(child, feeds));
  }

  function watchText(node: SyntaxNode): void {
    if (node.type === "Literal" || node.type === "SingleQuoted" || node.type === "AnsiCQuoted")
      watch.text(node.value);
    if (node.type === "HereDocBody" && node.parts === undefined) watch.text(node.text);
  }

  function takeWord({ parts, value }: Word, feeds: Feeds): void {
    if (parts === undefined) {
      if (value !== "[") watch.text(value);
      return;
    }
    if (hasBareIndex(parts)) watch.calculation();
    for (const part of parts) visit(part, feeds);
  }

  function takePipeline({ commands: members, prefixes }: Pipeline, feeds: Feeds): void {
    for (const prefix of prefixes) checkNode(prefix);
    // What is printed goes to the next command, and what that prints may be the same.
    let fed = feeds;
    const feedsOf: Feeds[] = [];
    for (const member of members.toReversed()) {
      feedsOf.unshift(fed);
      if (obeysInput(member)) fed = "program";
    }
    for (const [index, member] of members.entries()) visit(member, feedsOf[index] ?? "program");
  }

  function takeCommand(node: Command, feeds: Feeds): void {
    const texts = fill(textsOf(node));
    const redirects = node.prefix.length + node.suffix.length === 0 ? NOTHING : node.redirects;
    const streams = redirects.map(streamOf);
    const inside = takeOnce(texts, streams, feeds);
    if (node.name !== undefined) visit(node.name, "nothing");
    const use = node.name === undefined ? "kept" : "given";
    for (const each of node.prefix) if (each.type === "Assignment") takeAssignment(each, use);
    let index = 0;
    let next = 0;
    for (const each of node.suffix) {
      if (each.type !== "Word" && each.type !== "Assignment") continue;
      const isInside = inside.words[next] === ++index;
      if (isInside) next++;
      visit(each, isInside ? "program" : "nothing");
    }
    const fed = inside.input || (feeds === "program" && nameOf(texts[0]) === "cat") ? "program" : "nothing";
    for (const redirect of redirects) takeRedirection(redirect, fed);
  }

  /** The same words say the same, however often they are written. */
  function takeOnce(texts: readonly string[], streams: readonly Stream[], feeds: Feeds): Inside {
    const key = `${feeds}\0${texts.join("\0")}`;
    const known = insides.get(key);
    if (known !== undefined && streams.length === 0) return known;
    commands.push({ texts, streams });
    const inside = texts.length === 0 ? OUTSIDE : takeWords(texts, streams, feeds);
    insides.set(key, inside);
    return inside;
  }

  function takeWords(texts: readonly string[], streams: readonly Stream[], feeds: Feeds): Inside {
    check(texts);
    for (const directory of directoriesEntered(texts)) entered.push(directory);
    const read = takeTextsForShells(texts);
    const { words, input } = searched(texts);
    runsOthers ||= input;
    const line = { texts, streams, isFilled: texts.some(isFilling) };
    if (PRINTER.test(nameOf(texts[0]))) {
      // `printf -v x deploy`
      takePrinted(line, feeds === "nothing" && texts[1]?.startsWith("-v") === true ? "variable" : feeds);
      return feeds === "program" ? { words: texts.map((_, index) => index).slice(1), input } : OUTSIDE;
    }
    givesOpen ||= words.some((index) => isOpen(texts[index] ?? ""));
    for (const index of words) if (!read.has(index)) hidden.add(line, index);
    return { words, input };
  }

  /** Checks a command, and each that its words run in turn, and gives the words that were read as texts for a shell. */
  function takeTextsForShells(texts: readonly string[]): ReadonlySet<number> {
    const starts = startsBehind(texts);
    const read = new Set<number>();
    const names = new Set<string>();
    for (const start of starts.length === 0 ? FIRST : [0, ...starts]) {
      if (read.has(start)) continue;
      const name = nameOf(texts[start]);
      if (start > 0) checkName(texts[start] ?? "");
      const ownText = shellText(name, texts, start);
      if (ownText !== undefined) {
        for (let index = start === 0 ? 1 : start; index <= ownText; index++) read.add(index);
        readText(texts[ownText] ?? "");
      } else throwIf(whyCode(name, texts, start) ?? whyBuiltin(name, texts, start));
      // Of a program that stands there twice, the first has all words of the second.
      if (names.has(name)) continue;
      if (starts.length > 0) names.add(name);
      throwIf(whyCodeSomewhere(name, texts, start));
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
      if (!text.includes("=")) continue;
      const [, variable, value = ""] = /^(\w+)\+?=(.*)$/s.exec(text) ?? [];
      if (variable !== undefined) takeVariable(variable, isOpen(value) ? undefined : value);
    }
    watch.builtin(nameOf(texts[0]), texts);
  }

  function takeVariable(variable: string, value: string | undefined): void {
    throwIf(whySteering(variable, value));
    watch.assignment(variable);
  }

  function takeAssignment(node: Assignment, use: Use): void {
    const { name, index, value } = node;
    if (index !== undefined) checkIndex(index);
    const text = value.type === "Word" ? wordText(value) : OPEN_MARK;
    takeVariable(name, isOpen(text) ? undefined : text);
    for (const word of value.type === "Word" ? [value] : value.elements) takeValue(word, use);
    forEachChild(node, (child) => visit(child, "variable"));
  }

  /** A value may be run by a program that gets the variable, or later, by one that gets it as a word. */
  function takeValue(word: Word, use: Use): void {
    const text = wordText(word);
    // The last word of the command before.
    if (/\$(_|\{_)(?!\w)/.test(word.text))
      throw new Unreadable("Which variable is read is only known when it runs.");
    if (holdsIndexedCode(text)) throw new Unreadable("Code may stand in a variable's index.");
    if (values.length < MAX_VALUES && !isOpen(text)) values.push(text);
    if (use === "given") hidden.add({ texts: [text] }, 0);
    takePrinted({ texts: [text] }, "variable");
  }

  /** @param feeds who is given what comes by it. */
  function takeRedirection(node: Redirection, feeds: Feeds): void {
    if (node.type === "Redirect") {
      checkNode(node);
      const { operator, target } = node;
      const file = target === undefined ? "" : wordText(target);
      const isFile = operator !== "<" && !(operator.endsWith("&") && /^[-\d]/.test(file));
      if (isFile && file !== "/dev/null") writes.push(file);
    } else takePrinted({ texts: [inputOf(node)] }, feeds);
    forEachChild(node, (child) => visit(child, feeds));
  }

  function takePrinted(line: Line, feeds: Feeds): void {
    if (feeds !== "program") {
      printed.push({ line, feeds });
      return;
    }
    const unescaped = { ...line, texts: line.texts.map(withoutEscapes) };
    for (const [index, text] of line.texts.entries()) {
      hidden.add(line, index);
      if (unescaped.texts[index] !== text) hidden.add(unescaped, index);
    }
  }

  function result(): ReadCommand {
    throwIf(watch.why());
    const runsWritten = printed.length > 0 && mayRunWritten({ commands, hidden, writes, runsOthers });
    for (const { line, feeds } of printed) {
      if (runsWritten) takePrinted(line, "program");
      // With whatever else stands where the variable is used.
      else if (givesOpen && feeds === "variable") takePrinted({ ...line, isFilled: true }, "program");
    }
    for (const name of hidden.names()) {
      if (!isInterpreter(name)) continue;
      const found = hidden.named(name);
      if (found?.some(({ texts }) => isToldCode(name, texts.slice(1))) !== false)
        throw new Unreadable(`\`${name}\` runs code that is written in the command or read from elsewhere.`);
    }
    return { kind: "read", commands, hidden, writes, entered, values };
  }

  return { readText, result };
}

/** Who is given what is printed: a program that may run it, a variable, or nobody who could. */
type Feeds = "program" | "variable" | "nothing";

/** A variable is given to a program, or kept by the shell. */
type Use = "given" | "kept";

/** In which words of a command others may hide, and whether they may come by its stdin. */
interface Inside {
  readonly words: readonly number[];
  readonly input: boolean;
}

const FIRST = [0];
const OUTSIDE: Inside = { words: [], input: false };
const NOTHING: readonly Redirection[] = [];

/** Print their words. */
const PRINTER = /^(echo|printf|print|yes)$/;

/** Text in which a shell finds nothing but itself. */
const PLAIN_WORD = /^[\w./~+@:=,%-]*$/;

function throwIf(why: string | undefined): void {
  if (why !== undefined) throw new Unreadable(why);
}
