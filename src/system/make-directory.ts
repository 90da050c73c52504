import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a directory, and those above it that are missing. One that is there is left as it is.
 *
 * Not by `recursive`: with that Node 20 tries for ever where a name is unknown and cannot be made, as below `/proc`.
 *
 * @param mode of each that is made.
 * @throws what the system says of the first that cannot be made.
 */
export function makeDirectory(directory: string, mode = 0o777): void {
  if (isDirectory(directory)) return;
  try {
    mkdirSync(directory, { mode });
  } catch (error) {
    // Another process may have made it.
    if (isDirectory(directory)) return;
    const above = dirname(directory);
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || isDirectory(above)) throw error;
    makeDirectory(above, mode);
    makeDirectory(directory, mode);
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
