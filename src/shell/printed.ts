/** What a command line prints, or puts into variables: text that may turn out to be a command. */

import type { createHiddenCommands, Line } from "./hidden-commands.ts";
import { isOpen, nameOf, withoutEscapes } from "./words.ts";

/** Who is given what is printed: a program that may run it, a variable, or nobody who could. */
export type Feeds = "program" | "variable" | "nothing";

/** What a program that prints its words prints, as far as it can be told, and the words. */
export function printedBy(texts: readonly string[]): string[] {
  const [name, format = "", ...values] = texts;
  if (nameOf(name) !== "printf" || !format.includes("%")) return texts.slice(1);
  let next = 0;
  return [format.replaceAll(/%[sbq]/g, () => values[next++] ?? ""), ...texts.slice(1)];
}

export function createPrinted(hidden: ReturnType<typeof createHiddenCommands>) {
  /** Whether a program that may run others is given a word, or a line, that only the run will tell. */
  let givesOpen = false;
  const later: { readonly line: Line; readonly feeds: Feeds }[] = [];

  function take(line: Line, feeds: Feeds): void {
    if (feeds === "program") search(line);
    else later.push({ line, feeds });
  }

  function give(text: string): void {
    givesOpen ||= isOpen(text);
  }

  function search(line: Line): void {
    const unescaped = { ...line, texts: line.texts.map(withoutEscapes) };
    for (const [index, text] of line.texts.entries()) {
      give(text);
      hidden.add(line, index);
      if (unescaped.texts[index] !== text) hidden.add(unescaped, index);
    }
  }

  /**
   * When all is known of the command line.
   *
   * @param mayRunFile whether a file that is written may be run, when a program may be given any.
   */
  function settle(mayRunFile: (givesOpen: boolean) => boolean): void {
    const runsWritten = later.length > 0 && mayRunFile(givesOpen);
    const isRead = givesOpen;
    for (const { line, feeds } of later) {
      if (runsWritten) search(line);
      // With whatever else stands where the variable is used.
      else if (isRead && feeds === "variable") search({ ...line, isFilled: true });
    }
  }

  return { take, give, settle };
}
