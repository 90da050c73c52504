/** Builtins and programs that evaluate text. */

import { isOpen } from "./words.ts";
import { names } from "./names.ts";

/** Evaluate text, or change what a later word means. */
const EVALUATORS = new Set(
  names(`alias at autoload batch bind compctl compgen complete crontab disable emulate enable eval fc functions gdb history
    lldb osascript sched setopt trap unsetopt zcompile zle zformat zmodload zparseopts zpty zregexparse zstyle`),
);

/** Whether a program evaluates text, or a file, with these words. A script's file is named: what it does is not in the command. */
export function evaluates(name: string, args: readonly string[]): boolean {
  // Without a file it is no command: `pnpm exec prettier --write .`
  if (isSourcing(name)) return args.length > 0 && !isFileName(args[0]);
  return EVALUATORS.has(name) && !onlyLists(name, args);
}

/** `crontab -l`, `history | tail`, `trap - EXIT`, `functions f`: zsh's `functions -c f ls` makes a command of its own. */
function onlyLists(name: string, args: readonly string[]): boolean {
  const [first = ""] = args;
  if (name === "trap") return first === "-";
  if (name === "functions") return args.every((arg) => /^\w/.test(arg));
  if (args.length > 1) return false;
  return name === "crontab" ? first === "-l" : name === "history" && /^\d*$/.test(first);
}

function isSourcing(name: string): boolean {
  return name === "." || name === "source";
}

/** A script's file, and no way to read what the command says: `/dev/stdin`, a substitution. */
function isFileName(text: string | undefined): boolean {
  return text !== undefined && !isOpen(text) && !/^(-|=|\/(dev|proc)\/)/.test(text);
}
