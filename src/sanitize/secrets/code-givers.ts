/**
 * What may make code of a text that a card does not show: programs and phrases that read the environment as a whole,
 * evaluate text, or give text to a shell or an interpreter. Pure.
 */

import { names } from "../../shell/names.ts";

const SHELL =
  /^(?:r?bash|zsh|sh|dash|ash|[mlp]?ksh\d*|t?csh|fish|nu|elvish|xonsh|pwsh|powershell|cmd)(?:\.exe)?$/;
const INTERPRETER =
  /^(?:(?:python|pypy|perl|ruby|php|lua|luajit|node|nodejs|tclsh)[\d.]*|deno|bun|tsx|ts-node|jruby|irb|Rscript|R|julia|groovy|jshell|scala|ghci?|runghc|expect|osascript|wscript|cscript)(?:\.exe)?$/;

/** Options that code follows, or that nothing is known of. */
const CODE_OPTION =
  /^(?:[-+](?!-)|--(?:command|cmd|eval|print|exec|require|import|loader|experimental-loader|interactive|init-command|rcfile|init-file|run|process)|[-/](?:enc|encodedcommand|c|k)$|(?:eval|exec|repl|console)$)/i;
/** Options that are followed by the file that runs, or by another option. */
const HARMLESS_OPTIONS: readonly (readonly [program: RegExp, option: RegExp])[] = [
  [SHELL, /^-[eux]+$/],
  [/^(?:python|pypy)/, /^-[bBdEIOPqsSuvm]$/],
  [/^(?:deno|bun)$/, /^(?:-A|run|x)$/],
  [/^(?:node|tsx|ts-node)/, /^--(?:test|watch|inspect|enable-source-maps|no-warnings|env-file)/],
];
/** Modules of Python's that run what their arguments say. */
const CODE_MODULE = /^(?:timeit|pdb|code|cProfile|profile|trace|IPython|runpy)$/;

/** Run or evaluate what their arguments or their input say, whatever these are. */
const EVALUATORS = new Set(
  names(`eval source . alias trap fc history complete compgen compctl bind enable hash autoload zle zmodload emulate
    xargs parallel ssh autossh mosh su runuser script watch tmux screen entr flock at batch crontab gdb lldb strace
    ltrace expect nc ncat netcat socat telnet vagrant wsl vi vim nvim view ex ed emacs emacsclient m4 nix-shell
    systemd-run mapfile readarray getopts let iex invoke-expression cross-env-shell ansible printenv envsubst ps busybox
    toybox`),
);

/** Set or show variables: all of them where no name follows. */
const DECLARERS = new Set(names("export declare typeset readonly local integer"));

/** What else a program may do, by its words as one line. */
const GIVES_CODE: readonly (readonly [program: RegExp, given: RegExp])[] = [
  [/^find$/, / -(?:exec|ok)(?:dir)? /],
  [/^fd(?:find)?$/, / (?:-x|-X|--exec)/],
  [/^[gmn]?awk$/, /system|getline|ENVIRON|[|>@]| -[feil-]/],
  [/^g?sed$/, / -[a-zA-Z]*f| --file|[;\n{}' /|#,\d$!][ew](?: |$)|[/|#,][gpi\d]*e[gpi\d]*(?:$| |;)/],
  [/^(?:jq|yq|gojq)$/, /\$ENV|\benv\b|\bstrenv\b/],
  [
    /^git$/,
    /^(?: -C [^\s-]\S*| --?[\w-]+(?:=\S+)?)*? (?:-c(?! http\.(?:\S*\.)?extraheader=)|--config-env|--exec-path)/i,
  ],
  [
    /^git$/,
    / (?:bisect run|submodule foreach|filter-branch) | (?:--exec|--upload-pack|--receive-pack|-x|--extcmd)\b| alias\./,
  ],
  [/^g?make$/, / (?:-f ?-|--eval|--file=?-|-[a-zA-Z]*p\b|--print-data-base|SHELL=)/],
  [
    /^(?:npm|npx|pnpm|pnpx|yarn|bunx)$/,
    /^(?: (?:exec|x|dlx))?(?: -\S+)* (?:-c|--call|--shell-mode)\b|^ (?:run )?env$/,
  ],
  [/^(?:psql|pgcli)$/, /\\(?!d|l\b|z\b|x\b|q\b|c\b|conninfo|timing|pset)|\bprogram\b/i],
  [
    /^(?:mysql|mariadb|sqlite3|mongosh|mongo|redis-cli)$/,
    /\\|[\s'"=;]\.(?:shell|system|read|import)|\bsystem\b|\beval\b/i,
  ],
  [
    /^(?:bsd|g)?tar$|^(?:rsync|zip|7z)$/,
    / (?:--to-command|--checkpoint|--use-compress|-I|-F|-e|--rsh|-TT|-T)/,
  ],
  [/^sshpass$/, / (?:\S*\/)?ssh /],
  [/^(?:systemctl|launchctl|pm2)$/, /environment|getenv| env\b/],
  [/^(?:docker|podman|nerdctl|docker-compose|kubectl|oc)$/, / (?:env|export|set)(?: |$)/],
  [
    /^(?:az|aws|gcloud|heroku|fly|flyctl|railway)$/,
    / (?:run-command|send-command|--command|console)\b|^ run /,
  ],
];

/** What holds words of the command itself, or other variables. */
const TELLING_VARIABLE =
  /^(?:_|BASH_\w+|ZSH_\w+|argv|ARGV|parameters|history\w*|functions|aliases|funcstack|[@*]|\d+)$/;

/** In any text: the environment as a whole, evaluation, and what is piped to a shell. */
const PHRASES: readonly RegExp[] = [
  /\bprintenv\b|\bcompgen\b|\benvsubst\b|\bshow-environment\b|\/proc\/|BASH_EXECUTION_STRING/,
  /(?:^|[\n;&|({`"']|\b(?:do|then|else|run:|RUN|exec))[ \t+]*env(?:[ \t]+-[\w-]+)*[ \t]*(?=$|[\n;&|>)`])|\senv[ \t]*[|>]/m,
  /(?:^|[\s;&|(`"'])(?:export|declare|typeset|readonly)[ \t]+(?:-[a-zA-Z]*p\b|[;&|\n)])/,
  /\$\{!|\$\{\w+@|\$\{\(\w{0,9}P|\b(?:declare|typeset|local)[ \t]+-[a-zA-Z]{0,9}n/,
  /\bObject\.(?:values|entries)\(|\b(?:locals|globals|vars)\(\w*\)|\barguments\[|__(?:defaults|dict)__|\bformat(?:_map\(|\(\*\*)/,
  /\bENVIRON\b(?!\[)|%ENV\b|\bENV\.(?:each|values|to_)|\bos\.environ\.(?:items|values|copy)|\bdict\(os\.environ/,
  /(?:entries|values)\(process\.env\)|\bgetenv\(\)|\bos\.Environ\(|\benv::vars\b|\bGetEnvironmentVariables\b/,
  /\b(?:gci|dir|ls|Get-ChildItem)[ \t]+env:|\b(?:iex|Invoke-Expression)\b/i,
  /(?:^|[\n;&|({`]|\b(?:do|then|else|run:))[ \t+]*(?:eval|alias|trap)[ \t]/m,
  /(?:^|[\n;&|({`]|\b(?:do|then|else|run:))[ \t+]*(?:source|\.)[ \t]+(?!\S*\/activate\b)[\w$./~"'<]/m,
  /(?:^|[^.\w])(?:eval|exec|execfile|Function)[ \t]*\(/,
  /\|&?[ \t]*(?:sudo[ \t]+)?(?:[\w.-]*\/){0,9}(?:ba|z|da|a|k|c|fi|pw)?sh\b(?![\w./=-])|\|&?[ \t]*xargs\b/,
  /\|[ \t]*(?:python[\d.]*|node|perl|ruby|php)[ \t]*(?:-[ \t]*)?(?=$|[\n;&|"'`)])/m,
  /\b__file(?:__|name)\b|(?:^|[^\w"' ]|\b(?!dirname|basename|print)\w+[ \t]+)["']?\$\{?(?:0|BASH_SOURCE)\b(?![.\d])/m,
];

/** The name of a program without its path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

export function isTellingVariable(name: string): boolean {
  return TELLING_VARIABLE.test(name);
}

export function isDeclarer(program: string): boolean {
  return DECLARERS.has(program);
}

export function isInterpreter(program: string): boolean {
  return SHELL.test(program) || INTERPRETER.test(program);
}

/**
 * Where among its arguments an interpreter has the file that it runs; undefined where it may get code from them, or
 * from its input.
 *
 * @param args - Undefined where a word is not known.
 */
export function scriptIndex(program: string, args: readonly (string | undefined)[]): number | undefined {
  for (const [index, arg] of args.entries()) {
    if (arg === undefined) return undefined;
    const isHarmless = HARMLESS_OPTIONS.some(([name, option]) => name.test(program) && option.test(arg));
    if (!isHarmless) {
      if (CODE_OPTION.test(arg) || /^(?:-$|\/dev\/|\/proc\/)/.test(arg) || CODE_MODULE.test(arg))
        return undefined;
      if (!arg.startsWith("-")) return index;
    }
  }
  return undefined;
}

/**
 * Whether a program may tell what is in variables, or make code of what it is given.
 *
 * @param args - Its arguments; what is not known in them stands as `\uFFFC`.
 */
export function mayGiveCode(program: string, args: readonly string[]): boolean {
  const line = args.join(" ");
  if (EVALUATORS.has(program)) return !(/^(?:source|\.)$/.test(program) && /^\S+\/activate$/.test(line));
  if (program === "set") return !/^(?:[-+](?:[eu]+|[eu]*o (?:pipefail|errexit|nounset))(?: |$))+$/.test(line);
  if (args.at(-1) === "env" && args.some((arg) => /^(?:run|exec|dlx|--)$/.test(arg))) return true;
  if (isDeclarer(program))
    return (
      !args.some((arg) => /^\w/.test(arg)) ||
      !args.every((arg) => /^(?:[A-Za-z_]\w*(?:=[^]*)?|-[gxr]+)$/.test(arg))
    );
  return GIVES_CODE.some(([name, given]) => name.test(program) && given.test(` ${line}`));
}

/** Whether a text of any kind reads the environment as a whole, evaluates text, or pipes something to a shell. */
export function hasCodePhrase(text: string): boolean {
  return PHRASES.some((phrase) => phrase.test(text));
}
