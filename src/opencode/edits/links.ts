/** Where a file's name leads. */

import { lstat, readlink, realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, parse, sep } from "node:path";

/** Links behind links, as the kernel allows. */
const MAX_LINKS = 40;
/** Characters of a name: the kernel takes none that is longer. */
const NAME_LIMIT = 4_096;

/**
 * A file's absolute path without links, also of a file that is not there yet. `..` leads up from where a link leads, as
 * in the kernel.
 */
export async function followLinks(path: string, left = MAX_LINKS): Promise<string> {
  if (path.length > NAME_LIMIT) return path;
  return realpath(path).catch(async () => followParts(path, left));
}

/** From the root on, up to the first part that is not there: nothing behind it can be. */
async function followParts(path: string, left: number): Promise<string> {
  const { root } = parse(path);
  const parts = path.slice(root.length).split(sep);
  let real = root;
  for (const [index, part] of parts.entries()) {
    const next = await realpath(join(real, part)).catch(() => undefined);
    if (next === undefined) return join(await followMissing(real, part, left), ...parts.slice(index + 1));
    real = next;
  }
  return real;
}

/** A link to what is not there yet: writing makes that. */
async function followMissing(directory: string, part: string, left: number): Promise<string> {
  const path = join(directory, part);
  const target = left === 0 ? undefined : await readlink(path).catch(() => undefined);
  if (target === undefined) return path;
  return followLinks(isAbsolute(target) ? target : `${directory}${sep}${target}`, left - 1);
}

/** What is removed by a name: where that is a link, the link itself, and not what it leads to. */
export async function findEntry(path: string): Promise<string> {
  const isLink = await lstat(path).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  );
  return isLink ? join(await followLinks(dirname(path)), basename(path)) : followLinks(path);
}
