#!/usr/bin/env node
/** The command `opencode-slack-gateway`. What a command needs is loaded with it: help and mistakes wait for nothing. */

import { readFileSync } from "node:fs";
import { suggest, UsageError } from "./commands/arguments.ts";
import { COMMAND_HELP, HELP } from "./commands/help.ts";

/** Takes what stands behind its name. @returns the exit code. */
type Command = (args: readonly string[]) => number | Promise<number>;

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import("./commands/init.ts")).init,
  doctor: async () => (await import("./commands/doctor.ts")).doctor,
  status: async () => (await import("./commands/status.ts")).status,
  mute: async () => (await import("./commands/mute.ts")).mute,
  uninstall: async () => (await import("./commands/uninstall.ts")).uninstall,
  manifest: async () => (await import("./commands/manifest.ts")).manifest,
  audit: async () => (await import("./commands/audit.ts")).audit,
};

process.exitCode = await run(process.argv.slice(2));

/** @returns the exit code. */
async function run(args: readonly string[]): Promise<number> {
  try {
    return await runCommand(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message} For help: opencode-slack-gateway ${helpFor(args)}--help`);
    return 2;
  }
}

async function runCommand([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined) return say(HELP);
  if (isHelp(name)) return args[0] === undefined ? say(HELP) : runCommand([args[0], "--help"]);
  if (name === "-v" || name === "--version") return say(readVersion());
  if (name.startsWith("-")) throw new UsageError(`Unknown option: ${name}.`);
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined)
    throw new UsageError(`Unknown command: ${name}.${suggest(name, Object.keys(COMMANDS))}`);
  if (args.some((arg) => arg !== "help" && isHelp(arg))) return say(COMMAND_HELP[name] ?? HELP);
  return (await load())(args);
}

function isHelp(word: string): boolean {
  return ["-h", "--help", "help"].includes(word);
}

/** Of the command that somebody meant, where there is one. */
function helpFor([name = ""]: readonly string[]): string {
  return Object.hasOwn(COMMANDS, name) ? `${name} ` : "";
}

function say(text: string): number {
  console.log(text);
  return 0;
}

function readVersion(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
