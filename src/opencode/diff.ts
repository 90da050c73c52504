/**
 * Diffs as OpenCode tells them in `metadata.diff`. OpenCode removes the indentation that all lines of a file's diff
 * have in common; where indentation is code, that hides what will be written.
 */

import { parsePatch, type StructuredPatch } from "diff";

export interface FileDiff {
  /** Where the file is now, and where it will be; the same unless it is moved. */
  readonly from: string;
  readonly to: string;
  /** Hunks of a unified diff with the indentation that OpenCode removed. */
  readonly hunks: readonly Hunk[];
}

type Hunk = StructuredPatch["hunks"][number];

/** Splits a diff into those of its files. @returns none when it is no unified diff. */
export function parseDiff(diff: string): FileDiff[] {
  const files = tryToParse(diff);
  // Whatever its types say, the parser takes any text for a file that has no name.
  const isDiff = files.every(({ oldFileName, newFileName }) => oldFileName && newFileName);
  if (!isDiff) return [];
  return files.map(({ oldFileName, newFileName, hunks }) => ({ from: oldFileName, to: newFileName, hunks }));
}

function tryToParse(diff: string): StructuredPatch[] {
  try {
    return parsePatch(diff);
  } catch {
    return [];
  }
}

/**
 * Writes a file's diff out with every line's own indentation.
 *
 * @param before the file as it is now: tells the indentation of lines that stay or go, and so how much was removed.
 * @param written lines that the tool was told to write, which tell the indentation of lines that come.
 * @returns undefined when the file is not the one that the diff was made of.
 */
export function renderDiff(
  { hunks }: FileDiff,
  before: string,
  written: readonly string[],
): string | undefined {
  const fileLines = before.split(/\r?\n/);
  const removed = removedIndentation(hunks, fileLines, written);
  if (removed === undefined) return undefined;

  let lastIndentation = "";
  let nextWritten = 0;
  return hunks
    .flatMap((hunk) => {
      const header = `@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@`;
      const lines = withOldLines(hunk, fileLines).map(({ sign, content, fileLine }) => {
        if (fileLine !== undefined) {
          lastIndentation = fileLine.slice(0, removed);
          return sign + fileLine;
        }
        if (sign !== "+") return sign + content;
        const index = written.findIndex(
          (line, at) => at >= nextWritten && isIndented(line, content, removed),
        );
        // A line that the tool changes in its middle begins as the line did that it replaces.
        if (index === -1) return sign + (content.trim() === "" ? "" : lastIndentation) + content;
        nextWritten = index + 1;
        return sign + written[index];
      });
      return [header, ...lines];
    })
    .join("\n");
}

/** A hunk's range as unified diffs have it: that of no lines names the line before. */
function range(start: number, lines: number): string {
  return `${lines === 0 ? start - 1 : start},${lines}`;
}

/** How many characters of indentation are missing from every line; undefined when the lines do not fit the file. */
function removedIndentation(
  hunks: readonly Hunk[],
  fileLines: readonly string[],
  written: readonly string[],
): number | undefined {
  const lines = hunks
    .flatMap((hunk) => withOldLines(hunk, fileLines))
    .filter(({ content }) => content.trim() !== "");
  const old = lines.filter(({ sign }) => sign === " " || sign === "-");
  if (old.length > 0) {
    const lengths = new Set(old.map(({ content, fileLine }) => (fileLine ?? "").length - content.length));
    const [removed = 0] = lengths;
    const fits = old.every(
      ({ content, fileLine }) => fileLine !== undefined && isIndented(fileLine, content, removed),
    );
    return lengths.size === 1 && fits ? removed : undefined;
  }
  const added = lines.find(({ sign }) => sign === "+");
  if (added === undefined) return 0;
  const line = written.find((candidate) => candidate.trimStart() === added.content.trimStart());
  return line === undefined ? undefined : line.length - added.content.length;
}

/** The lines of a hunk, those that stay or go with the line of the file that they are. */
function withOldLines({ oldStart, lines }: Hunk, fileLines: readonly string[]) {
  let next = oldStart - 1;
  return lines.map((line) => {
    const sign = line.charAt(0);
    const isOld = sign === " " || sign === "-";
    return {
      sign,
      content: line.slice(1).replace(/\r$/, ""),
      fileLine: isOld ? fileLines[next++] : undefined,
    };
  });
}

/** Whether `line` is `content` behind `removed` characters of white space. */
function isIndented(line: string, content: string, removed: number): boolean {
  return line.slice(removed) === content && line.slice(0, removed).trim() === "";
}
