/** How a default rule says which commands it means: by program, subcommand, options and operands. Pure. */

import { literalText } from "../shell/wildcards.ts";
import type { ProgramRule } from "./rules.ts";
import type { Stream } from "../shell/stream.ts";
import {
  argumentsOf,
  mayBe,
  mayHaveOption,
  operandsOf,
  parsePath,
  parseWords,
  readArguments,
  type Argument,
  type Arguments,
  type Expected,
  type OptionSyntax,
} from "./arguments.ts";
import { syntaxOf } from "./option-syntax.ts";

/** Commands of one kind. What it does not say may be anything; one of options, operands and test is enough. */
export interface CommandForm {
  /** Names without their paths, with a blank between them. */
  readonly programs: string;
  /** Subcommands, with commas between them: `volume rm|remove, system prune`. `*` is any word, `...` are any words. */
  readonly command?: string;
  /** One of these has to be there: `-r -R --recursive`. */
  readonly options?: string;
  /** One of these has to be there: `+*`. */
  readonly operands?: string;
  /** What has to hold where lists do not tell. */
  readonly test?: CommandTest;
  /** Where nothing of the kind is done, by the literal arguments. */
  readonly unless?: (args: readonly string[]) => boolean;
}

/** @param args a subcommand's own arguments; all of them where the form names no subcommand. */
export type CommandTest = (args: Arguments, streams: readonly Stream[]) => boolean;

export function programsOf(forms: readonly CommandForm[]): ReadonlySet<string> {
  return new Set(forms.flatMap(({ programs }) => programs.split(" ")));
}

/** Whether a command may be of one of the forms. */
export function matcherOf(forms: readonly CommandForm[]): ProgramRule["matches"] {
  const matchers = forms.map((form) => ({ programs: programsOf([form]), matches: matcherOfOne(form) }));
  return ([program = [], ...words], streams) => {
    const name = literalText(program) ?? "";
    const args = readArguments(words);
    const syntax = syntaxOf(name);
    return matchers.some(({ programs, matches }) => programs.has(name) && matches(args, streams, syntax));
  };
}

type Matcher = (args: Arguments, streams: readonly Stream[], syntax: OptionSyntax) => boolean;

function matcherOfOne({ command, options, operands, test, unless }: CommandForm): Matcher {
  const paths = command?.split(", ").map(parsePath) ?? [[]];
  const needed = options?.split(" ");
  const named = operands === undefined ? undefined : parseWords(operands);
  const isBare = needed === undefined && named === undefined && test === undefined;

  return (args, streams, syntax) =>
    paths.some((path) => {
      const own = path.length === 0 ? args : argumentsOf(args, path, syntax);
      if (own === undefined || isNothing(own)) return false;
      if (isBare) return true;
      return (
        (needed !== undefined && mayHaveOption(own, needed, syntax)) ||
        (named !== undefined && operandsOf(own, syntax).some((arg) => isOneOf(arg, named))) ||
        test?.(own, streams) === true
      );
    });

  function isNothing(own: Arguments): boolean {
    if (test === undefined && own.length === 1 && /^--?(help|version)$/.test(own[0]?.text ?? "")) return true;
    const texts =
      unless === undefined ? [] : own.map(({ text }) => text).filter((text) => text !== undefined);
    return unless !== undefined && texts.length === own.length && unless(texts);
  }
}

function isOneOf(arg: Argument, named: readonly Expected[]): boolean {
  return arg.mayBeSeveral || named.some((each) => mayBe(arg, each));
}
