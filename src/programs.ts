/** What is known of programs by their names: whether they run others, and whether they write files. */

import { literalText, type Glob } from "./glob.ts";
import { mayRunCode } from "./shell/code.ts";
import { beginsOpen, isOpen, nameOf, OPEN_MARK } from "./shell/words.ts";
import { isWriter } from "./shell/writers.ts";
import { isMark, isMarkedByOption, isMarkedWrapper, isWrapper } from "./shell/wrappers.ts";

/** Print what they are told, so that a redirection, which OpenCode's saved patterns include, writes it to any file. */
const PRINTERS = new Set(names("cat echo printf jq yq"));

/** The name of the program without its path. */
export function programName([first = []]: readonly Glob[]): string | undefined {
  return literalText(first)?.replace(/^.*\//s, "");
}

/** Whether a command, its words as open as a saved pattern's, can run any other or any code. */
export function mayRunOthers(command: readonly Glob[]): boolean {
  const texts = command.map((word) => literalText(word) ?? (word[0] === "-" ? `-${OPEN_MARK}` : OPEN_MARK));
  const name = nameOf(texts[0]);
  if (name === "" || isOpen(name) || isWrapper(name)) return true;
  if (!isMarkedWrapper(name)) return mayRunCode(texts);
  const [first = ""] = texts.slice(1);
  return (
    beginsOpen(first) ||
    texts.slice(1).some((text) => (isOpen(text) ? isMarkedByOption(name) : isMark(name, text)))
  );
}

/** Whether the program can put any content into any file. */
export function writesAnything(name: string): boolean {
  return isWriter(name) || PRINTERS.has(name);
}

function names(text: string): string[] {
  return text.split(/\s+/);
}
