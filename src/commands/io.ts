/** What a command of `src/cli.ts` meets: where it was typed, and who reads it. */

import type { Environment } from "../composition/environment.ts";

export interface CommandIO {
  readonly env: Environment;
  /** Where the command was typed. */
  readonly directory: string;
  /** Writes one line of the result. */
  readonly print: (line: string) => void;
  /** Writes one line about what is being done, or what went wrong: not a part of the result. */
  readonly say: (line: string) => void;
  /** Aborts when the person wants no more of it, as by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** 0 all is well, 1 it is not, 2 the command was wrong. */
export type ExitStatus = 0 | 1 | 2;
