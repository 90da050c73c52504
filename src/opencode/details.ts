/** What will be done if a request is allowed: the arguments of the tool, put so that a person can judge them. */

import { resolve } from "node:path";
import type { PermissionRequest, ToolCall } from "../gateway/domain/ask.ts";
import type { Detail, Details, Headline } from "../gateway/domain/content.ts";
import { compare } from "./agreement.ts";
import { describeValues } from "./arguments.ts";
import type { Sliced } from "../system/sliced.ts";
import type { Slices } from "../system/slices.ts";
import { describeEdit } from "./edits/describe-edit.ts";
import { shortPath } from "./edits/words.ts";
import { quotedName } from "./quoted-name.ts";

const UNTOLD = "OpenCode did not give the arguments of this call.";
const UNCLEAR =
  "Several calls with the same ID run at the same time, so the gateway cannot tell which of them asks.";

/** The arguments that say most, in the order in which they are shown. All others follow in one block. */
const MAIN_ARGUMENTS = new Map<string, Readonly<Record<string, string>>>([
  ["bash", { command: "Command", workdir: "Working directory", description: "What the agent says about it" }],
  ["edit", { filePath: "File", oldString: "Replace", newString: "With" }],
  ["write", { filePath: "File", content: "Content" }],
  ["read", { filePath: "File" }],
  ["webfetch", { url: "URL" }],
  ["task", { subagent_type: "Subagent", prompt: "Prompt" }],
]);
/** Of these the argument that the head of a card speaks of. */
const SUBJECTS: ReadonlySet<string> = new Set(["Command", "URL"]);

/** What is asked when a tool reaches outside the project directory. */
const OUTSIDE: ReadonlyMap<string, string> = new Map([
  ["bash", "Run a command"],
  ["read", "Read a file"],
  ["edit", "Edit a file"],
  ["write", "Edit a file"],
  ["apply_patch", "Edit files"],
  ["glob", "Search"],
  ["grep", "Search"],
  ["list", "List files"],
]);

/**
 * Describes a request whole.
 *
 * @param directory what relative paths of the tool's arguments are relative to.
 * @param version OpenCode's, as far as it is known.
 * @param worktree what relative paths of the request's patterns are relative to.
 */
export async function describeRequest(
  request: PermissionRequest,
  directory: string,
  slices: Slices,
  {
    worktree = directory,
    version,
  }: { readonly worktree?: string; readonly version?: string | undefined } = {},
): Promise<Details> {
  const { metadata, permission, patterns } = request;
  const call = request.call ?? repeatedCall(request);
  if (call === undefined) {
    const details = [
      { label: nameTool(permission), text: patterns.join("\n") },
      ...(await slices.run(sayRest(metadata))),
    ];
    return { details, doubt: request.isCallUnclear === true ? UNCLEAR : UNTOLD };
  }

  const said = await slices.run(compare(request, call, { directory, worktree }));
  const isOutside = permission === "external_directory";
  const headline = isOutside ? headOutside(call) : headRead(request, call, directory);
  const what = await describeCall(request, call, directory, slices, version);
  const doubt = said.isContradicted ? "OpenCode's request and its tool's arguments differ." : what.doubt;
  return {
    ...(headline !== undefined && { headline }),
    ...what,
    details: [
      ...(isOutside
        ? renderPatterns("Outside", patterns)
        : renderPatterns(nameTool(permission), said.patterns)),
      ...what.details,
      ...(await slices.run(sayRest(said.metadata))),
    ],
    ...(doubt !== undefined && { doubt }),
  };
}

function headOutside({ tool }: ToolCall): Headline {
  return { what: OUTSIDE.get(tool) ?? "Reach", isOutside: true };
}

/** Of a file of the project that needs a permission to be read. */
function headRead(
  { permission }: PermissionRequest,
  { tool, args }: ToolCall,
  directory: string,
): Headline | undefined {
  const { filePath } = args;
  if (permission !== "read" || tool !== "read" || typeof filePath !== "string") return undefined;
  return { what: "Read", name: shortPath(resolve(directory, filePath), directory) };
}

function renderPatterns(label: string, patterns: readonly string[]): Detail[] {
  return patterns.length === 0 ? [] : [{ label, text: patterns.join("\n") }];
}

/** `doom_loop`, asked when a model makes the same call again and again, is about no call but names one. */
function repeatedCall({ permission, metadata }: PermissionRequest): ToolCall | undefined {
  const { tool, input } = metadata;
  if (permission !== "doom_loop" || typeof tool !== "string" || typeof input !== "object" || input === null)
    return;
  return { tool, args: { ...input } };
}

async function describeCall(
  request: PermissionRequest,
  call: ToolCall,
  directory: string,
  slices: Slices,
  version: string | undefined,
): Promise<Details> {
  const isEdit = request.permission === "edit";
  const edit = isEdit ? await describeEdit(request, call, directory, slices, version) : undefined;
  if (edit !== undefined) return edit;
  const { tool } = call;
  const name = request.permission === "doom_loop" ? [{ label: "Tool", text: tool }] : [];
  const shown = [...name, ...(await slices.run(describeArguments(call, directory)))];
  return { details: shown.length > 0 ? shown : [{ label: `Arguments of ${nameTool(tool)}`, text: "" }] };
}

function* describeArguments(call: ToolCall, directory: string): Sliced<Detail[]> {
  const main = MAIN_ARGUMENTS.get(call.tool) ?? {};
  const args = call.tool === "bash" ? withDirectory(call.args, directory) : call.args;
  const shown = Object.entries(main).flatMap(([key, label]): Detail[] => {
    const value = args[key];
    return typeof value === "string" ? [{ label, text: value, ...natureOf(call.tool, key, label) }] : [];
  });
  // Not `in`: an argument may have the name of a method that every object inherits.
  const rest = Object.entries(args).filter(
    ([key, value]) => !Object.hasOwn(main, key) || typeof value !== "string",
  );
  yield;
  const label = `Arguments of ${nameTool(call.tool)}`;
  const others = yield* describeValues({ label }, Object.fromEntries(rest));
  // What is called so by others, the head names; what it names is shown by this alone.
  const [first, ...further] = others;
  const isNamed = !MAIN_ARGUMENTS.has(call.tool) && first?.label.startsWith("Arguments of ");
  return [
    ...shown,
    ...(isNamed === true && first ? [{ ...first, isSubject: true as const }, ...further] : others),
  ];
}

function natureOf(tool: string, key: string, label: string): Omit<Detail, "label" | "text"> {
  return {
    ...(SUBJECTS.has(label) && { isSubject: true }),
    ...(tool === "bash" && key === "command" && { isCommand: true }),
    ...(tool === "bash" && key === "workdir" && { isLine: true }),
    ...(tool === "bash" && key === "description" && { isRemark: true }),
  };
}

/** The directory that a command runs in, where it is another than the project's, which every card names. */
function withDirectory(args: ToolCall["args"], directory: string): ToolCall["args"] {
  const { workdir, ...others } = args;
  const where = resolve(directory, typeof workdir === "string" ? workdir : "");
  return where === resolve(directory) ? others : { ...others, workdir: where };
}

/** In quotation marks where others named it: a server, a plugin. */
function nameTool(tool: string): string {
  return MAIN_ARGUMENTS.has(tool) ? tool : quotedName(tool);
}

/** What the request says besides its call. */
function sayRest(metadata: PermissionRequest["metadata"]): Sliced<Detail[]> {
  const label = "OpenCode says";
  return describeValues({ label, source: label }, metadata);
}
