/** What a regular expression is made of, as far as it says which texts keep an engine busy. */

export type Shape =
  /** One character. */
  | { readonly kind: "character"; readonly source: string }
  | { readonly kind: "sequence"; readonly items: readonly Shape[] }
  | { readonly kind: "choice"; readonly options: readonly Shape[] }
  | { readonly kind: "repeat"; readonly body: Shape; readonly min: number; readonly max: number }
  | { readonly kind: "look"; readonly body: Shape }
  /** The text of a group, once more. */
  | { readonly kind: "again"; readonly group: string }
  | { readonly kind: "group"; readonly names: readonly string[]; readonly body: Shape }
  /** Takes no character: `^`, `\b`. */
  | { readonly kind: "place" };

const PLACE = /[\^$]|\\[bB]/y;
const AGAIN = /\\(?:([1-9]\d*)|k<(\w+)>)/y;
const CHARACTER =
  /\[(?:\\.|[^\]\\])*\]|\\(?:p\{[^}]*\}|P\{[^}]*\}|u\{[^}]*\}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|c[A-Za-z]|.)|[^\\()|[]/suy;
const GROUP = /\((?:\?(?:(:)|(<?[=!])|<(\w+)>))?/y;
const QUANTIFIER = /(?:([*+?])|\{(\d+)(,(\d*))?\})\??/y;

const LIMITS: Readonly<Record<string, readonly [number, number]>> = {
  "*": [0, Infinity],
  "+": [1, Infinity],
  "?": [0, 1],
};

/** Reads a regular expression's source, as JavaScript wrote it. */
export function readShape(source: string): Shape {
  let at = 0;
  let groups = 0;

  function take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match !== null) at = pattern.lastIndex;
    return match ?? undefined;
  }

  function readChoice(): Shape {
    const options = [readSequence()];
    while (source[at] === "|") {
      at += 1;
      options.push(readSequence());
    }
    return options.length === 1 && options[0] ? options[0] : { kind: "choice", options };
  }

  function readSequence(): Shape {
    const items: Shape[] = [];
    while (at < source.length && source[at] !== "|" && source[at] !== ")") items.push(readRepeat(readAtom()));
    return { kind: "sequence", items };
  }

  function readRepeat(body: Shape): Shape {
    const quantifier = take(QUANTIFIER);
    if (quantifier === undefined) return body;
    const [, sign, least, range, most] = quantifier;
    const [min, max] = LIMITS[sign ?? ""] ?? [
      Number(least),
      range === undefined ? Number(least) : Number(most || Infinity),
    ];
    return { kind: "repeat", body, min, max };
  }

  function readAtom(): Shape {
    if (take(PLACE)) return { kind: "place" };
    const again = take(AGAIN);
    if (again) return { kind: "again", group: again[1] ?? again[2] ?? "" };
    const group = take(GROUP);
    if (group) return readGroup(group);
    const character = take(CHARACTER);
    if (character) return { kind: "character", source: character[0] };
    throw new Error(`/${source}/ cannot be read at ${at}`);
  }

  function readGroup([, plain, look, name]: RegExpExecArray): Shape {
    const isTaken = plain === undefined && look === undefined;
    const names = isTaken ? [String((groups += 1)), ...(name === undefined ? [] : [name])] : [];
    const body = readChoice();
    at += 1;
    return look === undefined ? { kind: "group", names, body } : { kind: "look", body };
  }

  const shape = readChoice();
  if (at < source.length) throw new Error(`/${source}/ cannot be read at ${at}`);
  return shape;
}
