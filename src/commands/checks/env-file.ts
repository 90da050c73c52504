/** Whether the file of variables is taken, where the environment names one. */

import { loadEnvironment } from "../../composition/env-file.ts";
import type { Environment } from "../../composition/environment.ts";
import { ENV_FILE_VARIABLE } from "../../composition/variables.ts";
import { ok, wrong, type Check } from "./check.ts";

export interface CheckedEnvironment {
  /** With what the file holds. */
  readonly env: Environment;
  /** Nothing where no file is named. */
  readonly checks: readonly Check[];
}

/** @param given the environment as it is. */
export function checkEnvFile(given: Environment): CheckedEnvironment {
  const { env, problems } = loadEnvironment(given);
  if (!given[ENV_FILE_VARIABLE]?.trim()) return { env, checks: [] };
  const fix = "The gateway is off until the file is right, or the variable is not set.";
  return {
    env,
    checks:
      problems.length === 0
        ? [ok(`The file that ${ENV_FILE_VARIABLE} names is read, and only you can read it`)]
        : problems.map((problem) => wrong(problem.replace(/\.$/, ""), fix)),
  };
}
