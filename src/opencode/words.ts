/**
 * OpenCode 2's names for tools, arguments and permissions → OpenCode 1's, in which rules, masks, cards and the record
 * know them. What a tool does with its arguments is the same. Pure.
 */

import { join, resolve } from "node:path";
import type { PermissionRequest, ToolCall } from "../gateway/domain/ask.ts";

/** A tool of OpenCode's own, and those of its arguments that have another name now. */
interface Renamed {
  readonly tool: string;
  readonly args: Readonly<Record<string, string>>;
  /** Where `~` at the beginning of one is the home directory. */
  readonly paths: readonly string[];
  /** Of whose lines some name files, in which it is that too. */
  readonly patch?: string;
}

/** The lines of a patch that name a file below the home directory. */
const NAMES_FROM_HOME = /^(\*\*\* (?:(?:Add|Delete|Update) File|Move to):[ \t]*)~(?=\/)/gm;

const FILE = { args: { path: "filePath" }, paths: ["filePath"] };

/** Source: packages/core/src/tool/plugin/*.ts of OpenCode 2.0. */
const TOOLS: ReadonlyMap<string, Renamed> = new Map([
  ["shell", { tool: "bash", args: {}, paths: ["workdir"] }],
  ["read", { tool: "read", ...FILE }],
  ["edit", { tool: "edit", ...FILE }],
  ["write", { tool: "write", ...FILE }],
  ["patch", { tool: "apply_patch", args: {}, paths: [], patch: "patchText" }],
  ["glob", { tool: "glob", args: {}, paths: ["path"] }],
  ["grep", { tool: "grep", args: {}, paths: ["path"] }],
  ["subagent", { tool: "task", args: { agent: "subagent_type" }, paths: [] }],
  ["skill", { tool: "skill", args: { id: "name" }, paths: [] }],
]);

const PERMISSIONS: ReadonlyMap<string, string> = new Map([
  ["shell", "bash"],
  ["subagent", "task"],
]);

export function permissionOf(action: string): string {
  return PERMISSIONS.get(action) ?? action;
}

/** @param home what `~` stands for. */
export function toCall({ tool, args, ...call }: ToolCall, home: string | undefined): ToolCall {
  const known = TOOLS.get(tool);
  if (known === undefined) return { ...call, tool, args };
  const renamed = Object.entries(known.args).filter(([name]) => Object.hasOwn(args, name));
  const ours = new Map(Object.entries(args).filter(([name]) => !Object.hasOwn(known.args, name)));
  // What the tool does not take, although it is called as one of ours, is not shown in its place.
  const isHidden = renamed.some(([, name]) => ours.has(name));
  for (const [name, ourName] of renamed) ours.set(ourName, args[name]);
  for (const name of known.paths) if (ours.has(name)) ours.set(name, fromHome(ours.get(name), home));
  const patch = known.patch === undefined ? undefined : ours.get(known.patch);
  if (known.patch !== undefined && typeof patch === "string" && home !== undefined)
    ours.set(
      known.patch,
      patch.replaceAll(NAMES_FROM_HOME, (_, header: string) => header + home),
    );
  return { ...call, tool: known.tool, args: Object.fromEntries(ours), ...(isHidden && { isCut: true }) };
}

function fromHome(path: unknown, home: string | undefined): unknown {
  if (typeof path !== "string" || home === undefined) return path;
  if (path === "~") return home;
  return path.startsWith("~/") ? join(home, path.slice(2)) : path;
}

type Metadata = PermissionRequest["metadata"];

/**
 * What OpenCode tells of an edit. Each file has a diff of its own, of its name as it is seen from the project directory
 * or, in a patch, of its whole name; a move is told by its new name alone.
 *
 * @param directory what names are relative to.
 */
export function toEditMetadata({ files, diff, ...metadata }: Metadata, directory: string): Metadata {
  if (diff !== undefined) return { ...metadata, diff };
  const [file, ...others] = Array.isArray(files) ? (files as unknown[]) : [];
  const { file: name, patch } = Object(file) as { readonly file?: unknown; readonly patch?: unknown };
  if (others.length > 0 || typeof name !== "string" || typeof patch !== "string")
    return files === undefined ? metadata : { ...metadata, files };
  return { ...metadata, diff: withWholeName(patch.replaceAll("\r\n", "\n"), name, directory) };
}

function withWholeName(patch: string, name: string, directory: string): string {
  const path = resolve(directory, name);
  const header = headerOf(name);
  return patch.startsWith(header) ? headerOf(path) + patch.slice(header.length) : patch;
}

/** As jsdiff writes it, which OpenCode uses. */
function headerOf(path: string): string {
  return `Index: ${path}\n${"=".repeat(67)}\n--- ${path}\n+++ ${path}\n`;
}
