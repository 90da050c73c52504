/** The files that a request is about, and the names by which a rule may mean them. */

import { readlink, realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, posix, relative, resolve } from "node:path";
import type { PermissionRequest, ToolCall } from "./permission.ts";

/** Where a request is made, as far as its text does not tell. */
export interface Place {
  /** The project directory, absolute, without links. */
  readonly directory: string;
  /** The user's home directory, absolute; undefined where there is none. */
  readonly home: string | undefined;
  /** The files that are edited by their other names, where a link leads to them: {@link followLinks}. */
  readonly linked: readonly string[];
  readonly isWindows: boolean;
}

/** Tools that change no file. */
const READERS = /^(read|glob|grep|list|lsp)$/;
/** Links behind links, as the kernel allows. */
const MAX_LINKS = 40;

/** The call that a request is about; `doom_loop`, asked about a call that is made again and again, only names it. */
export function callOf({ call, permission, metadata }: PermissionRequest): ToolCall {
  const { tool, input } = metadata;
  if (call !== undefined) return call;
  if (permission !== "doom_loop" || typeof tool !== "string") return { tool: permission, args: {} };
  return { tool, args: typeof input === "object" && input !== null ? { ...input } : {} };
}

/** The files that a request's tool would write, absolute, as far as OpenCode tells. */
export function editedPaths(request: PermissionRequest, directory: string): string[] {
  const { tool, args } = callOf(request);
  if (READERS.test(tool)) return [];
  const { filePath, patchText } = args;
  const { filepath } = request.metadata;
  // Of a patch it is a list of files, which its text tells as well.
  const told = typeof filepath === "string" && isAbsolute(filepath) ? [filepath] : [];
  const named = typeof filePath === "string" ? [filePath] : [];
  const patched = typeof patchText === "string" ? patchText.matchAll(/^\*\*\* [\w ]+: (.+?)\s*$/gm) : [];
  return [...told, ...named, ...Array.from(patched, ([, path = ""]) => path)].map((path) =>
    resolve(directory, path),
  );
}

/** A file's absolute path without links, also of a file that is not there yet. */
export async function followLinks(path: string, left = MAX_LINKS): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const directory = dirname(path);
    if (directory === path || left === 0) return path;
    // A link to what is not there yet: writing makes that.
    const target = await readlink(path).catch(() => undefined);
    if (target !== undefined) return followLinks(resolve(directory, target), left - 1);
    return join(await followLinks(directory, left), path.slice(directory.length));
  }
}

/** A path in its normal form and, where it lies in the project or the home directory, as seen from there. */
export function namesOf(path: string, { directory, home }: Place): string[] {
  if (/^\w+:\/\//.test(path)) return [path];
  const normal = posix.normalize(path.replaceAll("\\", "/"));
  const fromHome = home === undefined ? [] : seenFrom(home, normal, "~/");
  return [normal, ...seenFrom(directory, normal, ""), ...fromHome];
}

function seenFrom(base: string, path: string, prefix: string): string[] {
  const inside = relative(base, path);
  return posix.isAbsolute(path) && inside !== "" && !inside.startsWith("..") ? [`${prefix}${inside}`] : [];
}
