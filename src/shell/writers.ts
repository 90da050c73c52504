/** What is known of programs that write the files that their words name. */

import { isOpen, nameOf } from "./words.ts";
import { names } from "./names.ts";

/** Write the files that their words name. */
const WRITERS = new Set(names("cp curl dd install ln mv patch rsync scp tee touch truncate wget"));
/** Do so with one of these options. */
const WRITERS_BY_OPTION = new Map([
  ["sed", /^(-\w*i|--in-place)/],
  ["gsed", /^(-\w*i|--in-place)/],
  ["find", /^-(fprint|fls)/],
]);

/** Put files into a directory under their own names. */
const COPIERS = new Set(names("cp install ln mv rsync scp"));

/** Write no file that no redirection names. */
const READERS = new Set(
  names(`: [ basename cat cd cmp comm cut date df diff dirname du echo egrep expr false fgrep file fold grep head
    hexdump id jq ls md5sum nl od paste popd printenv printf ps pushd pwd readlink realpath rev rg seq sha256sum shasum
    sleep stat strings tac tail test tr tree true type uname uniq wc which whoami xxd`),
);
const GIT_READERS = new Set(
  names("blame cat-file describe grep log ls-files ls-tree rev-list rev-parse shortlog status"),
);

/** Change files that their words name, most often by a pattern or a variable: only what is named outright is known. */
const CHANGERS = new Map([
  ...rows("sponge split csplit rename black isort rustfmt", /^/),
  ...rows("prettier biome", /^(-w|--(write|fix|apply))/),
  ...rows("eslint oxlint stylelint ruff", /^(--fix|format$)/),
  ...rows("gofmt goimports", /^-w/),
  ...rows("clang-format yq", /^(-i|--in-?place)/),
  ...rows("perl ruby awk gawk", /^-\w*i/),
  ...rows("git", /^(checkout|restore|mv)$/),
]);

/** What programs write stands behind one of these. */
const OUTPUT = /^(-o|--?out(put|file|dir|-file|-dir|put-file|put-dir|put-directory)?)(?:=(.+))?$/is;

export function isWriter(name: string): boolean {
  return WRITERS.has(name) || WRITERS_BY_OPTION.has(name) || CHANGERS.has(name);
}

/** The files that any other program is told outright to write. */
export function filesChanged(texts: readonly string[]): readonly string[] {
  const name = nameOf(texts[0]);
  if (READERS.has(name)) return [];
  const words = texts.slice(1);
  const changer = CHANGERS.get(name);
  if (changer !== undefined && words.some((text) => changer.test(text)))
    return words.filter((text) => !isOpen(text));
  return words.flatMap((text, index) => {
    const [option, , , attached] = OUTPUT.exec(text) ?? [];
    const file = attached ?? (option === undefined ? undefined : words[index + 1]);
    return file === undefined || isOpen(file) ? [] : [file];
  });
}

export function copiesFiles(name: string): boolean {
  return COPIERS.has(name);
}

/** The words of a command that name files which it writes; undefined when it names none. */
export function wordsWritten(texts: readonly string[]): readonly string[] | undefined {
  const name = nameOf(texts[0]);
  const option = WRITERS_BY_OPTION.get(name);
  const writes = option === undefined ? WRITERS.has(name) : texts.some((text) => option.test(text));
  return writes ? texts.slice(1) : undefined;
}

/** Whether a command writes nothing but what redirections name, wherever it stands. */
export function writesNothing(texts: readonly string[]): boolean {
  const name = nameOf(texts[0]);
  if (name !== "git") return READERS.has(name) || name === "";
  const isWriting = texts.some((text) => /^--?o/.test(text));
  return !isWriting && texts.slice(1, 5).some((text) => GIT_READERS.has(text));
}

function rows(text: string, option: RegExp): [string, RegExp][] {
  return names(text).map((name) => [name, option]);
}
