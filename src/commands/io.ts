/** What a command of `src/cli.ts` meets: where it was typed, and who reads it. */

import { readProcessEnvironment } from "../composition/config.ts";
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

/** Of this process. The first Ctrl-C ends the command in its own way, the second one ends the process. */
export function processIO(): CommandIO {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  process.once("SIGINT", abort);
  process.once("SIGTERM", abort);
  return {
    env: readProcessEnvironment(),
    directory: process.cwd(),
    print: (line) => console.log(line),
    say: (line) => console.error(line),
    signal: stop.signal,
  };
}
