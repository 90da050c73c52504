/** Of a simple command: which of its words name programs, which are code for a shell or an interpreter. */

import type { Assignment, Command, Word } from "unbash";
import { startsBehind } from "./check-programs.ts";
import { isInterpreter, isKnownShell, isShell, isToldCode, whyCodeSomewhere } from "./code.ts";
import { evaluates } from "./evaluators.ts";
import { searched } from "./hidden-commands.ts";
import { names } from "./names.ts";
import { textsOf } from "./simple-command.ts";
import { Unreadable } from "./syntax.ts";
import { isOpen, nameOf } from "./words.ts";
import { givesTextToShell } from "./wrappers.ts";

/** Who reads a text. */
export type Reader =
  /** A shell that reads as ours do. */
  | "shell"
  /** Another one. */
  | "foreign"
  /** An interpreter of another language. */
  | "program";

export interface CommandPlaces {
  readonly names: readonly { readonly word: Word }[];
  readonly code: ReadonlyMap<Word | Assignment, Reader>;
  /** Who reads what comes by stdin; undefined when nobody runs it. */
  readonly input: Reader | undefined;
  /** Files that it runs, or makes ready to be run, without their paths, and what reads them. */
  readonly runs: readonly (readonly [file: string, reader: Reader])[];
  /** Files that its words say it writes, without their paths. */
  readonly writes: readonly string[];
}

const NOTHING: CommandPlaces = { names: [], code: new Map(), input: undefined, runs: [], writes: [] };

/** Throws where nobody can tell what will run. */
export function placeCommand(command: Command): CommandPlaces {
  if (command.name === undefined) return NOTHING;
  const words = [
    command.name,
    ...command.suffix.filter((each) => each.type === "Word" || each.type === "Assignment"),
  ];
  const texts = textsOf(command);
  const starts = new Set([0, ...startsBehind(texts)]);
  const named = [...starts].flatMap((start) => {
    const word = words[start];
    if (isOpen(texts[start] ?? "")) throw new Unreadable("The command that runs is only known when it runs.");
    return word?.type === "Word" ? [{ word }] : [];
  });
  const readers = findReaders(texts, starts);
  const taker = readers.find(({ readsWords }) => readsWords);
  const code = new Map<Word | Assignment, Reader>();
  const ownLanguage = languageSomewhere(texts);
  for (const [index, word] of words.entries()) {
    if (ownLanguage !== undefined && index > 0) code.set(word, ownLanguage);
    if (taker === undefined || index <= taker.at) continue;
    if (taker.reader !== "program" && isOpen(texts[index] ?? ""))
      throw new Unreadable("What the shell gets is only known when it runs.");
    if (taker.reader !== "program" || /^(-.*|eval)$/s.test(texts[index - 1] ?? ""))
      code.set(word, taker.reader);
  }
  const programs = [...starts].map((start) => nameOf(texts[start]));
  return {
    names: named.filter(({ word }) => !code.has(word)),
    code,
    input: inputReader(texts, programs, readers),
    runs: [...programs.map((file) => [file, readerOf(file)] as const), ...filesRun(texts, readers)],
    writes: writesIn(texts, programs),
  };
}

/** A language of a program's own, or an option that runs a command: that is not sure to have the quotes of others. */
function languageSomewhere(texts: readonly string[]): Reader | undefined {
  const name = nameOf(texts[0]);
  if (whyCodeSomewhere(name, texts, 0) === undefined) return undefined;
  return /^(g?sed|[gmn]?awk)$/.test(name) ? "program" : "foreign";
}

/** What a program may run of what it reads, nobody knows; of these it is known to be data. */
const READ_DATA = new Set(names(`psql mysql mariadb sqlite3 duckdb redis-cli mongosh pandoc delta fzf mail`));

function inputReader(
  texts: readonly string[],
  programs: readonly string[],
  readers: readonly Found[],
): Reader | undefined {
  const found = readers.find(({ readsInput }) => readsInput)?.reader;
  if (found !== undefined || readers.length > 0) return found;
  return searched(texts).input && !programs.some((name) => READ_DATA.has(name)) ? "foreign" : undefined;
}

/** `tee a`, `dd of=a`; what a program that nobody knows may write is not known either. */
function writesIn(texts: readonly string[], programs: readonly string[]): string[] {
  const isWriter = programs.some((name) => /^(tee|dd|install)$/.test(name));
  return isWriter ? texts.slice(1).map((text) => nameOf(text.replace(/^of=/, ""))) : [];
}

interface Found {
  readonly at: number;
  readonly reader: Reader;
  readonly readsWords: boolean;
  readonly readsInput: boolean;
}

/** Shells and interpreters count wherever a program may be named: any other may run them. */
function findReaders(texts: readonly string[], starts: ReadonlySet<number>): Found[] {
  const found: Found[] = [];
  const { words, input } = searched(texts);
  const places = new Set([0, ...starts, ...words]);
  for (const [at, text] of texts.entries()) {
    if (!places.has(at)) continue;
    const name = nameOf(text);
    if (givesTextToShell(name) || (starts.has(at) && evaluates(name, texts.slice(at + 1))))
      found.push({ at, reader: "shell", readsWords: true, readsInput: true });
    else if (isInterpreter(name)) found.push(findInterpreter(texts, at, name, input));
    // All words behind it are code.
    if (found.at(-1)?.readsWords === true) break;
  }
  return found;
}

/** Words of an interpreter that are looked at: nobody writes so many options. */
const MAX_OPTIONS = 30;

function findInterpreter(texts: readonly string[], at: number, name: string, mayRead: boolean): Found {
  const args = texts.slice(at + 1, at + 1 + MAX_OPTIONS);
  const readsWords = isToldCode(name, args);
  const file = args.find((arg) => !/^[-+]/.test(arg));
  const reader = languageOf(name);
  // To an interpreter that is told its code, stdin is data; a shell may give it to the next one.
  const isRead = readsWords ? reader !== "program" : file === undefined || isOpen(file) || args.includes("-");
  return { at, reader, readsWords, readsInput: mayRead && isRead };
}

function languageOf(name: string): Reader {
  if (!isShell(name)) return "program";
  return isKnownShell(name) ? "shell" : "foreign";
}

/** `sh ./a`, `. ./a`, `chmod +x a` */
function filesRun(texts: readonly string[], readers: readonly Found[]): (readonly [string, Reader])[] {
  const [reader] = readers;
  const isReadied = /^(chmod|source|\.)$/.test(nameOf(texts[0]));
  if (reader === undefined && !isReadied) return [];
  return texts.slice(1).map((text) => [nameOf(text), reader?.reader ?? readerOf(nameOf(text))]);
}

/** By its ending; without one it may be for a shell. */
function readerOf(file: string): Reader {
  return /\.([cm]?[jt]sx?|py|rb|pl|php|lua|r|jl|groovy|scala|tcl)$/.test(file) ? "program" : "shell";
}
