/** Names as tables list them: parted by blanks and line breaks. */

export function names(text: string): string[] {
  return text.trim().split(/\s+/);
}

/** The same row for each of some names: for a map. */
export function rowsOf<Row>(text: string, row: Row): [string, Row][] {
  return names(text).map((name) => [name, row]);
}
