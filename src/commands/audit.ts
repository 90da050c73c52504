/** `opencode-slack-gateway audit`: reads the record of who was asked and who answered, or verifies it. */

import { auditDirectory, HEAD_LENGTH_CHARS } from "../audit/lines.ts";
import { nameKey, verifyRecords, type MemberRecord } from "../audit/verification.ts";
import { stateDirectory } from "../composition/paths.ts";
import { readArguments, suggest, UsageError, type Arguments } from "./arguments.ts";
import { listAudit } from "./audit-list.ts";

const HEAD = new RegExp(`^[0-9a-f]{${HEAD_LENGTH_CHARS},64}$`);

const DEFAULT_LIMIT = 50;

const OPTIONS = {
  verify: { type: "boolean" },
  expect: { type: "string", multiple: true },
  directory: { type: "string" },
  limit: { type: "string" },
} as const;

interface AuditCheck {
  /** Of the record. */
  readonly directory: string;
  /** Heads that people have read on closed cards. */
  readonly expected: readonly string[];
}

/** @returns the exit code. */
export function audit(args: readonly string[]): number {
  const given = readArguments(args, OPTIONS);
  const [subcommand, ...more] = given.positionals;
  if (subcommand !== undefined && subcommand !== "list")
    throw new UsageError(`Unknown command: audit ${subcommand}.${suggest(subcommand, ["list"], "audit ")}`);
  if (more.length > 0) throw new UsageError(`Too many arguments: ${more.join(" ")}.`);
  if (subcommand === "list") return listAudit(directoryOf(given), limitOf(given));
  if (!given.has("verify")) throw new UsageError("Add list to read the record, or --verify to check it.");
  return verifyAudit({ directory: directoryOf(given), expected: given.values("expect").map(headOf) });
}

/** Where the record of this user is, unless another place was named. */
function directoryOf(given: Arguments): string {
  const state = stateDirectory();
  const directory = given.value("directory") ?? (state === undefined ? undefined : auditDirectory(state));
  if (directory === undefined) throw new UsageError("There is no home directory: set --directory.");
  return directory;
}

function limitOf(given: Arguments): number {
  const limit = given.value("limit") ?? String(DEFAULT_LIMIT);
  if (!/^[1-9]\d{0,8}$/.test(limit)) throw new UsageError("--limit must be a number from 1 on.");
  return Number(limit);
}

/** A head as somebody typed it. */
function headOf(text: string): string {
  const head = text.trim().toLowerCase();
  if (HEAD.test(head)) return head;
  throw new UsageError(`--expect ${head}: a head is ${HEAD_LENGTH_CHARS} to 64 characters of 0-9 and a-f.`);
}

/**
 * Says what is found.
 *
 * @returns the exit code: 0 where all is consistent and every expected head is there, 1 where it is not.
 */
function verifyAudit({ directory, expected }: AuditCheck): number {
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
    `The key of ${count(keyless.length, "record")} is not in ${directory}: without it you cannot look up requests.`,
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
