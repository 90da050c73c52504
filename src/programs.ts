/** What is known of programs that run other programs: which words of theirs are a command, which are code. */

import { literal, literalText, OPEN, type Glob } from "./glob.ts";

type Words = readonly Glob[];

/**
 * Run their later words as a command, behind so many words that are neither options nor their values: the
 * duration of `timeout 5 rm x`. `noglob`, `nocorrect`, `repeat` and `-` are zsh's.
 */
const WRAPPERS = new Map<string, number>([
  ...words(`- builtin bunx busybox caffeinate chpst chronic command corepack dbus-run-session doas dumb-init entr
    env exec fakeroot firejail ionice ltrace nice nocorrect noglob nohup npx numactl parallel perf pipx
    pkexec pnpm prlimit rlwrap run0 runuser script setpriv setsid sshpass stdbuf strace su sudo
    systemd-inhibit systemd-run tini time torsocks toybox unbuffer unshare uvx valgrind watch winpty wsl xargs
    xvfb-run yarn`).map((name): [string, number] => [name, 0]),
  ...words("chroot flock gosu gtimeout nsenter proot repeat setarch ssh su-exec taskset timeout").map(
    (name): [string, number] => [name, 1],
  ),
  ["screen", Infinity],
  ["tmux", Infinity],
]);

/** Run a command only behind one of these words; what stands between is not known. */
const MARKED_WRAPPERS: readonly (readonly [name: RegExp, mark: RegExp, operands: number])[] = [
  [/^find$/, /^-(exec|ok)(dir)?$/, 0],
  [/^fd(find)?$/, /^(-(?!-).*[xX]|--exec(-batch)?)$/, 0],
  [
    /^(npm|uv|poetry|pipenv|conda|bundle|mise|direnv|rbenv|nix|flatpak|toolbox|bazel|hatch|pdm)$/,
    /^(exec|x|run|shell|develop|tool|-c|--command)$/,
    1,
  ],
  [
    /^(docker|podman|nerdctl|kubectl|oc|vagrant|lima|distrobox)$/,
    /^(exec|run|create|debug|ssh|-e|--)$/,
    Infinity,
  ],
];

/** Give a word of theirs to a shell, so that blanks or shell characters in it are code. */
const SHELL_TEXT_WRAPPERS = new Set(
  words("entr flock parallel runuser script ssh sshpass su tmux screen vagrant watch wsl"),
);

/** Add words that they read from elsewhere. */
const FILLING_WRAPPERS = new Set(["xargs", "parallel"]);

/** Evaluate text, or change what a later word means. */
const EVALUATORS = new Set(
  words(`. alias at autoload batch bind compctl compgen complete crontab enable eval fc gdb hash history lldb
    osascript sched source trap zle zmodload`),
);

interface Interpreter {
  readonly name: RegExp;
  /** An option that code follows. */
  readonly code: RegExp;
  /** Options that take no value, so that the next word is a file or a module. */
  readonly flags: RegExp;
}

const INTERPRETERS: readonly Interpreter[] = [
  {
    name: /^(r?bash|zsh|sh|dash|ash|[mlp]?ksh\d*|t?csh|fish|nu|elvish|xonsh|pwsh|powershell|cmd)(\.exe)?$/,
    code: /^([-+](?!-)[A-Za-z]*[csi]|--(command|init-command|rcfile|init-file|eval|interactive)|[-/](enc|c))/i,
    flags: /^[-+][abefhklmnprtuvxBCEHPT]+$|^--(norc|noprofile|posix|login|restricted|verbose)$/,
  },
  {
    name: /^(python|pypy)[\d.]*$/,
    code: /^-(?!-)[A-Za-z]*[ci]/,
    flags: /^-[bBdEIOPqsSuvx]+$|^-m$/,
  },
  {
    name: /^(node|nodejs|deno|bun|tsx|ts-node)$/,
    code: /^(-(?!-)[A-Za-z]*[epir]|--(eval|print|interactive|require|import|loader|experimental-loader)(=data:|$)|--(eval|print)=|eval$|exec$|repl$|data:)/,
    flags:
      /^--(test|watch|no-warnings|enable-source-maps|inspect|inspect-brk|check|run|experimental-[\w-]+)$/,
  },
  { name: /^perl[\d.]*$/, code: /^-(?!-)\S*[eEMmdx]/, flags: /^-[nplawWtTuUsSc]+$/ },
  { name: /^(ruby|jruby|irb)[\d.]*$/, code: /^-(?!-)\S*[erx]/, flags: /^-[nplawWsSc]+$/ },
  { name: /^php[\d.]*$/, code: /^-(?!-)\S*[rBREda]|^--(run|process)/, flags: /^-[qnfl]+$/ },
  { name: /^lua(jit)?[\d.]*$/, code: /^-(?!-)\S*[eil]/, flags: /^-[Ev]+$/ },
  {
    name: /^(Rscript|R|julia|groovy|scala|ghci?|runghc|tclsh|expect|psql|sqlite3|mysql)$/,
    code: /^-(?!-)\S*[eEcLpf]|^--(eval|print|command|execute)/,
    flags: /^--(quiet|vanilla|no-[\w-]+)$/,
  },
];

/** Ask for nothing but a few lines about the program. */
const ASKS_ABOUT = /^(--version|--help|--test|-V|-h)$/;

/** Programs that can run others by an option or in a language of their own, and how that looks. */
const CODE_ARGUMENTS: readonly (readonly [name: RegExp, code: RegExp])[] = [
  [/^(n?vim?|view|ex|ed|emacs|emacsclient)$/, /^(\+|-(?!-).*[cSsPe]|--(cmd|eval|batch|funcall|load))/],
  [/^(bsd|g)?tar$/, /^(-(?!-).*[IF]|--(checkpoint-a|to-c|use|info-s|new-v|rsh-c))/],
  [/^rsync$/, /^(-(?!-).*e|--(rsh|rsync-p))/],
  [/^rg$/, /^--(pre|hostname-bin)/],
  [/^(scp|sftp|ssh)$/, /^-(?!-).*[oFSD]/],
  [/^env$/, /^(-(?!-).*S|--s)/],
  [/^g?make$/, /^(-(?!-).*[EIf]|--(eval|file|makefile)|\w+=.*[$`])/],
  [/^emulate$/, /^-(?!-).*c/],
  [/^nix-shell$/, /^--(run|command)/],
  [/^sqlite3$/, /^\s*\./],
  [/^(mapfile|readarray)$/, /^-(?!-).*C/],
  [/^(docker|podman|nerdctl|kubectl)$/, /^--(entrypoint|overrides|raw)/],
];

/** git's options before its subcommand that another word belongs to. */
const GIT_VALUE_OPTIONS = new Set(["-C", "--git-dir", "--work-tree", "--namespace", "--attr-source"]);

/** git's subcommands that can run a command, and how that looks. */
const GIT_CODE = new Map([
  ["archive", /^--exec/],
  ["clone", /^(-(?!-).*[cu]|--(upload|config|template)|ext::)/],
  ["config", /^[^=]*\./],
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

/** Write the files that their words name. */
const WRITERS = new Set(words("cp curl dd find install ln mv patch rsync scp sed tee touch truncate wget"));

/** The name of the program without its path. */
export function programName([first = []]: Words): string | undefined {
  return literalText(first)?.replace(/^.*\//s, "");
}

/** Whether the program's words name files that it writes. */
export function writesFiles(name: string): boolean {
  return WRITERS.has(name);
}

/**
 * The commands that a command's words run: `rm x` of `sudo -u me rm x`. As `me` could be no option's value and
 * `rm` its argument, `me rm x` is among them too; none that runs is missing.
 *
 * @param limit after more than so many no others are looked for.
 */
export function behind(command: Words, limit: number): Words[] {
  const name = programName(command);
  if (name === "git") return behindGit(command, limit);
  const placeholders = placeholdersOf(command);
  const starts = new Set(startsBehind(command, 0));
  // A set's iteration goes on with what is added meanwhile: wrappers behind wrappers.
  for (const start of starts) {
    if (starts.size > limit) break;
    for (const next of startsBehind(command, start)) starts.add(next);
  }
  const firstFilling = command.findIndex((word) => FILLING_WRAPPERS.has(programName([word]) ?? ""));
  const found: Words[] = [];
  for (const start of [...starts].slice(0, limit + 1)) {
    const words = command.slice(start).map((word) => fill(word, placeholders));
    if (firstFilling !== -1 && firstFilling < start) words.push(OPEN);
    found.push(words);
    if (programName(words) === "git") found.push(...behindGit(words, limit));
  }
  return found;
}

/** Where in `command` the wrapper at `at` may have its command. */
function startsBehind(command: Words, at: number): number[] {
  const name = programName(command.slice(at)) ?? "";
  const marked = MARKED_WRAPPERS.find(([program]) => program.test(name));
  if (marked !== undefined) {
    const [, mark, operands] = marked;
    return command.flatMap((word, index) =>
      index > at && mark.test(literalText(word) ?? "") ? commandStarts(command, index + 1, operands) : [],
    );
  }
  const operands = WRAPPERS.get(name);
  const onlyLooksUp = name === "command" && /^-[pvV]*[vV]$/.test(literalText(command[at + 1] ?? []) ?? "");
  return operands === undefined || onlyLooksUp ? [] : commandStarts(command, at + 1, operands);
}

/** The words from `from` on that may begin a command, up to the first that must, all options' values left aside. */
function commandStarts(command: Words, from: number, operands: number): number[] {
  const starts: number[] = [];
  let left = operands;
  let mayBeValue = false;
  for (const [index, word] of command.entries()) {
    const text = literalText(word);
    if (index < from || (text !== undefined && /^\w+=/.test(text))) continue;
    if (text !== undefined && /^[-+]/.test(text)) {
      mayBeValue = !/=|[\d}]$|^--?$/.test(text);
      continue;
    }
    starts.push(index);
    if (!mayBeValue && left-- === 0) break;
    mayBeValue = false;
  }
  return starts;
}

/** What `find` and `xargs -I X` replace by words that they find. */
function placeholdersOf(command: Words): string[] {
  const own = command.flatMap((word, index) => {
    const [, attached] = /^(?:-(?!-)[^IiJ]*[IiJ]|--replace=?)(.*)$/s.exec(literalText(word) ?? "") ?? [];
    if (attached === "") return literalText(command[index + 1] ?? []) || [];
    return attached ?? [];
  });
  const fills = command.some((word) => FILLING_WRAPPERS.has(programName([word]) ?? ""));
  return fills ? ["{}", ...own] : ["{}"];
}

function fill(word: Glob, placeholders: readonly string[]): Glob {
  const text = literalText(word);
  return text !== undefined && placeholders.some((placeholder) => text.includes(placeholder)) ? OPEN : word;
}

/** `git push -f` of `git -C there --no-pager push -f`; `rm x` of `git bisect run rm x`. */
function behindGit(command: Words, limit: number): Words[] {
  const start = startOfSubcommand(command);
  const subcommand = command.slice(start);
  const [first, second] = subcommand.map((word) => literalText(word));
  const plain = start > 1 ? [[literal("git"), ...subcommand]] : [];
  if (first !== "bisect" || second !== "run") return plain;
  const ran = subcommand.slice(2);
  return [...plain, ran, ...behind(ran, limit)];
}

function startOfSubcommand(command: Words): number {
  const texts = command.map((word) => literalText(word));
  let index = 1;
  for (let text = texts[index]; text?.startsWith("-") === true; text = texts[index])
    index += GIT_VALUE_OPTIONS.has(text) ? 2 : 1;
  return index;
}

/** Why a command's words are code or take code from somewhere, as a sentence; undefined when they do not. */
export function whyCode(command: Words): string | undefined {
  const name = programName(command);
  if (name === undefined) return undefined;
  const args = command.slice(1);
  const texts = args.map((word) => literalText(word));
  if (EVALUATORS.has(name)) return `\`${name}\` runs text, or changes what other commands do.`;

  const interpreter = INTERPRETERS.find((each) => each.name.test(name));
  if (interpreter !== undefined && takesCode(interpreter, texts))
    return `\`${name}\` runs code that is written in the command or read from elsewhere.`;

  const code = CODE_ARGUMENTS.find(([program]) => program.test(name))?.[1];
  const hasCode =
    (code !== undefined && mayMatch(code, args)) ||
    (name === "git" && isGitCode(command)) ||
    (/^[gmn]?awk$/.test(name) && isAwkCode(texts)) ||
    (/^g?sed$/.test(name) && isSedCode(args));
  if (hasCode) return `An argument of \`${name}\` can run code.`;

  if (
    SHELL_TEXT_WRAPPERS.has(name) &&
    !texts.every((text) => text !== undefined && /^[\w./~+@:=,%-]*$/.test(text))
  )
    return `\`${name}\` gives text to a shell.`;
  if (
    FILLING_WRAPPERS.has(name) &&
    texts.some((text) => text !== undefined && WRAPPERS.has(text.replace(/^.*\//s, "")))
  )
    return `\`${name}\` adds words that it reads from elsewhere.`;
  return undefined;
}

/** An open word could be any option; behind `--` there are none. */
function mayMatch(code: RegExp, args: Words): boolean {
  const end = args.findIndex((word) => literalText(word) === "--");
  return args.slice(0, end === -1 ? undefined : end).some((word) => {
    const text = literalText(word);
    return text === undefined ? isOpenOption(word) : code.test(text);
  });
}

function isOpenOption([first]: Glob): boolean {
  return typeof first !== "string" || first === "-";
}

function isGitCode(command: Words): boolean {
  const start = startOfSubcommand(command);
  const options = command.slice(1, start).map((word) => literalText(word) ?? "");
  if (options.some((option) => /^(-c|--config-env|--exec-path=)/.test(option))) return true;
  const [first, ...args] = command.slice(start);
  if (first === undefined) return false;
  const subcommand = literalText(first);
  if (subcommand === undefined) return true;
  const code = GIT_CODE.get(subcommand);
  if (code === undefined) return false;
  const known = OPEN_WORDS_MATCHED.has(subcommand)
    ? args.filter((word) => literalText(word) !== undefined)
    : args;
  return mayMatch(code, known);
}

/** Whatever awk can run is named by one of these. A program that is not known until it runs is code. */
function isAwkCode(texts: readonly (string | undefined)[]): boolean {
  if (texts.some((text) => text !== undefined && /system|getline|[|>@]|^-(?!-).*[feil]|^--[^v]/s.test(text)))
    return true;
  const program = texts.findIndex(
    (text, index) => text?.startsWith("-") !== true && !/^-(?!-).*[vF]$/.test(texts[index - 1] ?? ""),
  );
  return program !== -1 && texts[program] === undefined;
}

/** `s/a/b/g`, `3,5p`, `/x/d`, several with `;`. sed's commands `e` and `w` and what looks unusual are none of these. */
const HARMLESS_SED =
  /^(\s*((\d+|\$)(,(\d+|\$))?|\/[^/\\\n[]*\/)?\s*([pdq=]|s([/|#,:@%])(\\.|\[[^\]\\\n/|#,:@%]+\]|(?!\7)[^\\\n[])*\7(\\.|(?!\7)[^\\\n])*\7[gpIiMm\d]*)\s*(;|$))+$/s;

function isSedCode(args: Words): boolean {
  const texts = args.map((word) => literalText(word));
  if (mayMatch(/^(-(?!-)[^eis]*f|--f)/, args)) return true;
  const expressions = texts.flatMap((text, index) => {
    const [, attached] = /^(?:-(?!-|i)[^e]*e|--e[a-z]*=?)(.*)$/s.exec(text ?? "") ?? [];
    return attached === undefined ? [] : [attached === "" ? texts[index + 1] : attached];
  });
  const first = texts.find((text) => text === undefined || (text !== "" && !text.startsWith("-")));
  return !(expressions.length > 0 ? expressions : [first]).every(
    (script) => script !== undefined && HARMLESS_SED.test(script),
  );
}

/**
 * Whether an interpreter gets its code from the command or from stdin instead of from a file. A word behind an
 * option may be the option's value, so options are looked at until two words follow that are none.
 */
function takesCode({ code, flags }: Interpreter, args: readonly (string | undefined)[]): boolean {
  if (args.length === 1 && ASKS_ABOUT.test(args[0] ?? "")) return false;
  let previous: string | undefined;
  for (const arg of args) {
    if (arg === undefined || code.test(arg) || /^(-|\/dev\/.*|\/proc\/.*)$/s.test(arg)) return true;
    const isOption = /^[-+]/.test(arg);
    if (!isOption && (previous === undefined || !/^[-+]/.test(previous) || flags.test(previous)))
      return false;
    previous = arg;
  }
  return true;
}

function words(text: string): string[] {
  return text.split(/\s+/);
}
