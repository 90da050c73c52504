/** Where a call is made, by real paths: the same words lead elsewhere when a link has been given another end. */

import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import type { PermissionRequest } from "../gateway/domain/ask.ts";

const PLACE_ARGUMENTS: ReadonlyMap<string, string> = new Map([
  ["bash", "workdir"],
  ["read", "filePath"],
]);

interface Base {
  /** Of the project, what the arguments of its tools are relative to. */
  readonly directory: string;
  readonly worktree: string;
}

/**
 * The project, its worktree, and the directory that a command begins in or the file that is read.
 *
 * @returns undefined where one of them is not there, or cannot be followed to its end. Does not reject.
 */
export async function findPlaces(
  request: PermissionRequest,
  { directory, worktree }: Base,
): Promise<readonly string[] | undefined> {
  const paths = [directory, worktree, resolve(directory, placeOf(request))];
  return Promise.all(paths.map(async (path) => realpath(path))).catch(() => undefined);
}

/** By a tool's argument, relative to the project; the project itself for any other. */
function placeOf({ call }: PermissionRequest): string {
  const argument = call && PLACE_ARGUMENTS.get(call.tool);
  const named = argument === undefined ? undefined : call?.args[argument];
  return typeof named === "string" ? named : "";
}
