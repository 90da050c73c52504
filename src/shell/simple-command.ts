/** What a simple command's node says: its words, what is redirected, and where its words may have further commands. */

import type { Command, HereDoc, HereString, Redirection, SyntaxNode } from "unbash";
import { searched } from "./hidden-commands.ts";
import { inertArguments } from "./inert-arguments.ts";
import type { Stream } from "./stream.ts";
import { Unreadable } from "./syntax.ts";
import { fromMarked, isOpen, OPEN_MARK, partText, wordText } from "./words.ts";
import { commandStarts } from "./wrappers.ts";

/** zsh takes some other characters for its own in a command word, as in `=rm`. */
const PLAIN_NAME = /^[A-Za-z0-9_./~+@:[\]-]+$/;

/** Commands that one command's words may hide behind wrappers; each is looked at. */
const MAX_BEHIND = 50;

export function checkName(text: string): void {
  if (isOpen(text)) throw new Unreadable("The command that runs is only known when it runs.");
  if (!PLAIN_NAME.test(text)) throw new Unreadable("A command's name has unusual characters.");
}

/** Its words, with marks for what is open. */
export function textsOf({ name, suffix }: Command): string[] {
  if (name === undefined) return [];
  const texts = [wordText(name)];
  for (const each of suffix) {
    if (each.type === "Word") texts.push(wordText(each));
    else if (each.type === "Assignment")
      texts.push(`${each.name}=${each.value.type === "Word" ? wordText(each.value) : OPEN_MARK}`);
  }
  return texts;
}

/** The text of a here-document or a here-string. */
export function inputOf(node: HereDoc | HereString): string {
  if (node.type === "HereString") return node.target === undefined ? "" : wordText(node.target);
  const { text, parts } = node.body;
  return parts === undefined ? text : parts.map((part, index) => partText(part, parts[index - 1])).join("");
}

export function streamOf(node: Redirection): Stream {
  const text = node.type === "Redirect" ? node.target && wordText(node.target) : inputOf(node);
  return { operator: node.operator, target: fromMarked(text ?? "") };
}

/** Whether a part of a pipeline may run what it reads. */
export function obeysInput(node: SyntaxNode): boolean {
  return node.type !== "Command" || searched(textsOf(node)).input;
}

/** Where the wrappers among a command's words may have their commands, and those behind them theirs. */
export function startsBehind(texts: readonly string[]): readonly number[] {
  const own = commandStarts(texts, 0, MAX_BEHIND + 1);
  if (own === undefined || inertArguments(texts, 0) !== undefined) return [];
  const starts = new Set(own);
  // A set's iteration goes on with what is added meanwhile: wrappers behind wrappers.
  for (const start of starts) {
    if (starts.size > MAX_BEHIND) throw new Unreadable("A command has too many words to be read.");
    for (const next of commandStarts(texts, start, MAX_BEHIND + 1) ?? []) starts.add(next);
  }
  return [...starts];
}
