/** Files that are there whole or not at all: written beside their place, and put there in one step. */

import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";

/** Only this user reads what we write. */
const MODE = 0o600;

/**
 * Writes a file anew. Nothing is forced to the disk: after a loss of power the old content may be there.
 *
 * @param mode who may read it.
 * @throws when it cannot be written; the old file is as it was then.
 */
export function replaceFile(file: string, text: string, mode = MODE): void {
  const unfinished = beside(file);
  try {
    writeFileSync(unfinished, text, { mode });
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/**
 * Makes a file unless there is one, as when another process was faster. It is on the disk when this returns.
 *
 * @throws when it cannot be written.
 */
export function createFile(file: string, text: string): "created" | "exists" {
  const unfinished = beside(file);
  try {
    writeToDisk(unfinished, text);
    // Unlike a rename, a link replaces nothing.
    linkSync(unfinished, file);
    return "created";
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return "exists";
    throw error;
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function beside(file: string): string {
  return `${file}.${randomBytes(6).toString("hex")}.tmp`;
}

function writeToDisk(file: string, text: string): void {
  const descriptor = openSync(file, "wx", MODE);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
