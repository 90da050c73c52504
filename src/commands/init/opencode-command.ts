/** OpenCode's own command for plugins: it installs the package at once, and writes the line. */

import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import type { Environment } from "../../composition/environment.ts";

/** It installs from the network: some seconds to a minute. */
const LIMIT_MS = 5 * 60_000;
/** Of what it says, far more than is repeated. */
const OUTPUT_LIMIT_CHARS = 200_000;
/** Lines of it that say why it failed. */
const REASON_LINES = 3;

export type Installed =
  | { readonly kind: "installed" }
  /** What OpenCode said. */
  | { readonly kind: "failed"; readonly reason: readonly string[] };

/**
 * `plugin <spec> --global` since 1.14; `plugin add <spec>` of 2. Earlier ones take the word for a project's directory,
 * and begin to run there.
 *
 * @returns undefined where the OpenCode that is installed has no such command.
 */
export function pluginCommand(version: string | undefined, spec: string): readonly string[] | undefined {
  const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
  if (major >= 2) return ["plugin", "add", spec];
  return major === 1 && minor >= 14 ? ["plugin", spec, "--global"] : undefined;
}

/** Runs it. Does not reject. */
export async function installPlugin(
  args: readonly string[],
  env: Environment,
  signal: AbortSignal,
): Promise<Installed> {
  return new Promise((resolve) => {
    let said = "";
    const child = spawn("opencode", args, {
      // This very process may run in OpenCode's Bun, which the next one is not to be.
      env: { ...env, BUN_BE_BUN: undefined },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: LIMIT_MS,
      signal,
      shell: process.platform === "win32",
    });
    const hear = (text: string): void => void (said = (said + text).slice(-OUTPUT_LIMIT_CHARS));
    child.stdout.setEncoding("utf8").on("data", hear);
    child.stderr.setEncoding("utf8").on("data", hear);
    child.on("error", (error) => resolve({ kind: "failed", reason: [error.message] }));
    child.on("close", (code) =>
      resolve(code === 0 ? { kind: "installed" } : { kind: "failed", reason: reasonIn(said) }),
    );
  });
}

/** It draws what went wrong behind a black square; otherwise the last lines say it. */
function reasonIn(said: string): readonly string[] {
  const lines = stripVTControlCharacters(said)
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const marked = lines.filter((line) => line.startsWith("■")).map((line) => line.slice(1).trim());
  return (marked.length > 0 ? marked : lines).slice(-REASON_LINES);
}
