#!/usr/bin/env node
/** The command `opencode-slack-gateway`. */

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { auditDirectory, HEAD_LENGTH_CHARS } from "./audit/lines.ts";
import { nameKey, verifyRecords, type MemberRecord } from "./audit/verification.ts";
import { stateDirectory } from "./composition/paths.ts";

const HELP = `Usage: opencode-slack-gateway audit --verify [--expect <head>]… [--directory <path>]

Checks the audit record of all OpenCodes of this user: that no line was changed, removed, inserted or swapped.

  --verify            read all files and say up to which head each record is consistent
  --expect <head>     also say whether this head, from a closed card, is in a consistent record; may be repeated
  --directory <path>  the directory of the record (default: ${defaultDirectory() ?? "there is none without HOME or XDG_STATE_HOME"})
  --help              show this help
  --version           show the version

Consistent does not mean complete. Lines can be cut off at the end of a record, and whole records removed; only a
head that stands on a card and is not in the record shows it.

Exit code: 0 all is consistent and every expected head is there, 1 it is not, 2 the command was not understood.`;

const OPTIONS = {
  verify: { type: "boolean" },
  expect: { type: "string", multiple: true },
  directory: { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
} as const;

const HEAD = new RegExp(`^[0-9a-f]{${HEAD_LENGTH_CHARS},64}$`);

/** The command is not as {@link HELP} says. */
class UsageError extends Error {}

interface Verify {
  readonly directory: string;
  readonly expected: readonly string[];
}

process.exitCode = run(process.argv.slice(2));

/** @returns the exit code. */
function run(args: readonly string[]): number {
  try {
    const command = parseCommand(args);
    if (typeof command !== "string") return verify(command);
    console.log(command);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${HELP}`);
    return 2;
  }
}

/** @returns what to verify, or what to say. */
function parseCommand(args: readonly string[]): Verify | string {
  const { values, positionals } = parse(args);
  if (values.help === true) return HELP;
  if (values.version === true) return readVersion();
  const [command, ...more] = positionals;
  if (command !== "audit") throw new UsageError(`Unknown command: ${command ?? "none given"}.`);
  if (more.length > 0) throw new UsageError(`Too many words: ${more.join(" ")}.`);
  if (values.verify !== true) throw new UsageError("What to do with the record? There is only --verify.");
  const expected = (values.expect ?? []).map((head) => head.trim().toLowerCase());
  const wrong = expected.find((head) => !HEAD.test(head));
  if (wrong !== undefined)
    throw new UsageError(`--expect ${wrong}: a head is at least ${HEAD_LENGTH_CHARS} of 0-9 a-f.`);
  const directory = values.directory ?? defaultDirectory();
  if (directory === undefined) throw new UsageError("There is no home directory: name the --directory.");
  return { directory, expected };
}

function defaultDirectory(): string | undefined {
  const state = stateDirectory();
  return state === undefined ? undefined : auditDirectory(state);
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

function verify({ directory, expected }: Verify): number {
  const records = readRecords(directory);
  if (typeof records === "string") {
    console.error(records);
    return 1;
  }
  const found = expected.map((head) => ({ head, record: findHead(head, records) }));
  for (const record of records) console.log(renderRecord(record));
  for (const { head, record } of found) console.log(renderExpected(head, record));
  for (const remark of remarkOnKey(directory, records)) console.log(remark);
  const isAsExpected = found.every(({ record }) => record !== undefined);
  return isAsExpected && records.every(({ problem }) => problem === undefined) ? 0 : 1;
}

/** @returns a sentence when there is nothing to verify. */
function readRecords(directory: string): MemberRecord[] | string {
  const none = `There is no audit record in ${directory}.`;
  try {
    const records = verifyRecords(directory);
    return records.length > 0 ? records : none;
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    return error.code === "ENOENT" ? none : `The audit record cannot be read: ${error.message}.`;
  }
}

function findHead(head: string, records: readonly MemberRecord[]): MemberRecord | undefined {
  return records.find(({ hashes }) => hashes.some((hash) => hash.startsWith(head)));
}

function renderExpected(head: string, record: MemberRecord | undefined): string {
  return record === undefined
    ? `Expected ${head}: NOT FOUND among the consistent lines: its line was changed, cut off or removed.`
    : `Expected ${head}: found in the record of ${record.memberID}.`;
}

function remarkOnKey(directory: string, records: readonly MemberRecord[]): string[] {
  const key = nameKey(directory);
  const keyless = records.filter(({ keys }) => [...keys].some((name) => name !== key));
  if (keyless.length === 0) return [];
  return [
    `The key of ${count(keyless.length, "record")} is not in ${directory}: requests cannot be looked up there.`,
  ];
}

function renderRecord({ memberID, files, hashes, problem, unfinished }: MemberRecord): string {
  const head = hashes.at(-1)?.slice(0, HEAD_LENGTH_CHARS);
  const reach = head === undefined ? "no consistent line" : `consistent up to ${head}`;
  const size = `${count(files, "file")}, ${count(hashes.length, "line")}`;
  return [
    `${memberID}: ${reach} (${size})${problem === undefined ? "." : `, and NOT further. ${problem}`}`,
    ...(unfinished === undefined ? [] : [`${unfinished} ends in an unfinished line, which does not count.`]),
  ].join("\n  ");
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
