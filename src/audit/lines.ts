/**
 * How the record looks on disk: what its writer and its verification agree on. Frozen since the first release, because
 * a release verifies what all earlier ones wrote; a later one may add kinds of lines, and fields to a line.
 *
 * A line is a JSON object that ends in `"previous"`, the hash of the line before it, and `"hash"`, its own: the SHA-256
 * of all its bytes before `,"hash"`. The first line of a file is `opened`; its `previous` is the last hash of the
 * file before, or null in a member's first file.
 */

import { createHash } from "node:crypto";
import { join } from "node:path";
import * as z from "zod";

/** No file of the record is larger. */
export const FILE_LIMIT_BYTES = 1024 * 1024;

/** No line is longer: a tenth of it is usual. */
export const LINE_LIMIT_BYTES = 8 * 1024;

/** So much of a line's hash stands on a card: 80 bits, more than anybody can hit on purpose. */
export const HEAD_LENGTH_CHARS = 20;

const lineSchema = z.looseObject({ event: z.string(), previous: z.nullable(z.string()) });

/** Whose file it is, and the how many-eth: so that no file can pass for another one. */
const openingSchema = z.object({
  event: z.literal("opened"),
  version: z.int(),
  memberID: z.string(),
  file: z.int().positive(),
  /** {@link AuditKey.name} */
  key: z.string(),
});

const SEAL_LENGTH_BYTES = seal("0".repeat(64)).length;

export type Opening = z.infer<typeof openingSchema>;

/** A line that is what its hash says. */
export interface Line {
  readonly hash: string;
  readonly previous: string | null;
  /** Of the first line of a file. */
  readonly opening: Opening | undefined;
}

/** Where the record is within the state directory. */
export function auditDirectory(stateDirectory: string): string {
  return join(stateDirectory, "audit");
}

export function nameFile(memberID: string, file: number): string {
  return `${memberID}.${file}.jsonl`;
}

/** @returns undefined for a name that no file of the record has. */
export function parseFileName(name: string): { memberID: string; file: number } | undefined {
  const [, memberID, file] = /^(.+)\.([1-9]\d{0,8})\.jsonl$/.exec(name) ?? [];
  return memberID === undefined ? undefined : { memberID, file: Number(file) };
}

/** @returns the line with its line break, and its hash. */
export function renderLine(fields: object, previous: string | null): { bytes: Buffer; hash: string } {
  const body = JSON.stringify({ ...fields, previous }).slice(0, -1);
  const hash = hashOf(body);
  return { bytes: Buffer.from(`${body}${seal(hash)}\n`), hash };
}

/**
 * On bytes, because a text that was decoded no longer tells one wrong byte from another.
 *
 * @param bytes without the line break.
 * @returns undefined when the line is not as it was written.
 */
export function parseLine(bytes: Buffer): Line | undefined {
  const hash = hashOf(bytes.subarray(0, -SEAL_LENGTH_BYTES));
  if (!bytes.subarray(-SEAL_LENGTH_BYTES).equals(Buffer.from(seal(hash)))) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return { hash, previous: lineSchema.parse(value).previous, opening: openingSchema.safeParse(value).data };
  } catch {
    return undefined;
  }
}

function seal(hash: string): string {
  return `,"hash":"${hash}"}`;
}

function hashOf(body: string | Buffer): string {
  return createHash("sha256").update(body).digest("hex");
}
