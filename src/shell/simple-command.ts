/** What a simple command's node says: its words, what is redirected, and what comes by it. */

import {
  forEachChild,
  type Command,
  type HereDoc,
  type HereString,
  type Redirection,
  type SyntaxNode,
} from "unbash";
import { literalText } from "./wildcards.ts";
import { searched } from "./hidden-commands.ts";
import type { Stream } from "./stream.ts";
import { toldCode } from "./told-code.ts";
import { fromMarked, nameOf, OPEN_MARK, partText, wordText } from "./words.ts";

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

/** The text that a command is given, when there is one and nothing of it is open. */
export function inputIn(streams: readonly Stream[]): string | undefined {
  const [input, ...others] = streams.filter(({ operator }) => operator.includes("<"));
  return others.length === 0 && input?.operator.startsWith("<<") === true
    ? literalText(input.target)
    : undefined;
}

/** Whether the text that a command is given is code for an interpreter, which is looked at elsewhere. */
export function isToldByInput(texts: readonly string[], streams: readonly Stream[]): boolean {
  const told = toldCode(nameOf(texts[0]), texts.slice(1), inputIn(streams));
  return told !== undefined && told.words.length === 0;
}

/** Tells of the parts of a pipeline whether they may run what they read. Each node is looked at once. */
export function createObedience(): (node: SyntaxNode) => boolean {
  const known = new Map<SyntaxNode, boolean>();

  function obeys(node: SyntaxNode): boolean {
    const found = known.get(node);
    if (found !== undefined) return found;
    let isObeying = node.type === "Command" && searched(textsOf(node)).input;
    if (node.type !== "Command")
      forEachChild(node, (child) => {
        isObeying ||= obeys(child);
      });
    known.set(node, isObeying);
    return isObeying;
  }

  return obeys;
}

/** Commands of a pipeline, behind the one that prints a text, to which that may come as it is. */
const MAX_PASSED = 4;

/** What `echo`, `printf` and `cat` print into a pipeline, as a stream of the commands that read there. */
export function createPipe() {
  let printed: Stream | undefined;
  let left = 0;
  let isTaken = true;

  return {
    pass: (member: SyntaxNode) => {
      const text = member.type === "Command" ? printedBy(member) : undefined;
      left = text === undefined ? left - 1 : MAX_PASSED;
      if (text !== undefined) printed = { operator: "|", target: fromMarked(text) };
      isTaken = left <= 0;
    },
    /** For the command that reads first. */
    take: (): readonly Stream[] => {
      const streams = isTaken || printed === undefined ? [] : [printed];
      isTaken = true;
      return streams;
    },
    end: () => {
      left = 0;
      isTaken = true;
    },
  };
}

function printedBy(command: Command): string | undefined {
  const [program, ...texts] = textsOf(command);
  if (/^(echo|printf)$/.test(program ?? "")) return texts.join(" ");
  const inputs = command.redirects.flatMap((each) => (each.type === "Redirect" ? [] : [inputOf(each)]));
  return program === "cat" && inputs.length > 0 ? inputs.join("\n") : undefined;
}
