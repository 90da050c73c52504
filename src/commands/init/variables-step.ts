/** The variables: kept in a file, and set where OpenCode starts. */

import { readEnvFile } from "../../composition/env-file.ts";
import type { Environment } from "../../composition/environment.ts";
import { ENV_FILE_VARIABLE } from "../../composition/variables.ts";
import { holdsVariables, writeEnvFile } from "./env-file.ts";
import { describeLaunchers, type Shown } from "./launchers.ts";
import { StepFailed, type Setup } from "./setup.ts";

/** By which the gateway finds its app, its channel and its approvers. */
export type Variables = Readonly<Record<string, string>>;

/** Into the file, where that is wanted. @throws StepFailed */
export function keepVariables({ wanted, terminal, envFile }: Setup, variables: Variables): void {
  if (!wanted.writeEnv) return;
  const written =
    envFile === undefined
      ? ({ kind: "refused", why: "There is no home directory: name a file with --env-path." } as const)
      : writeEnvFile(envFile, variables);
  switch (written.kind) {
    case "written":
      terminal.say(
        `   ✓ The variables are in ${envFile}, which only you can read. So can commands that you allow.`,
      );
      return;
    case "unchanged":
      terminal.say(`   ✓ ${envFile} has these variables already`);
      return;
    case "refused":
      terminal.say(`   ✗ The variables are not kept: ${written.why}`);
      throw new StepFailed();
  }
}

/** What OpenCode's launcher has nobody can see from here; only this shell. */
export function sayVariables(setup: Setup, variables: Variables, openCodeVersion: string | undefined): void {
  const { terminal, io, envFile } = setup;
  setup.step("The variables, where OpenCode starts");
  const areInFile = envFile !== undefined && holdsVariables(readEnvFile(envFile), variables);
  const missing = areInFile
    ? missingIn(io.env, { [ENV_FILE_VARIABLE]: envFile })
    : missingIn(io.env, variables).map(withoutSecret);
  if (missing.length === 0) {
    terminal.say("   ✓ They are set in this shell. What else starts OpenCode needs them, too.");
    return;
  }
  if (!areInFile)
    terminal.say(
      "   With your tokens in place of … (or run this with --write-env: it keeps them in a file that only you can read).",
    );
  const openCodeMajor = openCodeVersion === undefined ? undefined : Number(openCodeVersion.split(".")[0]);
  const { platform } = process;
  const lines = describeLaunchers({
    variables: missing,
    areSecret: !areInFile,
    env: io.env,
    platform,
    openCodeMajor,
  });
  for (const line of lines) terminal.say(`   ${line}`);
}

function missingIn(env: Environment, variables: Variables): Shown[] {
  return Object.entries(variables)
    .filter(([name, value]) => env[name]?.trim() !== value)
    .map(([name, value]) => ({ name, value }));
}

/** Scrollback is kept, and shared. */
function withoutSecret({ name, value }: Shown): Shown {
  return name.endsWith("_TOKEN") ? { name, value: `${value.slice(0, "xoxb-".length)}…` } : { name, value };
}
