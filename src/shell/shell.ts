/** A shell's command line, read without running it: every simple command that it may run. */

import { createReader } from "./command-reader.ts";
import { withKnownVariables } from "./known-variables.ts";
import { withPrintedTexts } from "./printed-texts.ts";
import type { ReadCommand } from "./read-command.ts";
import { Unreadable } from "./syntax.ts";

export type { Stream } from "./stream.ts";

/** Yields between its pieces, each of which takes some milliseconds at most. */
type ReadInPieces<T> = Generator<void, T, void>;

/**
 * Reads what OpenCode gives to the user's shell, bash or zsh, and sh where there is neither. Where they differ, or a
 * character could be meant otherwise, the command is unreadable.
 */
export function* readCommand(text: string): ReadInPieces<ReadCommand> {
  return (
    (yield* readWith(text, withPrintedTexts, withKnownVariables)) ??
    (yield* readWith(text, (each) => each)) ??
    UNREADABLE
  );
}

function* readWith(
  text: string,
  prepare: (text: string) => string,
  prepareLine: (text: string) => string = (each) => each,
): ReadInPieces<ReadCommand | undefined> {
  try {
    const reader = createReader(prepare);
    const line = prepareLine(text);
    yield;
    yield* reader.readLine(line);
    yield;
    return reader.result();
  } catch (error) {
    // Otherwise a stack that overflows on purpose, or a mistake of the parser's.
    return error instanceof Unreadable ? { kind: "unreadable", why: error.message } : UNREADABLE;
  }
}

const UNREADABLE: ReadCommand = { kind: "unreadable", why: "The gateway cannot read this shell syntax." };
