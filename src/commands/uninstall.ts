/** `opencode-slack-gateway uninstall`: takes back what `init` has written, and says what only a person can. */

import { existsSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { readConfig } from "../composition/config.ts";
import { loadEnvironment } from "../composition/env-file.ts";
import type { Environment } from "../composition/environment.ts";
import { readLogSettings } from "../composition/log-settings.ts";
import { defaultSocketDirectory, stateDirectory } from "../composition/paths.ts";
import { ENV_FILE_VARIABLE, isOurs } from "../composition/variables.ts";
import { createLog } from "../system/log.ts";
import { readArguments, UsageError } from "./arguments.ts";
import { globalConfigDirectory, readOpenCodeConfigs } from "./checks/opencode-configs.ts";
import { findPluginLines, type PluginLine } from "./checks/plugin-line.ts";
import { changeFile } from "./init/config-file.ts";
import { removePlugin } from "./init/config-text.ts";
import { envFilePath } from "./init/env-file.ts";
import { createTerminal, NoAnswer, type Terminal } from "./init/terminal.ts";
import { processIO, type CommandIO, type ExitStatus } from "./io.ts";

const OPTIONS = {
  "env-path": { type: "string" },
  yes: { type: "boolean", short: "y" },
} as const;

interface Removal {
  readonly terminal: Terminal;
  readonly io: CommandIO;
  /** With what the file of variables holds. */
  readonly env: Environment;
  readonly envFile: string | undefined;
  readonly yes: boolean;
}

/** See its help. */
export async function uninstall(args: readonly string[], io: CommandIO = processIO()): Promise<ExitStatus> {
  const given = readArguments(args, OPTIONS);
  if (given.positionals.length > 0)
    throw new UsageError(`uninstall takes no arguments: ${given.positionals.join(" ")}.`);
  const { stdin: input, stdout: output } = process;
  const terminal = createTerminal({ input, output, signal: io.signal });
  try {
    const named = given.value("env-path");
    const envFile = envFilePath(named === undefined ? undefined : resolve(io.directory, named), io.env);
    return await remove({
      terminal,
      io,
      envFile,
      env: environmentOf(io.env, envFile),
      yes: given.has("yes"),
    });
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    terminal.say("\n   Stopped. Run this again to go on.");
    return 1;
  } finally {
    terminal.close();
  }
}

/** A file that is refused is removed all the same; only its tokens close no cards. */
function environmentOf(env: Environment, envFile: string | undefined): Environment {
  const isThere = envFile !== undefined && existsSync(envFile);
  return loadEnvironment(isThere ? { ...env, [ENV_FILE_VARIABLE]: envFile } : env).env;
}

async function remove(removal: Removal): Promise<ExitStatus> {
  const { terminal } = removal;
  const isAllDone = [await closeCards(removal), await removeLines(removal), await removeEnvFile(removal)];
  terminal.say();
  terminal.say("What is left to you");
  for (const line of whatIsLeft(removal)) terminal.say(`   - ${line}`);
  return isAllDone.every(Boolean) ? 0 : 1;
}

/** First of all: without tokens nobody can. */
async function closeCards({ terminal, env }: Removal): Promise<boolean> {
  terminal.say("1. Cards that are open in Slack");
  const result = readConfig(undefined, { ...env, [ENV_FILE_VARIABLE]: "" });
  if (!result.ok) {
    terminal.say("   – Without the variables of the gateway no card can be closed:");
    for (const problem of result.problems) terminal.say(`     ${problem}`);
    return true;
  }
  const log = createLog(readLogSettings(env)).child({ command: "uninstall" });
  const { closeOpenCards } = await import("./open-cards.ts");
  const say = (line: string): void => terminal.say(`   ${line}`);
  const { found, closed, living } = await closeOpenCards({ config: result.config, say, log });
  if (found === 0) say("✓ No OpenCode of this machine has left any behind");
  else if (closed >= found) say(`✓ Closed: ${cards(found)}`);
  else say(`✗ Not all could be closed: ${found - closed} of ${cards(found)}. The log says why.`);
  for (const { pid, cards: open } of living) {
    const places = [...new Set(open.map(({ directory }) => directory))].join(", ");
    say(
      `– OpenCode (process ${pid}) still runs in ${places}, with ${cards(open.length)}: answer there, or end it.`,
    );
  }
  return closed >= found;
}

function cards(count: number): string {
  return count === 1 ? "1 card" : `${count} cards`;
}

/** Every line in OpenCode's global configuration; another place is somebody else's. */
async function removeLines(removal: Removal): Promise<boolean> {
  const { terminal, io, env } = removal;
  terminal.say();
  terminal.say("2. OpenCode's configuration");
  const lines = findPluginLines(readOpenCodeConfigs({ env, directory: io.directory }));
  const global = globalConfigDirectory(env);
  if (lines.length === 0) terminal.say("   ✓ It does not name the plugin");
  let isDone = true;
  for (const line of lines) {
    if (dirname(line.place) === global) isDone = (await removeLine(removal, line)) && isDone;
    else terminal.say(`   – ${line.place} names ${JSON.stringify(line.spec)}: remove it there.`);
  }
  return isDone;
}

async function removeLine({ terminal, yes }: Removal, { place, spec }: PluginLine): Promise<boolean> {
  terminal.say(`   In ${place}:`);
  terminal.say(`   - ${JSON.stringify(spec)}`);
  if (!yes && !(await terminal.confirm("   Remove it?", true))) return false;
  const written = changeFile(place, (text) => removePlugin(text ?? "", spec));
  if (written.kind === "failed") {
    terminal.say(`   ✗ ${place} cannot be written (${written.why}). Remove it by hand.`);
    return false;
  }
  const backup = written.kind === "written" ? written.backup : undefined;
  terminal.say(`   ✓ Removed${backup === undefined ? "" : `; as it was before: ${backup}`}`);
  return true;
}

async function removeEnvFile({ terminal, envFile, yes }: Removal): Promise<boolean> {
  terminal.say();
  terminal.say("3. The file of variables");
  if (envFile === undefined || !existsSync(envFile)) {
    terminal.say("   ✓ There is none");
    return true;
  }
  if (!yes && !(await terminal.confirm(`   Remove ${envFile}, with the tokens in it?`, true))) return false;
  try {
    rmSync(envFile);
    terminal.say(`   ✓ Removed: ${envFile}`);
    return true;
  } catch (error) {
    terminal.say(
      `   ✗ ${envFile} cannot be removed (${error instanceof Error ? error.message : String(error)}).`,
    );
    return false;
  }
}

function whatIsLeft({ io, env }: Removal): readonly string[] {
  const set = Object.keys(io.env).filter((name) => isOurs(name) && io.env[name] !== "");
  const state = stateDirectory(env);
  const sockets = env["OPENCODE_SLACK_GATEWAY_SOCKET_DIR"] ?? defaultSocketDirectory();
  return [
    "Restart every OpenCode that runs: it has the plugin loaded.",
    ...(set.length === 0 ? [] : [`Remove these variables from where you set them: ${set.join(", ")}.`]),
    "Delete the Slack app, and its tokens with it: api.slack.com/apps, the app, Basic Information, Delete App.",
    ...(state !== undefined && existsSync(state)
      ? [`Remove ${state}, when nobody will ask any more who allowed what: the record is in audit.`]
      : []),
    ...(sockets !== undefined && existsSync(sockets) ? [`Remove ${sockets}.`] : []),
    'What "permission" says in OpenCode\'s configuration stays: OpenCode asks in its terminal.',
  ];
}
