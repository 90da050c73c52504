/**
 * Programs whose arguments are never commands. In the words of every other program a command is looked for by the
 * names that people's rules name; without these, `grep -rn deploy src` would count as `deploy`.
 */

import { beginsOpen, isOpen, nameOf } from "./words.ts";
import { names } from "./names.ts";

interface Row {
  readonly programs: string;
  /** Of these subcommands alone. */
  readonly subcommands?: string;
  /** Words with which nothing is said any more: options that can run a command, and what may be one. */
  readonly unless?: RegExp;
  /** What a word that only the run will tell must not be. */
  readonly unlessOpen?: RegExp;
  /** Options whose values may hold commands all the same. */
  readonly but?: RegExp;
  /** Whether what comes by stdin, or a here-document, may hold commands all the same. */
  readonly obeysInput?: true;
}

const COREUTILS = `: [ basename cal cat cd chdir chgrp chmod chown cksum cmp column comm cp csplit cut date dd df diff
  dir dirname dirs du echo egrep expand expr factor false fgrep fmt fold free grep groups head hexdump hostid iconv id
  join kill link ln logname ls lsof md5 md5sum mkdir mkfifo mktemp mv nl nproc numfmt od paste pathchk pgrep pidof ping
  pkill popd pr printenv printf ps pushd pwd readlink realpath rev rm rmdir seq sha1sum sha224sum sha256sum sha384sum
  sha512sum shasum shuf sleep stat strings sum sync tac tail tee test touch tr tree true truncate tsort tty type uname
  unexpand uniq unlink uptime wc whereis which who whoami xxd yes zcat`;

/** What changes the shell itself, as far as names and numbers can. */
const BUILTINS =
  "break continue declare exit export local mapfile read readarray readonly return shift times typeset umask unset wait";

/** They run code of the project and of packages, and no program that an argument names. */
const CHECKERS = `biome black eslint flake8 isort jest jq knip markdownlint mocha oxlint prettier ruff stylelint tsc
  vitest vue-tsc`;

const ARCHIVERS = "bunzip2 bzip2 gunzip gzip patch unxz unzip unzstd xz zstd";

const GIT = `add annotate apply archive blame branch cat-file check-attr check-ignore checkout cherry cherry-pick clean
  clone commit count-objects describe diff diff-tree fetch for-each-ref format-patch fsck gc grep init log ls-files
  ls-remote ls-tree merge merge-base mv name-rev notes pull push range-diff rebase reflog remote reset restore rev-list
  rev-parse revert rm shortlog show show-ref stash status submodule switch symbolic-ref tag update-ref verify-commit
  whatchanged worktree`;

/** git takes the beginning of an option for the whole. */
const GIT_RUNS = /^(--(e|up|rec|op|conf|te|rem|ht)|-[a-zA-Z]*[xO]|(ext|fd)::)/;

const NPM_RUNS = /^(-c$|--?(sc|sh|br|ed|git|node|py|vi|ca|us|gl|ini|pa|conf))/;

/** Reading and changing what is there; not `run`, `exec`, `create` and `service`, which are given commands. */
const DOCKER = `build buildx container cp diff events history image images import info inspect kill load login logout
  logs network pause port ps pull push rename restart rm rmi save search start stats stop system tag top unpause version
  volume wait`;

const KUBECTL = `annotate api-resources api-versions apply auth autoscale certificate cluster-info cordon cp create
  delete describe diff drain explain expose get label logs patch port-forward proxy replace rollout scale set taint top
  uncordon version wait`;

const ROWS: readonly Row[] = [
  { programs: `${COREUTILS} ${BUILTINS} ${CHECKERS} ${ARCHIVERS}` },
  { programs: "base64 curl file http https journalctl ss netstat uuidgen nslookup dig host" },
  // What they can run stands in a script that was read.
  { programs: "awk gawk mawk nawk" },
  // Also behind the script, an option may bring another.
  { programs: "sed gsed", unlessOpen: /^-/ },
  { programs: "less more", unless: /^(\+|-\w*k|--lessk)/ },
  { programs: "bat pbcopy pv wl-copy xclip xsel", unless: /^--pa/ },
  { programs: "python python3", subcommands: "-m", unless: /^(?!-|json\.tool$|.*\.json$)/ },
  { programs: "yq", unless: /^--security/ },
  { programs: "sort", unless: /^--c/ },
  { programs: "install", unless: /^--s/ },
  { programs: "rg ag ack", unless: /^--(p|ho)/ },
  { programs: "wget", unless: /^(-(?!-)[A-Za-z]*e|--(ex|us|con))/ },
  {
    programs: "tar bsdtar gtar",
    unless: /^(-(?!-)\S*[IF]|(?=[A-Za-z]*$)[A-EGHJ-Za-z]*[IF]|--(ch|to-c|u|i|n|r))/,
  },
  { programs: "rsync", unless: /^(-(?!-)\S*e|--(e|rs))/ },
  { programs: "scp", unless: /^-(?!-)\w*[SoFDJ]/ },
  { programs: "pytest py.test", unless: /^(-[pco]|--(t|px|pd|ov|di|rs|co|roo))/ },
  { programs: "mypy", unless: /^--(py|c)/ },
  { programs: "psql", but: /^(-(?!-)\w*[cfvoP]|--(com|f|s|v|ps|o))/, obeysInput: true },
  { programs: "mysql mariadb", but: /^(-\w*e|--(e|i|pa|pl|def|tee))/, obeysInput: true },
  { programs: "git", subcommands: GIT, unless: GIT_RUNS },
  { programs: "gh glab", subcommands: "api auth ci issue label mr pr release run search status" },
  { programs: "gh", subcommands: "repo", unless: /^(clone|create|fork|sync)$/ },
  {
    programs: "npm pnpm yarn bun",
    subcommands: `add audit ci dedupe explain fund i info install list ls outdated ping prefix prune remove rm root
      search show test t un uninstall up update upgrade version view whoami why`,
    unless: NPM_RUNS,
  },
  {
    programs: "pip pip3 pipx poetry uv",
    subcommands: "add check download freeze index install list lock remove show sync tree uninstall update",
    unless: /^(-p|--(c|g|i|b|py))/,
  },
  {
    programs: "apt apt-get apt-cache brew dnf yum apk",
    subcommands: "add del info install list remove search show uninstall update upgrade",
    unless: /^(-[oc]|--(op|co|cc|set|env|pre|post|inst))/,
  },
  {
    programs: "cargo",
    subcommands: "add bench build check clean clippy doc fmt metadata remove search test tree update",
    unless: /^(--c|-[ZC])/,
  },
  {
    programs: "go",
    subcommands: "build clean doc fmt get install list mod test version vet",
    unless: /^--?(exec|toolexec|vettool|ld|gcc|gc|asm|compiler|overlay|modfile|C)/,
  },
  {
    programs: "dotnet",
    subcommands: "add build clean format list restore test",
    unless: /^([-/]+p|--(se|test-a|d|co|e|a)|-[ase])/,
  },
  { programs: "docker podman nerdctl", subcommands: DOCKER, unless: /^(run|exec|create|debug|bake)$/ },
  {
    programs: "docker-compose",
    subcommands:
      "build config down events images kill logs ls pause port ps pull push restart rm start stop top up",
  },
  { programs: "kubectl oc", subcommands: KUBECTL, unless: /^(--$|--(helm|enable|exec))/ },
  {
    programs: "helm",
    subcommands:
      "dependency get history install lint list package pull repo rollback search show status template uninstall upgrade version",
    unless: /^--?(post|plugin|exec|downloader|getter)/,
  },
  {
    programs: "terraform tofu",
    subcommands:
      "fmt get graph import init output plan providers refresh show state validate version workspace",
  },
  {
    programs: "systemctl",
    subcommands:
      "cat is-active is-enabled is-failed list-dependencies list-timers list-unit-files list-units show status",
  },
  { programs: "aws", subcommands: "cloudwatch dynamodb ecr logs s3 sqs sts" },
];

interface Entry {
  readonly row: Row;
  readonly subcommands: ReadonlySet<string> | undefined;
}

const ENTRIES_OF = new Map<string, Entry[]>();
for (const row of ROWS) {
  const entry = {
    row,
    subcommands: row.subcommands === undefined ? undefined : new Set(names(row.subcommands)),
  };
  for (const name of names(row.programs)) ENTRIES_OF.set(name, [...(ENTRIES_OF.get(name) ?? []), entry]);
}

/** Options before a subcommand that are known, and whether the next word is their value. */
const LEADING = new Map<string, { readonly values: RegExp; readonly flags: RegExp }>([
  [
    "git",
    {
      values: /^(-[Cc]|--(git-dir|work-tree|namespace|attr-source))$/,
      flags:
        /^(-[pP]|--(no-pager|paginate|bare|no-optional-locks|literal-pathspecs|no-replace-objects|git-dir=.*|work-tree=.*))$/,
    },
  ],
  [
    "docker",
    { values: /^(-[cl]|--(context|log-level|config))$/, flags: /^(-D|--debug|--(context|log-level)=.*)$/ },
  ],
  [
    "docker-compose",
    {
      values: /^(-[fp]|--(file|project-name|project-directory|env-file|profile))$/,
      flags: /^--(ansi|progress|file|project-name|project-directory|env-file|profile)=.*$/,
    },
  ],
  [
    "kubectl",
    {
      values: /^(-n|--(namespace|context|kubeconfig|cluster))$/,
      flags: /^--(namespace|context|kubeconfig)=.*$/,
    },
  ],
  [
    "helm",
    { values: /^(-n|--(namespace|kube-context))$/, flags: /^--(namespace|kube-context|debug)(=.*)?$/ },
  ],
  [
    "npm",
    {
      values: /^(-[wC]|--(workspace|prefix))$/,
      flags: /^(-[gs]|--(workspace|prefix)=.*|--(workspaces|silent))$/,
    },
  ],
  ["pnpm", { values: /^(-[CF]|--(dir|filter))$/, flags: /^(-[rw]|--(filter|dir)=.*|--(recursive|silent))$/ }],
  ["yarn", { values: /^--cwd$/, flags: /^(--cwd=.*|-s|--silent)$/ }],
  ["terraform", { values: /^(?!)/, flags: /^-chdir=.*$/ }],
  ["aws", { values: /^--(profile|region|output)$/, flags: /^--(profile|region|output)=.*|--no-cli-pager$/ }],
]);

/** What of a command is never a command itself. */
export interface Inert {
  /** Also what it reads from stdin. */
  readonly input: boolean;
  /** The words that may hold commands all the same. */
  readonly but: readonly number[];
  /** What an open word may turn out to be, so that this is no longer true. */
  readonly unless: RegExp | undefined;
}

/** Whether anything of the kind is known of the program by that name. */
export function isInertProgram(name: string): boolean {
  return ENTRIES_OF.has(nameOf(name));
}

/** Whether the words behind the one at `at` are never commands; undefined when they may be. */
export function inertArguments(texts: readonly string[], at: number): Inert | undefined {
  const name = nameOf(texts[at]);
  if (name === "docker" && texts[at + 1] === "compose")
    return inertBySubcommand(texts, at + 1, "docker-compose");
  return inertBySubcommand(texts, at, name);
}

function inertBySubcommand(texts: readonly string[], at: number, name: string): Inert | undefined {
  const entries = ENTRIES_OF.get(name);
  if (entries === undefined) return undefined;
  const subcommand = subcommandOf(texts, at, name) ?? "";
  const row = entries.find(({ subcommands }) => subcommands?.has(subcommand) !== false)?.row;
  if (row === undefined || (row.unless !== undefined && has(texts, at + 1, row.unless))) return undefined;
  return {
    input: row.obeysInput === undefined,
    but: row.but === undefined ? [] : valuesOf(texts, at, row.but),
    unless: texts.slice(at + 1).some(beginsOpen) ? (row.unless ?? row.unlessOpen) : undefined,
  };
}

function subcommandOf(texts: readonly string[], at: number, name: string): string | undefined {
  const leading = LEADING.get(name);
  let index = at + 1;
  for (;;) {
    const text = texts[index];
    if (leading === undefined || text === undefined) return text;
    if (leading.values.test(text)) index += 2;
    else if (leading.flags.test(text)) index++;
    else return text;
  }
}

/** The options, which may have their values attached, and the words behind them. */
function valuesOf(texts: readonly string[], at: number, options: RegExp): number[] {
  const found: number[] = [];
  for (let index = at + 1; index < texts.length; index++)
    if (options.test(texts[index] ?? "") || options.test(texts[index - 1] ?? "")) found.push(index);
  return found;
}

function has(texts: readonly string[], from: number, pattern: RegExp): boolean {
  for (let index = from; index < texts.length; index++) {
    const text = texts[index] ?? "";
    if (!isOpen(text) && pattern.test(text)) return true;
  }
  return false;
}
