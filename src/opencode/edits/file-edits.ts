/** What becomes of each file, when all of an edit is done. Pure. */

import type { Content, Disk, Found, Text } from "./disk.ts";
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

/** The names that a deed is about, as what they are in the file system. */
interface Touched {
  /** What is written, links followed. */
  readonly written?: Found & { readonly path: string };
  /** What is removed, which may be a link. */
  readonly removed?: Found & { readonly path: string };
}

/** A file that has several parts in an edit: before all of them, and after those that are done so far. */
interface Fate extends Named {
  readonly before: Text | undefined;
  after: Text | undefined;
}

/** @returns why it cannot be told, as a sentence, where it cannot. */
export function gatherFiles(deeds: readonly Deed[], disk: Disk): readonly FileEdit[] | string {
  const touched = deeds.map((deed) => touchedBy(deed, disk));
  const unreadable = touched.find(({ written }) => written?.content.kind === "unreadable")?.written;
  if (unreadable?.content.kind === "unreadable") return `${unreadable.path} ${unreadable.content.why}.`;

  const counts = new Map<string, number>();
  for (const name of touched.flatMap(namesOf)) counts.set(name, (counts.get(name) ?? 0) + 1);
  const isAlone = (each: Touched): boolean => namesOf(each).every((name) => counts.get(name) === 1);
  const isLink = ({ entry, real }: Found): boolean => entry !== real;
  const together = touched.filter((each) => !isAlone(each));
  if (together.some(({ written, removed }) => [written, removed].some((name) => name && isLink(name))))
    return "A link is named more than once, and what comes of it depends on the order.";

  const alone = deeds.flatMap((deed, index) => {
    const each = touched[index];
    return each !== undefined && isAlone(each) ? [toFileEdit(deed, each)] : [];
  });
  return [...alone, ...followFates(deeds, touched, isAlone)];
}

function touchedBy({ step, written }: Deed, disk: Disk): Touched {
  const named = (path: string) => {
    const found = disk.get(path);
    if (found === undefined) throw new Error("Every path of an edit is looked at.");
    return { ...found, path };
  };
  const newPath = step.kind === "update" ? step.newPath : undefined;
  return {
    ...(written && { written: named(newPath ?? step.path) }),
    ...((written === undefined || newPath !== undefined) && { removed: named(step.path) }),
  };
}

function namesOf({ written, removed }: Touched): string[] {
  return [...(written ? new Set([written.real, written.entry]) : []), ...(removed ? [removed.entry] : [])];
}

/** Of a deed that shares none of its files with another. */
function toFileEdit({ step, written: after }: Deed, { written, removed }: Touched): FileEdit {
  const named = ({ path, real }: Named): Named => ({ path, real });
  if (removed !== undefined) {
    const before = textOf(removed.content);
    const isLink = removed.entry !== removed.real;
    if (before === undefined) throw new Error("Only a file that was read is removed.");
    if (written === undefined || after === undefined)
      return isLink
        ? { kind: "delete-link", ...named(removed) }
        : { kind: "delete", ...named(removed), before };
    const lost = textOf(written.content);
    return {
      kind: "rename",
      ...named(removed),
      to: named(written),
      before,
      after,
      ...(lost && { lost }),
      isLink,
      losesMode: removed.content.kind === "text" && removed.content.isExecutable && lost === undefined,
    };
  }
  if (written === undefined || after === undefined) throw new Error("Every deed writes or removes.");
  const before = textOf(written.content);
  if (before === undefined) return { kind: "create", ...named(written), after };
  const isBlind = step.kind === "add" || step.kind === "fill";
  return { kind: isBlind ? "overwrite" : "change", ...named(written), before, after };
}

/** OpenCode reads all files before it changes the first, and then does one thing after the other. */
function followFates(
  deeds: readonly Deed[],
  touched: readonly Touched[],
  isAlone: (each: Touched) => boolean,
): FileEdit[] {
  const fates = new Map<string, Fate>();
  const fateOf = ({ path, real, content }: Found & { path: string }): Fate => {
    const text = textOf(content);
    const fate = fates.get(real) ?? { path, real, before: text, after: text };
    fates.set(real, fate);
    return fate;
  };
  for (const [index, each] of touched.entries()) {
    if (isAlone(each)) continue;
    if (each.written !== undefined) fateOf(each.written).after = deeds[index]?.written;
    if (each.removed !== undefined) fateOf(each.removed).after = undefined;
  }
  return [...fates.values()].map(({ path, real, before, after }): FileEdit => {
    const name = { path, real, isGathered: true as const };
    if (before === undefined)
      return after === undefined ? { kind: "nothing", ...name } : { kind: "create", ...name, after };
    return after === undefined
      ? { kind: "delete", ...name, before }
      : { kind: "change", ...name, before, after };
  });
}

function textOf(content: Content): Text | undefined {
  return content.kind === "text" ? content : undefined;
}
