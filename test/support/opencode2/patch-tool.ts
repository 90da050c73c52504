/**
 * What OpenCode 2's tool `patch` asks, after it has carried the patch out on paper: core/src/tool/plugin/patch.ts,
 * core/src/file-access.ts, util/src/patch.ts. Written from them anew, and apart from what the gateway reads patches with.
 */

import { readFile } from "node:fs/promises";
import path from "node:path";
import { createTwoFilesPatch, diffLines } from "diff";
import { locate, type Target } from "./target.ts";
import type { Request } from "./told.ts";

type Ask = Pick<Request, "action" | "resources" | "save" | "metadata">;

interface Chunk {
  readonly context: string;
  readonly old: string[];
  readonly new: string[];
  isAtEnd: boolean;
}

type Section =
  | { readonly kind: "add"; readonly name: string; readonly content: string }
  | { readonly kind: "delete"; readonly name: string }
  | { readonly kind: "update"; readonly name: string; readonly newName: string; readonly chunks: Chunk[] };

interface Change {
  readonly target: Target;
  readonly moved: Target | undefined;
  readonly before: string;
  readonly after: string;
  readonly status: "added" | "modified" | "deleted";
}

/** @throws where the tool would fail before it asks. */
export async function patchAsks(patchText: string, directory: string): Promise<readonly Ask[]> {
  const outside: Ask[] = [];
  const changes: Change[] = [];
  const updated = new Map<string, string>();

  /** Each name that leads outside is asked about when it is met, and again for the next one there. */
  function reach(name: string): Target {
    const target = locate(name, directory);
    if (target.isOutside) {
      const parentDir = path.dirname(target.absolute);
      const places = [path.join(parentDir, "*")];
      const metadata = { filepath: target.absolute, parentDir };
      outside.push({ action: "external_directory", resources: places, save: places, metadata });
    }
    return target;
  }

  for (const section of parse(patchText)) {
    const target = reach(section.name);
    if (section.kind === "add") {
      const { content } = section;
      const after = content === "" || content.endsWith("\n") ? content : `${content}\n`;
      changes.push({ target, moved: undefined, before: "", after, status: "added" });
      continue;
    }
    const onDisk = await readFile(target.absolute, "utf8");
    if (section.kind === "delete") {
      changes.push({ target, moved: undefined, before: onDisk, after: "", status: "deleted" });
      continue;
    }
    const before = updated.get(target.absolute) ?? onDisk;
    const after = derive(before, section.chunks);
    const moved = section.newName === "" ? undefined : reach(section.newName);
    changes.push({ target, moved, before, after, status: "modified" });
    if (moved === undefined) updated.set(target.absolute, after);
  }

  const targets = changes.flatMap(({ target, moved }) => (moved === undefined ? [target] : [target, moved]));
  const names = targets.map(({ resource }) => resource);
  const files = changes.map(toFile);
  const diff = files.map(({ patch }) => `${patch}\n`).join("");
  const metadata = { filepath: names.join(", "), diff, files };
  return [...outside, { action: "edit", resources: [...new Set(names)], save: ["*"], metadata }];
}

/** The diff is of the old name, and the file is called by the new one. */
function toFile({ target, moved, before, after, status }: Change) {
  const parts = diffLines(before, after);
  const count = (kind: "added" | "removed"): number =>
    parts.filter((part) => part[kind]).reduce((sum, part) => sum + (part.count ?? 0), 0);
  return {
    file: (moved ?? target).resource,
    patch: withoutIndent(createTwoFilesPatch(target.absolute, target.absolute, before, after)),
    additions: count("added"),
    deletions: count("removed"),
    status,
  };
}

function isContent(line: string): boolean {
  return /^[-+ ]/.test(line) && !/^(?:---|\+\+\+)/.test(line);
}

function withoutIndent(diff: string): string {
  const contents = diff.split("\n").filter(isContent);
  const filled = contents.map((line) => line.slice(1)).filter((line) => line.trim() !== "");
  const indent = Math.min(...filled.map((line) => line.length - line.trimStart().length));
  if (!Number.isFinite(indent) || indent === 0) return diff;
  return diff
    .split("\n")
    .map((line) => (isContent(line) ? line.charAt(0) + line.slice(1 + indent) : line))
    .join("\n");
}

function parse(patchText: string): Section[] {
  const text = /^(?:cat\s+)?<<['"]?(\w+)['"]?\s*\n([^]*?)\n\1\s*$/.exec(patchText.trim())?.[2];
  const lines = (text ?? patchText.trim()).split("\n").map((line) => line.replace(/\r$/, ""));
  const [begin, end] = ["*** Begin Patch", "*** End Patch"].map((marker) =>
    lines.findIndex((line) => line.trim() === marker),
  );
  if (begin === undefined || end === undefined || begin === -1 || begin >= end)
    throw new Error("patch verification failed");
  const sections: Section[] = [];
  for (const line of lines.slice(begin + 1, end)) readLine(sections, line);
  if (sections.length === 0) throw new Error("patch rejected: empty patch");
  return sections;
}

/** What does not belong to the section before it, and begins no other, is passed over. */
function readLine(sections: Section[], line: string): void {
  const last = sections.at(-1);
  const [, kind, name = ""] = /^\s*\*\*\* (Add|Delete|Update) File:(.*)$/.exec(line) ?? [];
  // Within a section only what begins at its very beginning ends it.
  const isWithin = last !== undefined && last.kind !== "delete" && !line.startsWith("***");
  if (kind !== undefined && name.trim() !== "" && !isWithin) {
    if (kind === "Add") sections.push({ kind: "add", name: name.trim(), content: "" });
    else if (kind === "Delete") sections.push({ kind: "delete", name: name.trim() });
    else sections.push({ kind: "update", name: name.trim(), newName: "", chunks: [] });
    return;
  }
  if (last?.kind === "add" && line.startsWith("+")) {
    const content = last.content === "" ? line.slice(1) : `${last.content}\n${line.slice(1)}`;
    sections[sections.length - 1] = { ...last, content };
  }
  if (last?.kind === "update") readUpdate(sections, last, line);
}

function readUpdate(sections: Section[], last: Extract<Section, { kind: "update" }>, line: string): void {
  const { chunks } = last;
  const chunk = chunks.at(-1);
  if (line.startsWith("*** Move to:") && chunk === undefined)
    sections[sections.length - 1] = { ...last, newName: line.slice("*** Move to:".length).trim() };
  else if (line.trim() === "*** End of File" && chunk !== undefined) chunk.isAtEnd = true;
  else if (line.startsWith("@@"))
    chunks.push({ context: line.slice(2).trim(), old: [], new: [], isAtEnd: false });
  else if (chunk !== undefined && !chunk.isAtEnd) {
    if (/^[- ]/.test(line)) chunk.old.push(line.slice(1));
    if (/^[+ ]/.test(line)) chunk.new.push(line.slice(1));
  }
}

/** Exactly, or with other blanks at the ends of lines. How loosely it looks beyond that is for unit tests. */
function derive(before: string, chunks: readonly Chunk[]): string {
  const lines = before.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const after = [...lines];
  let from = 0;
  let shift = 0;
  for (const chunk of chunks) {
    if (chunk.context !== "") from = find(lines, [chunk.context], from) + 1;
    const last = lines.length - chunk.old.length;
    const at = chunk.old.length === 0 ? lines.length : find(lines, chunk.old, chunk.isAtEnd ? last : from);
    after.splice(at + shift, chunk.old.length, ...chunk.new);
    shift += chunk.new.length - chunk.old.length;
    from = at + chunk.old.length;
  }
  return after.at(-1) === "" ? after.join("\n") : `${after.join("\n")}\n`;
}

function find(lines: readonly string[], wanted: readonly string[], from: number): number {
  for (const alike of [(line: string) => line, (line: string) => line.trimEnd()])
    for (let at = from; at <= lines.length - wanted.length; at += 1)
      if (wanted.every((line, index) => alike(line) === alike(lines[at + index] ?? ""))) return at;
  throw new Error("patch verification failed: Failed to find expected lines");
}
