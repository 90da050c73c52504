/** The programs that a simple command runs, one behind the other, and whether they can be read. */

import { isInterpreter, isToldCode, shellText, whyCode, whyCodeSomewhere } from "./code.ts";
import type { HiddenCommands } from "./hidden-commands.ts";
import { inertArguments } from "./inert-arguments.ts";
import { throwIf, TOO_MANY_WORDS, Unreadable } from "./syntax.ts";
import { whyBuiltin } from "./variables.ts";
import { toldCode } from "./told-code.ts";
import { isOpen, nameOf } from "./words.ts";
import { commandStarts, givesTextToShell } from "./wrappers.ts";

/** zsh takes some other characters for its own in a command word, as in `=rm`. */
const PLAIN_NAME = /^[A-Za-z0-9_./~+@:[\]-]+$/;

/** Text in which a shell finds nothing but itself. */
const PLAIN_WORD = /^[\w./~+@:=,%-]*$/;

/** Commands that one command's words may hide behind wrappers; each is looked at. */
const MAX_BEHIND = 50;

export function checkName(text: string): void {
  if (isOpen(text)) throw new Unreadable("The command that runs is only known when it runs.");
  if (!PLAIN_NAME.test(text)) throw new Unreadable("A command's name has unusual characters.");
}

/**
 * Checks a command, and each that its words run in turn.
 *
 * @param input the text that it is given, when that is known.
 * @param reader reads what a word of it gives to a shell, and is told of code for others.
 * @returns the words that were read so.
 */
export function checkPrograms(
  texts: readonly string[],
  input: string | undefined,
  { readText, takeCode }: CodeReader,
): ReadonlySet<number> {
  const starts = startsBehind(texts);
  const read = new Set<number>();
  const names = new Set<string>();
  for (const start of starts.length === 0 ? ITSELF : [0, ...starts]) {
    // Read by readTexts.
    const isTyped = start > 0 && TYPING.test(nameOf(texts[0])) && !PLAIN_WORD.test(texts[start] ?? "");
    if (read.has(start) || isTyped) continue;
    const name = nameOf(texts[start]);
    if (start > 0) checkName(texts[start] ?? "");
    const ownText = shellText(name, texts, start);
    if (ownText === undefined) {
      throwIf(whyBuiltin(name, texts, start));
      const given = start === 0 ? input : undefined;
      const why = whyCode(name, texts, start, given);
      const told = toldCode(name, texts.slice(start + 1), given);
      if (told === undefined) throwIf(why);
      else if (why !== undefined) takeCode(why, told.text);
      for (const word of told?.words ?? []) read.add(start + 1 + word);
    } else {
      for (let index = start === 0 ? 1 : start; index <= ownText; index++) read.add(index);
      readText(texts[ownText] ?? "");
    }
    // Of a program that stands there twice, the first has all words of the second.
    if (names.has(name)) continue;
    if (starts.length > 0) names.add(name);
    throwIf(whyCodeSomewhere(name, texts, start));
    if (givesTextToShell(name)) readTexts(texts, start, read, readText);
  }
  return read;
}

/** Reads what is written in a command in other languages. */
export interface CodeReader {
  /** A text for a shell. */
  readonly readText: (text: string) => void;
  /** Code that nobody here can read, but people can on the card. `why` says so. */
  readonly takeCode: (why: string, code: string) => void;
}

const ITSELF = [0];

/** These give it to a shell as if it were typed, which may be otherwise than a text of one. */
const TYPING = /^(screen|tmux)$/;

/** Checks the interpreters that may hide in the words of others. */
export function checkInterpreters(hidden: HiddenCommands, takeCode: CodeReader["takeCode"]): void {
  for (const name of hidden.names()) {
    if (!isInterpreter(name)) continue;
    const why = `\`${name}\` runs code that is written in the command or read from elsewhere.`;
    const found = hidden.named(name);
    if (found === undefined) throw new Unreadable(why);
    for (const { texts } of found) {
      const args = texts.slice(1);
      if (!isToldCode(name, args)) continue;
      const told = toldCode(name, args, undefined);
      if (told === undefined) throw new Unreadable(why);
      takeCode(why, told.text);
    }
  }
}

/** `ssh host 'cd there && ls'` */
function readTexts(
  texts: readonly string[],
  start: number,
  read: Set<number>,
  readText: (text: string) => void,
): void {
  for (const [index, text] of texts.entries()) {
    if (index <= start || read.has(index) || PLAIN_WORD.test(text)) continue;
    if (!TYPING.test(nameOf(texts[start]))) read.add(index);
    readText(text);
  }
}

/** Where the wrappers among a command's words may have their commands, and those behind them theirs. */
export function startsBehind(texts: readonly string[]): readonly number[] {
  const own = commandStarts(texts, 0, MAX_BEHIND + 1);
  if (own === undefined || inertArguments(texts, 0) !== undefined) return [];
  const starts = new Set(own);
  // A set's iteration goes on with what is added meanwhile: wrappers behind wrappers.
  for (const start of starts) {
    if (starts.size > MAX_BEHIND) throw new Unreadable(TOO_MANY_WORDS);
    for (const next of commandStarts(texts, start, MAX_BEHIND + 1) ?? []) starts.add(next);
  }
  return [...starts];
}
