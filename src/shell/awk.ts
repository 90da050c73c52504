/** awk's words: its program, and the files that it prints to. */

import { readAwkProgram } from "./awk-program.ts";
import { isOpen, OPEN_MARK } from "./words.ts";

/** The files that awk's program writes; undefined where it may run a command, or is not understood. */
export function filesOfAwk(args: readonly string[]): readonly string[] | undefined {
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg === "--") return filesOfProgram(args[index + 1] ?? "");
    if (!arg.startsWith("-")) return filesOfProgram(arg);
    // A separator, or a variable: no code is taken from them. An open value may be several words.
    const isApart = /^-[Fv]$/.test(arg);
    if (isApart) index++;
    if (`${arg}${isApart ? args[index] : ""}`.includes(OPEN_MARK)) return undefined;
    // Of any other option nobody knows whether the next word is the program.
    if (!/^-[Fv]|^--version$/.test(arg)) return undefined;
  }
  return [];
}

function filesOfProgram(program: string): readonly string[] | undefined {
  return isOpen(program) ? undefined : readAwkProgram(program)?.writes;
}
