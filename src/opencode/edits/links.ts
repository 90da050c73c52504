/** Where a file's name leads. */

import { readlink, realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, sep } from "node:path";

/** Links behind links, as the kernel allows. */
const MAX_LINKS = 40;

/**
 * A file's absolute path without links, also of a file that is not there yet. `..` leads up from where a link leads, as
 * in the kernel.
 */
export async function followLinks(path: string, left = MAX_LINKS): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const directory = dirname(path);
    if (directory === path || left === 0) return path;
    const real = await followLinks(directory, left);
    // A link to what is not there yet: writing makes that.
    const target = await readlink(path).catch(() => undefined);
    if (target === undefined) return join(real, path.slice(directory.length));
    return followLinks(isAbsolute(target) ? target : `${real}${sep}${target}`, left - 1);
  }
}

/** The same but for the last name: what is removed is a link, and not what it leads to. */
export async function followLinksOfDirectory(path: string): Promise<string> {
  return join(await followLinks(dirname(path)), basename(path));
}
