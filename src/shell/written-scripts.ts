/** Whether a command line writes a file and runs it too, so that what it prints may be code. */

import type { HiddenCommands } from "./hidden-commands.ts";
import { nameOf } from "./words.ts";
import { wordsWritten } from "./writers.ts";

/** Files that programs read without being told. */
const READ_UNTOLD =
  /^((gnu)?makefile|justfile|rakefile|build\.ninja|package\.json|\.gitconfig|\.(bash|zsh)rc|\.zshenv|\.(bash_)?profile)$/;

interface Said {
  readonly commands: readonly { readonly texts: readonly string[] }[];
  readonly hidden: HiddenCommands;
  readonly writes: readonly string[];
  /** Whether one of the commands may run others. */
  readonly runsOthers: boolean;
}

/** Whether a file that is written is also the name of a program, or named to one that may run it: `sh ./a`, `-m a`. */
export function mayRunWritten({ commands, hidden, writes, runsOthers }: Said): boolean {
  const files = new Set(
    [...writes, ...commands.flatMap(({ texts }) => wordsWritten(texts) ?? [])].map(nameOf),
  );
  if (files.size === 0) return false;
  const named = new Set([...hidden.names(), ...commands.map(({ texts }) => nameOf(texts[0]))]);
  return [...files].some(
    (file) =>
      (runsOthers && READ_UNTOLD.test(file)) ||
      named.has(file) ||
      named.has(`@${file}`) ||
      named.has(file.replace(/\.\w+$/, "")),
  );
}
