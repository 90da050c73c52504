/**
 * The arguments of a call that nobody knows better, to be read by a person: short values as lines of one block, each
 * behind its name; a text that is long or has lines of its own below its name, as it is. Pure.
 *
 * What an argument holds cannot pass for another one: in the block a text is one line in quotation marks, and a text as
 * it is has a detail of its own, whose name stands outside of it.
 */

import type { Detail } from "../gateway/domain/content.ts";
import { SECRET_CAMEL_NAME, SECRET_NAME } from "../sanitize/secrets/values.ts";
import { LEFT_OUT, TEXT_LIMIT_CHARACTERS } from "./bounded.ts";
import { jsonText } from "../system/json-text.ts";
import { mapInPieces, type Sliced } from "../system/sliced.ts";
import { quotedName } from "./quoted-name.ts";

/** Characters of a text that stays in the block: about a line of a phone, with its name. */
const SHORT_LENGTH = 60;
/** Texts of one call that get a detail of their own; more of them are no easier to read so. */
const OWN_DETAILS_LIMIT = 40;
/** Characters of the way to a text: it has to fit into one line above it. */
const PATH_LIMIT = 80;
/** Characters to which names are filled up, so that the values stand below each other; behind longer ones they do not. */
const COLUMN_LIMIT = 16;

/** Parts of values that are looked at in one piece. */
const PIECE_PARTS = 500;

const INDENT = "  ";
/** In place of a text that has a detail of its own. No text looks like this: those in the block are quoted. */
const BELOW = "(below)";

const PLAIN_NAME = /^[\w.-]{1,40}$/;
/** Whose values are masked because of their names, so that the two must not be taken apart. */
const TELLING_NAME = new RegExp(SECRET_NAME, "i");
const TELLING_CAMEL_NAME = new RegExp(SECRET_CAMEL_NAME);

/** A value, and where it stands among the arguments. */
interface Place {
  /** `edits[0].newText`; undefined where that is no short and plain name. */
  readonly path: string | undefined;
  readonly name: string;
  readonly depth: number;
}

/**
 * @param words the label of the block, and in brackets behind the others who says it, if that is not the call.
 * @param values no deeper than can be handled: see `bounded.ts`.
 */
export function* describeValues(
  { label, source }: { readonly label: string; readonly source?: string },
  values: Readonly<Record<string, unknown>>,
): Sliced<Detail[]> {
  const own: Detail[] = [];
  let parts = 0;
  /** Characters: in quotation marks a text may be six times as long as it is. */
  let quotedLeft = TEXT_LIMIT_CHARACTERS;

  /** @param printed gets the parts of it, in order: what is put together anew at each level takes time. */
  function* print(value: unknown, place: Place, printed: string[]): Sliced<void> {
    if ((parts += 1) % PIECE_PARTS === 0) yield;
    if (typeof value === "string") return yield* printText(value, place, printed);
    const isSimple = typeof value !== "object" || value === null;
    const short = isSimple ? (JSON.stringify(value) ?? "null") : shortForm(value);
    if (short !== undefined) printed.push(short);
    else if (!isSimple) yield* printParts(value, place, printed);
  }

  function* printText(text: string, { path, name }: Place, printed: string[]): Sliced<void> {
    if (path === undefined || !isForItself(text, name) || own.length === OWN_DETAILS_LIMIT)
      return void printed.push(...(yield* quote(text)));
    own.push({ label: `${quotedName(path)}${source === undefined ? "" : ` (${source})`}`, text });
    printed.push(BELOW);
  }

  function* quote(text: string): Sliced<string[]> {
    const quoted: string[] = [];
    for (const part of jsonText(text)) {
      if (quotedLeft <= 0) return [...quoted, LEFT_OUT];
      quotedLeft -= part.length;
      quoted.push(part);
      yield;
    }
    return quoted;
  }

  function* printParts(value: object, { path, name, depth }: Place, printed: string[]): Sliced<void> {
    const isList = Array.isArray(value);
    printed.push(isList ? "[" : "{");
    let comma = "";
    for (const [key, part] of partsOf(value)) {
      const before = `${comma}\n${INDENT.repeat(depth + 1)}`;
      comma = ",";
      printed.push(before);
      if (!isList) printed.push(...(yield* quote(key)), ": ");
      const place = { path: join(path, key, isList), name: isList ? name : key, depth: depth + 1 };
      yield* print(part, place, printed);
    }
    printed.push(`\n${INDENT.repeat(depth)}${isList ? "]" : "}"}`);
  }

  const rows: Row[] = [];
  for (const [key, value] of partsOf(values)) {
    const isPlain = PLAIN_NAME.test(key);
    const printed: string[] = [];
    yield* print(value, { path: isPlain ? key : undefined, name: key, depth: 0 }, printed);
    if (printed[0] === BELOW) continue;
    const name = isPlain ? key : (yield* quote(key)).join("");
    rows.push({ name: `${name}:`, value: printed.join("") });
  }
  return [...(rows.length === 0 ? [] : [{ label, text: yield* table(rows) }]), ...own];
}

/** One by one: a list of all of them takes time to make. */
function* partsOf(value: object): Generator<[key: string, part: unknown]> {
  if (Array.isArray(value)) for (const [index, part] of value.entries()) yield [String(index), part];
  else for (const key of Object.keys(value)) yield [key, Reflect.get(value, key)];
}

/** Of the block. */
interface Row {
  readonly name: string;
  readonly value: string;
}

function* table(rows: readonly Row[]): Sliced<string> {
  const lengths = rows.map(({ name }) => name.length).filter((length) => length <= COLUMN_LIMIT);
  const column = Math.max(0, ...lengths);
  const lines = yield* mapInPieces(rows, ({ name, value }) => `${name.padEnd(column)} ${value}`);
  return lines.join("\n");
}

/** Whether a text is easier to read without quotation marks, and nothing that its name has masked. */
function isForItself(text: string, name: string): boolean {
  const isLong = text.includes("\n") || (text.length > SHORT_LENGTH && /\s/.test(text));
  return isLong && !TELLING_NAME.test(name) && !TELLING_CAMEL_NAME.test(name);
}

/** On one line, where all of it is short. */
function shortForm(value: object): string | undefined {
  // Whatever is short has few parts: nobody needs to write out the others.
  const parts = Array.isArray(value) ? value : Object.values(value);
  if (parts.length > SHORT_LENGTH / 2) return undefined;
  const isFlat = parts.every((part) => typeof part !== "object" || part === null);
  const length = parts.reduce<number>((sum, part) => sum + (typeof part === "string" ? part.length : 1), 0);
  if (!isFlat || length > SHORT_LENGTH) return undefined;
  const short = JSON.stringify(value);
  const isText = parts.some((part) => typeof part === "string" && part.includes("\n"));
  return short.length > SHORT_LENGTH || isText ? undefined : short;
}

function join(path: string | undefined, key: string, isList: boolean): string | undefined {
  if (path === undefined || !PLAIN_NAME.test(key)) return undefined;
  const joined = isList ? `${path}[${key}]` : `${path}.${key}`;
  return joined.length > PATH_LIMIT ? undefined : joined;
}
