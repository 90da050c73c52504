/** What a patch makes of a file: where it finds the lines of a chunk, exactly or loosely, as OpenCode does. Pure. */

import { mapInPieces, type Sliced } from "../../system/sliced.ts";
import type { Chunk } from "./apply-patch.ts";
import type { Dialect } from "./dialect.ts";

/** Lines that are compared at most: OpenCode has compared as many before it asked, and must not be held up again. */
const COMPARED_LIMIT = 2_000_000;
/** Lines that are compared in one piece. */
const PIECE_LINES = 5_000;

/** Lines that are replaced by others. */
interface Replacement {
  readonly start: number;
  readonly count: number;
  readonly lines: readonly string[];
}

type Normalize = (line: string) => string;

const exactly: Normalize = (line) => line;

/** The first that finds a chunk's lines counts. */
const LOOSER_AND_LOOSER: readonly Normalize[] = [
  exactly,
  (line) => line.trimEnd(),
  (line) => line.trim(),
  (line) => toASCII(line.trim()),
];

/** @returns undefined where OpenCode finds no place for a chunk, or where that takes too long to be told. */
export function* applyChunks(
  before: string,
  chunks: readonly Chunk[],
  dialect: Pick<Dialect, "hasPatchesOf2"> = {},
): Sliced<string | undefined> {
  const lines = before.split("\n");
  if (lines.at(-1) === "") lines.pop();
  yield;
  const replacements = yield* findReplacements(lines, chunks, dialect);
  const replaced = replacements && replaceLines(lines, replacements);
  if (replaced === undefined) return undefined;
  if (replaced.at(-1) !== "") replaced.push("");
  yield;
  return replaced.join("\n");
}

function* findReplacements(
  lines: readonly string[],
  chunks: readonly Chunk[],
  { hasPatchesOf2 }: Pick<Dialect, "hasPatchesOf2">,
): Sliced<Replacement[] | undefined> {
  const find = createFinder(lines);
  const replacements: Replacement[] = [];
  let from = 0;
  for (const chunk of chunks) {
    const { context, old, new: added } = chunk;
    if (context !== undefined) {
      const behind = yield* find([context], from);
      if (behind === undefined) return undefined;
      from = behind + 1;
    }
    if (old.length === 0) {
      const isBlank = hasPatchesOf2 !== true && lines.at(-1) === "";
      const end = isBlank ? lines.length - 1 : lines.length;
      replacements.push({ start: end, count: 0, lines: added });
      continue;
    }
    const replacement = yield* findChunk(find, from, chunk);
    if (replacement === undefined) return undefined;
    replacements.push(replacement);
    from = replacement.start + replacement.count;
  }
  return replacements.sort((one, other) => one.start - other.start);
}

/** A blank line at a chunk's end may be missing in the file. */
function* findChunk(
  find: Finder,
  from: number,
  { old, new: added, isAtEnd }: Chunk,
): Sliced<Replacement | undefined> {
  const start = yield* find(old, from, isAtEnd);
  if (start !== undefined) return { start, count: old.length, lines: added };
  if (old.at(-1) !== "") return undefined;
  const shorter = old.slice(0, -1);
  const again = yield* find(shorter, from, isAtEnd);
  if (again === undefined) return undefined;
  return { start: again, count: shorter.length, lines: added.at(-1) === "" ? added.slice(0, -1) : added };
}

type Finder = (pattern: readonly string[], from: number, isAtEnd?: true) => Sliced<number | undefined>;

function createFinder(lines: readonly string[]): Finder {
  let compared = 0;
  let pieceEnd = PIECE_LINES;
  const normalized = new Map<Normalize, readonly string[]>([[exactly, lines]]);

  function* normalizedLines(normalize: Normalize): Sliced<readonly string[]> {
    const known = normalized.get(normalize) ?? (yield* mapInPieces(lines, normalize));
    normalized.set(normalize, known);
    return known;
  }

  function isAt(place: number, all: readonly string[], pattern: readonly string[]): boolean {
    const differing = pattern.findIndex((line, index) => line !== all[place + index]);
    compared += differing === -1 ? pattern.length : differing + 1;
    return differing === -1;
  }

  return function* find(pattern, from, isAtEnd) {
    const last = lines.length - pattern.length;
    const first = isAtEnd === true ? Math.max(from, last) : from;
    if (pattern.length === 0) return undefined;
    for (const normalize of LOOSER_AND_LOOSER) {
      const all = yield* normalizedLines(normalize);
      const wanted = normalize === exactly ? pattern : yield* mapInPieces(pattern, normalize);
      for (let place = first; place <= last; place += 1) {
        if (compared > COMPARED_LIMIT) return undefined;
        if (isAt(place, all, wanted)) return place;
        if (compared < pieceEnd) continue;
        yield;
        pieceEnd = compared + PIECE_LINES;
      }
    }
    return undefined;
  };
}

/** @returns undefined where two chunks are about the same lines: what OpenCode makes of that depends on chance. */
function replaceLines(lines: readonly string[], replacements: readonly Replacement[]): string[] | undefined {
  const parts: (readonly string[])[] = [];
  let done = 0;
  for (const { start, count, lines: added } of replacements) {
    if (start < done) return undefined;
    parts.push(lines.slice(done, start), added);
    done = start + count;
  }
  return [...parts, lines.slice(done)].flat();
}

/** Quotes, dashes and blanks that models write instead of the plain ones. */
function toASCII(line: string): string {
  return line
    .replaceAll(/[\u2018\u2019\u201A\u201B]/g, "'")
    .replaceAll(/[\u201C\u201D\u201E\u201F]/g, '"')
    .replaceAll(/[\u2010-\u2015]/g, "-")
    .replaceAll("\u2026", "...")
    .replaceAll("\u00A0", " ");
}
