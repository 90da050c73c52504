/** sed's words: its scripts, and the files that these write. */

import { readSedScript, type SedScript } from "./sed-script.ts";
import { beginsOpen, isOpen } from "./words.ts";

/** Long options, and whether a value belongs to them. The beginning of one is enough. */
const LONG_OPTIONS: Readonly<Record<string, "needed" | "attached" | "none">> = {
  binary: "none",
  debug: "none",
  expression: "needed",
  file: "needed",
  "follow-symlinks": "none",
  "in-place": "attached",
  "line-length": "needed",
  "null-data": "none",
  posix: "none",
  quiet: "none",
  "regexp-extended": "none",
  sandbox: "none",
  separate: "none",
  silent: "none",
  unbuffered: "none",
  version: "none",
  help: "none",
  "zero-terminated": "none",
};

/** Letters of options without a value, to GNU's sed, BSD's and busybox's alike. */
const FLAGS = /^[bEnrsuza]$/;

/** What stands for a script among the words. */
interface Words {
  /** The texts of `-e`. */
  readonly given: string[];
  /** The words that are no options, in their order. */
  readonly operands: string[];
  /** Operands before the first `-e`: the first is the script where options have to come first. */
  before: number | undefined;
  /** BSD's `-i` takes the next word. */
  isBareInPlace: boolean;
}

/** The files that sed's scripts write; undefined where they may run a command, or are not understood. */
export function filesOfSed(args: readonly string[]): readonly string[] | undefined {
  const words = readWords(args);
  if (words === undefined) return undefined;
  const { given, operands, before, isBareInPlace } = words;
  const [first, second] = operands.filter((operand) => operand !== "");
  if (given.length === 0) {
    if (first === undefined) return [];
    const script = readLiteral(first);
    // Of BSD's sed, that cannot run a command.
    const other = isBareInPlace && first === operands[0] ? readLiteral(second ?? "") : undefined;
    return script && [...script.writes, ...(other?.writes ?? [])];
  }
  const script = readLiteral(given.join("\n"));
  const other = before === 0 ? { writes: [] } : readLiteral(operands[0] ?? "");
  return script && other && [...script.writes, ...other.writes];
}

function readLiteral(script: string): SedScript {
  return isOpen(script) ? undefined : readSedScript(script);
}

/** Undefined where a script's file is named, or an option is not known. */
function readWords(args: readonly string[]): Words | undefined {
  const words: Words = { given: [], operands: [], before: undefined, isBareInPlace: false };
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg === "--") {
      words.operands.push(...args.slice(index + 1));
      break;
    }
    // Behind a script, what the run will tell is a file: somebody else looks whether it is told to be an option.
    if (beginsOpen(arg) && words.given.length + words.operands.length === 0) return undefined;
    if (beginsOpen(arg) || !/^-./s.test(arg)) words.operands.push(arg);
    else if (isOpen(arg)) return undefined;
    else {
      const taken = arg.startsWith("--")
        ? takeLong(arg.slice(2), args[index + 1], words)
        : takeShort(arg.slice(1), args[index + 1], words);
      if (taken === undefined) return undefined;
      index += taken;
    }
  }
  words.before ??= words.operands.length;
  return words;
}

/** How many more words it takes; undefined where it is not understood. */
function takeShort(letters: string, next: string | undefined, words: Words): number | undefined {
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] ?? "";
    if (letter === "e") {
      const attached = letters.slice(at + 1);
      return give(words, attached === "" ? next : attached) ? (attached === "" ? 1 : 0) : undefined;
    }
    if (letter === "i") {
      words.isBareInPlace = at === letters.length - 1;
      return 0;
    }
    if (!FLAGS.test(letter)) return undefined;
  }
  return 0;
}

function takeLong(text: string, next: string | undefined, words: Words): number | undefined {
  const [, name = "", attached] = /^([a-z-]+)(?:=(.*))?$/s.exec(text) ?? [];
  const names = Object.keys(LONG_OPTIONS).filter((each) => each.startsWith(name));
  const option = names.find((each) => each === name) ?? (names.length === 1 ? names[0] : undefined);
  if (option === "expression")
    return give(words, attached ?? next) ? (attached === undefined ? 1 : 0) : undefined;
  return option !== undefined && LONG_OPTIONS[option] !== "needed" ? 0 : undefined;
}

function give(words: Words, script: string | undefined): boolean {
  if (script === undefined || isOpen(script)) return false;
  words.before ??= words.operands.length;
  words.given.push(script);
  return true;
}
