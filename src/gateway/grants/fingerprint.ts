/** By what two requests are the very same one: a hash of all that OpenCode says of each, and of where each is made. Pure. */

import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { PermissionRequest } from "../domain/ask.ts";

/** Who makes a request, and where; as OpenCode and the disk have it, and never shown. */
export interface Provenance {
  /** From the session at the root to the one that asks. */
  readonly sessionIDs: readonly string[];
  readonly agent: string;
  readonly model: string;
  /** By their real paths: the project, its worktree, and where the call works or what it reads. */
  readonly places: readonly string[];
}

/** A hash that another request has only if it differs in its names alone. 256 bits. */
export function fingerprintOf(request: PermissionRequest, provenance: Provenance): string {
  return createHash("sha256")
    .update(serialize([withoutNames(request), provenance]))
    .digest("base64url");
}

/** Whether two requests are the same as OpenCode words them, wherever they are made. Needs no hash. */
export function isSameRequest(one: PermissionRequest, other: PermissionRequest): boolean {
  return isDeepStrictEqual(withoutNames(one), withoutNames(other));
}

/** OpenCode names each request, and each message of a model, anew. */
function withoutNames({ requestID: _request, messageID: _message, ...said }: PermissionRequest) {
  return said;
}

/**
 * The same text for equal values, whatever the order of their fields, and another one for others. Values of JSON and
 * `undefined`, nested no deeper than `bounded.ts` lets through.
 */
export function serialize(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(serialize).join(",")}]`;
  if (typeof value !== "object" || value === null) return serializeSimple(value);
  const fields = Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${serialize(field)}`);
  return `{${fields.join(",")}}`;
}

/** Texts stand in quotation marks, and half characters in escapes: a hash knows only whole ones. */
function serializeSimple(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return Object.is(value, -0) ? "-0" : String(value);
}
