/**
 * The one reader of an edit: which files OpenCode's tools would change, what becomes of each, and what is there before
 * and after. By the arguments of the call, by OpenCode's own grammar and resolution; what OpenCode tells of the edit
 * and what is on the disk must be the same.
 */

import { setImmediate } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { PermissionRequest, ToolCall } from "../../permission.ts";
import { carryOut, type Deed } from "./deeds.ts";
import { dialectsOf, type Dialect } from "./dialect.ts";
import { digestOf, lookAt, type Disk } from "./disk.ts";
import { gatherFiles, type FileEdit } from "./file-edits.ts";
import { pathsOf, planEdit, type Step } from "./plan.ts";
import { toldHunks, whyOtherDiff, whyOtherFiles, whyOtherPatterns } from "./told.ts";

export interface Edit {
  /** None where it cannot be told. */
  readonly files: readonly FileEdit[];
  /** Why it may not be the whole truth, as a sentence. */
  readonly doubt?: string;
  /** Whether every file still leads where it led and holds what it held. Does not reject. */
  readonly isCurrent: () => Promise<boolean>;
}

type Reading = Pick<Edit, "files" | "doubt">;

const TOOLS = /^(?:write|edit|apply_patch)$/;

const UNREADABLE = "The arguments of this edit cannot be read.";
const OTHER_VERSIONS =
  "OpenCode did not tell its version, and what it would write differs from one to the other.";

/**
 * @param directory what relative paths are relative to.
 * @param version OpenCode's, as far as it is known.
 * @returns undefined for a call that is none of OpenCode's tools that edit.
 */
export async function readEdit(
  request: PermissionRequest,
  call: ToolCall,
  directory: string,
  version?: string,
): Promise<Edit | undefined> {
  if (!TOOLS.test(call.tool)) return undefined;
  const plans = dialectsOf(version).flatMap((dialect) => {
    const steps = planEdit(call, directory, dialect);
    return steps === undefined || steps.length === 0 ? [] : [{ dialect, steps }];
  });
  const paths = plans.flatMap(({ steps }) => steps.flatMap(pathsOf));
  const disk = await lookAt(paths);
  const isCurrent = async (): Promise<boolean> => digestOf(await lookAt(paths)) === digestOf(disk);

  const readings: Reading[] = [];
  for (const { dialect, steps } of plans) readings.push(await read(request, steps, disk, dialect));
  const [newest = { files: [], doubt: UNREADABLE }, ...others] = choose(readings);
  const isOpen = others.some((other) => !isDeepStrictEqual(other, newest));
  return { ...newest, ...(isOpen && { doubt: OTHER_VERSIONS }), isCurrent };
}

/** Those that everything speaks for, the newest version's first; if there are none, the newest. */
function choose(readings: readonly Reading[]): readonly Reading[] {
  const certain = readings.filter(({ doubt }) => doubt === undefined);
  return (certain.length > 0 ? certain : readings.slice(-1)).toReversed();
}

async function read(
  request: PermissionRequest,
  steps: readonly Step[],
  disk: Disk,
  dialect: Dialect,
): Promise<Reading> {
  const [first] = steps;
  const hunks = first && toldHunks(request.metadata, first.path);
  const results: (Deed | string)[] = [];
  for (const step of steps) {
    results.push(carryOut(step, disk, dialect, hunks));
    // Each takes some milliseconds, in which OpenCode waits.
    await setImmediate();
  }
  const deeds = results.filter((result) => typeof result !== "string");
  const failed = results.find((result) => typeof result === "string");
  const gathered = failed ?? gatherFiles(deeds, disk);
  const doubt =
    whyOtherFiles(steps, request) ??
    (typeof gathered === "string" ? gathered : await whyOtherDiff(deeds, request)) ??
    whyOtherPatterns(steps, request);
  return { files: typeof gathered === "string" ? [] : gathered, ...(doubt !== undefined && { doubt }) };
}
