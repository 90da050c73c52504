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
  // reached[j]: the tokens of `a` so far and the first j of `b` can be the same text.
  let reached = stepOverAny(b, [true]);
  for (const token of a) {
    reached = isAny(token) ? fillUp(b, reached) : stepOver(token, b, reached);
    if (!reached.includes(true)) return false;
  }
  return reached[b.length] === true;
}

function isAny(token: Glob[number] | undefined): boolean {
  return token === ANY || token === WITHIN;
}

/** `ANY` of `a` takes as many tokens of `b` as it likes. */
function fillUp(b: Glob, reached: readonly boolean[]): boolean[] {
  const first = reached.indexOf(true);
  return Array.from({ length: b.length + 1 }, (_, j) => j >= first);
}

function stepOver(token: Glob[number], b: Glob, reached: readonly boolean[]): boolean[] {
  const next: boolean[] = [];
  for (const [j, other] of b.entries()) {
    if (reached[j] !== true) continue;
    if (isAny(other)) next[j] = true;
    else if (token === ONE || other === ONE || token === other) next[j + 1] = true;
  }
  return stepOverAny(b, next);
}

/** `ANY` of `b` may stand for nothing. */
function stepOverAny(b: Glob, reached: boolean[]): boolean[] {
  for (const [j, other] of b.entries()) if (isAny(other) && reached[j] === true) reached[j + 1] = true;
  return reached;
}
