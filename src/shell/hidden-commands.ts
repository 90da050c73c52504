/**
 * The commands that may hide in the words of others: wherever a program could be named, and with the words behind it.
 * Which they are is known when somebody asks for a program's name, so a word that nobody asks for is no command.
 */

import { inertArguments } from "./inert-arguments.ts";
import type { Stream } from "./stream.ts";
import { isOpen, nameOf, OPEN_MARK, OPEN_WORD_MARK } from "./words.ts";
import { commandStarts, isFilling, isMark, wordsBefore } from "./wrappers.ts";

/** Words that belong together, of a command or of what it is given. */
export interface Line {
  readonly texts: readonly string[];
  /** Whether words are added that stand elsewhere, as `xargs` does. */
  readonly isFilled?: boolean;
  readonly streams?: readonly Stream[];
}

export interface HiddenCommand {
  /** Its words, with marks for what is open. */
  readonly texts: readonly string[];
  /** The redirections of the command in whose words it stands. */
  readonly streams: readonly Stream[];
}

/** A program's name in a word of a line. */
interface Mention {
  readonly line: Line;
  readonly word: number;
  /** With its path, as it is written. */
  readonly program: string;
  /** Where the name ends in the word's text. */
  readonly end: number;
}

export interface HiddenCommands {
  /** The names, in small letters and without a path, of whatever could be a program. */
  readonly names: () => Iterable<string>;
  /** The commands by that name; undefined when they are more than anybody reads. */
  readonly named: (name: string) => readonly HiddenCommand[] | undefined;
}

/** Words of all the commands by one name. */
const MAX_WORDS = 2000;
const MAX_MENTIONS = 100;

/** What ends a name; also a mark for what is open. */
const NAME = /[^\s=:!|;(){}[\],`"'&<>\\$?*^#%\uFFFB\uFFFC]+/g;
const PLAIN = /^[A-Za-z_./][\w./-]*$/;
const BLANKS_AND_QUOTES = /[\s"'`(){}[\],;|&<>]+/;

export function createHiddenCommands() {
  const mentions = new Map<string, Mention[]>();
  let isJoined = false;

  /** Takes every name in a word of a line that could be a program's. */
  function add(line: Line, word: number): void {
    const text = line.texts[word] ?? "";
    // Most words are one name.
    if (PLAIN.test(text)) {
      take(text, { line, word, program: text, end: text.length });
      return;
    }
    const isVersioned = VERSIONED.test(nameOf(line.texts[0]));
    for (const { 0: name, index } of text.matchAll(NAME)) {
      const end = index + name.length;
      // A slash behind it that is no path's: `s/x/!deploy/`.
      const found = index > 0 ? name.replace(/(?<!\/)\/+$/, "") : name;
      // `deploy=yes`, `deploy:latest`, `deploy: say why`.
      if (text[end] === "=" || text[end] === ":" || isOpen(text[end] ?? "")) continue;
      for (const program of programsIn(found, text[index - 1])) take(program, { line, word, program, end });
      const version = isVersioned ? found.indexOf("@", 1) : -1;
      if (version !== -1)
        take(found.slice(0, version), { line, word, program: found.slice(0, version), end });
    }
  }

  function take(program: string, mention: Mention): void {
    const name = nameOf(program);
    // A directory: `src/`.
    if (name === "") return;
    const known = mentions.get(name);
    if (known === undefined) mentions.set(name, [mention]);
    else if (known.length <= MAX_MENTIONS) known.push(mention);
  }

  function named(name: string): HiddenCommand[] | undefined {
    const found = mentions.get(name) ?? [];
    let left = found.length > MAX_MENTIONS ? 0 : MAX_WORDS;
    const commands: HiddenCommand[] = [];
    for (const mention of found) {
      left -= mention.line.texts.length - mention.word;
      if (left < 0) return undefined;
      const words = wordsOf(mention);
      // `start-stop-daemon --exec rm -- -rf x`: it is for the program before.
      if (words[0] === "--") words.shift();
      left -= words.length;
      if (isJoined && words.length === 0) words.push(OPEN_MARK);
      commands.push({ texts: [mention.program, ...words], streams: mention.line.streams ?? [] });
    }
    return commands;
  }

  /** What stands alone may be joined with other words where it is used: as the value of a variable. */
  function joinOthers(): void {
    isJoined = true;
  }

  return { add, joinOthers, names: () => mentions.keys(), named };
}

/** Options of one letter each that may stand before a value: `-xzf`. */
const MAX_LETTERS = 5;
/** A value behind more letters than one has to be a longer word. */
const MIN_VALUE = 4;

/** `deploy` of `-Hdeploy` and `-tHdeploy` too, where it may be a value, and of `\ndeploy`. */
function programsIn(found: string, before: string | undefined): string[] {
  if (before === "\\") return [found, found.slice(1)];
  if (before !== undefined || !/^-[A-Za-z]./.test(found)) return [found];
  const values = [found.slice(2)];
  for (let letters = 2; letters <= MAX_LETTERS && found.length - letters > MIN_VALUE; letters++)
    values.push(found.slice(letters + 1));
  return [found, ...values];
}

/** Take a program's version with its name: `npx deploy@latest`. */
const VERSIONED = /^(npx|npm|pnpm|yarn|bunx?|pipx|uvx?|go|deno|nix)$/;

/** The words behind a program's name: the rest of the word that it stands in, and the words behind that. */
function wordsOf({ line: { texts, isFilled = false }, word, end }: Mention): string[] {
  const rest = (texts[word] ?? "")
    .slice(end)
    .split(BLANKS_AND_QUOTES)
    .filter((text) => text !== "");
  const behind = texts.slice(word + 1);
  // What `find` goes on with is no word of the command's.
  const last = behind.findIndex(
    (text, index) => text === ";" || (text === "+" && behind[index - 1] === FOUND_FILE),
  );
  return [...rest, ...(last === -1 ? behind : behind.slice(0, last)), ...(isFilled ? [OPEN_MARK] : [])];
}

/** The words of a command in which another may hide, and whether another may come by its stdin. */
export interface Searched {
  readonly words: readonly number[];
  readonly input: boolean;
  /** What an open word may turn out to be, so that others are searched too. */
  readonly unless?: RegExp | undefined;
}

/** Goes through wrappers to the command that they run: `sudo timeout 5 grep deploy` runs nothing but `grep`. */
export function searched(texts: readonly string[]): Searched {
  const words: number[] = [];
  let at = 0;
  for (;;) {
    const inert = inertArguments(texts, at);
    if (inert !== undefined) {
      const { but, input, unless } = inert;
      return { words: [...words, ...but], input: !input, unless };
    }
    const name = nameOf(texts[at]);
    if (FINDERS.has(name)) return searchedByFinder(texts, at, words);
    const starts = commandStarts(texts, at, 2);
    const [start] = starts ?? [];
    if (starts?.length !== 1 || start === undefined) {
      // It looks up what would run: `command -v deploy`.
      if (starts?.length === 0 && name === "command") return { words, input: false };
      for (let index = at + 1; index < texts.length; index++) words.push(index);
      return { words, input: true };
    }
    // `env CC=deploy make`
    for (const word of wordsBefore(texts, at, start)) words.push(word);
    words.push(start);
    at = start;
  }
}

/** What `find` puts in, open but for its beginning. */
export const FOUND_FILE = `./${OPEN_WORD_MARK}`;
const FINDERS = new Set(["find", "gfind", "fd", "fdfind"]);
/** `fd --exec=rm`, `fd -xrm` */
const ATTACHED = /^(--exec(-batch)?=|-(?!-)[A-Za-z]*[xX].)/;

/** `find` runs what stands behind `-exec`, up to a semicolon or a plus. */
function searchedByFinder(texts: readonly string[], at: number, before: readonly number[]): Searched {
  const finder = nameOf(texts[at]);
  const words = [...before];
  for (let index = at + 1; index < texts.length; index++) {
    if (finder.startsWith("fd") && ATTACHED.test(texts[index] ?? "")) words.push(index);
    if (!isMark(finder, texts[index] ?? "")) continue;
    const command: string[] = [];
    for (index++; index < texts.length && !/^[;+]$/.test(texts[index] ?? ""); index++)
      command.push(texts[index] ?? "");
    const start = index - command.length;
    const isNested = command.some((text) => FINDERS.has(nameOf(text)));
    const inner = isNested ? [...command.keys()] : [0, ...searched(command).words];
    for (const word of inner) words.push(start + word);
  }
  return { words, input: false };
}

/**
 * The words with an open part where `find` and `xargs -I X` put words that they find. A file that `find` found is no
 * option: it begins with the directory where it was found.
 */
export function fill(texts: readonly string[]): readonly string[] {
  const at = texts.findIndex((text) => PUTTING.test(text));
  if (at === -1) return texts;
  const filler = texts.findIndex(isFilling);
  const isFilled = filler !== -1;
  const placeholders = ["{}", ...(isFilled ? ownPlaceholders(texts, filler) : [])];
  const filled = isFilled ? OPEN_MARK : FOUND_FILE;
  const start = isFilled ? startOfFilled(texts, filler) : at + 1;
  return texts.map((text, index) =>
    index < start ? text : placeholders.reduce((all, each) => all.replaceAll(each, filled), text),
  );
}

/** Where the words begin in which `xargs` puts what it reads. */
function startOfFilled(texts: readonly string[], at: number): number {
  return commandStarts(texts, at, MAX_PLACEHOLDERS)?.at(0) ?? texts.length;
}

const PUTTING = /(^|\/)(g?find|fd|fdfind|xargs|parallel)$/i;

/** Only the last counts to xargs; nobody writes many. */
const MAX_PLACEHOLDERS = 5;

/** Of the options of `xargs` itself: `-i` of its command's is something else. */
function ownPlaceholders(texts: readonly string[], at: number): string[] {
  const end = commandStarts(texts, at, MAX_PLACEHOLDERS)?.at(-1) ?? texts.length;
  const own: string[] = [];
  for (let index = at + 1; index < end; index++) {
    const attached = /^(?:-(?!-)[^IiJ]*[IiJ]|--replace=?)(.*)$/s.exec(texts[index] ?? "")?.[1];
    const placeholder = attached === "" ? texts[index + 1] : attached;
    if (placeholder !== undefined && placeholder !== "" && !isOpen(placeholder)) own.push(placeholder);
  }
  return own.slice(-MAX_PLACEHOLDERS);
}
