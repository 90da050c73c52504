/** What will be done if a request is allowed: the arguments of the tool, put so that a person can judge them. */

import { isAbsolute, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Detail, Details, PermissionRequest, ToolCall } from "../permission.ts";
import { describeEdit } from "./edits/describe-edit.ts";

/** The arguments that say most, in the order in which they are shown. All others follow as JSON. */
const MAIN_ARGUMENTS = new Map<string, Readonly<Record<string, string>>>([
  ["bash", { command: "Command", workdir: "Working directory", description: "What the agent says about it" }],
  ["edit", { filePath: "File", oldString: "Replace", newString: "With" }],
  ["write", { filePath: "File", content: "Content" }],
  ["read", { filePath: "File" }],
  ["webfetch", { url: "URL" }],
  ["task", { subagent_type: "Subagent", prompt: "Prompt" }],
]);

/**
 * Describes a request whole.
 *
 * @param directory what relative paths of the tool's arguments are relative to.
 * @param version OpenCode's, as far as it is known.
 */
export async function describeRequest(
  request: PermissionRequest,
  directory: string,
  version?: string,
): Promise<Details> {
  const { metadata, permission, patterns } = request;
  const call = request.call ?? repeatedCall(request);
  if (call === undefined) {
    const details = [
      { label: permission, text: patterns.join("\n") },
      ...renderRest("OpenCode says", metadata),
    ];
    return { details, doubt: "OpenCode did not tell the arguments of this call." };
  }

  const where = permission === "external_directory" ? [{ label: "Outside", text: patterns.join("\n") }] : [];
  const what = await describeCall(request, call, directory, version);
  const doubt = contradicts(metadata, call, directory)
    ? "OpenCode's request and its tool's arguments differ."
    : what.doubt;
  return { ...what, details: [...where, ...what.details], ...(doubt !== undefined && { doubt }) };
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
  version: string | undefined,
): Promise<Details> {
  const isEdit = request.permission === "edit";
  const edit = isEdit ? await describeEdit(request, call, directory, version) : undefined;
  if (edit !== undefined) return edit;
  const main = MAIN_ARGUMENTS.get(call.tool) ?? {};
  const args = call.tool === "bash" ? withDirectory(call.args, directory) : call.args;
  const shown = Object.entries(main).flatMap(([key, label]): Detail[] => {
    const value = args[key];
    const isCommand = call.tool === "bash" && key === "command" && { isCommand: true as const };
    return typeof value === "string" ? [{ label, text: value, ...isCommand }] : [];
  });
  // Not `in`: an argument may have the name of a method that every object inherits.
  const rest = Object.entries(args).filter(
    ([key, value]) => !Object.hasOwn(main, key) || typeof value !== "string",
  );
  return { details: [...shown, ...renderRest(`Arguments of ${call.tool}`, Object.fromEntries(rest))] };
}

/** The directory that a command runs in, where it is another than the project's, which every card names. */
function withDirectory(args: ToolCall["args"], directory: string): ToolCall["args"] {
  const { workdir, ...others } = args;
  const where = resolve(directory, typeof workdir === "string" ? workdir : "");
  return where === resolve(directory) ? others : { ...others, workdir: where };
}

function renderRest(label: string, rest: Readonly<Record<string, unknown>>): Detail[] {
  return Object.keys(rest).length === 0 ? [] : [{ label, text: JSON.stringify(rest, null, 2) }];
}

/** Whether the event says something else than the arguments do, wherever both speak of the same. */
function contradicts(
  metadata: PermissionRequest["metadata"],
  { args }: ToolCall,
  directory: string,
): boolean {
  const { filepath } = metadata;
  const { filePath } = args;
  if (typeof filepath === "string" && typeof filePath === "string" && isAbsolute(filepath)) {
    if (resolve(directory, filePath) !== resolve(filepath)) return true;
  }
  return Object.entries(metadata).some(([key, value]) => {
    const isShared = value !== undefined && args[key] !== undefined;
    return isShared && !isDeepStrictEqual(value, args[key]);
  });
}
