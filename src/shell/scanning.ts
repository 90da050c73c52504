/** How far a thing goes in a text. Each takes time in proportion to how far. */

/** A part of a text, in UTF-16 code units: from its first one to the one behind its last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where the line ends: at its line break, or with the text. */
export function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

/** Behind the next `mark` that has no backslash before it; undefined where the line has none. */
export function behindMark(text: string, from: number, mark: string): number | undefined {
  for (let at = from; at < text.length && text[at] !== "\n"; at++) {
    if (text[at] === mark) return at + 1;
    if (text[at] === "\\") at++;
  }
  return undefined;
}
