/** A folder in which a shell runs what was made up by chance, and where it is noted which programs ran. */

import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { whereIs } from "./shells.ts";

/** A stub that ran. */
export interface Call {
  /** The program's name and its arguments. */
  readonly words: readonly string[];
  /** Whether it ran where the command was given, with the environment that the shell was given. */
  readonly isAsGiven: boolean;
}

/** What a command did, as far as it can be seen. */
export interface Run {
  readonly calls: readonly Call[];
  /** The files that it left in its folder. */
  readonly files: readonly string[];
}

export interface Sandbox extends Disposable {
  /** Runs a command with `<shell> -c` in an empty folder until it and all that it started have ended. */
  run(command: string): Promise<Run>;
}

export interface SandboxOptions {
  /** The shell's path. */
  readonly shell: string;
  /** Programs that only note that they ran. */
  readonly stubs: readonly string[];
  /** Programs of this machine that commands may use; those that are not installed are left out. */
  readonly programs: readonly string[];
}

/** Longer than the slowest honest command, even on a busy machine. A command that waits for something is ended then. */
const LIMIT_MS = 2_000;

/** Whoever runs the tests as root still gives root's rights to no command that was made up. */
const NOBODY = 65_534;
const IS_ROOT = process.getuid?.() === 0;

/**
 * Runs each command that comes in, and says so when it has ended. The substitution waits for all that hold descriptor
 * 9, so also for what goes on in the background. The number of processes is that of one user, so it only makes sense
 * for a user who has no others.
 */
const DRIVER = `
while IFS= read -r -d '' command; do
  : "$(
    ulimit -t 3 -f 20000 -n 256 -c 0 ${IS_ROOT ? "-u 200" : ""}
    exec "$1" -c "$command" </dev/null 9>&1 >/dev/null 2>&1
  )"
  printf .
done`;

/** Notes in one write, so that two that run at once do not mix: how many words, where, the environment, the words. */
function stub(notes: string): string {
  return `#!/bin/sh
printf '%s\\0' "$#" "$PWD" "$(export -p)" "\${0##*/}" "$@" >> '${notes}'
`;
}

type Driver = ChildProcessByStdio<Writable, Readable, null>;

export function createSandbox({ shell, stubs, programs }: SandboxOptions): Sandbox {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "shell-")));
  const [bin, work, notes] = [join(root, "bin"), join(root, "work"), join(root, "notes")];
  mkdirSync(bin);
  for (const name of stubs) writeFileSync(join(bin, name), stub(notes), { mode: 0o555 });
  for (const name of programs) {
    const path = whereIs(name);
    if (path !== undefined) symlinkSync(path, join(bin, name));
  }
  mkdirSync(work);
  writeFileSync(notes, "");
  if (IS_ROOT) for (const path of [work, notes]) chownSync(path, NOBODY, NOBODY);
  // What a command says to write elsewhere fails.
  for (const path of [bin, root]) chmodSync(path, 0o555);
  let driver: Driver | undefined;

  async function run(command: string): Promise<Run> {
    driver ??= startDriver(shell, bin, work);
    driver.stdin.write(`${command}\0`);
    if (!(await hasAnswered(driver))) {
      await end(driver);
      driver = undefined;
    }
    const calls = readCalls(readFileSync(notes, "utf8"), { bin, work });
    const files = readdirSync(work);
    if (calls.length > 0) truncateSync(notes);
    for (const file of files) rmSync(join(work, file), { recursive: true });
    return { calls, files };
  }

  return {
    run,
    [Symbol.dispose]: () => {
      if (driver !== undefined) kill(driver);
      for (const path of [bin, root]) chmodSync(path, 0o755);
      rmSync(root, { recursive: true });
    },
  };
}

function startDriver(shell: string, bin: string, work: string): Driver {
  return spawn(whereIs("bash") ?? "bash", ["-c", DRIVER, "driver", shell], {
    cwd: work,
    env: { PATH: bin, HOME: work },
    stdio: ["pipe", "pipe", "ignore"],
    detached: true, // so that all can be ended together
    ...(IS_ROOT && { uid: NOBODY, gid: NOBODY }),
  });
}

async function hasAnswered(driver: Driver): Promise<boolean> {
  return once(driver.stdout, "data", { signal: AbortSignal.timeout(LIMIT_MS) }).then(
    () => true,
    () => false,
  );
}

async function end(driver: Driver): Promise<void> {
  if (driver.exitCode !== null || driver.signalCode !== null) return;
  const exited = once(driver, "exit");
  kill(driver);
  await exited;
}

function kill({ pid }: Driver): void {
  if (pid !== undefined) process.kill(-pid, "SIGKILL");
}

interface Folders {
  readonly bin: string;
  readonly work: string;
}

function readCalls(text: string, { bin, work }: Folders): Call[] {
  const given = new Set([
    `export PATH='${bin}'`,
    `export PATH="${bin}"`,
    `export HOME='${work}'`,
    `export HOME="${work}"`,
  ]);
  // Besides what they were given, shells export where and whose they are, and how deep.
  const isGiven = (line: string) => given.has(line) || /^export (PWD|OLDPWD|SHLVL|LOGNAME|_)\b/.test(line);
  const fields = text.split("\0");
  const calls: Call[] = [];
  while (fields.length > 1) {
    const [, directory, environment = "", ...words] = fields.splice(0, 4 + Number(fields[0]));
    calls.push({ words, isAsGiven: directory === work && environment.split("\n").every(isGiven) });
  }
  return calls;
}
