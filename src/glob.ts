/**
 * Texts of which a part is open, and whether two of them can be the same text: a pattern with wildcards and a
 * command with variables are both of this kind.
 */

/** Stands for any characters, also for none, and for blanks that part words. */
const ANY = Symbol("any characters");
/** The same within one word. */
const WITHIN = Symbol("any characters of one word");
const ONE = Symbol("one character");

/** Single characters and what stands for some. */
export type Glob = readonly (string | typeof ANY | typeof WITHIN | typeof ONE)[];

/** A text of which nothing is known: it may be several words. */
export const OPEN: Glob = [ANY];

/** One word of which nothing is known: what is quoted, or the name of a file that fits a pattern. */
export const OPEN_WORD: Glob = [WITHIN];

/** Whether a word may turn out to be several: a shell parts what stands in a variable without quotes. */
export function mayBeSeveral(word: Glob): boolean {
  return word.includes(ANY);
}

export function literal(text: string): Glob {
  return Array.from(text);
}

/** The text itself, undefined when a part of it is open. */
export function literalText(glob: Glob): string | undefined {
  return glob.every((token) => typeof token === "string") ? glob.join("") : undefined;
}

/** What is known of a text, the open parts left out. */
export function knownText(glob: Glob): string {
  return glob.filter((token) => typeof token === "string").join("");
}

/**
 * Reads a pattern as OpenCode does: `*` is any characters (blanks, slashes and line breaks too), `?` is one, and
 * `git push *` also is `git push` alone.
 *
 * @see https://opencode.ai/docs/permissions/
 */
export function parsePattern(pattern: string): readonly Glob[] {
  const glob = Array.from(pattern, (character) =>
    character === "*" ? ANY : character === "?" ? ONE : character,
  );
  return pattern.endsWith(" *") ? [glob, glob.slice(0, -2)] : [glob];
}

/** Without the difference between big and small letters, as a file system may be that finds `rm` as `RM`. */
export function foldCase(glob: Glob): Glob {
  return glob.flatMap((token): Glob =>
    typeof token === "string" ? Array.from(token.toUpperCase().toLowerCase()) : [token],
  );
}

/** Whether there is a text that both can be. */
export function overlap(a: Glob, b: Glob): boolean {
  return meet([a], b, false);
}

/** The same for words with one blank between each two. */
export function overlapWords(words: readonly Glob[], b: Glob): boolean {
  return meet(words, b, false);
}

/** Whether words, one blank between each two, are a text that `b` can be too when some of the last are left out. */
export function overlapBeginning(words: readonly Glob[], b: Glob): boolean {
  return meet(words, b, true);
}

/**
 * Goes through `b` token by token of `words` with all the places in `b` at which one may then be. These are few, and
 * only the part of `b` between the first and the last is looked at; the text is gone through once.
 */
function meet(words: readonly Glob[], b: Glob, mayEndEarly: boolean): boolean {
  const [first] = words[0] ?? [];
  const [firstOfB] = b;
  if (typeof first === "string" && typeof firstOfB === "string" && first !== firstOfB) return false;
  let places = reachOverAny(b, [0]);
  for (const [index, word] of words.entries()) {
    if (index > 0) {
      if (mayEndEarly && places.at(-1) === b.length) return true;
      places = step(" ", b, places);
    }
    for (const token of word) {
      if (places.length === 0) return false;
      // Whatever comes is in `b`'s last wildcard.
      if (isAny(b.at(-1)) && places.at(-1) === b.length) return true;
      places = isAny(token) ? everyPlaceFrom(places[0] ?? 0, b) : step(token, b, places);
    }
  }
  return places.at(-1) === b.length;
}

function isAny(token: Glob[number] | undefined): boolean {
  return token === ANY || token === WITHIN;
}

/** `ANY` of the text takes as many tokens of `b` as it likes. */
function everyPlaceFrom(place: number, b: Glob): number[] {
  return Array.from({ length: b.length + 1 - place }, (_, offset) => place + offset);
}

function step(token: Glob[number], b: Glob, places: readonly number[]): number[] {
  const next: number[] = [];
  for (const place of places) {
    const other = b[place];
    if (isAny(other)) add(next, place);
    else if (other !== undefined && (token === ONE || other === ONE || token === other)) add(next, place + 1);
  }
  return reachOverAny(b, next);
}

/** `ANY` of `b` may stand for nothing. Places are in order, each once. */
function reachOverAny(b: Glob, places: number[]): number[] {
  if (!places.some((place) => isAny(b[place]))) return places;
  const all: number[] = [];
  for (const place of places) {
    add(all, place);
    for (let reached = place; isAny(b[reached]); reached++) add(all, reached + 1);
  }
  return all;
}

function add(places: number[], place: number): void {
  if ((places.at(-1) ?? -1) < place) places.push(place);
}
