/** Whether a command line writes a file and runs it too, so that what it prints may be code. */

import type { HiddenCommands } from "./hidden-commands.ts";
import { nameOf } from "./words.ts";
import { isMarkedWrapper } from "./wrappers.ts";
import { filesTold, wordsWritten } from "./writers.ts";

/** Files that programs read without being told. */
const READ_UNTOLD =
  /^((gnu)?makefile|justfile|rakefile|build\.ninja|package\.json|(site|user)customize\.py|conftest\.py|\.gitconfig|\.(bash|zsh)rc|\.zshenv|\.(bash_)?profile)$/;

interface Said {
  readonly commands: readonly { readonly texts: readonly string[] }[];
  readonly hidden: HiddenCommands;
  readonly writes: readonly string[];
  /** Files that are given to programs which may run what they read. */
  readonly obeyed: readonly string[];
  /** Whether one of the commands may run others. */
  readonly runsOthers: boolean;
  /** Whether one of these is given a word that only the run will tell. */
  readonly givesOpen: boolean;
}

/** Whether a file that is written is also the name of a program, or named to one that may run it: `sh ./a`, `-m a`. */
export function mayRunWritten({ commands, hidden, writes, obeyed, runsOthers, givesOpen }: Said): boolean {
  const files = new Set(
    [
      ...writes,
      ...commands.flatMap(({ texts }) => [...filesTold(texts), ...(wordsWritten(texts) ?? [])]),
    ].map(nameOf),
  );
  if (files.size === 0) return false;
  if (givesOpen) return true;
  const named = new Set([
    ...hidden.names(),
    ...obeyed.map(nameOf),
    ...commands.flatMap(({ texts }) => namesIn(texts)),
  ]);
  return [...files].some(
    (file) =>
      (runsOthers && READ_UNTOLD.test(file)) ||
      named.has(file) ||
      named.has(`@${file}`) ||
      named.has(file.replace(/\.\w+$/, "")),
  );
}

/** A program's name, and whatever is given to one that finds files and runs something for each. */
function namesIn(texts: readonly string[]): string[] {
  const name = nameOf(texts[0]);
  return isMarkedWrapper(name) ? texts.map(nameOf) : [name];
}
