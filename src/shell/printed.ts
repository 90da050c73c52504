/** What a command line prints, or puts into variables: text that may turn out to be a command. */

import type { createHiddenCommands, Line } from "./hidden-commands.ts";
import { withoutEscapes } from "./words.ts";

/** Who is given what is printed: a program that may run it, a variable, or nobody who could. */
export type Feeds = "program" | "variable" | "nothing";

export function createPrinted(hidden: ReturnType<typeof createHiddenCommands>) {
  const later: { readonly line: Line; readonly feeds: Feeds }[] = [];

  function take(line: Line, feeds: Feeds): void {
    if (feeds === "program") search(line);
    else later.push({ line, feeds });
  }

  function search(line: Line): void {
    const unescaped = { ...line, texts: line.texts.map(withoutEscapes) };
    for (const [index, text] of line.texts.entries()) {
      hidden.add(line, index);
      if (unescaped.texts[index] !== text) hidden.add(unescaped, index);
    }
  }

  /**
   * When all is known of the command line.
   *
   * @param runsWritten whether it may run a file that it writes.
   * @param givesOpen whether a program that may run others is given what stands in a variable.
   */
  function settle(runsWritten: boolean, givesOpen: boolean): void {
    for (const { line, feeds } of later) {
      if (runsWritten) search(line);
      // With whatever else stands where the variable is used.
      else if (givesOpen && feeds === "variable") search({ ...line, isFilled: true });
    }
  }

  return { take, settle };
}
