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

/** What ends a command, if nothing quotes it: there are as many parts at least, and to parse them takes longest. */
const END = /[;&|\n]/g;

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
    if (++texts > MAX_TEXTS || isLong(text)) throw new Unreadable(TOO_MANY_WORDS);
    const prepared = prepare(text);
    isPrepared ||= prepared !== text;
    return parse(prepared);
  }

  /** Before anybody looks at a part: one word may have all of them. */
  function countParts(node: SyntaxNode): void {
    if (++parts > MAX_PARTS) throw new Unreadable(TOO_MANY_WORDS);
    forEachChild(node, countParts);
  }

  /** What is read meanwhile stands in a text that stands in another one. */
  function within(read: () => void): void {
    if (++depth > MAX_DEPTH) throw new Unreadable(TOO_MANY_WORDS);
    read();
    depth--;
  }

  return { parse: parseText, count: countParts, within, isPrepared: () => isPrepared };
}

function isLong(text: string): boolean {
  return countOf(text, SIGN) > MAX_SIGNS || countOf(text, END) > MAX_PARTS;
}

function countOf(text: string, sign: RegExp): number {
  return text.match(sign)?.length ?? 0;
}
