/**
 * Programs that run their later words as a command, and where it begins. Any other program may do so too, and its
 * words are searched for commands: these are known because they make a command of a word that only the run will tell,
 * because the shell or the interpreter behind them may take its code from stdin, and so that `grep` behind `xargs` is
 * known to run nothing.
 */

import { isOpen, nameOf } from "./words.ts";
import { names, rowsOf } from "./names.ts";

interface Wrapper {
  /** So many words come first that are neither options nor their values: the duration of `timeout 5 rm x`. */
  readonly operands: number;
  /** Where it may also be fewer. */
  readonly atLeast?: number;
  /** Options whose value is the next word. Of an option that is not known it may be. */
  readonly values?: RegExp;
  /** Options without a value. */
  readonly flags?: RegExp;
}

const WRAPPERS = new Map<string, Wrapper>([
  // `noglob`, `nocorrect`, `repeat` and `-` are zsh's.
  ...rowsOf(
    `- builtin bunx busybox caffeinate chpst chronic dbus-run-session doas dumb-init entr fakeroot firejail ltrace
    nocorrect noglob nohup numactl parallel pkexec prlimit rlwrap run0 runuser script setpriv setsid sshpass strace su
    systemd-inhibit systemd-run tini torsocks toybox unbuffer unshare uvx valgrind watch winpty wsl xvfb-run`,
    { operands: 0 },
  ),
  ...rowsOf("command", { operands: 0, flags: /^-p$/ }),
  ...rowsOf("exec", { operands: 0, values: /^-a$/, flags: /^-[cl]+$/ }),
  ...rowsOf("env", {
    operands: 0,
    values: /^(-[uC]|--(unset|chdir))$/,
    flags: /^(-[i0]|--ignore-environment)$/,
  }),
  ...rowsOf("nice ionice", { operands: 0, values: /^(-[ncp]|--(adjustment|class|classdata))$/ }),
  ...rowsOf("npx", { operands: 0, values: /^(-p|--package)$/, flags: /^(-[yq]|--(yes|quiet|no-install))$/ }),
  ...rowsOf("stdbuf", { operands: 0, values: /^-[ioe]$/ }),
  ...rowsOf("sudo", {
    operands: 0,
    values: /^(-[ughpUCDRTrt]|--(user|group|host|prompt|chdir))$/,
    flags: /^(-[EHnikKsbSv]+|--(preserve-env|non-interactive|login))$/,
  }),
  ...rowsOf("time", { operands: 0, values: /^(-[fo]|--(format|output))$/, flags: /^-[pvalq]+$/ }),
  ...rowsOf("timeout gtimeout", {
    operands: 1,
    values: /^(-[sk]|--(signal|kill-after))$/,
    flags: /^(-v|--(foreground|verbose|preserve-status))$/,
  }),
  ...rowsOf("xargs", {
    operands: 0,
    values: /^(-[nPILdasEJRS]|--(max-(args|procs|lines|chars)|delimiter|arg-file))$/,
    flags: /^(-[0rtpxo]+|--(null|no-run-if-empty|verbose))$/,
  }),
  ...rowsOf("chroot flock gosu nsenter proot repeat setarch ssh su-exec taskset", { operands: 1 }),
  ...rowsOf("screen tmux", { operands: Infinity }),
]);

/** What begins behind one of these words; what comes before is not known. */
type Marks = readonly (readonly [mark: RegExp, wrapper: Wrapper])[];

const RUNNER: Marks = [[/^(exec|x|run|dlx|shell|develop|tool|-c|--command)$/, { operands: 1, atLeast: 0 }]];
const IN_CONTAINER: Wrapper = {
  operands: 1,
  values: /^(-[euw]|--(env|user|workdir|env-file|index))$/,
  flags: /^(-[itdT]+|--(interactive|tty|detach|privileged|no-TTY))$/,
};

const NEW_CONTAINER: Wrapper = {
  operands: 1,
  values:
    /^(-[vewpulmha]|--(volume|env|workdir|publish|user|label|memory|hostname|attach|name|network|net|env-file|entrypoint|mount|cpus|platform|restart|add-host|shm-size|gpus|pull|ipc|pid|cap-add|cap-drop|device|dns|log-driver|ulimit|tmpfs|volumes-from))$/,
  flags:
    /^(-[itdPTq]+|--(rm|init|interactive|tty|detach|privileged|read-only|no-deps|service-ports|no-TTY|publish-all))$/,
};

const MARKED_WRAPPERS = new Map<string, Marks>([
  ...rowsOf<Marks>("find gfind", [[/^-(exec|ok)(dir)?$/, { operands: 0 }]]),
  ...rowsOf<Marks>("fd fdfind", [[/^(-(?!-).*[xX]|--exec(-batch)?)$/, { operands: 0 }]]),
  ...rowsOf(
    "npm pnpm yarn corepack pipx uv poetry pipenv conda mamba bundle mise direnv rbenv nix flatpak toolbox bazel hatch pdm pixi rye",
    RUNNER,
  ),
  ...rowsOf<Marks>("docker docker-compose podman nerdctl", [
    [/^exec$/, IN_CONTAINER],
    [/^(run|create)$/, NEW_CONTAINER],
    [/^(debug|ssh|-e|--)$/, { operands: Infinity }],
  ]),
  ...rowsOf<Marks>("kubectl oc vagrant lima distrobox", [
    [/^--$/, { operands: 0 }],
    [/^(exec|run|create|debug|ssh|-e)$/, { operands: Infinity }],
  ]),
]);

/** Give a word of theirs to a shell, which finds commands in it. */
const SHELL_TEXT_WRAPPERS = new Set(
  names("entr flock parallel runuser script ssh sshpass su tmux screen vagrant watch wsl"),
);

/** Add words that they read from elsewhere. */
const FILLING_WRAPPER = /^(.*\/)?(xargs|parallel)$/is;

export function isWrapper(name: string): boolean {
  return WRAPPERS.has(name) || SHELL_TEXT_WRAPPERS.has(name);
}

export function givesTextToShell(name: string): boolean {
  return SHELL_TEXT_WRAPPERS.has(name);
}

/** @param text a program, with its path or without. */
export function isFilling(text: string): boolean {
  return FILLING_WRAPPER.test(text);
}

/** As many words as may be an option's value, an operand and a command. */
const FILLED = ["x", "x", "x"];
/** Places of a wrapper's command that are looked at. */
const MAX_STARTS = 8;

/** Whether what `xargs` reads may be the command of a wrapper among its words: of `xargs env`, not of `xargs npx x`. */
export function runsFilled(texts: readonly string[], from: number): boolean {
  const filled = [...texts, ...FILLED];
  return texts.some((text, at) => {
    const name = at > from ? nameOf(text) : "";
    if (!isWrapper(name)) return false;
    const starts = commandStarts(filled, at, MAX_STARTS) ?? [texts.length];
    return (
      givesTextToShell(name) || starts.length >= MAX_STARTS || starts.some((start) => start >= texts.length)
    );
  });
}

/** Whether the program runs a command behind certain words only. */
export function isMarkedWrapper(name: string): boolean {
  return MARKED_WRAPPERS.has(name);
}

export function isMark(name: string, text: string): boolean {
  return MARKED_WRAPPERS.get(name)?.some(([mark]) => mark.test(text)) === true;
}

/**
 * Where in `texts` the wrapper at `at` may have its command: more places than one when a word may be an option's
 * value. Undefined when it is no wrapper.
 *
 * @param limit so many are enough.
 */
export function commandStarts(texts: readonly string[], at: number, limit: number): number[] | undefined {
  const name = nameOf(texts[at]);
  const marks = MARKED_WRAPPERS.get(name);
  if (marks !== undefined) return startsBehindMarks(texts, at, marks, limit);
  const wrapper = WRAPPERS.get(name);
  if (wrapper === undefined) return undefined;
  // It only looks up what would run.
  if (name === "command" && /^-[pvV]*[vV]$/.test(texts[at + 1] ?? "")) return [];
  return startsFrom(texts, at + 1, wrapper, limit);
}

/** The words between a wrapper and its command that may be a command too: what no known option explains. */
export function wordsBefore(texts: readonly string[], at: number, start: number): number[] {
  const { values, flags }: Partial<Wrapper> = WRAPPERS.get(nameOf(texts[at])) ?? {};
  const words: number[] = [];
  for (let index = at + 1; index < start; index++) {
    const text = texts[index] ?? "";
    if (values?.test(text) === true) index++;
    // `-n1`, where it is not apart.
    else if (values?.test(text.slice(0, 2)) !== true && flags?.test(text) !== true) words.push(index);
  }
  return words;
}

/** Where the first word behind the options of a program may stand: `push` in `git -C there push`. */
export function startsBehindOptions(texts: readonly string[], limit: number): number[] {
  return startsFrom(texts, 1, { operands: 0 }, limit);
}

function startsBehindMarks(texts: readonly string[], at: number, marks: Marks, limit: number): number[] {
  const starts = new Set<number>();
  for (let index = at + 1; index < texts.length && starts.size < limit; index++) {
    const wrapper = marks.find(([mark]) => mark.test(texts[index] ?? ""))?.[1];
    if (wrapper === undefined) continue;
    const found = startsFrom(texts, index + 1, wrapper, limit);
    for (const start of found) starts.add(start);
    if (wrapper.operands === Infinity) break;
    // What is between are options, and other words like this one would lead there too.
    index = Math.max(index, (found[0] ?? texts.length) - 1);
  }
  return [...starts];
}

/** The words from `from` on that may begin a command, up to the first that must. */
function startsFrom(texts: readonly string[], from: number, wrapper: Wrapper, limit: number): number[] {
  const { operands, atLeast = operands, values, flags } = wrapper;
  const starts: number[] = [];
  let most = operands;
  // As many as are left when what may be an option's value is none.
  let least = operands === Infinity ? 0 : atLeast;
  let mayBeValue = false;
  for (let index = from; index < texts.length && starts.length < limit; index++) {
    const text = texts[index] ?? "";
    if (/^\w+=/.test(text)) continue;
    if (/^[-+]/.test(text) && !isOpen(text)) {
      if (values?.test(text) === true) index++;
      else mayBeValue = flags?.test(text) !== true && !/=|[\d}]$|^--?$/.test(text);
      continue;
    }
    if (least <= 0) starts.push(index);
    if (!mayBeValue && most === 0) break;
    least--;
    if (!mayBeValue) most--;
    mayBeValue = false;
  }
  return starts;
}
