/** What this machine does now and then only, noted by the age of a small file. */

import { readFileSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { replaceFile } from "../system/atomic-file.ts";
import { makeDirectory } from "../system/make-directory.ts";

/**
 * @param file absolute; its directory is made.
 * @param forMs how long a note counts.
 * @returns what was noted there, by whichever process; undefined where nothing is, or it is too old.
 */
export function readNote(file: string, forMs = Number.POSITIVE_INFINITY): string | undefined {
  try {
    // A clock that was set back makes a note of the future, which would count for ever.
    const ageMs = Math.abs(Date.now() - statSync(file).mtimeMs);
    return ageMs <= forMs ? readFileSync(file, "utf8") : undefined;
  } catch {
    return undefined;
  }
}

/** @returns false where nothing can be noted: then nobody knows that it was done. */
export function writeNote(file: string, note: string): boolean {
  try {
    makeDirectory(dirname(file), 0o700);
    replaceFile(file, note);
    return true;
  } catch {
    return false;
  }
}

/** It was not done after all. */
export function removeNote(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Then it is done again when the note is too old.
  }
}
