#!/usr/bin/env node
/** The command `opencode-slack-gateway`. */

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { defaultDirectory, mistakeInHead, verifyAudit, type AuditCheck } from "./commands/audit.ts";

const HELP = `Usage: opencode-slack-gateway audit --verify [--expect <head>]… [--directory <path>]

Checks the audit record of all OpenCodes of this user: that no line was changed, removed, inserted or swapped.

  --verify            read all files and say up to which head each record is consistent
  --expect <head>     also say whether this head, from a closed card, is in a consistent record; may be repeated
  --directory <path>  the directory of the record (default: ${defaultDirectory() ?? "none, as HOME and XDG_STATE_HOME are not set"})
  --help              show this help
  --version           show the version

Consistent does not mean complete. Somebody can cut lines off the end of a record, or remove a whole record. Only a
head that is on a card, but not in the record, shows that.

Exit code: 0 all is consistent and every expected head is there, 1 it is not, 2 the command is wrong.`;

const OPTIONS = {
  verify: { type: "boolean" },
  expect: { type: "string", multiple: true },
  directory: { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
} as const;

/** The command is not as {@link HELP} says. */
class UsageError extends Error {}

const [command, ...args] = process.argv.slice(2);
process.exitCode =
  command === "doctor"
    ? await (await import("./commands/doctor.ts")).doctor(args)
    : command === "status"
      ? await (await import("./commands/status.ts")).status(args)
      : run(process.argv.slice(2));

/** @returns the exit code. */
function run(args: readonly string[]): number {
  try {
    const command = parseCommand(args);
    if (typeof command !== "string") return verifyAudit(command);
    console.log(command);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${HELP}`);
    return 2;
  }
}

/** @returns what to verify, or what to say. */
function parseCommand(args: readonly string[]): AuditCheck | string {
  const { values, positionals } = parse(args);
  if (values.help === true) return HELP;
  if (values.version === true) return readVersion();
  const [command, ...more] = positionals;
  if (command !== "audit") throw new UsageError(`Unknown command: ${command ?? "none given"}.`);
  if (more.length > 0) throw new UsageError(`Too many arguments: ${more.join(" ")}.`);
  if (values.verify !== true) throw new UsageError("Add --verify: audit can do nothing else.");
  const expected = (values.expect ?? []).map((head) => head.trim().toLowerCase());
  for (const head of expected) {
    const mistake = mistakeInHead(head);
    if (mistake !== undefined) throw new UsageError(`--expect ${head}: ${mistake}.`);
  }
  const directory = values.directory ?? defaultDirectory();
  if (directory === undefined) throw new UsageError("There is no home directory: set --directory.");
  return { directory, expected };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}

function readVersion(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
