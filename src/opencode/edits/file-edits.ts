/** What becomes of each file, when all of an edit is done. Pure. */

import { quotedName } from "../quoted-name.ts";
import type { Disk, Found, Text } from "./disk.ts";
import type { Deed } from "./deeds.ts";

/** A file, and what is known of its name. */
export interface Named {
  /** As OpenCode names it. */
  readonly path: string;
  /** Where that leads, links followed. */
  readonly real: string;
}

export type FileEdit = Named & {
  /** It has more than one part in the edit, and this is what comes of them all. */
  readonly isGathered?: true;
} & (
    | { readonly kind: "create"; readonly after: Text }
    | { readonly kind: "change"; readonly before: Text; readonly after: Text }
    /** The tool did not look at what is there, so that OpenCode does not tell what is lost. */
    | { readonly kind: "overwrite"; readonly before: Text; readonly after: Text }
    | { readonly kind: "delete"; readonly before: Text }
    /** What it leads to stays. */
    | { readonly kind: "delete-link" }
    | {
        readonly kind: "rename";
        readonly to: Named;
        readonly before: Text;
        readonly after: Text;
        /** What is overwritten there. */
        readonly lost?: Text;
        /** Only a link is removed: the file that it leads to stays. */
        readonly isLink: boolean;
        /** It could be executed, and cannot any more. */
        readonly losesMode: boolean;
      }
    /** Made and removed again. */
    | { readonly kind: "nothing" }
  );

/** A name, and what was found by it. */
type Name = Named & Found;

/** A deed, and what it writes and removes. */
interface Touch {
  readonly deed: Deed;
  readonly written: Name | undefined;
  readonly removed: Name | undefined;
}

/** A file that several deeds are about: before all of them, and after those that are done so far. */
interface Fate extends Named {
  readonly before: Text | undefined;
  after: Text | undefined;
}

/** @returns why it cannot be told, as a sentence, where it cannot. */
export function gatherFiles(deeds: readonly Deed[], disk: Disk): readonly FileEdit[] | string {
  const touches = deeds.map((deed) => touchOf(deed, disk));
  for (const { written } of touches) {
    if (written?.content.kind === "unreadable") return `${quotedName(written.path)} ${written.content.why}.`;
    if (written?.content.kind === "text" && written.content.hasOtherNames)
      return `${quotedName(written.path)} is a hard link: the file would also change under its other names.`;
  }

  const counts = new Map<string, number>();
  for (const place of touches.flatMap(placesOf)) counts.set(place, (counts.get(place) ?? 0) + 1);
  const isAlone = (touch: Touch): boolean => placesOf(touch).every((place) => counts.get(place) === 1);
  const together = touches.filter((touch) => !isAlone(touch));
  if (together.some(({ written, removed }) => isLink(written) || isLink(removed)))
    return "This edit names a link more than once, and the result depends on the order.";
  return [...touches.filter(isAlone).map(toFileEdit), ...followFates(together)];
}

function touchOf(deed: Deed, disk: Disk): Touch {
  const { step, written } = deed;
  const newPath = step.kind === "update" ? step.newPath : undefined;
  const isRemoved = written === undefined || newPath !== undefined;
  return {
    deed,
    written: written && nameOf(newPath ?? step.path, disk),
    removed: isRemoved ? nameOf(step.path, disk) : undefined,
  };
}

function nameOf(path: string, disk: Disk): Name {
  const found = disk.get(path);
  if (found === undefined) throw new Error("Every path of an edit is looked at.");
  return { ...found, path };
}

/** What a deed is about in the file system, whatever it is called. */
function placesOf({ written, removed }: Touch): string[] {
  const places = written === undefined ? [] : [...new Set([written.real, written.entry])];
  return removed === undefined ? places : [...places, removed.entry];
}

function isLink(name: Name | undefined): boolean {
  return name !== undefined && name.entry !== name.real;
}

/** Of a deed that shares its files with no other. */
function toFileEdit({ deed, written, removed }: Touch): FileEdit {
  const after = deed.written;
  if (written === undefined || after === undefined) return toDelete(removed);
  if (removed !== undefined) return toRename(removed, written, after);
  const { path, real, content } = written;
  if (content.kind !== "text") return { kind: "create", path, real, after };
  const isBlind = deed.step.kind === "add" || deed.step.kind === "fill";
  return { kind: isBlind ? "overwrite" : "change", path, real, before: content, after };
}

function toDelete(removed: Name | undefined): FileEdit {
  if (removed?.content.kind !== "text") throw new Error("Only what was read is deleted.");
  const { path, real, content } = removed;
  return isLink(removed)
    ? { kind: "delete-link", path, real }
    : { kind: "delete", path, real, before: content };
}

function toRename(removed: Name, written: Name, after: Text): FileEdit {
  const { path, real, content } = removed;
  if (content.kind !== "text") throw new Error("Only what was read is renamed.");
  const lost = textOf(written);
  return {
    kind: "rename",
    path,
    real,
    to: { path: written.path, real: written.real },
    before: content,
    after,
    ...(lost && { lost }),
    isLink: isLink(removed),
    losesMode: content.isExecutable && lost === undefined,
  };
}

/** OpenCode reads all files before it changes the first, and then does one thing after the other. */
function followFates(touches: readonly Touch[]): FileEdit[] {
  const fates = new Map<string, Fate>();
  for (const { deed, written, removed } of touches) {
    if (written !== undefined) fateOf(written, fates).after = deed.written;
    if (removed !== undefined) fateOf(removed, fates).after = undefined;
  }
  return [...fates.values()].map(toGathered);
}

function fateOf(name: Name, fates: Map<string, Fate>): Fate {
  const before = textOf(name);
  const fate = fates.get(name.real) ?? { path: name.path, real: name.real, before, after: before };
  fates.set(name.real, fate);
  return fate;
}

function toGathered({ path, real, before, after }: Fate): FileEdit {
  const isGathered = true;
  if (before !== undefined && after !== undefined)
    return { kind: "change", path, real, before, after, isGathered };
  if (before !== undefined) return { kind: "delete", path, real, before, isGathered };
  if (after !== undefined) return { kind: "create", path, real, after, isGathered };
  return { kind: "nothing", path, real, isGathered };
}

function textOf({ content }: Name): Text | undefined {
  return content.kind === "text" ? content : undefined;
}
