/** What a command line says. */

import type { HiddenCommands } from "./hidden-commands.ts";
import type { Stream } from "./stream.ts";

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
      /**
       * Why nobody here can tell all of what it does, as a sentence, though people can read it: it gives an
       * interpreter code.
       */
      readonly whyTold: string | undefined;
    }
  | { readonly kind: "unreadable"; readonly why: string };
