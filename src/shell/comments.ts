/** The comments of a command line: a parser leaves them out, so they are found between what it names. */

import { forEachChild, type ParsedScript, type SyntaxNode } from "unbash";
import type { Span } from "./scanning.ts";

const COMMENT = /(?:^|[\s;&|()])#([^\n]*)/g;

/** Holds `#` for something else, or text of its own. */
const WHOLE: ReadonlySet<SyntaxNode["type"]> = new Set([
  "Word",
  "Assignment",
  "HereDocDelimiter",
  "HereDocBody",
  "TestCommand",
  "ArithmeticCommand",
]);

/** What stands behind each `#`, without those in substitutions. */
export function findComments(text: string, script: ParsedScript): Span[] {
  const named = namedIn(script).sort((one, other) => one.start - other.start);
  const comments: Span[] = [];
  let from = 0;
  for (const { start, end } of [...named, { start: text.length, end: text.length }]) {
    for (const { 0: match, 1: comment = "", index } of text.slice(from, start).matchAll(COMMENT)) {
      const to = from + index + match.length;
      comments.push({ start: to - comment.length, end: to });
    }
    from = Math.max(from, end);
  }
  return comments;
}

function namedIn(script: ParsedScript): Span[] {
  const named: Span[] = [];
  const collect = (node: SyntaxNode): void => {
    if (WHOLE.has(node.type)) named.push({ start: node.pos, end: node.end });
    else if (node.type === "ArithmeticFor") {
      named.push({ start: node.pos, end: node.body.pos });
      collect(node.body);
    } else forEachChild(node, collect);
  };
  collect(script);
  return named;
}
