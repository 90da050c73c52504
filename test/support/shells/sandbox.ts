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
import { delimiter, join } from "node:path";
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
  readonly programs?: readonly string[];
  /** Folders all of whose programs commands may use. */
  readonly folders?: readonly string[];
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

/** Where one command after the other runs. */
interface Cell {
  readonly root: string;
  /** What is on PATH. */
  readonly bin: string;
  /** Where commands are given, and their home. */
  readonly work: string;
  readonly notes: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly driver: Driver;
}

export function createSandbox(options: SandboxOptions): Sandbox {
  let cell: Cell | undefined;

  async function run(command: string): Promise<Run> {
    cell ??= openCell(options);
    const { driver, work, notes } = cell;
    driver.stdin.write(`${command}\0`);
    const hasEnded = await saysEnded(driver);
    const did = { calls: readCalls(cell), files: readdirSync(work) };
    if (hasEnded) {
      truncateSync(notes);
      for (const file of did.files) rmSync(join(work, file), { recursive: true });
    } else {
      // What is still to be noted must not be taken for the next command's.
      close(cell);
      cell = undefined;
    }
    return did;
  }

  return {
    run,
    [Symbol.dispose]: () => {
      if (cell !== undefined) close(cell);
    },
  };
}

function openCell({ shell, stubs, programs = [], folders = [] }: SandboxOptions): Cell {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "shell-")));
  const [bin, work, notes] = [join(root, "bin"), join(root, "work"), join(root, "notes")];
  // For what shells and programs leave when they are ended: here-documents, and half of what is sorted.
  const temporary = join(root, "tmp");
  mkdirSync(bin);
  for (const name of stubs) writeFileSync(join(bin, name), stub(notes), { mode: 0o555 });
  for (const name of programs) {
    const path = whereIs(name);
    if (path !== undefined) symlinkSync(path, join(bin, name));
  }
  mkdirSync(work);
  mkdirSync(temporary);
  writeFileSync(notes, "");
  if (IS_ROOT) for (const path of [work, temporary, notes]) chownSync(path, NOBODY, NOBODY);
  // What a command says to write elsewhere fails.
  for (const path of [bin, root]) chmodSync(path, 0o555);
  const environment = {
    PATH: [bin, ...folders].join(delimiter),
    HOME: work,
    TMPDIR: temporary,
    TMPPREFIX: join(temporary, "zsh"),
  };
  const driver = spawn(whereIs("bash") ?? "bash", ["-c", DRIVER, "driver", shell], {
    cwd: work,
    env: environment,
    stdio: ["pipe", "pipe", "ignore"],
    detached: true, // so that all can be ended together
    ...(IS_ROOT && { uid: NOBODY, gid: NOBODY }),
  });
  return { root, bin, work, notes, environment, driver };
}

function close({ root, bin, driver }: Cell): void {
  const isAlive = driver.exitCode === null && driver.signalCode === null;
  if (isAlive && driver.pid !== undefined) process.kill(-driver.pid, "SIGKILL");
  for (const path of [bin, root]) chmodSync(path, 0o755);
  // Whatever is just being ended may write a last file meanwhile.
  rmSync(root, { recursive: true, maxRetries: 5 });
}

async function saysEnded({ stdout }: Driver): Promise<boolean> {
  return once(stdout, "data", { signal: AbortSignal.timeout(LIMIT_MS) }).then(
    () => true,
    () => false,
  );
}

function readCalls({ work, notes, environment }: Cell): Call[] {
  const given = new Set(
    Object.entries(environment).flatMap(([name, value]) => [
      `export ${name}='${value}'`,
      `export ${name}="${value}"`,
    ]),
  );
  // Besides what they were given, shells export where and whose they are, and how deep.
  const isGiven = (line: string) => given.has(line) || /^export (PWD|OLDPWD|SHLVL|LOGNAME|_)\b/.test(line);
  const fields = readFileSync(notes, "utf8").split("\0");
  const calls: Call[] = [];
  while (fields.length > 1) {
    const [, directory, exported = "", ...words] = fields.splice(0, 4 + Number(fields[0]));
    calls.push({ words, isAsGiven: directory === work && exported.split("\n").every(isGiven) });
  }
  return calls;
}
