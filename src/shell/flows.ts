/**
 * Words that are no commands where they stand, and how they may come to a program that runs them all the same: by a
 * variable, a pipe, a file or a function of the same command line. Where there is such a way, they are searched too.
 */

import { FOUND_FILE, type createHiddenCommands, type Line } from "./hidden-commands.ts";
import { isOpen, nameOf, withoutEscapes } from "./words.ts";

/** A line, and which of its words. */
interface Kept {
  readonly line: Line;
  readonly words: readonly number[];
}

export function createFlows(hidden: ReturnType<typeof createHiddenCommands>) {
  const kept: Kept[] = [];
  /** Whether a program that may run others is given a word that only the run will tell. */
  let givesOpen = false;
  let isOtherwise = false;
  /** Options by which programs that are given open words would run something. */
  const guards = new Set<RegExp>();
  /** Whether variables are handed on, with what they were set to before or will be. */
  let handsOn = false;

  function search({ line, words }: Kept): void {
    const unescaped = { ...line, texts: line.texts.map(withoutEscapes) };
    for (const word of words) {
      hidden.add(line, word);
      if (unescaped.texts[word] !== line.texts[word]) hidden.add(unescaped, word);
    }
  }

  /** `x=--compress-program=deploy; sort $x` */
  function isSteered(): boolean {
    return [...guards].some((guard) =>
      kept.some(
        ({ line: { texts }, words }) =>
          (texts.length === 1 || /^(echo|printf)$/.test(texts[0] ?? "")) &&
          words.some((word) => holdsOption(texts[word] ?? "", guard)),
      ),
    );
  }

  return {
    keep: (line: Line, words: readonly number[]) => {
      if (words.length > 0) kept.push({ line, words });
    },
    keepAll: (texts: readonly string[]) => {
      kept.push({ line: { texts }, words: [...texts.keys()] });
    },
    /** A program that may run others is given this. */
    give: (text: string) => {
      // What `find` finds is a file: whether that was written here is another question.
      givesOpen ||= isOpen(text.replaceAll(FOUND_FILE, ""));
    },
    /** By a pipe, or by a function whose name is known as another program's. */
    open: () => {
      isOtherwise = true;
    },
    /** By a variable that is given to whatever runs: `export CC`. */
    handOn: () => {
      handsOn = true;
    },
    /** A program that runs nothing, but for an option that an open word may be. */
    guard: (option: RegExp) => {
      guards.add(option);
    },
    /**
     * When all is known of the command line.
     *
     * @param runsOthers whether one of the commands may run others.
     * @param runsFile whether it may run a file that it writes.
     */
    settle: (runsOthers: boolean, runsFile: (givesOpen: boolean) => boolean) => {
      givesOpen ||= isSteered();
      if (givesOpen) hidden.joinOthers();
      const isFlowing = runsFile(givesOpen) || givesOpen || isOtherwise || (handsOn && runsOthers);
      if (isFlowing) for (const each of kept) search(each);
    },
  };
}

function holdsOption(text: string, option: RegExp): boolean {
  return text.includes("-") && text.split(/\s+/).some((word) => option.test(word));
}

/** Whether a command hands on variables that are set elsewhere: `export CC`, `declare -x CC`, `set -a`. */
export function handsOnVariables([program, ...args]: readonly string[]): boolean {
  const name = nameOf(program);
  if (/^(set|bash|zsh|sh|dash)$/.test(name))
    return args.some((arg) => /^(-(?=\w+$)[0-9A-Z_b-z]*a|allexport$)/.test(arg));
  const isExport =
    name === "export" || (/^(declare|typeset|local)$/.test(name) && args.some((arg) => /^-\w*x/.test(arg)));
  return isExport && args.some((arg) => /^\w+$/.test(arg));
}

/** What `{a,b}c` and `{a..b}c` make, as far as it is told there. */
export function expandBraces(text: string): string[] {
  const [, before, list, behind = ""] = /^([^{}]*)\{([^{}]*)\}([^{}]*)$/.exec(text) ?? [];
  if (before === undefined || list === undefined) return [text];
  return list.split(/,|\.\./).map((each) => before + each + behind);
}

/** What `printf` prints, as far as it can be told. */
export function formatted([name, format = "", ...values]: readonly string[]): string | undefined {
  if (nameOf(name) !== "printf" || !format.includes("%")) return undefined;
  let next = 0;
  return format.replaceAll(/%[sbq]/g, () => values[next++] ?? "");
}
