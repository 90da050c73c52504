/** What is known of programs that take code: in their words, or from elsewhere. */

import { filesOfAwk } from "./awk.ts";
import { isPlainCode, isPlainPerl } from "./plain-code.ts";
import { beginsOpen, isOpen } from "./words.ts";
import { evaluates } from "./evaluators.ts";
import { givesTextToShell, isFilling, runsFilled } from "./wrappers.ts";
import { filesOfSed } from "./sed.ts";
import { names, rowsOf } from "./names.ts";

type Texts = readonly string[];

interface Interpreter {
  readonly names: string;
  /** An option that code follows. */
  readonly code: RegExp;
  /** Options that take no value, so that the next word is a file or a module. */
  readonly flags: RegExp;
}

const SHELLS =
  "bash rbash zsh sh dash ash ksh mksh lksh pdksh csh tcsh fish nu elvish xonsh pwsh powershell cmd";

const INTERPRETERS: readonly Interpreter[] = [
  {
    names: SHELLS,
    code: /^([-+](?!-)[A-Za-z]*[csi]|--(command|init-command|rcfile|init-file|eval|interactive)|[-/](enc|c))/i,
    flags: /^[-+][abefhklmnprtuvxBCEHPT]+$|^--(norc|noprofile|posix|login|restricted|verbose)$/,
  },
  { names: "python pypy", code: /^-(?!-)[A-Za-z]*[ci]/, flags: /^-[bBdEIOPqsSuvx]+$|^-m$/ },
  {
    names: "node nodejs deno bun tsx ts-node",
    code: /^(-(?!-)[A-Za-z]*[epir]|--(eval|print|interactive|require|import|loader|experimental-loader)(=data:|$)|--(eval|print)=|eval$|exec$|repl$|data:)/,
    flags:
      /^--(test|watch|no-warnings|enable-source-maps|inspect|inspect-brk|check|run|experimental-[\w-]+)$/,
  },
  { names: "perl", code: /^-(?!-)\S*[eEMmdx]/, flags: /^-[nplawWtTuUsSc]+$/ },
  { names: "ruby jruby irb", code: /^-(?!-)\S*[erx]/, flags: /^-[nplawWsSc]+$/ },
  { names: "php", code: /^-(?!-)\S*[rBREda]|^--(run|process)/, flags: /^-[qnfl]+$/ },
  { names: "lua luajit", code: /^-(?!-)\S*[eil]/, flags: /^-[Ev]+$/ },
  {
    names: "rscript r julia groovy scala ghc ghci runghc tclsh expect",
    code: /^-(?!-)\S*[eEcLpf]|^--(eval|print|command|execute)/,
    flags: /^--(quiet|vanilla|no-[\w-]+)$/,
  },
];

const INTERPRETER_OF = new Map(INTERPRETERS.flatMap((each) => names(each.names).map((name) => [name, each])));

/** Characters of an interpreter's name, with its version. */
const MAX_NAME = 20;

/** Ask for nothing but a few lines about the program. */
const ASKS_ABOUT = /^(--version|--help|--test|-V|-h)$/;
/** And of these too: to others, it is to say more. */
const SAYS_VERSION = /^(node|nodejs|perl|php|ruby|lua)$/;

/** Words of an interpreter that are looked at: nobody writes so many options. */
const MAX_OPTIONS = 30;

/** Options of ssh's that run a command, load a library or read more options. */
const SSH_CODE =
  /^(-(?!-)\w*F|(-(?!-)\w*o)?\s*(proxyc|localc|permitl|knownhostsc|remotec|pkcs|securityk|xauth|match|include))/i;

/** Programs that can run others by an option or in a language of their own, and how that looks. */
const CODE_ARGUMENTS = new Map<string, RegExp>([
  ...rowsOf(
    "nvim vim vi view ex ed emacs emacsclient",
    /^(\+|-(?!-).*[cSsPe]|--(cmd|eval|batch|funcall|load))/,
  ),
  ...rowsOf("tar bsdtar gtar", /^(-(?!-).*[IF]|--(checkpoint-a|to-c|use|info-s|new-v|rsh-c|rmt-c))/),
  ...rowsOf("rg", /^--(pre|hostname-bin)/),
  ...rowsOf("ssh", SSH_CODE),
  ...rowsOf("scp sftp", new RegExp(`${SSH_CODE.source}|^-(?!-)\\w*[SD]`, "i")),
  ...rowsOf("env", /^(-(?!-).*S|--s)/),
  ...rowsOf("make gmake", /^(-(?!-).*[EIf]|--(eval|file|makefile)|\w+=.*[$`])/),
  ...rowsOf("nix-shell", /^--(run|command)/),
  ...rowsOf("mapfile readarray", /^-(?!-).*C/),
  ...rowsOf("hash", /^(?!-r$)/),
  ...rowsOf("jobs", /^-x/),
  ...rowsOf("docker podman nerdctl kubectl", /^--(entrypoint|overrides|raw)/),
]);

/** A file of options for curl, of which one may write another file. */
const CURL_OPTIONS = /^(-[#0-46aBfgGiIjJklLMnNOpqRsSvVZ]*K|--config)/;

/** git's options before its subcommand that another word belongs to. */
const GIT_VALUE_OPTIONS = new Set(["-C", "-c", "--git-dir", "--work-tree", "--namespace", "--attr-source"]);

/** Settings that no command stands in. */
const HARMLESS_SETTING =
  /^(user|color|advice|column|log|pull|safe|commit|blame|status|branch|fetch|http|init\.defaultbranch|merge\.conflictstyle|diff\.(renames|noprefix|mnemonicprefix|context)|push\.default|core\.(quotepath|autocrlf|longpaths|filemode|eol|ignorecase|safecrlf|abbrev))\b[\w.]*(=|$)/i;

/** git's subcommands that can run a command, and how that looks. */
const GIT_CODE = new Map([
  ["archive", /^--exec/],
  // Only what an open word may be.
  ["bisect", /^(?!)/],
  ["clone", /^(-(?!-).*[cu]|--(upload|config|template)|ext::)/],
  ["difftool", /^(-(?!-).*x|--ext)/],
  ["fetch", /^(--upload|ext::)/],
  ["filter-branch", /^/],
  ["grep", /^(-(?!-).*O|--open)/],
  ["init", /^--template/],
  ["ls-remote", /^(--(upload|exec)|ext::)/],
  ["pull", /^(--upload|ext::)/],
  ["push", /^(--(receive|exec)|ext::)/],
  ["rebase", /^(-(?!-).*x|--exec)/],
  ["send-email", /^/],
  ["submodule", /^foreach$/],
]);

/** Subcommands whose patterns ask for more care anyway, so that an open word in them is not code. */
const OPEN_WORDS_MATCHED = new Set(["push"]);

/** Whether a program is one that runs the code that it is given. */
export function isInterpreter(name: string): boolean {
  return interpreterOf(name) !== undefined;
}

/** `python3.12` is python, `bash.exe` a bash. */
function interpreterOf(name: string): Interpreter | undefined {
  if (name.length > MAX_NAME) return undefined;
  return INTERPRETER_OF.get(name) ?? INTERPRETER_OF.get(name.replace(/(?:(?<![\d.])[\d.]+|\.exe)$/, ""));
}

/** Whether a program is a shell, of whatever language. */
export function isShell(name: string): boolean {
  return interpreterOf(name)?.names === SHELLS;
}

/** A shell that reads as ours do. */
export function isKnownShell(name: string): boolean {
  return name === "bash" || name === "zsh" || name === "sh" || name === "dash";
}

/**
 * Where the text of `bash -euo pipefail -c 'text' name` stands, when nothing else has a say in what it means.
 *
 * @param texts the words of a command; `at` is where its name stands in them.
 */
export function shellText(name: string, texts: Texts, at: number): number | undefined {
  // `trap 'text' EXIT`
  if (name === "trap" && texts.length > at + 2 && texts[at + 1]?.startsWith("-") !== true)
    return isOpen(texts[at + 1] ?? "") ? undefined : at + 1;
  if (!isKnownShell(name)) return undefined;
  for (let index = at + 1; index < at + MAX_OPTIONS; index++) {
    const option = texts[index] ?? "";
    if (/^-[aefluvx]*c$/.test(option)) {
      const text = texts[index + 1];
      return text === undefined || isOpen(text) ? undefined : index + 1;
    }
    if (/^-[aefuvx]*o$/.test(option) && /^(pipefail|errexit|nounset|xtrace)$/.test(texts[index + 1] ?? ""))
      index++;
    else if (!/^-[aefluvx]+$/.test(option)) return undefined;
  }
  return undefined;
}

/**
 * Why the words of a command are code or take code from somewhere, as a sentence; undefined when they do not.
 *
 * @param input the text that it is given, when that is known.
 */
export function whyCode(
  name: string,
  texts: Texts,
  at: number,
  input: string | undefined,
): string | undefined {
  if (evaluates(name, texts.slice(at + 1)))
    return `\`${name}\` runs text, or changes what other commands do.`;
  const interpreter = interpreterOf(name);
  const args = texts.slice(at + 1, at + 1 + MAX_OPTIONS);
  if (args.length === 1 && args[0] === "-v" && SAYS_VERSION.test(name)) return undefined;
  if (interpreter !== undefined && takesCode(interpreter, args) && !isUnderstood(name, args, input))
    return `\`${name}\` runs code that is written in the command or read from elsewhere.`;
  return undefined;
}

/** Whether the code that an interpreter is told is read whole, and harmless. */
export function isUnderstood(name: string, args: Texts, input: string | undefined): boolean {
  const [option, code] = args;
  if (name === "perl") return isPlainPerl(args);
  if (/^(-[cep]|--(eval|print))$/.test(option ?? ""))
    return code !== undefined && !isOpen(code) && isPlainCode(name, code);
  return args.length <= 1 && (option ?? "-") === "-" && input !== undefined && isPlainCode(name, input);
}

/** Programs with a language of their own that is read. */
const EDITOR_OF = new Map([...rowsOf("awk gawk mawk nawk", filesOfAwk), ...rowsOf("sed gsed", filesOfSed)]);

/** The files that a script of sed's or awk's writes; undefined where it may run a command, or is not understood. */
export function filesOfScript(name: string, args: Texts): readonly string[] | undefined {
  const filesOf = EDITOR_OF.get(name);
  return filesOf === undefined ? [] : filesOf(args);
}

/** The same of the words that may stand anywhere in a command, so that a program's later words need no other look. */
export function whyCodeSomewhere(name: string, texts: Texts, at: number): string | undefined {
  if (
    hasCodeArgument(name, texts, at) ||
    (EDITOR_OF.has(name) && filesOfScript(name, texts.slice(at + 1)) === undefined)
  )
    return `An argument of \`${name}\` can run code.`;
  if (name === "curl" && texts.some((text, index) => index > at && CURL_OPTIONS.test(text)))
    return "`curl` reads options from elsewhere.";
  if (givesTextToShell(name) && texts.some((text, index) => index > at && isOpen(text)))
    return `\`${name}\` gives text to a shell.`;
  if (isFilling(texts[at] ?? "") && runsFilled(texts, at))
    return `\`${name}\` adds words that it reads from elsewhere.`;
  return undefined;
}

function hasCodeArgument(name: string, texts: Texts, at: number): boolean {
  const code = CODE_ARGUMENTS.get(name);
  return (
    (code !== undefined && mayMatch(code, texts.slice(at + 1))) ||
    (name === "git" && isGitCode(texts.slice(at)))
  );
}

/** Whether a program is an interpreter that is told its code by one of the words behind it. */
export function isToldCode(name: string, args: Texts): boolean {
  const code = interpreterOf(name)?.code;
  if (code === undefined) return false;
  for (const arg of args.slice(0, MAX_OPTIONS)) {
    if (code.test(arg)) return true;
    if (!/^[-+]/.test(arg)) return false;
  }
  return args.length > MAX_OPTIONS;
}

/** An open word could be any option, unless it is the value of one; behind `--` there are none. */
function mayMatch(code: RegExp, args: Texts): boolean {
  const end = args.indexOf("--");
  return args
    .slice(0, end === -1 ? undefined : end)
    .some((text, index) =>
      isOpen(text) ? mayBeOption(text) && !/^-[^=]*$/.test(args[index - 1] ?? "") : code.test(text),
    );
}

function mayBeOption(text: string): boolean {
  return beginsOpen(text) || (isOpen(text) && text.startsWith("-"));
}

function isGitCode(texts: Texts): boolean {
  const start = startOfSubcommand(texts);
  for (let index = 1; index < start; index++) {
    const option = texts[index] ?? "";
    if (option === "-c" && HARMLESS_SETTING.test(texts[index + 1] ?? "")) index++;
    else if (/^(-c|--config-env|--exec-path=)/.test(option)) return true;
  }
  const subcommand = texts[start];
  if (subcommand === undefined) return false;
  if (isOpen(subcommand)) return true;
  const args = texts.slice(start + 1);
  if (subcommand === "config") return isCodeSetting(args);
  const code = GIT_CODE.get(subcommand);
  if (code === undefined) return false;
  return mayMatch(code, OPEN_WORDS_MATCHED.has(subcommand) ? args.filter((text) => !isOpen(text)) : args);
}

function isCodeSetting(args: Texts): boolean {
  const words = args.filter(
    (text) => !/^--(global|local|system|worktree|show-origin|show-scope)$/.test(text),
  );
  if (/^(--get(-all|-regexp|-urlmatch)?|get)$/.test(words[0] ?? "")) return false;
  if (words.length === 1 && /^\w/.test(words[0] ?? "")) return false;
  const key = args.find((text) => !text.startsWith("-") && !/^(get|set|unset|list|edit)$/.test(text));
  return key !== undefined && (isOpen(key) || (key.includes(".") && !HARMLESS_SETTING.test(key)));
}

/** Where git's subcommand stands. */
function startOfSubcommand(texts: Texts): number {
  let index = 1;
  while (texts[index]?.startsWith("-") === true) index += GIT_VALUE_OPTIONS.has(texts[index] ?? "") ? 2 : 1;
  return index;
}

/**
 * Whether an interpreter gets its code from the command or from stdin instead of from a file. A word behind an
 * option may be the option's value, so options are looked at until two words follow that are none.
 */
function takesCode({ code, flags }: Interpreter, args: Texts): boolean {
  if (args.length === 1 && ASKS_ABOUT.test(args[0] ?? "")) return false;
  let previous: string | undefined;
  for (const arg of args.slice(0, MAX_OPTIONS)) {
    if (mayBeOption(arg) || code.test(arg) || /^(-|\/dev\/.*|\/proc\/.*)$/s.test(arg)) return true;
    const isOption = /^[-+]/.test(arg);
    if (!isOption && (previous === undefined || !/^[-+]/.test(previous) || flags.test(previous)))
      return false;
    previous = arg;
  }
  return true;
}
