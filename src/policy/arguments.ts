/**
 * A command's arguments read as its program reads them: the subcommand, the options and the operands, in whatever
 * order they are written. Wherever a program could read a word in two ways, both count. Pure.
 */

import {
  foldCase,
  literal,
  literalText,
  mayBeSeveral,
  overlap,
  parsePattern,
  type Glob,
} from "../shell/wildcards.ts";

/** One argument, and what can be told from its looks. */
export interface Argument {
  readonly word: Glob;
  /** Undefined when a part of it is open. */
  readonly text: string | undefined;
  /** An open word may be one, too. */
  readonly mayBeOption: boolean;
  readonly mustBeOption: boolean;
  /** Whether a shell may make several words of it, which may be whatever they like. */
  readonly mayBeSeveral: boolean;
}

export type Arguments = readonly Argument[];

/** How a program takes its options, as far as it cannot be told from their looks. */
export interface OptionSyntax {
  /** Options that the next word does not belong to. Of all others it may be the value, or the next argument. */
  readonly flags: ReadonlySet<string>;
  /** Whether what stands before the subcommand is not the subcommand's. */
  readonly isParted: boolean;
}

/** The words of a subcommand, as `volume rm|remove` in a table: each of the inner lists is one word's alternatives. */
export type SubcommandPath = readonly (readonly Expected[])[];

/** What a table names: a word as it stands, or with a `*`. */
export interface Expected {
  readonly text: string;
  readonly isPattern: boolean;
  readonly globs: readonly Glob[];
}

/** In a subcommand's path: any words, also none. */
const ANY_WORDS = "...";

export function readArguments(words: readonly Glob[]): Arguments {
  return words.map((word) => {
    const [first] = word;
    return {
      word,
      text: literalText(word),
      mayBeOption: typeof first !== "string" || first === "-",
      mustBeOption: first === "-" && word.length > 1,
      mayBeSeveral: mayBeSeveral(word),
    };
  });
}

/** @param text `volume rm|remove`; `*` is any word, `...` are any words, `delete-*` is what begins so. */
export function parsePath(text: string): SubcommandPath {
  return text.split(" ").map((step) => step.split("|").map(parseExpected));
}

/** @param list words with a blank between them, as they may look in an argument: `+*`. */
export function parseWords(list: string): readonly Expected[] {
  return list.split(" ").map(parseExpected);
}

function parseExpected(text: string): Expected {
  const small = text.toLowerCase();
  return { text: small, isPattern: small.includes("*"), globs: parsePattern(small) };
}

/**
 * What a subcommand gets if the arguments may be of that subcommand: every word that may be one of its options or
 * operands. Undefined when it must be another one.
 */
export function argumentsOf(
  args: Arguments,
  path: SubcommandPath,
  syntax: OptionSyntax,
): Arguments | undefined {
  // The steps of the path that may be done; an option's value, which may look like one, leaves them as they are.
  let reached: readonly number[] = skipAnyWords(path, [0]);
  let mayBeValue = false;
  for (const [index, arg] of args.entries()) {
    // Whatever a shell makes of it, the subcommand may be among it.
    if (arg.mayBeSeveral) return [arg];
    if (!arg.mustBeOption) {
      const stays = mayBeValue || isNoSubcommand(arg);
      reached = skipAnyWords(
        path,
        reached.flatMap((step) => stepOver(path[step], step, arg, stays)),
      );
      if (reached.includes(path.length))
        return [...(syntax.isParted ? [] : args.slice(0, index)), ...args.slice(index + 1)];
      if (reached.length === 0) return undefined;
    }
    mayBeValue = takesNext(arg, syntax);
  }
  return undefined;
}

function stepOver(
  expected: SubcommandPath[number] | undefined,
  step: number,
  arg: Argument,
  stays: boolean,
): number[] {
  const isAnyWords = expected?.[0]?.text === ANY_WORDS;
  const isNext = !isAnyWords && expected?.some((each) => mayBe(arg, each)) === true;
  return [...(stays || isAnyWords ? [step] : []), ...(isNext ? [step + 1] : [])];
}

/** An option, perhaps, or what only stands beside one: `cargo +nightly publish`, `npm --json false publish`. */
function isNoSubcommand({ word, text, mayBeOption }: Argument): boolean {
  return mayBeOption || word[0] === "+" || text === "true" || text === "false";
}

function skipAnyWords(path: SubcommandPath, reached: readonly number[]): readonly number[] {
  const skipped = reached.flatMap((step) =>
    path[step]?.[0]?.text === ANY_WORDS ? [step, step + 1] : [step],
  );
  return skipped.length > 1 ? [...new Set(skipped)] : skipped;
}

/** Whether an argument may be the word that a table names. */
export function mayBe({ word, text: known }: Argument, { text, isPattern, globs }: Expected): boolean {
  if (known !== undefined && !isPattern) return known.toLowerCase() === text;
  const folded = foldCase(word);
  return globs.some((glob) => overlap(folded, glob));
}

/**
 * Whether one of some options may be among the arguments.
 *
 * @param options `-r`, `--recursive`, `-delete` (also found as `--delete`), `--replicas=0`, `--del*`.
 */
export function mayHaveOption(args: Arguments, options: readonly string[], syntax: OptionSyntax): boolean {
  const before = args.slice(0, endOfOptions(args, syntax));
  return before.some(
    (arg, index) =>
      arg.mayBeSeveral ||
      (arg.mayBeOption && options.some((option) => mayBeThis(arg, before[index + 1], option))),
  );
}

/** What stands behind `--` is no option, unless that is the value of an option itself. */
function endOfOptions(args: Arguments, syntax: OptionSyntax): number {
  const end = args.findIndex(({ text }, index) => {
    const previous = args[index - 1];
    return text === "--" && (previous === undefined || !takesNext(previous, syntax));
  });
  return end === -1 ? args.length : end;
}

function mayBeThis({ word, text }: Argument, next: Argument | undefined, option: string): boolean {
  const [name = "", value] = option.split("=");
  if (value !== undefined)
    return (
      overlap(word, literal(option)) ||
      (next !== undefined && text === name && overlap(next.word, literal(value)))
    );
  if (text === undefined) return mayBecome(word, name);
  if (/^-[^-]$/.test(name)) return isInCluster(text, name.charAt(1));
  const [long = ""] = text.split("=", 1);
  const start = name.endsWith("*") ? name.slice(0, -1) : undefined;
  if (start !== undefined) return long.startsWith(start) || isAbbreviation(long, start);
  return long === name || long === `-${name}` || isAbbreviation(long, name);
}

/** `-r` in `-fr`: what follows the first character that is no letter or digit is a value. */
function isInCluster(text: string, letter: string): boolean {
  const [, cluster = ""] = /^-(\w+)/.exec(text) ?? [];
  return cluster.includes(letter);
}

/** git, npm and whatever uses GNU's or Python's parser take `--rec` for `--recursive`. */
function isAbbreviation(text: string, name: string): boolean {
  return text.length > "--".length && name.startsWith("--") && name.startsWith(text);
}

/** An open word may be an option as far as what is known of it allows: `*.sh` is none. */
function mayBecome(word: Glob, name: string): boolean {
  const looksLikeOption = word.every((token) => typeof token !== "string" || /[\w=-]/.test(token));
  if (/^-[^-]$/.test(name)) return looksLikeOption;
  const withValue = looksLikeOption && name.startsWith("--") ? [`${name}=*`] : [];
  const abbreviated = Array.from(name, (_, index) => name.slice(0, index + 1)).slice("--".length);
  return [name, ...withValue, ...abbreviated].some((each) =>
    parsePattern(each).some((glob) => overlap(word, glob)),
  );
}

/** What is neither an option nor perhaps one. Values of options are among them, as nobody can tell them apart. */
export function operandsOf(args: Arguments, syntax: OptionSyntax): Arguments {
  const end = endOfOptions(args, syntax);
  return [...args.slice(0, end).filter(({ mustBeOption }) => !mustBeOption), ...args.slice(end + 1)];
}

/** Whether the next word may belong to this one. */
function takesNext({ text, mayBeOption }: Argument, { flags }: OptionSyntax): boolean {
  if (!mayBeOption || text === undefined) return mayBeOption;
  return text !== "-" && text !== "--" && !text.includes("=") && !flags.has(text);
}
