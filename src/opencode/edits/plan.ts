/** What OpenCode's tools will do to which files, by the arguments of their call alone. Pure. */

import { isAbsolute, join, resolve } from "node:path";
import type { ToolCall } from "../../gateway/domain/ask.ts";
import { eachInPieces, mapInPieces, type Sliced } from "../../system/sliced.ts";
import { parsePatch, type Chunk, type Section } from "./apply-patch.ts";
import type { Dialect } from "./dialect.ts";
import type { Replacement } from "./replacement.ts";

/** One thing that is done to one file. Paths are what OpenCode gives the kernel: absolute, and not always normal. */
export type Step =
  /** `write` */
  | { readonly kind: "write"; readonly path: string; readonly content: string }
  /** `edit` of nothing: whatever is there is overwritten. */
  | { readonly kind: "fill"; readonly path: string; readonly content: string }
  /** `edit` */
  | { readonly kind: "replace"; readonly path: string; readonly replacement: Replacement }
  /** The three of a patch. */
  | { readonly kind: "add"; readonly path: string; readonly content: string }
  | {
      readonly kind: "update";
      readonly path: string;
      readonly chunks: readonly Chunk[];
      readonly newPath?: string;
    }
  | { readonly kind: "delete"; readonly path: string };

/** Tools that change no file. */
const READERS = /^(read|glob|grep|list|lsp)$/;

/** @returns the steps in their order; undefined for another tool, and for arguments that it would not take. */
export function* planEdit(
  { tool, args }: ToolCall,
  directory: string,
  dialect: Dialect,
): Sliced<readonly Step[] | undefined> {
  const { filePath, content, oldString, newString, replaceAll, patchText } = args;
  if (tool === "apply_patch" && typeof patchText === "string") {
    const sections = yield* parsePatch(patchText, dialect);
    return sections && (yield* mapInPieces(sections, (section) => planSection(section, directory)));
  }
  if (typeof filePath !== "string") return undefined;
  const path = locate(filePath, directory);
  if (tool === "write" && typeof content === "string") return [{ kind: "write", path, content }];
  if (tool !== "edit" || typeof oldString !== "string" || typeof newString !== "string") return undefined;
  if (oldString === "" && dialect.refusesNothing === true) return undefined;
  if (oldString === "") return [{ kind: "fill", path, content: newString }];
  const replacement = { old: oldString, new: newString, everywhere: replaceAll === true };
  return [{ kind: "replace", path, replacement }];
}

/** All in which a patch may be read. */
const GRAMMARS = [
  { endsNamesAtColon: false },
  { endsNamesAtColon: true },
  { endsNamesAtColon: false, hasPatchesOf2: true },
] as const;

/** Every name that a step has. */
export function pathsOf(step: Step): readonly string[] {
  return step.kind === "update" && step.newPath !== undefined ? [step.path, step.newPath] : [step.path];
}

/**
 * The files that a call would change, by whatever OpenCode it is: what its arguments name, and what OpenCode says. Of a
 * tool that is not OpenCode's, what it has in arguments of the same names.
 */
export function* editedPaths(
  { tool, args }: ToolCall,
  metadata: Readonly<Record<string, unknown>>,
  directory: string,
): Sliced<string[]> {
  if (READERS.test(tool)) return [];
  const { filePath, patchText } = args;
  const named = typeof filePath === "string" ? [locate(filePath, directory)] : [];
  const paths = new Set([...toldPaths(metadata), ...named]);
  for (const grammar of typeof patchText === "string" ? GRAMMARS : []) {
    const sections = (yield* parsePatch(String(patchText), grammar)) ?? [];
    yield* eachInPieces(sections, (section) => {
      for (const path of pathsOf(planSection(section, directory))) paths.add(path);
    });
  }
  return [...paths];
}

function planSection(section: Section, directory: string): Step {
  const { name, ...rest } = section;
  const path = resolve(directory, name);
  if (rest.kind !== "update") return { ...rest, path };
  const { newName, ...update } = rest;
  return { ...update, path, ...(newName !== undefined && { newPath: resolve(directory, newName) }) };
}

/** As `edit` and `write` do: an absolute name stays as it is. */
function locate(filePath: string, directory: string): string {
  return isAbsolute(filePath) ? filePath : join(directory, filePath);
}

function toldPaths({ filepath, files }: Readonly<Record<string, unknown>>): string[] {
  const entries: unknown[] = Array.isArray(files) ? files : [];
  const told = entries.flatMap((file): unknown[] => {
    const { filePath, movePath } = Object(file) as Record<string, unknown>;
    return [filePath, movePath];
  });
  // Of a patch it is a list of relative names.
  return [filepath, ...told].filter((path) => typeof path === "string").filter((path) => isAbsolute(path));
}
