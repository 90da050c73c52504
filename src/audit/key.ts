/**
 * The key under which the record names requests. Whoever has the record alone can neither tell nor guess what was
 * asked; whoever has the key too can look up a request that they know.
 */

import { createHmac, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createFile } from "../system/atomic-file.ts";

const KEY_LENGTH_BYTES = 32;

export interface AuditKey {
  /** Says which key it is, and nothing of it. */
  readonly name: string;
  /** The same value has the same name, for each kind of value another. 128 bits. */
  readonly identify: (kind: "request" | "session", value: string) => string;
  /** The same of a value that comes in parts. */
  readonly identifyContent: (parts: readonly Buffer[]) => string;
}

/**
 * The key of the record in `folder`. The first process that needs one makes it.
 *
 * @throws when it can neither be read nor made.
 */
export function takeKey(folder: string): AuditKey {
  return readKey(folder) ?? makeKey(folder);
}

/** @returns undefined when there is none. */
export function readKey(folder: string): AuditKey | undefined {
  try {
    return toKey(readFileSync(fileOf(folder), "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Durable: otherwise a loss of power could leave an empty key, under which nothing can be written. */
function makeKey(folder: string): AuditKey {
  createFile(fileOf(folder), `${randomBytes(KEY_LENGTH_BYTES).toString("hex")}\n`);
  return toKey(readFileSync(fileOf(folder), "utf8"));
}

function toKey(text: string): AuditKey {
  const key = Buffer.from(text.trim(), "hex");
  if (key.length !== KEY_LENGTH_BYTES) throw new Error("the key of the audit record is damaged: remove it");
  const identifyAll = (kind: string, parts: readonly (Buffer | string)[]): string => {
    const hmac = createHmac("sha256", key).update(`${kind}\n`);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex").slice(0, 32);
  };
  return {
    name: identifyAll("key", []),
    identify: (kind, value) => identifyAll(kind, [value]),
    identifyContent: (parts) => identifyAll("content", parts),
  };
}

function fileOf(folder: string): string {
  return join(folder, "key");
}
