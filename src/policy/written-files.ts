/** The files that a command may write, as far as it names them, and by which names a rule may mean them. */

import { posix } from "node:path";
import { namesOf, type Place } from "./files.ts";
import type { ReadCommand } from "../shell/read-command.ts";
import { beginsOpen, knownPart, nameOf, OPEN_MARK } from "../shell/words.ts";
import {
  copiesFiles,
  filesChanged,
  filesTold,
  isWriter,
  wordsWritten,
  writesNothing,
} from "../shell/writers.ts";

type Read = Extract<ReadCommand, { readonly kind: "read" }>;

/** Directories that are followed one from the other; of more, only those from where it begins and all in a row. */
const MAX_DIRECTORIES = 32;
/** Files by directories they may lie in: more than anybody writes at once. */
const MAX_FILES = 400;
/** Characters of all their paths. */
const MAX_CHARACTERS = 100_000;
/** Directories that are gone into. */
const MAX_ENTERED = 100;
/** Characters of a variable's value that may be a directory. */
const MAX_VALUE = 200;

/** Each file by its names; undefined when they are too many to be judged. */
export function writtenFiles(read: Read, place: Place, start: string): (readonly string[])[] | undefined {
  if (read.entered.length > MAX_ENTERED) return undefined;
  const directories = directoriesOf(read, place, start);
  const words = read.commands.map(({ texts }) => texts);
  const files = new Set(read.writes);
  for (const texts of [...words, ...hiddenWriters(read)]) for (const file of filesOf(texts)) files.add(file);
  if (isTooMuch(files, directories)) return undefined;

  const named = [...files].flatMap((file) =>
    pathsOf(file, directories, place.home).map((path) => (beginsOpen(path) ? [path] : namesOf(path, place))),
  );
  // A program may write what it likes where it stands, without naming it.
  const entered = words.every(writesNothing)
    ? []
    : directories.filter((directory) => directory !== place.directory);
  return [
    ...named,
    ...entered.map((directory) =>
      namesOf(directory, place).map((name) => (name.endsWith("/") ? name : `${name}/`)),
    ),
  ];
}

function isTooMuch(files: ReadonlySet<string>, directories: readonly string[]): boolean {
  const characters =
    [...files].join("").length * directories.length + directories.join("").length * files.size;
  return (files.size + 1) * directories.length > MAX_FILES || characters > MAX_CHARACTERS;
}

/** `sudo tee x` and the like; of more than anybody reads, each may write anything. */
function hiddenWriters({ hidden }: Read): (readonly string[])[] {
  return [...hidden.names()]
    .filter(isWriter)
    .flatMap((name) => hidden.named(name)?.map(({ texts }) => texts) ?? [[name, OPEN_MARK]]);
}

function filesOf(texts: readonly string[]): string[] {
  return [...filesTold(texts), ...filesNamed(texts)];
}

function filesNamed(texts: readonly string[]): string[] {
  const words = wordsWritten(texts);
  if (words === undefined) return [...filesChanged(texts)];
  const operands = words.filter((text) => !text.startsWith("-"));
  const files = [...words, ...words.flatMap(valuesOf)];
  const target = operands.at(-1);
  if (!copiesFiles(nameOf(texts[0])) || target === undefined || operands.length > MAX_FILES) return files;
  return [
    ...files,
    `${target}/`,
    ...operands.slice(0, -1).map((each) => posix.join(target, posix.basename(each))),
  ];
}

/** `x` of `of=x`, `--output=x` and `-ox`. */
function valuesOf(text: string): string[] {
  const value = /^[\w-]+=(.+)$/s.exec(text)?.[1] ?? /^-[A-Za-z]([^-].*)$/s.exec(text)?.[1];
  return value === undefined ? [] : [value];
}

/** A file from every directory that the command may stand in. */
function pathsOf(file: string, directories: readonly string[], home: Place["home"]): string[] {
  if (beginsOpen(file) || isRooted(file)) return [expandHome(file, home)];
  return directories.map((directory) => posix.join(directory, file));
}

/**
 * Where a command may stand: where it begins, and wherever `cd` and the like lead from there. A directory that only
 * the run will tell is one of those that a variable names here, or else none that a rule could mean.
 */
function directoriesOf({ entered, values }: Read, { home }: Place, start: string): string[] {
  const directories = new Set([start]);
  let inRow = start;
  for (const each of new Set(entered.flatMap((directory) => knownDirectories(directory, values)))) {
    const from = directories.size < MAX_DIRECTORIES ? [...directories] : [start, inRow];
    for (const directory of from) directories.add(enter(directory, each, home));
    inRow = enter(inRow, each, home);
  }
  return [...directories];
}

function knownDirectories(directory: string, values: readonly string[]): string[] {
  if (!beginsOpen(directory)) return [directory];
  const behind = knownPart(directory);
  return [
    ...values.filter(isPath).map((value) => value + behind),
    ...(/^\/./.test(behind) ? [behind.slice(1)] : []),
  ];
}

function isPath(value: string): boolean {
  return value.length <= MAX_VALUE && /^[^\s-]\S*$/.test(value);
}

function enter(from: string, directory: string, home: Place["home"]): string {
  const path = expandHome(directory, home);
  const entered = isRooted(path) ? posix.normalize(path) : posix.join(from, path);
  return entered.length > 1 && entered.endsWith("/") ? entered.slice(0, -1) : entered;
}

function isRooted(path: string): boolean {
  return path.startsWith("/") || /^~(\/|$)/.test(path) || /^\w+:\/\//.test(path);
}

/** Without a home directory the path stays as it is written. */
function expandHome(path: string, home: Place["home"]): string {
  return home !== undefined && /^~(\/|$)/.test(path) ? home + path.slice(1) : path;
}
