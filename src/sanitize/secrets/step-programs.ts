/** Which program a step of a command starts, behind `sudo`, `env` and the like. Pure. */

import { baseName, isInterpreter, mayGiveCode, scriptIndex } from "./code-givers.ts";
import { shapeOf, textOf, type Step, type StepWord } from "./command-steps.ts";

export interface Program {
  /** Without its path. */
  readonly name: string;
  /** As it is written. */
  readonly path: string;
  readonly args: readonly StepWord[];
  /** Words in front of it that set its environment: `A=1` of `env A=1 tool`. */
  readonly settings: readonly StepWord[];
  /** Of an interpreter: where among its arguments the file stands that it runs. */
  readonly scriptAt?: number;
}

interface Wrapper {
  /** Options that stand alone, and those that another word belongs to. */
  readonly alone?: RegExp;
  readonly valued?: RegExp;
  readonly operands?: number;
  readonly hasSettings?: true;
}

const WRAPPERS = new Map<string, Wrapper>([
  ["sudo", { alone: /^-[EHnS]+$/, valued: /^-[gu]$/, hasSettings: true }],
  ["doas", { alone: /^-n$/, valued: /^-u$/ }],
  ["env", { alone: /^(?:-i|--)$/, valued: /^-u$/, hasSettings: true }],
  ["cross-env", { hasSettings: true }],
  ["timeout", { alone: /^--(?:foreground|preserve-status)$/, valued: /^-[ks]$/, operands: 1 }],
  ["nice", { alone: /^-\d+$/, valued: /^-n$/ }],
  ["stdbuf", { alone: /^-[eio]\w+$/ }],
  ["npx", { alone: /^(?:-y|--yes|--no-install|-q|--quiet|--)$/, valued: /^(?:-p|--package)$/ }],
  ["bunx", { alone: /^--bun$/ }],
  ["time", { alone: /^-p$/ }],
  ...["nohup", "command", "builtin", "exec", "noglob", "nocorrect", "caffeinate", "pnpx", "uvx"].map(
    (name): [string, Wrapper] => [name, {}],
  ),
]);

const ASKS_ABOUT = /^(?:--version|--help|-V|-v|-h)$/;
const SETTING = /^[A-Za-z_]\w*=/;

/** The program of a step; undefined where that is only known when it runs, or stands behind words that nobody knows. */
export function programOf({ words }: Step): Program | undefined {
  const settings: StepWord[] = [];
  let at = 0;
  for (;;) {
    const path = pathOf(words[at]);
    if (path === undefined) return undefined;
    const name = baseName(path);
    const wrapper = WRAPPERS.get(name);
    if (wrapper === undefined) {
      const args = words.slice(at + 1);
      const scriptAt = isInterpreter(name) ? scriptIndex(name, args.map(textOf)) : undefined;
      return { name, path, args, settings, ...(scriptAt !== undefined && { scriptAt }) };
    }
    at = behindWrapper(words, at + 1, wrapper, settings);
  }
}

/** A path of known words, also below the home directory. */
function pathOf(word: StepWord | undefined): string | undefined {
  if (word === undefined) return undefined;
  const [first, ...rest] = word.pieces;
  const isHome = first?.kind === "variable" && /^(?:HOME|PWD)$/.test(first.name);
  return isHome ? textOf({ ...word, pieces: rest }) : textOf(word);
}

/** Where the command of a wrapper begins; `settings` takes what stands before it. */
function behindWrapper(
  words: readonly StepWord[],
  from: number,
  { alone, valued, operands = 0, hasSettings }: Wrapper,
  settings: StepWord[],
): number {
  let left = operands;
  let at = from;
  for (; at < words.length; at += 1) {
    const word = words[at];
    const shape = word === undefined ? "" : shapeOf(word);
    if (word !== undefined && hasSettings === true && SETTING.test(shape)) settings.push(word);
    else if (valued?.test(shape) === true) at += 1;
    else if (alone?.test(shape) !== true && left-- <= 0) break;
  }
  return at;
}

/** Whether a program neither tells what is in variables nor makes code of words or of what it reads. */
export function startsNothingElse({ name, path, args, scriptAt }: Program, step: Step): boolean {
  const texts = args.map(textOf);
  const settings = step.assignments.map((assignment) => `${assignment.name}=`);
  if (mayGiveCode(name, [...args.map(shapeOf), ...settings]) || path.startsWith("-")) return false;
  if (isInterpreter(name) && scriptAt === undefined)
    return texts.length === 1 && ASKS_ABOUT.test(texts[0] ?? "");
  return texts.every((text, index) => {
    const isName = text !== undefined && !text.includes("://") && index !== scriptAt;
    if (!isName || !isInterpreter(baseName(text))) return true;
    const rest = texts.slice(index + 1);
    return rest.length === 0 ? !step.isFed : scriptIndex(baseName(text), rest) !== undefined;
  });
}
