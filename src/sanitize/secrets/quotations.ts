/** Where the quotations of a text begin and end. Pure. */

import { matchesOf } from "./matches.ts";
import type { Span } from "../../shell/scanning.ts";

/** Quotes, what hides one, and the end of a line; a quote between letters is an apostrophe. */
const MARK = /[A-Za-z]'(?=[a-z])|\\+["'`]?|["'`\n]/g;

export interface Quotations {
  /** Whether the quote at this place ends a quotation. */
  readonly closesAt: (at: number) => boolean;
  /** Where the quotation begins that a place is inside of: behind its quote. */
  readonly openBefore: (at: number) => number | undefined;
}

/**
 * Reads each line on its own, but for a shell's command, in which a quotation may have many lines. A quote with
 * backslashes before it, as in JSON, belongs to another one with as many. Takes time in proportion to the text's length.
 *
 * @param commandEnd - Up to where a shell reads the text.
 */
export function findQuotations(text: string, commandEnd: number): Quotations {
  const closing = new Set<number>();
  const spans: Span[] = [];
  let outer: { readonly quote: string; readonly at: number } | undefined;
  let escaped = new Set<string>();
  for (const { 0: mark, index } of matchesOf(text, MARK)) {
    if (mark === "\n") {
      if (index >= commandEnd) outer = undefined;
      escaped = new Set();
    } else if (mark.startsWith("\\")) {
      if (escaped.delete(mark)) closing.add(index);
      else if (/["'`]$/.test(mark)) escaped.add(mark);
    } else if (mark.length === 1) {
      if (outer === undefined) outer = { quote: mark, at: index + 1 };
      else if (outer.quote === mark) {
        closing.add(index);
        spans.push({ start: outer.at, end: index });
        outer = undefined;
      }
    }
  }
  return {
    closesAt: (at) => closing.has(at),
    openBefore: (at) => {
      const span = spans[firstEndingFrom(spans, at)];
      return span !== undefined && span.start <= at ? span.start : undefined;
    },
  };
}

/** The index of the first span that ends at a place or behind it. */
function firstEndingFrom(spans: readonly Span[], at: number): number {
  let low = 0;
  for (let high = spans.length; low < high;) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.end ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
