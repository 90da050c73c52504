/** Goes through a shell's command line, and all that it says of other command lines, once. */

import {
  forEachChild,
  type Assignment,
  type Command,
  type ParsedScript,
  type Pipeline,
  type Redirection,
  type SyntaxNode,
  type Word,
} from "unbash";
import { createBoundedTexts } from "./bounded-texts.ts";
import { directoriesEntered } from "./directories.ts";
import { createHiddenCommands, fill, searched } from "./hidden-commands.ts";
import { createFlows, expandBraces, formatted, handsOnVariables } from "./flows.ts";
import { createMadeFiles } from "./made-files.ts";
import { isInertProgram } from "./inert-arguments.ts";
import { checkInterpreters, checkName, checkPrograms } from "./check-programs.ts";
import type { ReadCommand, SimpleCommand } from "./read-command.ts";
import {
  createObedience,
  createPipe,
  inputIn,
  inputOf,
  isToldByInput,
  streamOf,
  textsOf,
} from "./simple-command.ts";
import type { Stream } from "./stream.ts";
import { checkIndex, checkNode, hasBareIndex, throwIf, Unreadable, wordsBehindOperators } from "./syntax.ts";
import { createCalculationWatch, holdsIndexedCode, whySteering } from "./variables.ts";
import { filesNamedIn } from "./told-code.ts";
import { isOpen, nameOf, OPEN_MARK, wordText } from "./words.ts";
import { isFilling } from "./wrappers.ts";
import { mayRunWritten } from "./written-scripts.ts";

/** Values of variables that are kept. */
const MAX_VALUES = 100;

/**
 * What cannot be read is thrown as {@link Unreadable}.
 *
 * @param prepare makes texts easier to read, where all programs are what their names say: the result is undefined where
 * they may be others.
 */
export function createReader(prepare: (text: string) => string) {
  const texts = createBoundedTexts(prepare);
  const commands: SimpleCommand[] = [];
  const hidden = createHiddenCommands();
  const writes: string[] = [];
  const entered: string[] = [];
  const values: string[] = [];
  const flows = createFlows(hidden);
  /** Files that are given to programs which may run what they read. */
  const obeyed: string[] = [];
  const madeFiles = createMadeFiles();
  const watch = createCalculationWatch();
  const obeysInput = createObedience();
  const pipe = createPipe();
  const insides = new Map<string, Inside>();
  let runsOthers = false;
  /** Whether `cat` may be another program. */
  let redefinesCat = false;
  let whyTold: string | undefined;

  /** The parser takes as long as all else, and is one piece. */
  function* readLine(text: string): Generator<void, void, void> {
    const script = texts.parse(text);
    yield;
    take(script);
  }

  /** One that a command line says, to a shell. */
  function readText(text: string): void {
    texts.within(() => take(texts.parse(text)));
  }

  function take(script: ParsedScript): void {
    texts.count(script);
    visit(script);
  }

  function takeCode(why: string, code: string): void {
    whyTold ??= why;
    // A module that it loads may be a file that was written before.
    for (const name of filesNamedIn(code)) obeyed.push(name);
  }

  function visit(node: SyntaxNode): void {
    checkNode(node);
    watch.node(node);
    if (node.type === "Word") takeWord(node);
    else if (node.type === "Command") takeCommand(node);
    else if (node.type === "Pipeline") takePipeline(node);
    else if (node.type === "Assignment") takeAssignment(node, "given");
    else if (node.type === "Redirected") {
      madeFiles.redirected(node.redirects, () => visit(node.command));
      for (const redirect of node.redirects) takeRedirection(redirect, true);
    } else if (node.type === "TestBinary" && node.operator === "=~") {
      visit(node.left);
      // A pattern has parentheses of its own.
      forEachChild(node.right, visit);
    } else {
      takeOther(node);
      forEachChild(node, visit);
    }
  }

  /** What a node says beside what its parts say. */
  function takeOther(node: SyntaxNode): void {
    watchText(node);
    if (node.type === "For" || node.type === "Select") {
      takeVariable(node.name.text, undefined);
      for (const word of node.wordlist ?? []) takeValue(word, "kept");
    }
    if (node.type === "ParameterExpansion" && node.operation?.type === "Default") {
      takeVariable(node.parameter, undefined);
      takeValue(node.operation.operand, "kept");
    }
    if (node.type === "TestLogical")
      for (const word of wordsBehindOperators(node)) hidden.add({ texts: [wordText(word)] }, 0);
    if (node.type === "Function") takeFunction(nameOf(wordText(node.name)));
    // To dash, that is one subshell in another.
    if (node.type === "ArithmeticCommand") hidden.add({ texts: [node.body] }, 0);
  }

  /** What is known of the program by that name is no longer true. */
  function takeFunction(name: string): void {
    if (isInertProgram(name)) flows.open();
    redefinesCat ||= name === "cat" || isOpen(name);
  }

  function watchText(node: SyntaxNode): void {
    if (node.type === "Literal" || node.type === "SingleQuoted" || node.type === "AnsiCQuoted")
      watch.text(node.value);
    if (node.type === "HereDocBody" && node.parts === undefined) watch.text(node.text);
  }

  function takeWord({ text, parts, value }: Word): void {
    if (parts === undefined) {
      if (value !== "[") watch.text(value);
      return;
    }
    if (hasBareIndex(parts)) watch.calculation();
    if (parts.some(({ type }) => type === "BraceExpansion")) flows.keepAll(expandBraces(text));
    for (const part of parts) visit(part);
  }

  function takePipeline({ commands: members, prefixes }: Pipeline): void {
    for (const prefix of prefixes) checkNode(prefix);
    const [, ...readers] = members;
    if (readers.some(obeysInput)) flows.open();
    const part = madeFiles.pipeline();
    for (const member of members) {
      part(member === members.at(-1), () => visit(member));
      pipe.pass(member);
    }
    pipe.end();
  }

  function takeCommand(node: Command): void {
    const texts = textsOf(node);
    const redirects = node.prefix.length + node.suffix.length === 0 ? [] : node.redirects;
    const streams = [...redirects.map(streamOf), ...pipe.take()];
    madeFiles.command(node, texts, () => {
      const inside = takeOnce(texts, streams);
      if (node.name !== undefined) visit(node.name);
      for (const each of node.prefix)
        if (each.type === "Assignment") takeAssignment(each, node.name === undefined ? "kept" : "given");
      for (const each of node.suffix) if (each.type === "Word" || each.type === "Assignment") visit(each);
      for (const redirect of redirects) takeRedirection(redirect, inside.input);
    });
  }

  /** The same words say the same. */
  function takeOnce(texts: readonly string[], streams: readonly Stream[]): Inside {
    const key = texts.join("\0");
    const known = insides.get(key);
    if (known !== undefined && streams.length === 0) return known;
    commands.push({ texts, streams });
    const inside = texts.length === 0 ? OUTSIDE : takeWords(fill(texts), streams);
    insides.set(key, inside);
    return inside;
  }

  function takeWords(texts: readonly string[], streams: readonly Stream[]): Inside {
    check(texts);
    for (const directory of directoriesEntered(texts)) entered.push(directory);
    const read = checkPrograms(texts, inputIn(streams), { readText, takeCode });
    const { words, input, unless } = searched(texts);
    runsOthers ||= input;
    if (unless !== undefined) flows.guard(unless);
    if (handsOnVariables(texts)) flows.handOn();
    const line = { texts, streams, isFilled: texts.some(isFilling) };
    for (const word of words) {
      flows.give(texts[word] ?? "");
      if (!read.has(word)) hidden.add(line, word);
    }
    const found = new Set(words);
    const others = [...texts.keys()].filter((word) => word > 0 && !found.has(word) && !read.has(word));
    flows.keep(line, others);
    const text = formatted(texts);
    if (text !== undefined) flows.keep({ texts: [text] }, [0]);
    return { input: input && !isToldByInput(texts, streams) };
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
    forEachChild(node, visit);
  }

  /** A value may be run by a program that gets the variable, or later, by one that gets it as a word. */
  function takeValue(word: Word, use: Use): void {
    const text = wordText(word);
    // The last word of the command before.
    if (/\$(_|\{_)(?!\w)/.test(word.text))
      throw new Unreadable("Which variable is read is only known when it runs.");
    if (holdsIndexedCode(text)) throw new Unreadable("The index of a variable may contain code.");
    if (values.length < MAX_VALUES && !isOpen(text)) values.push(text);
    if (use === "given") hidden.add({ texts: [text] }, 0);
    flows.keep({ texts: [text] }, [0]);
  }

  /** @param isObeyed whether what comes by it may hold commands. */
  function takeRedirection(node: Redirection, isObeyed: boolean): void {
    if (node.type === "Redirect") {
      checkNode(node);
      const { operator, target } = node;
      const file = target === undefined ? "" : wordText(target);
      const isFile = operator !== "<" && !(operator.endsWith("&") && /^[-\d]/.test(file));
      if (isFile && file !== "/dev/null") writes.push(file);
      if (operator === "<" && isObeyed) obeyed.push(file);
    } else takeInput(inputOf(node), isObeyed);
    forEachChild(node, visit);
  }

  function takeInput(text: string, isObeyed: boolean): void {
    const line = { texts: [text] };
    if (!isObeyed) flows.keep(line, [0]);
    else {
      flows.give(text);
      hidden.add(line, 0);
    }
  }

  function result(): ReadCommand | undefined {
    throwIf(watch.why());
    throwIf(madeFiles.whyRun());
    for (const line of madeFiles.copies()) hidden.add(line, 0);
    checkInterpreters(hidden, takeCode);
    // What `cat` prints is taken for known.
    const knowsPrinted = texts.isPrepared();
    if (knowsPrinted) commands.push(CAT);
    flows.settle(runsOthers, (givesOpen) => {
      const runsWritten = mayRunWritten({ commands, hidden, writes, obeyed, runsOthers, givesOpen });
      if (runsWritten) throwIf(whyTold);
      redefinesCat ||= runsWritten;
      return runsWritten;
    });
    if (knowsPrinted && redefinesCat) return undefined;
    return { kind: "read", commands, hidden, writes, entered, values, whyTold };
  }

  return { readLine, result };
}

/** A variable is given to a program, or kept by the shell. */
type Use = "given" | "kept";

/** Whether what a command reads may hold others. */
interface Inside {
  readonly input: boolean;
}

const OUTSIDE: Inside = { input: false };
const CAT: SimpleCommand = { texts: ["cat"], streams: [] };
