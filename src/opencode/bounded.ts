/**
 * Values from outside, no deeper, no longer and of no more parts than can be handled: written as text, compared, copied.
 * All of these call themselves for each level, and throw at some thousands; OpenCode takes hundreds of thousands.
 */

/** Levels within each other. Honest arguments have a few. */
const DEPTH_LIMIT = 100;
/** Values within a value: a line each, and more lines than anybody reads in Slack. */
const PARTS_LIMIT = 5_000;

/** Characters of one text. Twice as many as can ever be read in Slack: the file in a card's thread shows the most. */
export const TEXT_LIMIT_CHARACTERS = 200_000;
/** Characters of all texts of a value. OpenCode tells of a change twice or thrice: as it was, as it will be, as a diff. */
const TEXTS_LIMIT_CHARACTERS = 500_000;

/** Stands where something is left out. */
export const LEFT_OUT = "…";

export interface Bounded<T> {
  readonly value: T;
  /** Whether something is left out: too deep, too much, or nothing that can be shown. */
  readonly isCut: boolean;
}

/** A copy of what JSON can say of a value. Does not throw. */
export function copyBounded<T>(original: T): Bounded<T> {
  let left = PARTS_LIMIT;
  let charactersLeft = TEXTS_LIMIT_CHARACTERS;
  let isCut = false;

  function leaveOut(): string {
    isCut = true;
    return LEFT_OUT;
  }

  /** What another plugin has put there may throw when it is read. */
  function copy(read: () => unknown, depth: number): unknown {
    try {
      return copyValue(read(), depth);
    } catch {
      return leaveOut();
    }
  }

  function copyValue(value: unknown, depth: number): unknown {
    if (typeof value === "function" || typeof value === "symbol" || typeof value === "bigint")
      return leaveOut();
    if (typeof value === "string") return copyText(value);
    if (typeof value !== "object" || value === null) return value;
    if (depth === DEPTH_LIMIT || isOpaque(value)) return leaveOut();
    return Array.isArray(value) ? copyItems(value, depth) : copyFields(value, depth);
  }

  function copyText(text: string): string {
    const room = Math.min(TEXT_LIMIT_CHARACTERS, charactersLeft);
    charactersLeft -= Math.min(text.length, room);
    return text.length <= room ? text : text.slice(0, room) + leaveOut();
  }

  function copyItems(items: readonly unknown[], depth: number): unknown[] {
    const copied: unknown[] = [];
    for (const item of items) {
      if (left === 0) return [...copied, leaveOut()];
      left -= 1;
      copied.push(copy(() => item, depth + 1));
    }
    return copied;
  }

  /** All or none: to list names takes long, wherever one stops. */
  function copyFields(fields: object, depth: number): unknown {
    const count = countFields(fields);
    if (count > left) return leaveOut();
    left -= count;
    const names = Object.keys(fields);
    return Object.fromEntries(
      names.map((name) => [copyText(name), copy(() => Reflect.get(fields, name), depth + 1)]),
    );
  }

  const value = copy(() => original, 0) as T;
  return { value, isCut };
}

/**
 * The same of these fields alone, the first first: nobody looks at what else there is, or at what is beyond the limits.
 */
export function copyFieldsBounded(original: unknown, names: readonly string[]): Bounded<unknown> {
  if (typeof original !== "object" || original === null) return copyBounded(original);
  const said = names.filter((name) => Object.hasOwn(original, name));
  return copyBounded(Object.fromEntries(said.map((name) => [name, Reflect.get(original, name)])));
}

/** By their values, which Bun lists several times as fast as their names: 100,000 names that are numbers take 60 ms. */
function countFields(fields: object): number {
  try {
    return Object.values(fields).length;
  } catch {
    return Object.keys(fields).length;
  }
}

/** Whether an object has more in it than its fields, as a date or a set. */
function isOpaque(value: object): boolean {
  const kind = Object.prototype.toString.call(value);
  return kind !== "[object Object]" && kind !== "[object Array]";
}
