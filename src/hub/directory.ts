/** Whether a directory is this user's alone: nobody else may enter it, and nobody else may put another one in its place. */

import { lstatSync, mkdirSync, realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";

const WRITABLE_BY_ALL = 0o002;
/** Of a directory: only their owners may move what is in it. */
const STICKY = 0o1000;

/**
 * Makes the directory if it is not there.
 *
 * @param directory absolute and normal: behind a slash at its end, a link would be followed.
 * @returns why it must not be used, to be said of it; undefined when it may.
 */
export function refusalOf(directory: string): string | undefined {
  try {
    make(directory);
    const found = lstatSync(directory);
    if (found.isSymbolicLink()) return "is a link";
    if (found.uid !== process.getuid?.()) return "belongs to another user";
    if ((found.mode & 0o777) !== 0o700) return "is open to other users: its mode is not 0700";
    const above = [...directoriesAbove(directory), ...directoriesAbove(realpathSync(directory))];
    return above.map(refusalAbove).find((why) => why !== undefined);
  } catch (error) {
    return `cannot be made: ${codeOf(error)}`;
  }
}

/**
 * Makes it, and what is missing above it. Not by `recursive`: with that Node 20 tries for ever where a name is unknown and
 * cannot be made, as below `/proc`.
 */
function make(directory: string): void {
  if (isThere(directory)) return;
  const above = dirname(directory);
  if (above !== directory) make(above);
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it.
    if (!isThere(directory)) throw error;
  }
}

function isThere(directory: string): boolean {
  return statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** What stands above: whoever may write in it can move away what it holds. */
function refusalAbove(path: string): string | undefined {
  const found = lstatSync(path);
  if (found.uid !== 0 && found.uid !== process.getuid?.())
    return `is in ${path}, which belongs to another user`;
  // A link's own mode says nothing.
  const isOpen = !found.isSymbolicLink() && (found.mode & WRITABLE_BY_ALL) !== 0;
  if (!isOpen || (found.mode & STICKY) !== 0) return undefined;
  return `is in ${path}, where everybody can replace it: that directory has no sticky bit`;
}

function directoriesAbove(path: string): string[] {
  const above = dirname(path);
  return above === path ? [] : [above, ...directoriesAbove(above)];
}

export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
