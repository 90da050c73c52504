/** What will be done if a request is allowed: the arguments of the tool, put so that a person can judge them. */

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Detail, Details, PermissionRequest, ToolCall } from "../permission.ts";
import { compare } from "./agreement.ts";
import { parseDiff, renderDiff, type FileDiff } from "./diff.ts";

const UNTOLD = "OpenCode did not tell the arguments of this call.";
const UNCLEAR = "Several calls with one ID run at the same time: nobody can tell which of them asks.";

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
 * @param worktree what relative paths of the request's patterns are relative to.
 */
export async function describeRequest(
  request: PermissionRequest,
  directory: string,
  worktree = directory,
): Promise<Details> {
  const { metadata, permission, patterns } = request;
  const call = request.call ?? repeatedCall(request);
  if (call === undefined) {
    const details = [
      { label: permission, text: patterns.join("\n") },
      ...renderRest("OpenCode says", metadata),
    ];
    return { details, doubt: request.isCallUnclear === true ? UNCLEAR : UNTOLD };
  }

  const said = compare(request, call, { directory, worktree });
  const isOutside = permission === "external_directory";
  const what = await describeCall(request, call, directory);
  const doubt = said.isContradicted ? "OpenCode's request and its tool's arguments differ." : what.doubt;
  return {
    details: [
      ...(isOutside ? renderPatterns("Outside", patterns) : renderPatterns(permission, said.patterns)),
      ...what.details,
      ...renderRest("OpenCode says", said.metadata),
    ],
    ...(doubt !== undefined && { doubt }),
  };
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
  { metadata, permission }: PermissionRequest,
  call: ToolCall,
  directory: string,
): Promise<Details> {
  if (permission === "edit" && typeof metadata["diff"] === "string")
    return describeEdit(metadata["diff"], call);
  const { tool } = call;
  const name = permission === "doom_loop" ? [{ label: "Tool", text: tool }] : [];
  const shown = [...name, ...describeArguments(call, directory)];
  return { details: shown.length > 0 ? shown : [{ label: `Arguments of ${tool}`, text: "" }] };
}

function describeArguments(call: ToolCall, directory: string): Detail[] {
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
  return [...shown, ...renderRest(`Arguments of ${call.tool}`, Object.fromEntries(rest))];
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

async function describeEdit(diff: string, call: ToolCall): Promise<Details> {
  const written = writtenLines(call);
  const files = await Promise.all(parseDiff(diff).map(async (file) => describeFile(file, written)));
  if (files.length === 0) {
    const details = [{ label: "Diff", text: diff }, ...renderRest(`Arguments of ${call.tool}`, call.args)];
    return { details, doubt: "OpenCode's diff cannot be read." };
  }
  const doubt = files.find((file) => file.doubt !== undefined)?.doubt;
  return { details: files.flatMap(({ details }) => details), ...(doubt !== undefined && { doubt }) };
}

async function describeFile(file: FileDiff, written: readonly string[]): Promise<Details> {
  const path = file.from === file.to ? file.to : `${file.from} → ${file.to}`;
  const before = await readIfThere(file.from);
  const diff = before === undefined ? undefined : renderDiff(file, before, written);
  const shown = diff ?? file.hunks.flatMap(({ lines }) => lines).join("\n");
  const details = [
    { label: "File", text: path },
    { label: "Diff", text: shown },
  ];
  if (diff !== undefined) return { details };
  return { details, doubt: "A file differs from the one that OpenCode made this diff of." };
}

/** A file that is not there yet is empty; one that cannot be read is undefined. */
async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) =>
    error.code === "ENOENT" ? "" : undefined,
  );
}

/** The lines that a tool of OpenCode's writes, as its arguments have them. */
function writtenLines({ args }: ToolCall): string[] {
  const { content, newString, patchText } = args;
  if (typeof content === "string") return content.split(/\r?\n/);
  if (typeof newString === "string") return newString.split(/\r?\n/);
  if (typeof patchText !== "string") return [];
  return patchText.split(/\r?\n/).flatMap((line) => (line.startsWith("+") ? [line.slice(1)] : []));
}
