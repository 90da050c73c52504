/** The lines in which two texts differ, as a unified diff, in time that grows with the texts and no faster. Pure. */

import { diffArrays } from "diff";
import { eachInPieces, type Sliced } from "../../system/sliced.ts";
import { countOf } from "./replacement.ts";

/** Lines that stay as they are, shown before and behind those that change. */
const CONTEXT_LINES = 4;
/** Characters of both texts together, from the first that differs to the last: several times what anybody reads. */
const COMPARED_CHARACTERS = 400_000;
/** Lines that are compared by the shortest way from the one text to the other. */
const COMPARED_LINES = 4_000;
/** Lines that differ in them at most: finding the shortest way takes as many times as long. */
const DIFFERING_LINES = 150;

/** In place of where a line stands. */
const REPEATED = -1;

/** Stands behind a line that no line break ends. */
const NO_LINE_BREAK = "\\ No newline at end of file";

/** Lines that are replaced by others. */
interface Change {
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
}

/** A line that stands in both texts, by its place in each. */
interface Anchor {
  readonly oldAt: number;
  readonly newAt: number;
}

/** The lines of two texts; one that no line break ends has a line break behind it, so that it is another line. */
interface Pair {
  readonly old: readonly string[];
  readonly new: readonly string[];
}

/** The parts of two texts that differ, with lines around them that do not. */
interface Window {
  readonly before: string;
  readonly after: string;
  /** Lines that stand before it, in both. */
  readonly linesBefore: number;
}

/** @returns an empty text where the two are equal; undefined where more differs than can be compared. */
export function* diffLines(before: string, after: string): Sliced<string | undefined> {
  if (before === after) return "";
  const window = findWindow(before, after);
  const isOneSided = window.before === "" || window.after === "";
  if (!isOneSided && window.before.length + window.after.length > COMPARED_CHARACTERS) return undefined;
  yield;
  const pair = { old: toLines(window.before), new: toLines(window.after) };
  const all = { oldStart: 0, oldEnd: pair.old.length, newStart: 0, newEnd: pair.new.length };
  const shown: string[] = [];
  for (const changes of gatherHunks(yield* findChanges(pair, all)))
    yield* renderHunk(pair, changes, window.linesBefore, shown);
  return shown.join("\n");
}

function findWindow(before: string, after: string): Window {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  let behind = 0;
  const [oldLast, newLast] = [before.length - 1, after.length - 1];
  while (
    behind < shorter - start &&
    before.charCodeAt(oldLast - behind) === after.charCodeAt(newLast - behind)
  )
    behind += 1;
  // One more, for the line in which the first or the last difference is.
  for (let line = 0; line <= CONTEXT_LINES; line += 1)
    start = start < 2 ? 0 : before.lastIndexOf("\n", start - 2) + 1;
  let end = before.length - behind;
  for (let line = 0; line <= CONTEXT_LINES && end < before.length; line += 1)
    end = before.indexOf("\n", end) + 1 || before.length;
  return {
    before: before.slice(start, end),
    after: after.slice(start, after.length - (before.length - end)),
    linesBefore: countOf("\n", before.slice(0, start)),
  };
}

function toLines(text: string): string[] {
  const lines = text.split("\n");
  const last = lines.pop() ?? "";
  return last === "" ? lines : [...lines, `${last}\n`];
}

function* findChanges(pair: Pair, within: Change): Sliced<Change[]> {
  const region = trim(pair, within);
  const compared = compare(pair, region);
  if (compared !== undefined) return compared;
  const anchors = [...(yield* findAnchors(pair, region)), { oldAt: region.oldEnd, newAt: region.newEnd }];
  let [oldStart, newStart] = [region.oldStart, region.newStart];
  const changes: Change[] = [];
  for (const { oldAt, newAt } of anchors) {
    const gap = trim(pair, { oldStart, oldEnd: oldAt, newStart, newEnd: newAt });
    [oldStart, newStart] = [oldAt + 1, newAt + 1];
    if (isEmpty(gap)) continue;
    changes.push(...(compare(pair, gap) ?? [gap]));
    yield;
  }
  return changes;
}

function isEmpty({ oldStart, oldEnd, newStart, newEnd }: Change): boolean {
  return oldStart === oldEnd && newStart === newEnd;
}

/** Without the lines at both ends that are equal. */
function trim({ old, new: added }: Pair, region: Change): Change {
  let { oldStart, oldEnd, newStart, newEnd } = region;
  while (oldStart < oldEnd && newStart < newEnd && old[oldStart] === added[newStart]) {
    oldStart += 1;
    newStart += 1;
  }
  while (oldStart < oldEnd && newStart < newEnd && old[oldEnd - 1] === added[newEnd - 1]) {
    oldEnd -= 1;
    newEnd -= 1;
  }
  return { oldStart, oldEnd, newStart, newEnd };
}

/** @returns undefined where it would take long. */
function compare(pair: Pair, region: Change): Change[] | undefined {
  const { oldStart, oldEnd, newStart, newEnd } = region;
  const [oldCount, newCount] = [oldEnd - oldStart, newEnd - newStart];
  if (oldCount === 0 || newCount === 0) return oldCount === newCount ? [] : [region];
  // What is equal at the ends is left out already.
  if (oldCount === 1 && newCount === 1) return [region];
  if (oldCount + newCount > COMPARED_LINES) return undefined;
  const parts = diffArrays(pair.old.slice(oldStart, oldEnd), pair.new.slice(newStart, newEnd), {
    maxEditLength: DIFFERING_LINES,
  });
  if (parts === undefined) return undefined;

  const changes: Change[] = [];
  let [oldAt, newAt] = [oldStart, newStart];
  for (const { added, removed, value } of parts) {
    const [oldNext, newNext] = [oldAt + (added ? 0 : value.length), newAt + (removed ? 0 : value.length)];
    if (added || removed)
      changes.push({ oldStart: oldAt, oldEnd: oldNext, newStart: newAt, newEnd: newNext });
    [oldAt, newAt] = [oldNext, newNext];
  }
  return changes;
}

/** Lines that stand once in each text, as many as stand in the same order in both. */
function* findAnchors({ old, new: added }: Pair, region: Change): Sliced<Anchor[]> {
  const oldPlaces = yield* placesOfUnique(old, region.oldStart, region.oldEnd);
  const newPlaces = yield* placesOfUnique(added, region.newStart, region.newEnd);
  const common: Anchor[] = [];
  yield* eachInPieces([...newPlaces], ([line, newAt]) => {
    const oldAt = oldPlaces.get(line) ?? REPEATED;
    if (newAt !== REPEATED && oldAt !== REPEATED) common.push({ oldAt, newAt });
  });
  const isRising = common.every(({ oldAt }, index) => index === 0 || (common[index - 1]?.oldAt ?? 0) < oldAt);
  return isRising ? common : yield* longestRise(common);
}

/** Where a line stands, or that it stands there more than once; in the order in which they stand there first. */
function* placesOfUnique(lines: readonly string[], start: number, end: number): Sliced<Map<string, number>> {
  const places = new Map<string, number>();
  yield* eachInPieces(lines.slice(start, end), (line, index) => {
    places.set(line, places.has(line) ? REPEATED : start + index);
  });
  return places;
}

/** The longest of the sequences in which `oldAt` rises. */
function* longestRise(anchors: readonly Anchor[]): Sliced<Anchor[]> {
  interface Link extends Anchor {
    readonly before: Link | undefined;
  }
  /** By their length: the sequence that ends lowest. */
  const ends: Link[] = [];
  yield* eachInPieces(anchors, (anchor) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle]?.oldAt ?? 0) < anchor.oldAt) low = middle + 1;
      else high = middle;
    }
    ends[low] = { ...anchor, before: ends[low - 1] };
  });
  const rise: Anchor[] = [];
  for (let link = ends.at(-1); link !== undefined; link = link.before) rise.push(link);
  return rise.toReversed();
}

/** Changes so near to each other that their context touches. */
function gatherHunks(changes: readonly Change[]): Change[][] {
  const hunks: Change[][] = [];
  for (const change of changes) {
    const last = hunks.at(-1);
    const end = last?.at(-1)?.oldEnd;
    if (last === undefined || end === undefined || change.oldStart - end > 2 * CONTEXT_LINES)
      hunks.push([change]);
    else last.push(change);
  }
  return hunks;
}

function* renderHunk(
  { old, new: added }: Pair,
  changes: readonly Change[],
  linesBefore: number,
  shown: string[],
): Sliced<void> {
  const [first, last] = [changes[0], changes.at(-1)];
  if (first === undefined || last === undefined) return;
  const before = Math.min(CONTEXT_LINES, first.oldStart);
  const behind = Math.min(CONTEXT_LINES, old.length - last.oldEnd);
  const [oldStart, newStart] = [first.oldStart - before, first.newStart - before];
  const [oldCount, newCount] = [last.oldEnd + behind - oldStart, last.newEnd + behind - newStart];
  shown.push(`@@ -${range(linesBefore + oldStart, oldCount)} +${range(linesBefore + newStart, newCount)} @@`);
  const add = (sign: string, lines: readonly string[]): Sliced<void> =>
    eachInPieces(lines, (line) => shown.push(sign + (line.endsWith("\n") ? line + NO_LINE_BREAK : line)));
  let oldAt = oldStart;
  for (const change of changes) {
    yield* add(" ", old.slice(oldAt, change.oldStart));
    yield* add("-", old.slice(change.oldStart, change.oldEnd));
    yield* add("+", added.slice(change.newStart, change.newEnd));
    oldAt = change.oldEnd;
  }
  yield* add(" ", old.slice(oldAt, last.oldEnd + behind));
}

/** As unified diffs have it: where there is no line, the one before it is named. */
function range(start: number, count: number): string {
  return `${count === 0 ? start : start + 1},${count}`;
}
