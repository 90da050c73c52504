/** What a card shows of an edit. */

import { realpath } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import type { Detail, Details, PermissionRequest, ToolCall } from "../../permission.ts";
import { readEdit } from "./edit.ts";
import { editedPaths } from "./plan.ts";
import { describeFile, TOO_MUCH } from "./words.ts";

/**
 * @param version OpenCode's, as far as it is known.
 * @returns undefined for a call that is none of OpenCode's tools that edit.
 */
export async function describeEdit(
  request: PermissionRequest,
  call: ToolCall,
  directory: string,
  version?: string,
): Promise<Details | undefined> {
  const edit = await readEdit(request, call, directory, version);
  if (edit === undefined) return undefined;
  const { files, ...rest } = edit;
  const place = { directory, real: await realpath(directory).catch(() => directory) };
  const details: Detail[] = [];
  for (const file of files) {
    details.push(...describeFile(file, place));
    // Each takes some milliseconds, in which OpenCode waits.
    await setImmediate();
  }
  if (details.length === 0) details.push(...describeUnread(request, call, directory));
  const isTooMuch = details.some(({ text }) => text === TOO_MUCH);
  return { details, ...(isTooMuch && { doubt: TOO_MUCH }), ...rest };
}

/** What is known all the same, where it cannot be told what becomes of the files. */
function describeUnread({ metadata }: PermissionRequest, call: ToolCall, directory: string): Detail[] {
  const { diff } = metadata;
  return [
    ...editedPaths(call, metadata, directory).map((text): Detail => ({ label: "File", text, isLine: true })),
    ...(typeof diff === "string" && diff !== "" ? [{ label: "OpenCode's diff", text: diff }] : []),
    { label: `Arguments of ${call.tool}`, text: JSON.stringify(call.args, null, 2) },
  ];
}
