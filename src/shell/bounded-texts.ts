/** The texts of a command line, its own and those that it gives to shells: parsed, and no more than is quickly read. */

import { forEachChild, parse, type ParsedScript, type SyntaxNode } from "unbash";
import { checkText, TOO_MANY_WORDS, Unreadable } from "./syntax.ts";

/** Texts for a shell in texts for a shell. */
const MAX_DEPTH = 3;
const MAX_TEXTS = 100;

/** Parts of the syntax, words among them: many times what people write, and read in some milliseconds. */
const MAX_PARTS = 1_000;

/** What has a meaning to a shell, wherever it stands: the parser takes as long for each as for ten other characters. */
const MAX_SIGNS = 3_000;
const SIGN = /[;&|\n$`<>(){]/g;

/**
 * What is beyond the limits is thrown as {@link Unreadable}.
 *
 * @param prepare makes texts easier to read.
 */
export function createBoundedTexts(prepare: (text: string) => string) {
  let isPrepared = false;
  let depth = 0;
  let texts = 0;
  let parts = 0;

  function parseText(text: string): ParsedScript {
    checkText(text);
    if (++texts > MAX_TEXTS || countSigns(text) > MAX_SIGNS) throw new Unreadable(TOO_MANY_WORDS);
    const prepared = prepare(text);
    isPrepared ||= prepared !== text;
    return parse(prepared);
  }

  /** Before anybody looks at a part: one word may have all of them. */
  function count(node: SyntaxNode): void {
    if (++parts > MAX_PARTS) throw new Unreadable(TOO_MANY_WORDS);
    forEachChild(node, count);
  }

  /** What is read meanwhile stands in a text that stands in another one. */
  function within(read: () => void): void {
    if (++depth > MAX_DEPTH) throw new Unreadable(TOO_MANY_WORDS);
    read();
    depth--;
  }

  return { parse: parseText, count, within, isPrepared: () => isPrepared };
}

function countSigns(text: string): number {
  return text.match(SIGN)?.length ?? 0;
}
