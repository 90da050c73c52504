/** A request that even the messages of its card's thread have no room for, as one text file. Pure. */

import type { CardContent, ShownDetail } from "../../gateway/domain/content.ts";
import { isWhole } from "./card-details.ts";

/** Slack makes no snippet of more: https://docs.slack.dev/reference/methods/files.getUploadURLExternal */
const SNIPPET_LIMIT_BYTES = 1_000_000;
/** A label goes over more than one row otherwise, where it could pass for what stands around it. */
const LABEL_LIMIT = 150;

/** The lines of a detail, and the number that the first of them has in the file. */
interface Part {
  readonly heading: string;
  readonly lines: readonly string[];
  readonly first: number;
}

/**
 * Each line of a detail stands behind its number, and the numbers run on through the file. Its first rows say which
 * lines each part has: so nobody who writes a detail can put a row there that passes for one of ours.
 *
 * @returns undefined where that is more than Slack takes, or not all of the request was read.
 */
export function renderSnippet(content: CardContent): string | undefined {
  const { details } = content;
  if (!isWhole(content) || details.some(({ label }) => label.length > LABEL_LIMIT)) return undefined;
  const parts = numberLines(details);
  const width = String(parts.reduce((count, { lines }) => count + lines.length, 0)).length;
  const rows = [
    `The whole request, in ${parts.length === 1 ? "1 part" : `${parts.length} parts`}. Each line of it stands behind its number.`,
    ...parts.map(({ heading }) => heading),
    ...parts.flatMap((part) => renderPart(part, width)),
  ];
  const snippet = `${rows.join("\n")}\n`;
  return Buffer.byteLength(snippet) <= SNIPPET_LIMIT_BYTES ? snippet : undefined;
}

function numberLines(details: readonly ShownDetail[]): Part[] {
  let next = 1;
  return details.map(({ label, text }, index) => {
    const lines = text === "" ? [] : text.split("\n");
    const first = next;
    next += lines.length;
    return { heading: `Part ${index + 1}, ${nameLines(first, lines.length)}: ${label}`, lines, first };
  });
}

function renderPart({ heading, lines, first }: Part, width: number): string[] {
  const numbered = lines.map((line, index) => `${String(first + index).padStart(width)} | ${line}`);
  return ["", heading, ...numbered];
}

function nameLines(first: number, count: number): string {
  if (count === 0) return "empty";
  return count === 1 ? `line ${first}` : `lines ${first} to ${first + count - 1}`;
}
