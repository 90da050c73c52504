/** What OpenCode's tools make of the files that are there: each step of an edit, carried out on paper. Pure. */

import type { Sliced } from "../../system/sliced.ts";
import { quotedName } from "../quoted-name.ts";
import { applyChunks } from "./chunks.ts";
import type { Dialect } from "./dialect.ts";
import { toText, withMark, type Content, type Disk, type Text } from "./disk.ts";
import { replaceLoosely } from "./loose-match.ts";
import type { Step } from "./plan.ts";
import { adaptToFile, replaceExactly, toLF } from "./replacement.ts";
import { mayBeDiffFrom, type Hunk } from "./told-diff.ts";

/** A step, and what comes of it. */
export interface Deed {
  readonly step: Step;
  /** The two texts that OpenCode compares and tells of. */
  readonly told: { readonly before: string; readonly after: string };
  /** What it writes; missing where it only removes. */
  readonly written?: Text;
}

/** A text read from a file. */
type ReadText = Extract<Content, { kind: "text" }>;

/** How a tool takes the byte order mark of a file that it changes. */
interface Reader {
  /** The text that the tool works on. */
  read(text: Text): string;
  /** What it then shows, and writes. */
  write(after: string, before?: Text): { told: string; written: Text };
}

/** Where a file is not what it was when OpenCode made its diff of it. */
export const CHANGED = "A file differs from the one that OpenCode used for this diff.";
const LOOSE = "OpenCode will replace text that is only similar, and the gateway cannot tell which text.";

/**
 * @param hunks of OpenCode's diff, where it tells one.
 * @param updated what parts of the patch before this one have made of files that they changed, by name.
 * @returns why it cannot be told, as a sentence, where it cannot.
 */
export function* carryOut(
  step: Step,
  disk: Disk,
  dialect: Dialect,
  hunks: readonly Hunk[] | undefined,
  updated: ReadonlyMap<string, Text>,
): Sliced<Deed | string> {
  const content = disk.get(step.path)?.content ?? { kind: "absent" };
  if (content.kind === "unreadable") return `${quotedName(step.path)} ${content.why}.`;
  const before = content.kind === "text" ? content : undefined;
  switch (step.kind) {
    case "write":
      return write(step, before, readerOf(dialect.mark));
    case "fill":
      // Before it kept byte order marks, it did not look at what was there.
      return write(step, dialect.mark === "kept" ? before : undefined, readerOf(dialect.mark));
    case "add":
      return write(step, undefined, readerOf(dialect.mark));
    case "replace":
      return before === undefined ? CHANGED : yield* replace(step, before, dialect, hunks);
    case "update":
      return before === undefined ? CHANGED : yield* update(step, updated.get(step.path) ?? before, dialect);
    case "delete":
      return before === undefined ? CHANGED : remove(step, before, patchReaderOf(dialect));
  }
}

function write(step: Step & { content: string }, before: Text | undefined, reader: Reader): Deed {
  const { told, written } = reader.write(step.content, before);
  return { step, told: { before: before === undefined ? "" : reader.read(before), after: told }, written };
}

function* replace(
  step: Extract<Step, { kind: "replace" }>,
  before: ReadText,
  dialect: Dialect,
  hunks: readonly Hunk[] | undefined,
): Sliced<Deed | string> {
  const reader = readerOf(dialect.mark);
  const text = reader.read(before);
  const replacement = adaptToFile(step.replacement, text, dialect);
  yield;
  const exact = replaceExactly(text, replacement, dialect);
  const after = exact ?? (hunks && (yield* replaceLoosely(text, replacement, hunks)));
  if (after === undefined) return hunks && !mayBeDiffFrom(hunks, toLF(text)) ? CHANGED : LOOSE;
  yield;
  const { told, written } = reader.write(after, before);
  return { step, told: { before: toLF(text), after: toLF(told) }, written };
}

function* update(
  step: Extract<Step, { kind: "update" }>,
  before: Text,
  dialect: Dialect,
): Sliced<Deed | string> {
  const reader = patchReaderOf(dialect);
  const text = reader.read(before);
  const after = yield* applyChunks(text, step.chunks, dialect);
  if (after === undefined) return CHANGED;
  const { told, written } = reader.write(after, before);
  return { step, told: { before: text, after: told }, written };
}

/** What the parts of a patch that follow go on from; nothing where each begins with what is on the disk. */
export function updatedBy({ step, written }: Deed, { hasPatchesOf2 }: Dialect): Text | undefined {
  const isInPlace = step.kind === "update" && step.newPath === undefined;
  return isInPlace && hasPatchesOf2 === true ? written : undefined;
}

function remove(step: Step, before: ReadText, reader: Reader): Deed {
  return { step, told: { before: reader.read(before), after: "" } };
}

function patchReaderOf({ mark }: Dialect): Reader {
  return readerOf(mark === "lost" ? "text" : mark);
}

function readerOf(mark: Dialect["mark"]): Reader {
  if (mark !== "kept")
    return {
      read: (text) => (mark === "text" ? withMark(text) : text.text),
      write: (after) => ({ told: after, written: toText(after) }),
    };
  return {
    read: ({ text }) => text,
    write(after, before) {
      const { text, hasMark } = toText(after);
      return { told: text, written: { text, hasMark: hasMark || before?.hasMark === true } };
    },
  };
}
