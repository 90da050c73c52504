/** The rows of a snippet that are lines of the request, without their numbers, which have to run on from 1. */
export function linesOf(snippet: string): string[] {
  const rows = snippet.split("\n").flatMap((row) => /^ *(\d+) \| (.*)$/su.exec(row) ?? []);
  const lines: string[] = [];
  for (let at = 0; at < rows.length; at += 3) {
    if (Number(rows[at + 1]) !== lines.length + 1)
      throw new Error(`No line ${lines.length + 1}: ${rows[at]}`);
    lines.push(rows[at + 2] ?? "");
  }
  return lines;
}
