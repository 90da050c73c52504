/** Whether what OpenCode tells of an edit is what its arguments and the files come to. Pure. */

import { resolve, sep } from "node:path";
import * as z from "zod";
import type { PermissionRequest } from "../../gateway/domain/ask.ts";
import type { Sliced } from "../../system/sliced.ts";
import { CHANGED, type Deed } from "./deeds.ts";
import { pathsOf, type Step } from "./plan.ts";
import { isDiffOf, readDiff, type Hunk } from "./told-diff.ts";

const NAMES = "OpenCode's request and its tool's arguments differ.";
const DIFF = "OpenCode's diff cannot be read.";
/** Nobody could read it either: such an edit is not allowed from Slack. */
export const TOO_MUCH = "Too much of this file changes to compare it here.";
/** Characters of a diff that is compared: several times what anybody reads. */
const DIFF_LIMIT = 400_000;

/** An entry of `metadata.files`; a diff is `patch` since 1.15 and was `diff`, with the whole texts, before. */
const fileSchema = z.object({
  filePath: z.string(),
  type: z.string(),
  movePath: z.string().optional(),
  patch: z.string().optional(),
  diff: z.string().optional(),
  before: z.string().optional(),
  after: z.string().optional(),
});

type ToldFile = z.infer<typeof fileSchema>;
type Told = Pick<PermissionRequest, "metadata" | "patterns">;

/** @returns why OpenCode tells of other files than these steps, as a sentence. What is not told contradicts nothing. */
export function whyOtherFiles(steps: readonly Step[], { metadata }: Told): string | undefined {
  const { filepath, files } = metadata;
  if (!steps.every(isOfPatch)) {
    const paths = steps.map(({ path }) => path);
    return typeof filepath === "string" && !isEach(paths, [filepath], isSamePath) ? NAMES : undefined;
  }
  const told = readFiles(files);
  return told === "unknown" || (told !== "other" && isEach(steps, told, isToldOf)) ? undefined : NAMES;
}

/** @returns why OpenCode asks about other files than these steps, as a sentence. */
export function whyOtherPatterns(steps: readonly Step[], { metadata, patterns }: Told): string | undefined {
  if (patterns.length === 0) return undefined;
  const paths = steps.map(({ path }) => path);
  const { filepath } = metadata;
  // OpenCode 2 asks about the place that a file is moved to as well, and about each name once.
  const every = steps.flatMap(pathsOf);
  const all = [...new Set(every)];
  const patternOf = new Map(all.map((path, index) => [path, patterns[index]]));
  const listed = [patterns, every.map((path) => patternOf.get(path))];
  const isListed =
    !steps.every(isOfPatch) ||
    typeof filepath !== "string" ||
    listed.some((names) => filepath === names.join(", "));
  const isNamed = isEach(paths, patterns, isPatternOf) || isEach(all, patterns, isPatternOf);
  return isListed && isNamed ? undefined : NAMES;
}

/** @returns why OpenCode's diff is of something else than these deeds, as a sentence. */
export function* whyOtherDiff(deeds: readonly Deed[], { metadata }: Told): Sliced<string | undefined> {
  const { diff, files } = metadata;
  const told = readFiles(files);
  if (Array.isArray(told) && !isEach(deeds, told, hasToldTexts)) return CHANGED;
  if (typeof diff !== "string") return undefined;
  if (diff.length > DIFF_LIMIT) return TOO_MUCH;
  yield;
  const isPatch = deeds.every(({ step }) => isOfPatch(step));
  const parts = Array.isArray(told) ? told.map(({ patch, diff: part = patch }) => part) : [];
  const isWhole = parts.length > 0 && parts.every((part) => part !== undefined);
  if (isWhole && diff !== parts.map((part) => `${part}\n`).join("")) return DIFF;

  const lines = diff.split("\n");
  let next = 0;
  for (const { step, told: texts } of deeds) {
    const read = readDiff(lines, step.path, next);
    if (read === undefined || (isPatch && lines[read.next] !== "")) return DIFF;
    if (!(yield* isDiffOf(read.hunks, texts.before, texts.after))) return CHANGED;
    next = isPatch ? read.next + 1 : read.next;
  }
  return next === lines.length - 1 && lines[next] === "" ? undefined : DIFF;
}

/** The hunks of the diff of a file, where it is the only one. */
export function toldHunks({ diff }: Told["metadata"], path: string): readonly Hunk[] | undefined {
  return typeof diff === "string" ? readDiff(diff.split("\n"), path)?.hunks : undefined;
}

function isOfPatch({ kind }: Step): boolean {
  return kind === "add" || kind === "update" || kind === "delete";
}

function readFiles(files: unknown): readonly ToldFile[] | "unknown" | "other" {
  if (files === undefined) return "unknown";
  const parsed = z.array(fileSchema).safeParse(files);
  return parsed.success ? parsed.data : "other";
}

function isEach<A, B>(
  some: readonly A[],
  others: readonly B[],
  isPair: (one: A, other: B) => boolean,
): boolean {
  return (
    some.length === others.length &&
    some.every((one, index) => {
      const other = others[index];
      return other !== undefined && isPair(one, other);
    })
  );
}

function isSamePath(path: string, told: string): boolean {
  return path === told || (sep === "\\" && resolve(path) === resolve(told));
}

/** A pattern is a path as it is seen from the worktree, wherever that is. */
function isPatternOf(path: string, pattern: string): boolean {
  const spelled = pattern.replaceAll(sep, "/");
  const inside = spelled.replace(/^(?:\.\.\/)+/, "");
  return inside === ".." || `/${resolve(path).replaceAll(sep, "/")}`.endsWith(`/${inside}`);
}

function isToldOf(step: Step, { filePath, type, movePath }: ToldFile): boolean {
  const newPath = step.kind === "update" ? step.newPath : undefined;
  return (
    isSamePath(step.path, filePath) &&
    type === (newPath === undefined ? step.kind : "move") &&
    (newPath === undefined ? movePath === undefined : isSamePath(newPath, movePath ?? ""))
  );
}

function hasToldTexts({ told }: Deed, { before = told.before, after = told.after }: ToldFile): boolean {
  return before === told.before && after === told.after;
}
