import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

/** What an OpenCode may run us in. */
export type Runtime = "Node" | "Bun";

/** OpenCode's binary; where the environment has `BUN_BE_BUN=1` it is the Bun inside, and runs scripts. */
export const OPENCODE = fileURLToPath(
  new URL(`../../node_modules/opencode-${process.platform}-${process.arch}/bin/opencode`, import.meta.url),
);

interface ScriptOptions {
  readonly args?: readonly string[];
  /** Over the environment of the test. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a script with Node, or with the Bun inside OpenCode; its stdin and stdout are the test's. */
export function spawnScript(
  runtime: Runtime,
  script: string,
  { args = [], env = {} }: ScriptOptions = {},
): ChildProcessByStdio<Writable, Readable, null> {
  return runtime === "Node"
    ? spawn(process.execPath, ["--import", "tsx", script, ...args], {
        stdio: ["pipe", "pipe", "inherit"],
        env: { ...process.env, ...env },
      })
    : spawn(OPENCODE, ["run", script, ...args], {
        stdio: ["pipe", "pipe", "inherit"],
        env: { ...process.env, BUN_BE_BUN: "1", ...env },
      });
}
