/**
 * Words that are no commands where they stand, and how they may come to a program that runs them all the same: by a
 * variable, a pipe, a file or a function of the same command line. Where there is such a way, they are searched too.
 */

import { FOUND_FILE, type createHiddenCommands, type Line } from "./hidden-commands.ts";
import { isOpen, nameOf, withoutEscapes } from "./words.ts";

/** A line, and which of its words. */
interface Kept {
  readonly line: Line;
  readonly words: readonly number[];
}

export function createFlows(hidden: ReturnType<typeof createHiddenCommands>) {
  const kept: Kept[] = [];
  /** Whether a program that may run others is given a word that only the run will tell. */
  let givesOpen = false;
  let isOtherwise = false;

  function search({ line, words }: Kept): void {
    const unescaped = { ...line, texts: line.texts.map(withoutEscapes) };
    for (const word of words) {
      hidden.add(line, word);
      if (unescaped.texts[word] !== line.texts[word]) hidden.add(unescaped, word);
    }
  }

  return {
    keep: (line: Line, words: readonly number[]) => {
      if (words.length > 0) kept.push({ line, words });
    },
    /** A program that may run others is given this. */
    give: (text: string) => {
      // What `find` finds is a file: whether that was written here is another question.
      givesOpen ||= isOpen(text.replaceAll(FOUND_FILE, ""));
    },
    /** By a pipe, or by a function whose name is known as another program's. */
    open: () => {
      isOtherwise = true;
    },
    /** When all is known of the command line. @param runsFile whether it may run a file that it writes. */
    settle: (runsFile: (givesOpen: boolean) => boolean) => {
      if (givesOpen) hidden.joinOthers();
      if (givesOpen || isOtherwise || runsFile(givesOpen)) for (const each of kept) search(each);
    },
  };
}

/** What `printf` prints, as far as it can be told. */
export function formatted([name, format = "", ...values]: readonly string[]): string | undefined {
  if (nameOf(name) !== "printf" || !format.includes("%")) return undefined;
  let next = 0;
  return format.replaceAll(/%[sbq]/g, () => values[next++] ?? "");
}
