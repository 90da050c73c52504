/**
 * The one reader of an edit: which files OpenCode's tools would change, what becomes of each, and what is there before
 * and after. By the arguments of the call, by OpenCode's own grammar and resolution; what OpenCode tells of the edit
 * and what is on the disk must be the same.
 */

import { isDeepStrictEqual } from "node:util";
import type { PermissionRequest, ToolCall } from "../../gateway/domain/ask.ts";
import type { Sliced } from "../../system/sliced.ts";
import type { Slices } from "../../system/slices.ts";
import { carryOut, updatedBy, type Deed } from "./deeds.ts";
import { dialectsOf, type Dialect } from "./dialect.ts";
import { digestOf, lookAt, type Disk, type Text } from "./disk.ts";
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
const OTHER_VERSIONS = "OpenCode did not tell its version, and different versions write different things.";

/** Whether a call is of one of OpenCode's tools that edit. */
export function isEdit({ tool }: Pick<ToolCall, "tool">): boolean {
  return TOOLS.test(tool);
}

/** Files of an edit: more of them no file in a thread could show. */
const FILES_LIMIT = 250;
const TOO_MANY = "It changes more files than can be shown, so it can be allowed in OpenCode only.";

/**
 * @param directory what relative paths are relative to.
 * @param version OpenCode's, as far as it is known.
 * @returns undefined for a call that is none of OpenCode's tools that edit.
 */
export async function readEdit(
  request: PermissionRequest,
  call: ToolCall,
  directory: string,
  slices: Slices,
  version?: string,
): Promise<Edit | undefined> {
  if (!isEdit(call)) return undefined;
  const plans = await slices.run(planForAll(call, directory, dialectsOf(version)));
  const paths = new Set(plans.flatMap(({ steps }) => steps.flatMap(pathsOf)));
  if (paths.size > FILES_LIMIT) return { files: [], doubt: TOO_MANY, isCurrent: async () => false };
  const disk = await lookAt(paths, slices);
  const isCurrent = async (): Promise<boolean> => digestOf(await lookAt(paths, slices)) === digestOf(disk);

  const readings: Reading[] = [];
  for (const { dialect, steps } of plans)
    readings.push(await slices.run(read(request, steps, disk, dialect)));
  const [newest = { files: [], doubt: UNREADABLE }, ...others] = choose(readings);
  const isOpen = others.some((other) => !isDeepStrictEqual(other, newest));
  return { ...newest, ...(isOpen && { doubt: OTHER_VERSIONS }), isCurrent };
}

interface Plan {
  readonly dialect: Dialect;
  readonly steps: readonly Step[];
}

function* planForAll(call: ToolCall, directory: string, dialects: readonly Dialect[]): Sliced<Plan[]> {
  const plans: Plan[] = [];
  for (const dialect of dialects) {
    const steps = (yield* planEdit(call, directory, dialect)) ?? [];
    if (steps.length > 0) plans.push({ dialect, steps });
  }
  return plans;
}

/** Those that everything speaks for, the newest version's first; if there are none, the newest. */
function choose(readings: readonly Reading[]): readonly Reading[] {
  const certain = readings.filter(({ doubt }) => doubt === undefined);
  return (certain.length > 0 ? certain : readings.slice(-1)).toReversed();
}

function* read(
  request: PermissionRequest,
  steps: readonly Step[],
  disk: Disk,
  dialect: Dialect,
): Sliced<Reading> {
  const [first] = steps;
  const hunks = first && toldHunks(request.metadata, first.path);
  const results: (Deed | string)[] = [];
  const updated = new Map<string, Text>();
  for (const step of steps) {
    yield;
    const result = yield* carryOut(step, disk, dialect, hunks, updated);
    results.push(result);
    const text = typeof result === "string" ? undefined : updatedBy(result, dialect);
    if (text !== undefined) updated.set(step.path, text);
  }
  const deeds = results.filter((result) => typeof result !== "string");
  const failed = results.find((result) => typeof result === "string");
  const gathered = failed ?? gatherFiles(deeds, disk);
  const doubt =
    whyOtherFiles(steps, request) ??
    (typeof gathered === "string" ? gathered : yield* whyOtherDiff(deeds, request)) ??
    whyOtherPatterns(steps, request);
  return { files: typeof gathered === "string" ? [] : gathered, ...(doubt !== undefined && { doubt }) };
}
