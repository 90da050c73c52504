/** Whether texts are parts of another one, in time that grows with their length alone, whatever they hold. Pure. */

import type { Sliced } from "../system/sliced.ts";

/** Characters that are compared in some milliseconds, also by code that has never run before. */
const PIECE_CHARACTERS = 20_000;
/** Parts that take as long, if all of them stand at the same place. */
const PIECE_PARTS = 2_000;

/**
 * Whether each of the parts stands in `text`, none before the one ahead of it: as OpenCode names the commands that a
 * command line is made of, one within another included.
 */
export function* areParts(text: string, parts: readonly string[]): Sliced<boolean> {
  let from = 0;
  for (const [n, part] of parts.entries()) {
    if (isPieceDone(n, PIECE_PARTS)) yield;
    from = yield* indexOf(text, part, from);
    if (from === -1) return false;
  }
  return true;
}

/** As `text.indexOf(part, from)`, which looks at the same characters again and again: Knuth, Morris and Pratt's way. */
function* indexOf(text: string, part: string, from: number): Sliced<number> {
  if (part === "") return from;
  const borders = yield* bordersOf(part);
  let matched = 0;
  for (let at = from; at < text.length; at += 1) {
    if (isPieceDone(at, PIECE_CHARACTERS)) yield;
    matched = extend(part, borders, matched, text.charCodeAt(at));
    if (matched === part.length) return at + 1 - matched;
  }
  return -1;
}

/** For each beginning of a text, how long its longest own beginning is with which it ends. */
function* bordersOf(text: string): Sliced<Uint32Array> {
  const borders = new Uint32Array(text.length);
  for (let at = 1; at < text.length; at += 1) {
    if (isPieceDone(at, PIECE_CHARACTERS)) yield;
    borders[at] = extend(text, borders, borders[at - 1] ?? 0, text.charCodeAt(at));
  }
  return borders;
}

/** How much of `part` matches with one more character: by its code, as Bun makes a text of each character otherwise. */
function extend(part: string, borders: Uint32Array, matched: number, code: number): number {
  let length = matched;
  while (length > 0 && (length === part.length || part.charCodeAt(length) !== code))
    length = borders[length - 1] ?? 0;
  return part.charCodeAt(length) === code ? length + 1 : length;
}

function isPieceDone(n: number, items: number): boolean {
  return n % items === items - 1;
}
