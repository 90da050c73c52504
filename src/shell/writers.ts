/** What is known of programs that write the files that their words name. */

import { filesOfScript } from "./code.ts";
import { isOpen, nameOf } from "./words.ts";
import { names, rowsOf } from "./names.ts";

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
  ...rowsOf("sponge split csplit rename black isort rustfmt", /^/),
  ...rowsOf("prettier biome", /^(-w|--(write|fix|apply))/),
  ...rowsOf("eslint oxlint stylelint ruff", /^(--fix|format$)/),
  ...rowsOf("gofmt goimports", /^-w/),
  ...rowsOf("clang-format yq", /^(-i|--in-?place)/),
  ...rowsOf("perl ruby awk gawk mawk nawk", /^-\w*i/),
  ...rowsOf("git", /^(checkout|restore|mv)$/),
]);

/** What programs write stands behind one of these. */
const OUTPUT = /^(-o|--?out(put|file|dir|-file|-dir|put-file|put-dir|put-directory)?)(?:=(.+))?$/is;

/** Put what they pack into a file. */
const ARCHIVERS = new Map([...rowsOf("tar bsdtar gtar", fileOfTar), ...rowsOf("zip", fileOfZip)]);

export function isWriter(name: string): boolean {
  return WRITERS.has(name) || WRITERS_BY_OPTION.has(name) || CHANGERS.has(name) || ARCHIVERS.has(name);
}

/** The files that a program is told to write in a language of its own, or as what it packs. */
export function filesTold(texts: readonly string[]): readonly string[] {
  const name = nameOf(texts[0]);
  const args = texts.slice(1);
  return [...(filesOfScript(name, args) ?? []), ...(ARCHIVERS.get(name)?.(args) ?? [])];
}

/** Options of tar's to which a value belongs. */
const TAR_VALUE = /[bCfFgHIKLNTVX]/;

/** `tar cf` is `tar -cf`. */
const PACKS = /^(-(?!-)[A-Za-z]*[cruA]|-?--(create|append|update|concatenate|catenate)$)/;

/** `x` of `tar czf x`, `tar -cfx` and `tar -c --file=x`, where it packs. */
function fileOfTar(args: readonly string[]): string[] {
  const isPacking = args.some((arg, index) => PACKS.test(index === 0 ? arg.replace(/^-?/, "-") : arg));
  if (!isPacking) return [];
  return args.flatMap((arg, index) => {
    const [, long, value] = /^--(file)(?:=(.*))?$/s.exec(arg) ?? [];
    if (long !== undefined) return value ?? args[index + 1] ?? [];
    const letters = Array.from(/^-(?!-)/.test(arg) || index === 0 ? arg : "");
    const valued = letters.findIndex((letter) => TAR_VALUE.test(letter));
    if (!arg.startsWith("-")) {
      const place = letters.filter((letter) => TAR_VALUE.test(letter)).indexOf("f");
      return place === -1 ? [] : (args[place + 1] ?? []);
    }
    if (letters[valued] !== "f") return [];
    return letters.slice(valued + 1).join("") || (args[index + 1] ?? []);
  });
}

/** `zip -r x dist` writes `x.zip`. */
function fileOfZip(args: readonly string[]): string[] {
  const file = args.find((arg) => !arg.startsWith("-"));
  return file === undefined ? [] : [file, `${file}.zip`];
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
