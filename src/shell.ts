/** A shell's command line, read without running it: every simple command that it may run. */

import {
  forEachChild,
  parse,
  type Assignment,
  type Command,
  type DoubleQuotedChild,
  type ParsedScript,
  type Redirect,
  type Redirection,
  type SyntaxNode,
  type Word,
  type WordPart,
} from "unbash";
import { knownText, literal, literalText, OPEN, OPEN_WORD, type Glob } from "./glob.ts";
import { behind, whyCode } from "./programs.ts";

/** One program or builtin with its words. */
export interface SimpleCommand {
  /** Unquoted; what only the run will tell (a variable, a substitution, a wildcard) is open. */
  readonly words: readonly Glob[];
  /** Whether variables are set for it. */
  readonly hasAssignments: boolean;
  /** What is behind its own `>`, `<` and the like, in their order. */
  readonly streams: readonly Stream[];
}

/** A redirection of one simple command. */
export interface Stream {
  /** `>`, `<<<` and so on. */
  readonly operator: Redirection["operator"];
  /** A file's name; of a here-document its text. */
  readonly target: Glob;
}

/** What a command line says, or the reason why nobody can tell by reading it, as a sentence. */
export type ReadCommand =
  | {
      readonly kind: "read";
      /** As they are written, wherever they stand: also in substitutions, functions and conditions. */
      readonly commands: readonly SimpleCommand[];
      /** What the words of a command run in turn: `rm x` of `sudo -u me rm x`, and a few that it does not. */
      readonly behind: readonly Pick<SimpleCommand, "words" | "streams">[];
      /** The files that redirections write to. */
      readonly writes: readonly Glob[];
    }
  | { readonly kind: "unreadable"; readonly why: string };

/** Thrown to leave the tree at once; never leaves this file. */
class Unreadable extends Error {}

const SYNTAX = "The command's shell syntax cannot be read.";

/** A line break and a tab are all that a command needs of these; a shell and a reader may differ on the rest. */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/;

/** zsh takes some other characters for its own in a command word, as in `=rm`. */
const PLAIN_NAME = /^[A-Za-z0-9_./~+@:[\]-]+$/;

/** Commands that one command's words may hide; each is looked at whole. */
const MAX_BEHIND = 50;

/** Variables that make a shell, a linker or a program run something else than what is written. */
const STEERING_VARIABLE =
  /^(IFS|ENV|PS4|SHELL|PROMPT_COMMAND|ZDOTDIR|path|fpath|functions|aliases|[gs]aliases|commands|BASH_\w*|LD_\w+|DYLD_\w+|(MAN)?PATH|CDPATH|\w*PAGER|\w*EDITOR|VISUAL|BROWSER|LESS(OPEN|CLOSE)|\w*ASKPASS|GIT_(SSH|SSH_COMMAND|EXTERNAL_DIFF|EXEC_PATH|TEMPLATE_DIR|CONFIG\w*|PROXY_COMMAND|DIR)|RSYNC_RSH|NODE_(OPTIONS|PATH)|PYTHON(PATH|STARTUP|HOME|INSPECT)|PERL5(OPT|LIB|DB)|RUBY(OPT|LIB)|JAVA_TOOL_OPTIONS|npm_config_\w+|TAR_OPTIONS|MAKEFLAGS)$/;
const HARMLESS_VALUE = /^(cat|true|:|)$/;

/** Builtins that look into a variable's index, and run a substitution that they find there. */
const INDEX_BUILTIN =
  /^(let|declare|typeset|local|integer|readonly|export|test|\[|unset|read|printf|wait|mapfile|readarray)$/;
const ARITHMETIC_TESTS = new Set(["-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-v"]);

/**
 * Reads what OpenCode gives to the user's shell, bash or zsh. Where the two differ, or a character could be meant
 * otherwise, the command is unreadable.
 */
export function readCommand(text: string): ReadCommand {
  if (CONTROL_CHARACTERS.test(text)) return unreadable("The command contains control characters.");
  // It escapes nothing, and shells differ on whether it stays.
  if (/(?<!\\)(\\\\)*\\$/.test(text)) return unreadable("The command ends in a backslash.");
  const reader = createReader();
  try {
    reader.visit(parse(text));
  } catch (error) {
    if (error instanceof Unreadable) return unreadable(error.message);
    // A stack that overflows on purpose, or a mistake of the parser's.
    return unreadable(SYNTAX);
  }
  return reader.result();
}

function unreadable(why: string): ReadCommand {
  return { kind: "unreadable", why };
}

function createReader() {
  const commands: SimpleCommand[] = [];
  const behindCommands: Pick<SimpleCommand, "words" | "streams">[] = [];
  const writes: Glob[] = [];
  let calculates = false;
  let quotesDollar = false;

  function visit(node: SyntaxNode): void {
    calculates ||= isCalculation(node);
    if (node.type === "Script") checkErrors(node);
    if (node.type === "Command") takeCommand(node);
    if (node.type === "Redirect") takeRedirect(node);
    if (node.type === "Assignment") checkAssignment(node);
    if (node.type === "For" || node.type === "Select") checkSteering(node.name.text, undefined);
    if (node.type === "ParameterExpansion" && node.operation?.type === "Default")
      checkSteering(node.parameter, undefined);
    if (node.type === "Word") quotesDollar ||= /[$`]/.test(knownText(wordGlob(node)));
    if (node.type === "ExtendedGlob") throw new Unreadable("A file pattern can run code in some shells.");
    if (node.type === "Transform" || node.type === "Unknown")
      throw new Unreadable("A variable's value is run or rewritten.");
    forEachChild(node, visit);
  }

  function takeCommand(node: Command): void {
    const hasAssignments = node.prefix.some(({ type }) => type === "Assignment");
    const streams = node.redirects.map(readStream);
    if (node.name === undefined) {
      commands.push({ words: [], hasAssignments, streams });
      return;
    }
    const suffix = node.args.map((arg): Glob =>
      arg.type === "Word"
        ? wordGlob(arg)
        : [...literal(`${arg.name}=`), ...(arg.value.type === "Word" ? wordGlob(arg.value) : OPEN)],
    );
    const words: readonly Glob[] = [wordGlob(node.name), ...suffix];
    check(words);
    commands.push({ words, hasAssignments, streams });
    const found = behind(words, MAX_BEHIND);
    if (found.length > MAX_BEHIND) throw new Unreadable("A command has too many words to be read.");
    for (const hidden of found) {
      check(hidden);
      behindCommands.push({ words: hidden, streams });
    }
  }

  function takeRedirect({ operator, target }: Redirect): void {
    if (target === undefined || operator === "<" || operator === "<&") return;
    const file = wordGlob(target);
    const text = literalText(file);
    if (text === "!") throw new Unreadable("Shells differ on a redirection to `!`.");
    const isDescriptor = operator === ">&" && text !== undefined && /^(\d+-?|-)$/.test(text);
    if (!isDescriptor && text !== "/dev/null") writes.push(file);
  }

  function result(): ReadCommand {
    return calculates && quotesDollar
      ? unreadable("A calculation can run code that stands in a variable.")
      : { kind: "read", commands, behind: behindCommands, writes };
  }

  return { visit, result };
}

function checkErrors({ errors = [] }: ParsedScript): void {
  if (errors.length > 0) throw new Unreadable(SYNTAX);
}

function check(words: readonly Glob[]): void {
  const name = literalText(words[0] ?? []);
  if (name === undefined) throw new Unreadable("The command that runs is only known when it runs.");
  if (!PLAIN_NAME.test(name)) throw new Unreadable("A command's name has unusual characters.");
  const texts = words.map((word) => literalText(word));
  for (const text of texts) {
    const [, variable, value] = /^(\w+)\+?=(.*)$/s.exec(text ?? "") ?? [];
    if (variable !== undefined) checkSteering(variable, value);
  }
  if (INDEX_BUILTIN.test(name)) {
    if (texts.some((text) => /\[.*[$`]/s.test(text ?? "")))
      throw new Unreadable("Code may stand in a variable's index.");
    // `printf -vPATH x` too.
    for (const text of texts) checkSteering(text?.replace(/^-v/, "") ?? "", undefined);
  }
  const why = whyCode(words);
  if (why !== undefined) throw new Unreadable(why);
}

function checkAssignment({ name, value }: Assignment): void {
  checkSteering(name, value.type === "Word" ? literalText(wordGlob(value)) : undefined);
}

function checkSteering(variable: string, value: string | undefined): void {
  if (!STEERING_VARIABLE.test(variable)) return;
  if (value !== undefined && HARMLESS_VALUE.test(value)) return;
  throw new Unreadable(`The variable ${variable} can change what runs.`);
}

function isCalculation(node: SyntaxNode): boolean {
  if (node.type === "ArithmeticWord") return /[A-Za-z_$]/.test(node.value);
  if (node.type === "TestBinary" || node.type === "TestUnary") return ARITHMETIC_TESTS.has(node.operator);
  if (node.type === "ParameterExpansion")
    return node.index !== undefined && !/^(\d+|[@*])$/.test(node.index.text);
  return node.type === "Slice";
}

function readStream(redirection: Redirection): Stream {
  const { operator } = redirection;
  if (redirection.type !== "HereDoc")
    return { operator, target: redirection.target === undefined ? OPEN : wordGlob(redirection.target) };
  const { text, parts } = redirection.body;
  return { operator, target: parts === undefined ? literal(text) : parts.flatMap(partGlob) };
}

function wordGlob(word: Word): Glob {
  return word.parts === undefined ? literal(word.value) : word.parts.flatMap(partGlob);
}

function partGlob(part: WordPart): Glob {
  switch (part.type) {
    case "Literal":
    case "SingleQuoted":
    case "AnsiCQuoted":
      return literal(part.value);
    case "DoubleQuoted":
      return part.parts.flatMap(quotedGlob);
    case "Glob":
      return OPEN_WORD;
    case "LocaleString":
    case "SimpleExpansion":
    case "ParameterExpansion":
    case "CommandExpansion":
    case "ArithmeticExpansion":
    case "ProcessSubstitution":
    case "ExtendedGlob":
    case "BraceExpansion":
      return OPEN;
  }
}

/** Quotes keep a value together, but for lists: `"$@"`, `"${names[@]}"`. */
function quotedGlob(part: DoubleQuotedChild): Glob {
  const glob = partGlob(part);
  return part.type === "Literal" || part.text.includes("@") ? glob : OPEN_WORD;
}
