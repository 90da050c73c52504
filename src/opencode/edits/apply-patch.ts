/**
 * The patches of OpenCode's tool `apply_patch`, read as OpenCode reads them: with all that it skips, trims and takes
 * although it is not written so. Pure.
 */

import { eachInPieces, type Sliced } from "../../system/sliced.ts";
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
}

/** In what the versions of OpenCode differ here. */
type Grammar = Pick<Dialect, "endsNamesAtColon">;

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

/** @returns undefined for what OpenCode takes for no patch. */
export function* parsePatch(patchText: string, grammar: Grammar): Sliced<Section[] | undefined> {
  const lines = withoutHereDocument(patchText.trim()).split("\n");
  let [begin, end] = [-1, -1];
  yield* eachInPieces(lines, (line, index) => {
    if (begin === -1 && isMarker(line, BEGIN)) begin = index;
    if (end === -1 && isMarker(line, END)) end = index;
  });
  if (begin === -1 || end === -1 || begin >= end) return undefined;

  const sections: Section[] = [];
  for (let at = begin + 1; at < end;) {
    const read = yield* readSection(lines, at, grammar);
    if (read !== undefined) sections.push(read.section);
    const next = read?.next ?? at + 1;
    if (Math.floor(next / PIECE_LINES) > Math.floor(at / PIECE_LINES)) yield;
    at = next;
  }
  return sections;
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

function* readSection(lines: readonly string[], at: number, grammar: Grammar): Sliced<Read | undefined> {
  const header = lines[at] ?? "";
  const name = nameBehind(header, [ADD, DELETE, UPDATE], grammar);
  if (name === undefined || name === "") return undefined;
  if (header.startsWith(ADD)) return yield* readAdded(lines, at + 1, name);
  if (header.startsWith(DELETE)) return { section: { kind: "delete", name }, next: at + 1 };
  const newName = nameBehind(lines[at + 1] ?? "", [MOVE], grammar);
  const { chunks, next } = yield* readChunks(lines, newName === undefined ? at + 1 : at + 2);
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

function* readAdded(lines: readonly string[], start: number, name: string): Sliced<Read> {
  const next = endOfSection(lines, start);
  const added: string[] = [];
  yield* eachInPieces(lines.slice(start, next), (line) => {
    if (line.startsWith("+")) added.push(line.slice(1));
  });
  const text = added.join("\n");
  const content = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  return { section: { kind: "add", name, content }, next };
}

/** Lines before the first `@@`, and those that begin with nothing of a diff's, are skipped. */
function* readChunks(lines: readonly string[], start: number): Sliced<{ chunks: Chunk[]; next: number }> {
  const next = endOfSection(lines, start);
  const chunks: { context?: string; old: string[]; new: string[] }[] = [];
  yield* eachInPieces(lines.slice(start, next), (line) => {
    const sign = line.charAt(0);
    if (line.startsWith("@@")) {
      const context = line.slice(2).trim();
      chunks.push({ ...(context !== "" && { context }), old: [], new: [] });
    }
    if (sign === " " || sign === "-") chunks.at(-1)?.old.push(line.slice(1));
    if (sign === " " || sign === "+") chunks.at(-1)?.new.push(line.slice(1));
  });
  return { chunks, next };
}

/** `*** End of File` ends it too: OpenCode skips whatever follows up to the next file. */
function endOfSection(lines: readonly string[], start: number): number {
  let end = start;
  while (end < lines.length && lines[end]?.startsWith("***") === false) end += 1;
  return end;
}
