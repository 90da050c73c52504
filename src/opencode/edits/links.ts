/** Where a file's name leads. */

import { lstat, readlink, realpath } from "node:fs/promises";
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

/** What is removed by a name: where that is a link, the link itself, and not what it leads to. */
export async function findEntry(path: string): Promise<string> {
  const isLink = await lstat(path).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  );
  return isLink ? join(await followLinks(dirname(path)), basename(path)) : followLinks(path);
}
