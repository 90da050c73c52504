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
  return glob.flatMap((token): Glob => (typeof token === "string" ? Array.from(foldText(token)) : [token]));
}

export function foldText(text: string): string {
  // oxlint-disable-next-line no-control-regex -- all of ASCII
  if (/^[\u0000-\u007F]*$/.test(text)) return text.toLowerCase();
  return Array.from(text, (character) => character.toUpperCase().toLowerCase()).join("");
}

/** Tells of texts whether they are what a pattern means. */
export function createTextMatcher(pattern: Glob): (text: string) => boolean {
  const [first = [], ...others] = partsOf(pattern);
  const middle = others.slice(0, -1);
  const last = others.at(-1);
  const length = lengthOf(first);

  return (text) => {
    if (!standsAt(text, first, 0)) return false;
    if (last === undefined) return length === text.length;
    let at = length;
    // Each as early as can be, so that the most is left for those behind it.
    for (const part of middle) {
      const found = findPart(text, part, at);
      if (found === -1) return false;
      at = found + lengthOf(part);
    }
    const end = text.length - lengthOf(last);
    return end >= at && standsAt(text, last, end);
  };
}

/** The longest text that stands in everything that the pattern means. */
export function longestKnownPart(pattern: Glob): string {
  const texts = partsOf(pattern).flatMap((part) => part.filter((piece) => typeof piece === "string"));
  return texts.reduce((longest, text) => (text.length > longest.length ? text : longest), "");
}

/** Between two wildcards: texts, and numbers of single characters that may be any. */
type Part = readonly (string | number)[];

function partsOf(pattern: Glob): Part[] {
  const parts: (string | number)[][] = [[]];
  for (const token of pattern) {
    const part = parts.at(-1) ?? [];
    const before = part.at(-1);
    if (isAny(token)) parts.push([]);
    else if (token === ONE) part.push(1);
    else if (typeof before === "string") part[part.length - 1] = before + String(token);
    else part.push(String(token));
  }
  return parts;
}

function lengthOf(part: Part): number {
  return part.reduce<number>(
    (length, piece) => length + (typeof piece === "string" ? piece.length : piece),
    0,
  );
}

function standsAt(text: string, part: Part, start: number): boolean {
  let at = start;
  for (const piece of part) {
    if (typeof piece === "string" && !text.startsWith(piece, at)) return false;
    at += typeof piece === "string" ? piece.length : piece;
  }
  return at <= text.length;
}

function findPart(text: string, part: Part, from: number): number {
  const [first] = part;
  for (let at = from; at <= text.length; at++) {
    if (typeof first === "string") at = text.indexOf(first, at);
    if (at === -1) return -1;
    if (standsAt(text, part, at)) return at;
  }
  return -1;
}

/**
 * Whether there is a text that both can be. Goes through `a` once, with all the places in `b` at which one may then
 * be; only the part of `b` from the first of them to the last is looked at.
 */
export function overlap(a: Glob, b: Glob): boolean {
  const [firstOfA] = a;
  const [firstOfB] = b;
  if (typeof firstOfA === "string" && typeof firstOfB === "string" && firstOfA !== firstOfB) return false;
  const endsOpen = isAny(b.at(-1));
  let places = new Places(b);
  let next = new Places(b);
  places.add(0);
  for (const token of a) {
    if (places.isEmpty()) return false;
    // Whatever comes is in `b`'s last wildcard.
    if (endsOpen && places.has(b.length)) return true;
    if (isAny(token)) {
      places.addAllBehind();
      continue;
    }
    next.clear();
    places.forEach((place) => {
      const other = b[place];
      if (isAny(other)) next.add(place);
      else if (other !== undefined && (token === ONE || other === ONE || token === other))
        next.add(place + 1);
    });
    [places, next] = [next, places];
  }
  return places.has(b.length);
}

function isAny(token: Glob[number] | undefined): boolean {
  return token === ANY || token === WITHIN;
}

/** Places in a pattern, from the first of them to the last. */
class Places {
  readonly #pattern: Glob;
  readonly #isThere: Uint8Array;
  #first: number;
  #last = -1;

  constructor(pattern: Glob) {
    this.#pattern = pattern;
    this.#isThere = new Uint8Array(pattern.length + 1);
    this.#first = pattern.length + 1;
  }

  /** And the places behind it that a wildcard, which may stand for nothing, leads to. */
  add(place: number): void {
    this.#first = Math.min(this.#first, place);
    let reached = place;
    this.#isThere[reached] = 1;
    while (isAny(this.#pattern[reached])) this.#isThere[++reached] = 1;
    this.#last = Math.max(this.#last, reached);
  }

  addAllBehind(): void {
    this.#last = this.#pattern.length;
    this.#isThere.fill(1, this.#first);
  }

  clear(): void {
    if (this.#last >= this.#first) this.#isThere.fill(0, this.#first, this.#last + 1);
    this.#first = this.#pattern.length + 1;
    this.#last = -1;
  }

  has(place: number): boolean {
    return this.#isThere[place] === 1;
  }

  isEmpty(): boolean {
    return this.#last === -1;
  }

  forEach(use: (place: number) => void): void {
    for (let place = this.#first; place <= this.#last; place++) if (this.has(place)) use(place);
  }
}
