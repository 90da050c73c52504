/** The call that a request is about, and the names by which a rule may mean its files. Pure. */

import { posix } from "node:path";
import type { PermissionRequest, ToolCall } from "../gateway/domain/ask.ts";

/** Where a request is made, as far as its text does not tell. */
export interface Place {
  /** The project directory, absolute, without links. */
  readonly directory: string;
  /** The user's home directory, absolute; undefined where there is none. */
  readonly home: string | undefined;
  /** The files that the request's tool would write, move or delete, absolute, as OpenCode names them. */
  readonly edited: readonly string[];
  /** The same with all links followed: what is really written or removed. */
  readonly linked: readonly string[];
  readonly isWindows: boolean;
}

/** The call that a request is about; `doom_loop`, asked about a call that is made again and again, only names it. */
export function callOf({ call, permission, metadata }: PermissionRequest): ToolCall {
  const { tool, input } = metadata;
  if (call !== undefined) return call;
  if (permission !== "doom_loop" || typeof tool !== "string") return { tool: permission, args: {} };
  return { tool, args: typeof input === "object" && input !== null ? { ...input } : {} };
}

/** A path in its normal form and, where it lies in the project or the home directory, as seen from there. */
export function namesOf(path: string, { directory, home }: Place): string[] {
  if (/^\w+:\/\//.test(path)) return [path];
  const normal = normalize(path);
  const fromHome = home === undefined ? [] : seenFrom(home, normal, "~/");
  return [normal, ...seenFrom(directory, normal, ""), ...fromHome];
}

function seenFrom(base: string, path: string, prefix: string): string[] {
  const start = normalize(`${base}/`);
  return path.startsWith(start) && path !== start ? [prefix + path.slice(start.length)] : [];
}

function normalize(path: string): string {
  return posix.normalize(path.replaceAll("\\", "/"));
}
