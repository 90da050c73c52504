/** Passwords among the arguments of programs that are known, wherever such a command stands in a text. */

import { matchesOf } from "./matches.ts";
import { PASSWORD_ARGUMENTS } from "./secret-table.ts";
import type { Span } from "../../shell/scanning.ts";
import { names } from "../../shell/names.ts";

interface Row {
  /** Ends where the password begins. */
  readonly before: RegExp;
  readonly alone: RegExp | undefined;
}

const BY_PROGRAM = byProgram();
/** A word that may be a program's name: to look it up is faster than an expression of all names. */
const PROGRAM = /(?:^|[\s;&|(`"'/\\=])(\w[\w-]{0,30})(?:\.exe)?(?=[ \t]+\S)/g;

/** How far behind a program its arguments are read, and how many programs' arguments may overlap. */
const ARGUMENTS_LENGTH = 400;
const OVERLAP_LIMIT = 3;
/** Of what stands before a password, and how far into a word. */
const LINE_LENGTH = 300;
const LEAD_LENGTH = 60;

/** A word as it stands, up to what ends a command; in JSON a quote has a backslash before it. */
const WORD = /[ \t]+((?:[^\s"'`;|&<>()\\]|\\(?!["'\n]).|"(?:[^"\\\n]|\\.){0,400}"|'[^'\n]{0,400}'){1,400})/y;
/** Where in a word a password may begin. */
const LEAD_END = /^-h?[A-Za-z](?=[^\s-])|[:=,%/]/g;
/** `--name mysql`: here it is the name of something else. */
const NAMES_SOMETHING = /(?:^|\s)--?[a-z][\w-]*[ \t]+$/;

/** Start a program in a container: `docker exec -it db mysql`, `docker compose exec db mysql`. */
const IN_CONTAINER = /^(?:docker|podman|nerdctl|docker-compose|kubectl|oc)$/;
const EXEC_ALONE = /^-(?:[iTt]|it|ti)$/;
const EXEC_VALUED = /^(?:-[ecnuw]|--(?:env|container|namespace|user|workdir))$/;

function byProgram(): ReadonlyMap<string, readonly Row[]> {
  const rows = new Map<string, Row[]>();
  for (const [programs, before, alone] of PASSWORD_ARGUMENTS) {
    for (const program of names(programs))
      rows.set(program, [...(rows.get(program) ?? []), { before, alone }]);
  }
  return rows;
}

/** A password among the arguments of a program. */
export interface PasswordArgument extends Span {
  /** Whether nothing else can take it. */
  readonly isSure: boolean;
}

/** The passwords in a text, quotes and variables among them; nothing for a program that has none. */
export function* findPasswords(text: string): Generator<PasswordArgument | undefined> {
  const open: number[] = [];
  for (const { 0: match, 1: program = "", index } of matchesOf(text, PROGRAM)) {
    if (!BY_PROGRAM.has(program)) continue;
    yield undefined;
    while ((open[0] ?? Infinity) <= index) open.shift();
    const at = index + match.length;
    const isNamed = NAMES_SOMETHING.test(text.slice(Math.max(0, index - LEAD_LENGTH), index + 1));
    if (open.length >= OVERLAP_LIMIT || isNamed) continue;
    open.push(at + ARGUMENTS_LENGTH);
    yield* passwordsOf(program, text.slice(at, at + ARGUMENTS_LENGTH), at);
  }
}

function* passwordsOf(program: string, args: string, offset: number): Generator<PasswordArgument> {
  const earlier: string[] = [];
  let line = "";
  for (const { start, word } of wordsIn(args)) {
    const opening = /^["']/.test(word) ? 1 : 0;
    const plain = word.slice(opening).replace(/["']$/, "").replaceAll(/\s/g, "_");
    for (const lead of leadsOf(plain)) {
      const before = plain.slice(0, lead);
      const isFlag = lead === 0 && plain.startsWith("-");
      if (isFlag || rowFor(program, `${line} ${before}`) === undefined) continue;
      const at = start + (lead === 0 ? 0 : opening + lead);
      yield {
        start: offset + at,
        end: offset + at + lengthOf(word.slice(at - start), before),
        isSure: isPassword(program, earlier, before),
      };
    }
    if (plain === "--") return;
    earlier.push(plain);
    line = `${line} ${plain}`.slice(-LINE_LENGTH);
  }
}

/** `bob/password@database` */
function lengthOf(value: string, before: string): number {
  const host = before.endsWith("/") ? value.lastIndexOf("@") : -1;
  return host === -1 ? value.length : host;
}

function rowFor(program: string, line: string): Row | undefined {
  return BY_PROGRAM.get(program)?.find(({ before }) => before.test(line.slice(-LINE_LENGTH)));
}

function* wordsIn(args: string): Generator<{ start: number; word: string }> {
  WORD.lastIndex = 0;
  for (let match = WORD.exec(args); match !== null; match = WORD.exec(args)) {
    const [all, word = ""] = match;
    yield { start: match.index + all.length - word.length, word };
  }
}

function* leadsOf(word: string): Generator<number> {
  yield 0;
  for (const { 0: end, index } of matchesOf(word.slice(0, LEAD_LENGTH), LEAD_END)) yield index + end.length;
}

/**
 * Whether a word of a program's arguments is a password from a place on, and nothing else could take it. The program may
 * be one that is started in a container.
 *
 * @param earlier - The arguments before the word.
 * @param before - What stands in the word before the place.
 */
export function isPassword(program: string, earlier: readonly string[], before: string): boolean {
  if (IN_CONTAINER.test(program)) {
    const at = startedAt(earlier);
    if (at !== undefined) return isPassword(earlier[at] ?? "", earlier.slice(at + 1), before);
  }
  const words = [...earlier, before].map((word) => ` ${word.replaceAll(/\s/g, "_")}`);
  const row = rowFor(program, words.join(""));
  if (row === undefined || earlier.includes("--")) return false;
  const [option, flag] = earlier.slice(-2);
  // In `tool -f -p x` the option -f takes -p for its value, and x is something else.
  const isSeparate = !/^[-/]/.test(before) && flag?.startsWith("-") === true;
  const isOption = option?.startsWith("-") === true && !option.includes("=");
  return !isSeparate || !isOption || row.alone?.test(option) === true;
}

/** Where the program stands that `docker exec` and its like start. */
function startedAt(args: readonly string[]): number | undefined {
  let at = args.indexOf("exec") + 1;
  if (at === 0 || at > 2) return undefined;
  while (args[at]?.startsWith("-") === true) {
    if (EXEC_VALUED.test(args[at] ?? "")) at += 2;
    else if (EXEC_ALONE.test(args[at] ?? "")) at += 1;
    else return undefined;
  }
  const isPast = args[at + 1] === "--" ? 2 : 1;
  return at + isPast < args.length ? at + isPast : undefined;
}
