/**
 * OpenCode's configuration as it may be written: JSON with comments, with commas behind the last of a list, and with a
 * byte order mark. Pure, and linear in the text.
 */

export type ReadJsonc =
  | { readonly ok: true; readonly value: unknown }
  /** `why` is the parser's, without a word of the text where the runtime leaves it out. */
  | { readonly ok: false; readonly why: string };

export function readJsonc(text: string): ReadJsonc {
  try {
    return { ok: true, value: JSON.parse(plainJson(text)) };
  } catch (error) {
    return { ok: false, why: error instanceof SyntaxError ? "it is not valid JSON" : String(error) };
  }
}

/**
 * The same as plain JSON: with blanks in place of what JSON does not know, so that every place in it is the same place
 * in the text.
 */
export function plainJson(text: string): string {
  const pieces: string[] = [];
  /** Where in `pieces` a comma stands behind which nothing but blanks came so far. */
  let comma: number | undefined;
  for (let at = 0; at < text.length;) {
    const end = endOfPiece(text, at);
    const piece = text.slice(at, end);
    const isBlank = /^[\s\uFEFF]/.test(piece) || isComment(piece);
    if (/^[\]}]/.test(piece) && comma !== undefined) pieces[comma] = " ";
    if (!isBlank) comma = piece === "," ? pieces.length : undefined;
    pieces.push(isBlank ? piece.replace(/[^\r\n]/g, " ") : piece);
    at = end;
  }
  return pieces.join("");
}

function isComment(piece: string): boolean {
  return piece.startsWith("//") || piece.startsWith("/*");
}

/** A string, a comment, or one character. */
function endOfPiece(text: string, at: number): number {
  if (text[at] === '"') return endOfString(text, at);
  if (text.startsWith("//", at)) return endBehind(text, "\n", at, 0);
  if (text.startsWith("/*", at)) return endBehind(text, "*/", at + 2, 2);
  return at + 1;
}

function endBehind(text: string, end: string, from: number, length: number): number {
  const found = text.indexOf(end, from);
  return found === -1 ? text.length : found + length;
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}
