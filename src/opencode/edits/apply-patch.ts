/**
 * The patches of OpenCode's tool `apply_patch`, which is `patch` in OpenCode 2, read as OpenCode reads them: with all that it skips, trims and takes
 * although it is not written so. Pure.
 */

import { eachInPieces, mapInPieces, type Sliced } from "../../system/sliced.ts";
import type { Dialect } from "./dialect.ts";

/** What a patch says of one file; names as they are resolved, and not yet resolved. */
export type Section =
  | { readonly kind: "add"; readonly name: string; readonly content: string }
  | { readonly kind: "delete"; readonly name: string }
  | {
      readonly kind: "update";
      readonly name: string;
      /** The file is moved there. */
      readonly newName?: string;
      readonly chunks: readonly Chunk[];
    };

export interface Chunk {
  /** A line behind which the old lines are looked for. */
  readonly context?: string;
  readonly old: readonly string[];
  readonly new: readonly string[];
  /** The old lines are looked for at the end of the file alone. */
  readonly isAtEnd?: true;
}

/** In what the versions of OpenCode differ here. */
type Grammar = Pick<Dialect, "endsNamesAtColon" | "hasPatchesOf2">;

/** The lines of a patch, and where its sections end at the latest. */
interface Lines {
  readonly lines: readonly string[];
  readonly end: number;
}

/** A section, and the line behind it. */
interface Read {
  readonly section: Section;
  readonly next: number;
}

/** Lines that are read in one piece. */
const PIECE_LINES = 2_000;

const BEGIN = "*** Begin Patch";
const END = "*** End Patch";
const ADD = "*** Add File:";
const DELETE = "*** Delete File:";
const UPDATE = "*** Update File:";
const MOVE = "*** Move to:";
const END_OF_FILE = "*** End of File";

/** @returns undefined for what OpenCode takes for no patch. */
export function* parsePatch(patchText: string, grammar: Grammar): Sliced<Section[] | undefined> {
  const written = withoutHereDocument(patchText.trim()).split("\n");
  const lines = grammar.hasPatchesOf2 === true ? yield* mapInPieces(written, withoutReturn) : written;
  let [begin, end] = [-1, -1];
  yield* eachInPieces(lines, (line, index) => {
    if (begin === -1 && isMarker(line, BEGIN)) begin = index;
    if (end === -1 && isMarker(line, END)) end = index;
  });
  if (begin === -1 || end === -1 || begin >= end) return undefined;

  const sections: Section[] = [];
  const whole = { lines, end: grammar.hasPatchesOf2 === true ? end : lines.length };
  for (let at = begin + 1; at < end;) {
    const read = yield* readSection(whole, at, grammar);
    if (read !== undefined) sections.push(read.section);
    const next = read?.next ?? at + 1;
    if (Math.floor(next / PIECE_LINES) > Math.floor(at / PIECE_LINES)) yield;
    at = next;
  }
  return sections;
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

function isMarker(line: string, marker: string): boolean {
  return line.includes(marker) && line.trim() === marker;
}

/** A patch may be what a shell would be given: `cat <<'EOF'`, lines, `EOF`. */
function withoutHereDocument(text: string): string {
  const [opening, delimiter] = /^(?:cat\s+)?<<['"]?(\w+)['"]?/.exec(text) ?? [];
  if (opening === undefined || delimiter === undefined) return text;
  const last = text.length - delimiter.length - 1;
  if (!text.endsWith(`\n${delimiter}`)) return text;
  const blanks = text.slice(opening.length, last).search(/\S|$/);
  const body = text.lastIndexOf("\n", Math.min(opening.length + blanks, last - 1)) + 1;
  return body > opening.length ? text.slice(body, last) : text;
}

function* readSection(whole: Lines, at: number, grammar: Grammar): Sliced<Read | undefined> {
  const { lines } = whole;
  const line = lines[at] ?? "";
  const header = grammar.hasPatchesOf2 === true ? line.trim() : line;
  const name = nameBehind(header, [ADD, DELETE, UPDATE], grammar);
  if (name === undefined || name === "") return undefined;
  if (header.startsWith(ADD)) return yield* readAdded(whole, at + 1, name);
  if (header.startsWith(DELETE)) return { section: { kind: "delete", name }, next: at + 1 };
  const newName = nameBehind(lines[at + 1] ?? "", [MOVE], grammar);
  const { chunks, next } = yield* readChunks(whole, newName === undefined ? at + 1 : at + 2, grammar);
  // An empty new name is none.
  const move = newName === undefined || newName === "" ? {} : { newName };
  return { section: { kind: "update", name, ...move, chunks }, next };
}

function nameBehind(
  line: string,
  headers: readonly string[],
  { endsNamesAtColon }: Grammar,
): string | undefined {
  const header = headers.find((each) => line.startsWith(each));
  if (header === undefined) return undefined;
  const rest = line.slice(header.length);
  const [beforeColon = ""] = rest.split(":", 1);
  return (endsNamesAtColon ? beforeColon : rest).trim();
}

function* readAdded(whole: Lines, start: number, name: string): Sliced<Read> {
  const { lines } = whole;
  const next = endOfSection(whole, start);
  const added: string[] = [];
  yield* eachInPieces(lines.slice(start, next), (line) => {
    if (line.startsWith("+")) added.push(line.slice(1));
  });
  const text = added.join("\n");
  const content = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  return { section: { kind: "add", name, content }, next };
}

/** Lines before the first `@@`, and those that begin with nothing of a diff's, are skipped. */
function* readChunks(
  whole: Lines,
  start: number,
  grammar: Grammar,
): Sliced<{ chunks: Chunk[]; next: number }> {
  const { lines } = whole;
  const chunks: OpenChunk[] = [];
  for (let from = start; ;) {
    const begun = chunks.length;
    const next = endOfSection(whole, from);
    yield* eachInPieces(lines.slice(from, next), (line) => readChunkLine(chunks, line, begun));
    const last = chunks.length > begun ? chunks.at(-1) : undefined;
    const isAtEnd = grammar.hasPatchesOf2 === true && lines[next]?.trim() === END_OF_FILE;
    // OpenCode 1 skips whatever follows up to the next file.
    if (last === undefined || !isAtEnd) return { chunks, next };
    last.isAtEnd = true;
    from = next + 1;
    yield;
  }
}

interface OpenChunk {
  readonly context?: string;
  readonly old: string[];
  readonly new: string[];
  isAtEnd?: true;
}

/** @param begun how many of the chunks are complete. */
function readChunkLine(chunks: OpenChunk[], line: string, begun: number): void {
  const sign = line.charAt(0);
  if (line.startsWith("@@")) {
    const context = line.slice(2).trim();
    chunks.push({ ...(context !== "" && { context }), old: [], new: [] });
  }
  const chunk = chunks.length > begun ? chunks.at(-1) : undefined;
  if (sign === " " || sign === "-") chunk?.old.push(line.slice(1));
  if (sign === " " || sign === "+") chunk?.new.push(line.slice(1));
}

function endOfSection({ lines, end }: Lines, start: number): number {
  let next = start;
  while (next < end && lines[next]?.startsWith("***") === false) next += 1;
  return next;
}
