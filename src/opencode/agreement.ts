/**
 * Whether a request and the call that it is about say the same, pair by pair for OpenCode's own tools; and what only the
 * request says. What a version of OpenCode does not tell is no contradiction. Pure.
 */

import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { PermissionRequest, ToolCall } from "../gateway/domain/ask.ts";
import { inOnePiece, type Sliced } from "../system/sliced.ts";
import { areParts } from "./parts.ts";

/** What paths are relative to. */
export interface Base {
  /** In a tool's arguments: the project directory. */
  readonly directory: string;
  /** In a request's patterns: the repository's root, where there is one. */
  readonly worktree: string;
}

export interface Agreement {
  /** Whether the request says something else of what the call speaks of, too. */
  readonly isContradicted: boolean;
  /** The patterns, where they do not follow from the call. */
  readonly patterns: readonly string[];
  /** What the call does not say, and nothing that the card shows otherwise. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

type Asked = Pick<PermissionRequest, "permission" | "patterns" | "metadata">;
type Args = ToolCall["args"];

/** Whether patterns are those that a call asks for. Undefined where its arguments do not tell. */
type Expected = ((patterns: readonly string[]) => Sliced<boolean>) | undefined;

/** The patterns that a tool of OpenCode's asks for, by permission. */
type Asks = ReadonlyMap<string, (args: Args, base: Base) => Expected>;

const TOOLS: ReadonlyMap<string, Asks> = new Map(
  Object.entries<Record<string, (args: Args, base: Base) => Expected>>({
    bash: {
      bash: ({ command }) =>
        typeof command === "string" ? (patterns) => areParts(command, patterns) : undefined,
      external_directory: untold,
    },
    read: { read: file, external_directory: outside },
    edit: { edit: readElsewhere, external_directory: outside },
    write: { edit: readElsewhere, external_directory: outside },
    apply_patch: { edit: readElsewhere, external_directory: untold },
    glob: { glob: ({ pattern }) => exactly(pattern), external_directory: outside },
    grep: { grep: ({ pattern }) => exactly(pattern), external_directory: outside },
    lsp: { lsp: () => exactly("*"), external_directory: outside },
    task: { task: ({ subagent_type: subagent }) => exactly(subagent) },
    skill: { skill: ({ name }) => exactly(name) },
    todowrite: { todowrite: () => exactly("*") },
    webfetch: { webfetch: ({ url }) => exactly(url) },
    websearch: { websearch: ({ query }) => exactly(query) },
    codesearch: { codesearch: ({ query }) => exactly(query) },
    read_mcp_resource: {
      read: ({ server, uri }) =>
        typeof server === "string" && typeof uri === "string" ? exactly(`mcp:${server}:${uri}`) : undefined,
    },
  }).map(([tool, asks]) => [tool, new Map(Object.entries(asks))]),
);

/** Permissions that only the tools for them ask for. */
const OWN_PERMISSIONS: ReadonlySet<string> = new Set(
  Array.from(TOOLS.values(), (asks) => Array.from(asks.keys())).flat(),
);

/** Metadata that says nothing new, or that the card shows otherwise: directories, changes. */
const SHOWN_OTHERWISE: ReadonlyMap<string, readonly string[]> = new Map([
  ["external_directory", ["command", "directories", "patterns", "filepath", "parentDir"]],
  ["edit", ["filepath", "diff", "files"]],
  ["webfetch", ["format"]],
]);

export function* compare(request: Asked, call: ToolCall, base: Base): Sliced<Agreement> {
  const { permission, patterns, metadata } = request;
  // It is about a call that it names itself.
  if (permission === "doom_loop")
    return {
      isContradicted: !isDeepStrictEqual(patterns, [call.tool]),
      patterns: [],
      metadata: withoutCall(metadata, call),
    };

  const { args } = call;
  const asks = TOOLS.get(call.tool);
  const isAnothers = asks !== undefined && !asks.has(permission) && OWN_PERMISSIONS.has(permission);
  const expected = asks?.get(permission)?.(args, base);
  const isExpected = expected && (yield* expected(patterns));
  const told = Object.entries(metadata).filter(([, value]) => value !== undefined);
  const differing = told.filter(([key, value]) => !isSaid(key, value, args, base));
  const isContradicted =
    isAnothers ||
    isExpected === false ||
    !isSameOutside(request) ||
    !isSameFile(request, args, base) ||
    differing.some(([key]) => argument(args, key) !== undefined);
  const isTold = isExpected !== undefined || permission === "external_directory";
  // Another's tool may ask for the same permission and tell what no card shows otherwise.
  const shown = asks?.has(permission) === true ? (SHOWN_OTHERWISE.get(permission) ?? []) : [];
  return {
    isContradicted,
    patterns: (isTold && !isContradicted) || isRepeated(patterns, args) ? [] : patterns,
    metadata: Object.fromEntries(
      differing.filter(([key]) => argument(args, key) !== undefined || !shown.includes(key)),
    ),
  };
}

function withoutCall(metadata: Asked["metadata"], { tool, args }: ToolCall): Asked["metadata"] {
  const { tool: toldTool, input, ...rest } = metadata;
  return toldTool === tool && isDeepStrictEqual(input, args) ? rest : metadata;
}

/** An argument may be called like a method that every object inherits. */
function argument(args: Args, key: string): unknown {
  return Object.hasOwn(args, key) ? args[key] : undefined;
}

/** A check that is too short to be cut into pieces. */
function short(check: (patterns: readonly string[]) => boolean): Expected {
  return (patterns) => inOnePiece(() => check(patterns));
}

function exactly(text: unknown): Expected {
  return typeof text === "string" ? short((patterns) => isDeepStrictEqual(patterns, [text])) : undefined;
}

/** A path of which older versions tell the absolute one, newer ones what it is seen from the repository's root. */
function file(args: Args, { directory, worktree }: Base): Expected {
  const path = pathOf(args);
  if (path === undefined) return undefined;
  return short(
    ([pattern, ...others]) =>
      pattern !== undefined &&
      others.length === 0 &&
      isSamePath(resolve(worktree, pattern), resolve(directory, path)),
  );
}

/** Which files an edit is about, its changes tell. */
function readElsewhere(): Expected {
  return short(() => true);
}

function untold(): Expected {
  return undefined;
}

/** All that is in the directory that a tool is for, or beside the file. */
function outside(args: Args, { directory }: Base): Expected {
  const path = pathOf(args);
  if (path === undefined) return undefined;
  const resolved = resolve(directory, path);
  const around = new Set([resolved, dirname(resolved)].map((each) => slashed(join(each, "*"))));
  return short(
    ([pattern, ...others]) => pattern !== undefined && others.length === 0 && around.has(slashed(pattern)),
  );
}

/** The file or directory that a tool is for. Without one, a search is for the whole project. */
function pathOf({ filePath, path }: Args): string | undefined {
  if (typeof filePath === "string") return filePath;
  return typeof path === "string" ? path : undefined;
}

function isSameOutside({ permission, patterns, metadata }: Asked): boolean {
  const told = metadata["patterns"];
  return permission !== "external_directory" || told === undefined || isDeepStrictEqual(told, patterns);
}

function isSameFile({ metadata: { filepath } }: Asked, args: Args, { directory }: Base): boolean {
  const path = pathOf(args);
  const isTold = typeof filepath === "string" && isAbsolute(filepath);
  return !isTold || path === undefined || isSamePath(filepath, resolve(directory, path));
}

/** Whether an argument says the same; a path may be told as it was resolved. */
function isSaid(key: string, told: unknown, args: Args, { directory }: Base): boolean {
  const said = argument(args, key);
  if (isDeepStrictEqual(told, said)) return true;
  const isPath = key === "filePath" || key === "path";
  return (
    isPath &&
    typeof told === "string" &&
    typeof said === "string" &&
    isAbsolute(told) &&
    isSamePath(told, resolve(directory, said))
  );
}

/** As OpenCode writes patterns, also on Windows. */
function slashed(path: string): string {
  return path.replaceAll("\\", "/");
}

function isSamePath(one: string, other: string): boolean {
  return relative(one, other) === "";
}

/** Whether patterns say nothing that the arguments do not say. */
function isRepeated(patterns: readonly string[], args: Args): boolean {
  const said = new Set<unknown>(["*", ...Object.values(args).flat()]);
  return patterns.every((pattern) => said.has(pattern));
}
