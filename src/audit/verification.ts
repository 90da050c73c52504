/**
 * Whether the record is as it was written, as far as it goes: that nothing was changed, removed, inserted or swapped
 * before a head. What was cut off after a head only a later head can tell, one that somebody has seen on a card.
 */

import { lstatSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readKey } from "./key.ts";
import { FILE_LIMIT_BYTES, nameFile, parseFileName, parseLine } from "./lines.ts";

const LINE_BREAK = 0x0a;

/** What was found of one member's files. */
export interface MemberRecord {
  readonly memberID: string;
  readonly files: number;
  /** The hashes of the lines that are consistent, the head last. None when nothing is, or nothing was written yet. */
  readonly hashes: readonly string[];
  /** Why it is consistent no further: one sentence that names file and line. */
  readonly problem?: string;
  /** The file that ends in half a line: somebody writes at this moment, died while they wrote, or cut it. */
  readonly unfinished?: string;
  /** {@link AuditKey.name} of the keys under which its requests are named. It takes none to verify a record. */
  readonly keys: ReadonlySet<string>;
}

interface Chain {
  readonly hashes: string[];
  readonly keys: Set<string>;
  unfinished?: string;
}

/** Something that the writer never leaves behind. */
class Inconsistency extends Error {}

/**
 * Reads all files of all members, also while they write.
 *
 * @returns a record for each member, in the order of their names.
 * @throws when the directory cannot be read.
 */
export function verifyRecords(directory: string): MemberRecord[] {
  const members = new Map<string, number[]>();
  for (const name of readdirSync(directory)) {
    const { memberID, file } = parseFileName(name) ?? {};
    if (memberID === undefined || file === undefined) continue;
    members.set(memberID, [...(members.get(memberID) ?? []), file]);
  }
  return [...members]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([memberID, numbers]) => verifyMember(directory, memberID, numbers));
}

/** @returns undefined when the directory holds no key, or none that can be read. */
export function nameKey(directory: string): string | undefined {
  try {
    return readKey(directory)?.name;
  } catch {
    return undefined; // damaged or not ours: as good as missing
  }
}

function verifyMember(directory: string, memberID: string, numbers: readonly number[]): MemberRecord {
  const chain: Chain = { hashes: [], keys: new Set() };
  const result = { memberID, files: numbers.length };
  try {
    for (const [index, number] of numbers.toSorted((one, other) => one - other).entries()) {
      if (number !== index + 1) throw new Inconsistency(`${nameFile(memberID, index + 1)} is missing.`);
      verifyFile(directory, memberID, number, chain);
    }
    return { ...result, ...chain };
  } catch (error) {
    if (!(error instanceof Inconsistency)) throw error;
    return { ...result, ...chain, problem: error.message };
  }
}

/** Adds the file's lines to the chain, as far as they are consistent. */
function verifyFile(directory: string, memberID: string, number: number, chain: Chain): void {
  const name = nameFile(memberID, number);
  const { lines, rest } = splitLines(readRecord(directory, name));
  for (const [index, bytes] of lines.entries()) {
    const place = `${name}, line ${index + 1},`;
    const line = parseLine(bytes);
    if (line === undefined) throw new Inconsistency(`${place} has changed since it was written.`);
    if (index === 0) {
      if (line.opening?.memberID !== memberID || line.opening.file !== number)
        throw new Inconsistency(
          `${place} is not the first line of this file: files were swapped or renamed.`,
        );
      chain.keys.add(line.opening.key);
    }
    if (line.previous !== (chain.hashes.at(-1) ?? null))
      throw new Inconsistency(
        `${place} does not follow the line before it: lines were removed, inserted or swapped.`,
      );
    chain.hashes.push(line.hash);
  }
  if (rest.length > 0) chain.unfinished = name;
}

function readRecord(directory: string, name: string): Buffer {
  const path = join(directory, name);
  try {
    const found = lstatSync(path);
    if (!found.isFile()) throw new Inconsistency(`${name} is not a file.`);
    if (found.size > FILE_LIMIT_BYTES)
      throw new Inconsistency(`${name} is larger than a file of the record.`);
    return readFileSync(path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new Inconsistency(`${name} cannot be read: ${error.message}.`);
  }
}

function splitLines(bytes: Buffer): { lines: Buffer[]; rest: Buffer } {
  const lines: Buffer[] = [];
  let start = 0;
  for (let end = bytes.indexOf(LINE_BREAK); end !== -1; end = bytes.indexOf(LINE_BREAK, start)) {
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return { lines, rest: bytes.subarray(start) };
}
