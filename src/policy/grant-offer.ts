/** Whether a request is of a kind that may be allowed for a time. Pure. */

import type { PermissionRequest } from "../gateway/domain/ask.ts";

/** What OpenCode asks for a tool of its own whose next call is as its last one, and that tool. */
const OWN: ReadonlyMap<string, string> = new Map([
  ["bash", "bash"],
  ["read", "read"],
  ["webfetch", "webfetch"],
]);

/** What OpenCode asks in words that a server's tool could be named by, too. */
const NEVER: ReadonlySet<string> = new Set([
  "apply_patch",
  "doom_loop",
  "external_directory",
  "plan_enter",
  "plan_exit",
  "read_mcp_resource",
]);

/**
 * Commands, fetched pages, read files, and tools of MCP servers, as far as the call is known, whole, and one that the
 * model makes itself. Never an edit, whose files are others the next time, nor what nobody knows here.
 *
 * @param servers the names of OpenCode's MCP servers.
 */
export function mayGrant(request: PermissionRequest, servers: readonly string[]): boolean {
  const { permission, call, isCut, isCallUnclear } = request;
  if (call === undefined || call.isCut || call.isNested || isCut || isCallUnclear) return false;
  const tool = OWN.get(permission) ?? (isOfServer(permission, servers) ? permission : undefined);
  return tool === call.tool;
}

/** Whether only the names of OpenCode's MCP servers tell. */
export function isPerhapsOfServer({ permission, call }: PermissionRequest): boolean {
  return call?.tool === permission && permission.includes("_") && !OWN.has(permission);
}

/** OpenCode names such a tool by its server and its own name there, and asks for it by that name. */
function isOfServer(permission: string, servers: readonly string[]): boolean {
  if (NEVER.has(permission)) return false;
  return servers.some((name) => name !== "" && permission.startsWith(`${name.replaceAll(/[^\w-]/g, "_")}_`));
}
