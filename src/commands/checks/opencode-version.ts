/** Which OpenCode is installed, by asking the command itself. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Environment } from "../../composition/environment.ts";
import { blanksFor } from "../../composition/variables.ts";
import { readOwnPackage } from "../../system/own-package.ts";
import { ok, unknown, wrong, type Check } from "./check.ts";

/** OpenCode tells its version within a second; on a busy machine, later. */
const LIMIT_MS = 60_000;

export interface InstalledOpenCode {
  readonly check: Check;
  /** Undefined where nobody knows. */
  readonly major: number | undefined;
}

/** Does not reject. */
export async function checkOpenCodeVersion(
  env: Environment,
  signal: AbortSignal,
): Promise<InstalledOpenCode> {
  const version = await askVersion(env, signal);
  if (version === undefined)
    return {
      major: undefined,
      check: unknown(
        "The command opencode is not found here, or does not tell its version",
        "If OpenCode runs elsewhere, or as a desktop app, look there.",
      ),
    };
  const major = Number(version.split(".")[0]);
  const { oldestOpenCode: oldest } = readOwnPackage();
  return {
    major,
    check:
      version.localeCompare(oldest, "en", { numeric: true }) < 0
        ? wrong(
            `OpenCode ${version} is installed, and the plugin needs ${oldest} or later`,
            "Run opencode upgrade.",
          )
        : ok(`OpenCode ${version} is installed`),
  };
}

/** Undefined where it is not found, or does not tell. Does not reject. */
export async function askVersion(env: Environment, signal: AbortSignal): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)("opencode", ["--version"], {
      env: environmentFor(env),
      timeout: LIMIT_MS,
      signal,
      shell: process.platform === "win32",
    });
    return stdout.split(/\s+/).find((word) => /^\d{1,4}\.\d{1,6}\.\d{1,6}\b/.test(word));
  } catch {
    return undefined;
  }
}

/** Without our secrets; and this very process may run in OpenCode's Bun, which the next one is not to be. */
function environmentFor(env: Environment): NodeJS.ProcessEnv {
  const { BUN_BE_BUN: _, ...others } = env;
  return { ...others, ...blanksFor(env) };
}
