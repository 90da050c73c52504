/** An edit in words: what is done to each file, what of it no diff can show, and the lines that change. Pure. */

import { sep } from "node:path";
import type { Detail, Headline } from "../../gateway/domain/content.ts";
import type { Sliced } from "../../system/sliced.ts";
import type { Text } from "./disk.ts";
import type { FileEdit, Named } from "./file-edits.ts";
import { diffLines } from "./line-diff.ts";
import { countOf, toLF } from "./replacement.ts";
import { TOO_MUCH } from "./told.ts";

const LABELS: Readonly<Record<FileEdit["kind"], string>> = {
  create: "Create file",
  change: "Change file",
  overwrite: "Overwrite file",
  delete: "Delete file",
  "delete-link": "Delete link",
  rename: "Rename file",
  nothing: "Create file and delete it again",
};

/** The same as the head of a card says it, of something in the project, and of something outside. */
const VERBS: Readonly<Record<FileEdit["kind"], readonly [inside: string, outside: string]>> = {
  create: ["Create", "Create a file"],
  change: ["Edit", "Edit a file"],
  overwrite: ["Overwrite", "Overwrite a file"],
  delete: ["Delete", "Delete a file"],
  "delete-link": ["Delete the link", "Delete a link"],
  rename: ["Rename", "Rename a file"],
  nothing: ["Create and delete", "Create and delete a file"],
};

const DIFF = "Diff";

/** How the lines of a text end; `none` where there is one line, which nothing ends. */
type LineEnds = "none" | "LF" | "CRLF" | "CRLF on some lines";

/** The project directory, as OpenCode names it, and without links. */
export interface Place {
  readonly directory: string;
  readonly real: string;
}

export function* describeFile(edit: FileEdit, place: Place): Sliced<Detail[]> {
  const texts = yield* describeTexts(edit, place);
  // Of something outside the head of a card does not say which file it is, so that comes first.
  return [
    ...nameFile(edit, place),
    ...note([...(edit.isGathered ? [GATHERED] : []), ...noteNames(edit)]),
    ...(isInside(edit, place) ? texts : texts.map(({ label, text }) => ({ label, text }))),
  ];
}

/** @param details what was said of these files. */
export function headlineOf(
  files: readonly FileEdit[],
  details: readonly Detail[],
  place: Place,
): Headline | undefined {
  const [file, ...others] = files;
  if (file === undefined) return undefined;
  const isOutside = !files.every((each) => isInside(each, place)) && { isOutside: true as const };
  if (others.length > 0)
    return isOutside
      ? { what: `Edit ${files.length} files, some`, ...isOutside }
      : { what: `Edit ${files.length} files`, lines: countLines(details) };
  const [inside, outside] = VERBS[file.kind];
  if (isOutside) return { what: outside, ...isOutside };
  const lines = countLines(details);
  // Of a rename the new name says more, and that stands below.
  const isOfLines = file.kind !== "rename" && lines.added + lines.removed > 0;
  return { what: inside, name: shortPath(file.path, place.directory), ...(isOfLines && { lines }) };
}

/** A path as it is seen from the project directory, where it is in it. */
export function shortPath(path: string, directory: string): string {
  return path.startsWith(directory + sep) ? path.slice(directory.length + sep.length) : path;
}

function isInside(edit: FileEdit, { directory, real }: Place): boolean {
  return [edit, ...(edit.kind === "rename" ? [edit.to] : [])].every(
    (named) => named.path.startsWith(directory + sep) && named.real.startsWith(real + sep),
  );
}

function countLines(details: readonly Detail[]): { added: number; removed: number } {
  const counts = { added: 0, removed: 0 };
  for (const { label, text } of details) {
    if (label !== DIFF) continue;
    counts.added += countOf("\n+", `\n${text}`);
    counts.removed += countOf("\n-", `\n${text}`);
  }
  return counts;
}

const GATHERED = "The patch names this file more than once: this is what comes of it all.";

function nameFile(edit: FileEdit, place: Place): Detail[] {
  const label = LABELS[edit.kind];
  if (edit.kind !== "rename")
    return [
      line(label, shortPath(edit.path, place.directory)),
      ...leadsTo(edit, place).map((to) => line("Leads to", to)),
    ];
  const { to } = edit;
  const [before, after] = [edit, to].map(({ path }) => shortPath(path, place.directory));
  const isPlain = !`${before}${after}`.includes("→");
  return [
    line(label, `${before} → ${after}`),
    ...(isPlain ? [] : [line("New name", `${after}`)]),
    ...leadsTo(edit, place).map((real) => line("Old name leads to", real)),
    ...leadsTo(to, place).map((real) => line("New name leads to", real)),
  ];
}

function line(label: string, text: string): Detail {
  return { label, text, isLine: true };
}

/** Where a name leads, if that is not where everybody expects it. */
function leadsTo({ path, real }: Named, place: Place): string[] {
  const isInside = path.startsWith(place.directory + sep);
  const expected = isInside ? place.real + path.slice(place.directory.length) : path;
  return real === expected ? [] : [real];
}

function noteNames(edit: FileEdit): string[] {
  const names = [edit.path, ...(edit.kind === "rename" ? [edit.to.path] : [])];
  const hasBlank = names.some((name) => /(?:^|[\\/])\s|\s(?:[\\/]|$)/.test(name));
  return hasBlank ? ["A part of the name begins or ends with a blank."] : [];
}

function* describeTexts(edit: FileEdit, place: Place): Sliced<Detail[]> {
  switch (edit.kind) {
    case "create":
      return yield* compare(undefined, edit.after, "The new file is empty.");
    case "delete":
      return yield* compare(edit.before, undefined, "The file is empty.");
    case "change":
    case "overwrite":
      return yield* compare(edit.before, edit.after, "Nothing changes.");
    case "delete-link":
      return note(["It is a link: the file that it leads to stays."]);
    case "nothing":
      return [];
    case "rename":
      return yield* describeRename(edit, place);
  }
}

function* describeRename(
  { to, before, after, lost, isLink, losesMode }: Extract<FileEdit, { kind: "rename" }>,
  place: Place,
): Sliced<Detail[]> {
  return [
    ...note([
      ...(isLink ? ["The old name is a link: the file that it leads to stays."] : []),
      ...(losesMode ? ["The file can be executed, and cannot any more under its new name."] : []),
    ]),
    ...(yield* compare(before, after, "The content does not change.")),
    ...(lost === undefined
      ? []
      : [
          line(LABELS.overwrite, shortPath(to.path, place.directory)),
          ...(yield* compare(lost, after, "The same content stands there already.")),
        ]),
  ];
}

/** @param same what is said where there is nothing to compare, or nothing that differs. */
function* compare(before: Text | undefined, after: Text | undefined, same: string): Sliced<Detail[]> {
  const [old, added] = [before?.text ?? "", after?.text ?? ""];
  const ends = { before: lineEndsOf(old), after: lineEndsOf(added) };
  yield;
  const isUniform = !Object.values(ends).includes("CRLF on some lines");
  // Where all lines of a text end in the same way, that is said and not shown with each.
  const diff = yield* isUniform ? diffLines(toLF(old), toLF(added)) : diffLines(old, added);
  const isOne = before === undefined || after === undefined;
  const isSame = old === added && (isOne ? old === "" : before.hasMark === after.hasMark);
  return [
    ...note([
      ...(isSame ? [same] : []),
      ...noteMark(before, after),
      ...noteLineEnds(ends, old !== added && toLF(old) === toLF(added)),
    ]),
    ...(diff === undefined || diff === "" ? [] : [{ label: DIFF, text: diff, isSubject: true as const }]),
    ...(diff === undefined ? note([TOO_MUCH]) : []),
  ];
}

function noteMark(before: Text | undefined, after: Text | undefined): string[] {
  if (before === undefined || after === undefined)
    return (before ?? after)?.hasMark === true ? ["The file begins with a byte order mark."] : [];
  if (before.hasMark === after.hasMark) return [];
  const what = after.hasMark ? "A byte order mark is added" : "The file's byte order mark is removed";
  return [before.text === after.text ? `${what}; nothing else changes.` : `${what}.`];
}

function noteLineEnds(
  { before, after }: Record<"before" | "after", LineEnds>,
  isOnlyThat: boolean,
): string[] {
  if (isOnlyThat)
    return [
      before === after ? "Only line ends change." : `Only the line ends change: ${before} to ${after}.`,
    ];
  const kinds = [before, after].filter((kind) => kind !== "none");
  const [first, second = first] = kinds;
  if (first !== second) return [`The line ends change: ${first} to ${second}.`];
  return first === undefined || first === "LF" ? [] : [`Line ends: ${first}.`];
}

function lineEndsOf(text: string): LineEnds {
  const all = countOf("\n", text);
  const withReturn = countOf("\r\n", text);
  if (all === 0) return "none";
  if (withReturn === 0) return "LF";
  return withReturn === all ? "CRLF" : "CRLF on some lines";
}

function note(sentences: readonly string[]): Detail[] {
  return sentences.length === 0 ? [] : [{ label: "Note", text: sentences.join("\n") }];
}
