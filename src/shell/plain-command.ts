/**
 * Command lines that nobody can read in two ways: simple commands of literal words, and what joins them. This is a
 * grammar of what is understood, for whoever has to be sure; it knows nothing of the rest of a shell's language. bash,
 * zsh and dash agree on every character of it.
 */

import { names } from "./names.ts";

type Words = readonly string[];

/** `&&`, `||` and `|` want a command behind them; a semicolon and a line break do not. */
type Token = { readonly word: string } | "joint" | "semicolon" | "break";

/** No more than these, and they lead to no file. */
const REDIRECTION = /(?:2>&1|[12]?>>?[ \t]*\/dev\/null|<[ \t]*\/dev\/null)(?=[ \t\n;|]|&&|$)/y;
const OPERATOR = /&&|\|\|?|[;\n]/y;

/** No wildcard, brace or quote, and nothing that a shell may take for more than itself at the beginning of a word. */
const BARE = /[A-Za-z0-9_./:@%+,=-]/;
/** `HEAD~3`, `HEAD^`: anywhere but behind one of these they may be more. */
const TAILING = /[~^]/;
const MAY_BE_TAILED = /[A-Za-z0-9~^]/;
/** A blank, and printed characters of ASCII: a backslash makes each of them itself. */
const ESCAPABLE = /[ -~]/;
/** No control character but a line break and a tab, and no blank or invisible character but those of ASCII. */
const QUOTABLE = /[\n\t -~]|[^\p{C}\p{Z}]/u;

const NAME = /^(?!-)(\.{0,2}\/)?[\w.@+-]+(\/[\w.@+-]+)*$/;

/** Syntax of one shell or the other, wherever a command's name may stand. */
const RESERVED = `if then else elif fi case esac for foreach while until do done end select function time coproc
  repeat nocorrect noglob always in namespace`;
/** Builtins that decide what the words of later commands mean, or where these run. */
const BUILTINS = `. .. source eval exec command builtin trap alias unalias hash rehash set shopt setopt unsetopt emulate
  enable disable export declare typeset local readonly integer float private unset read mapfile readarray getopts let
  vared zle zmodload autoload functions unfunction bindkey sched cd chdir pushd popd dirs umask ulimit run-help
  which-command fc history`;
const REFUSED = new Set([...names(RESERVED), ...names(BUILTINS)]);

/** The words of each simple command, unquoted; undefined when the line says anything else. */
export function readPlainCommand(text: string): readonly Words[] | undefined {
  const tokens = readTokens(text);
  const commands = tokens && splitCommands(tokens);
  return commands?.every(isPlain) === true ? commands : undefined;
}

function isPlain([name = "", ...args]: Words): boolean {
  if (!NAME.test(name) || REFUSED.has(name)) return false;
  if (/^printf?$/.test(name) && args.some((arg) => arg.startsWith("-"))) return false;
  // Some builtins find code in an index.
  return !args.some((arg) => arg.includes("[") && /\$[({]|`/.test(arg));
}

function splitCommands(tokens: readonly Token[]): Words[] | undefined {
  const commands: string[][] = [];
  let words: string[] = [];
  let wantsCommand = true;
  for (const token of tokens) {
    if (typeof token === "object") {
      words.push(token.word);
      continue;
    }
    if (words.length === 0 && token !== "break") return undefined;
    if (words.length === 0) continue;
    commands.push(words);
    words = [];
    wantsCommand = token === "joint";
  }
  if (words.length > 0) commands.push(words);
  else if (wantsCommand) return undefined;
  return commands;
}

function readTokens(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (/[ \t]/.test(text[at] ?? "")) {
      at++;
      continue;
    }
    const redirection = matchAt(REDIRECTION, text, at);
    const operator = matchAt(OPERATOR, text, at);
    if (redirection !== undefined) at += redirection.length;
    else if (operator !== undefined) {
      tokens.push(operator === ";" ? "semicolon" : operator === "\n" ? "break" : "joint");
      at += operator.length;
    } else {
      const word = readWord(text, at);
      if (word === undefined) return undefined;
      tokens.push({ word: word.text });
      at = word.end;
    }
  }
  return tokens;
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

interface Piece {
  readonly text: string;
  readonly end: number;
}

function readWord(text: string, start: number): Piece | undefined {
  // To zsh, the path of a program.
  if (text[start] === "=") return undefined;
  const pieces: string[] = [];
  let at = start;
  while (at < text.length && !/[ \t\n;|&]/.test(text[at] ?? "")) {
    const piece = readPiece(text, at);
    if (piece === undefined) return undefined;
    pieces.push(piece.text);
    at = piece.end;
  }
  return at === start ? undefined : { text: pieces.join(""), end: at };
}

function readPiece(text: string, at: number): Piece | undefined {
  const character = text[at] ?? "";
  if (character === "'") return readSingleQuoted(text, at + 1);
  if (character === '"') return readDoubleQuoted(text, at + 1);
  if (character === "\\") {
    const escaped = text[at + 1] ?? "";
    return ESCAPABLE.test(escaped) ? { text: escaped, end: at + 2 } : undefined;
  }
  const isTail = TAILING.test(character) && MAY_BE_TAILED.test(text[at - 1] ?? "");
  return BARE.test(character) || isTail ? { text: character, end: at + 1 } : undefined;
}

function readSingleQuoted(text: string, start: number): Piece | undefined {
  const end = text.indexOf("'", start);
  // zsh may be told that two quotes are one character.
  if (end === -1 || text[end + 1] === "'") return undefined;
  const quoted = text.slice(start, end);
  return isQuotable(quoted) ? { text: quoted, end: end + 1 } : undefined;
}

function readDoubleQuoted(text: string, start: number): Piece | undefined {
  const pieces: string[] = [];
  for (let at = start; at < text.length; at++) {
    const character = text[at] ?? "";
    if (character === '"') {
      const quoted = pieces.join("");
      return isQuotable(quoted) ? { text: quoted, end: at + 1 } : undefined;
    }
    if (/[$`!]/.test(character)) return undefined;
    if (character === "\\") {
      at++;
      const next = text[at] ?? "";
      if (!ESCAPABLE.test(next)) return undefined;
      pieces.push(/["\\$`]/.test(next) ? next : `\\${next}`);
    } else pieces.push(character);
  }
  return undefined;
}

function isQuotable(text: string): boolean {
  return Array.from(text).every((character) => QUOTABLE.test(character));
}
