/** What a card shows of an edit. */

import { realpath } from "node:fs/promises";
import type { PermissionRequest, ToolCall } from "../../gateway/domain/ask.ts";
import type { Detail, Details } from "../../gateway/domain/content.ts";
import type { Sliced } from "../../system/sliced.ts";
import type { Slices } from "../../system/slices.ts";
import { isEdit, readEdit } from "./edit.ts";
import type { FileEdit } from "./file-edits.ts";
import { editedPaths } from "./plan.ts";
import { TOO_MUCH } from "./told.ts";
import { describeValues } from "../arguments.ts";
import { describeFile, headlineOf, type Place } from "./words.ts";

/**
 * @param version OpenCode's, as far as it is known.
 * @returns undefined for a call that is none of OpenCode's tools that edit.
 */
export async function describeEdit(
  request: PermissionRequest,
  call: ToolCall,
  directory: string,
  slices: Slices,
  version?: string,
): Promise<Details | undefined> {
  if (isEdit(call) && (request.isCut === true || call.isCut === true))
    return { details: await slices.run(describeUnread(request, call, directory)) };
  const edit = await readEdit(request, call, directory, slices, version);
  if (edit === undefined) return undefined;
  const { files, ...rest } = edit;
  const place = { directory, real: await realpath(directory).catch(() => directory) };
  const described = await slices.run(describeFiles(files, place));
  const details =
    described.length > 0 ? described : await slices.run(describeUnread(request, call, directory));
  const isTooMuch = details.some(({ text }) => text === TOO_MUCH);
  const headline = headlineOf(files, described, place);
  return {
    ...(headline !== undefined && { headline }),
    details,
    ...(isTooMuch && { doubt: TOO_MUCH }),
    ...rest,
  };
}

function* describeFiles(files: readonly FileEdit[], place: Place): Sliced<Detail[]> {
  const details: Detail[] = [];
  for (const file of files) {
    yield;
    details.push(...(yield* describeFile(file, place)));
  }
  return details;
}

/** What is known all the same, where it cannot be told what becomes of the files. */
function* describeUnread(
  { metadata }: PermissionRequest,
  call: ToolCall,
  directory: string,
): Sliced<Detail[]> {
  const { diff } = metadata;
  const paths = yield* editedPaths(call, metadata, directory);
  return [
    ...paths.map((text): Detail => ({ label: "File", text, isLine: true })),
    ...(typeof diff === "string" && diff !== "" ? [{ label: "OpenCode's diff", text: diff }] : []),
    ...(yield* describeValues({ label: `Arguments of ${call.tool}` }, call.args)),
  ];
}
