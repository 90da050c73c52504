/** As much of Markdown as the tests of the documents need. */

/** What stands under a heading, down to the next one of its level or above. */
export function sectionOf(markdown: string, heading: string): string {
  const lines = markdown.split("\n");
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, "") === heading);
  if (start === -1) throw new Error(`There is no heading "${heading}"`);
  const level = lines[start]?.indexOf(" ") ?? 0;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^#+ /.test(line) && line.indexOf(" ") <= level);
  return rest.slice(0, end === -1 ? undefined : end).join("\n");
}

/** The texts of all headings. */
export function headingsIn(markdown: string): string[] {
  return [...withoutFences(markdown).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => heading);
}

/** What stands between backticks. */
export function codeIn(markdown: string): string[] {
  return [...withoutFences(markdown).matchAll(/`([^`]+)`/g)].map(([, code = ""]) => withoutLineBreaks(code));
}

/** Where links and pictures lead. */
export function linksIn(markdown: string): string[] {
  const text = withoutFences(markdown).replaceAll(/`[^`]*`/g, "");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
}

/** The names by which links find headings, as GitHub makes them. */
export function slugsIn(markdown: string): string[] {
  const seen = new Map<string, number>();
  return headingsIn(markdown).map((heading) => {
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}_ -]/gu, "")
      .replaceAll(" ", "-");
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    return times === 0 ? slug : `${slug}-${times}`;
  });
}

/** A paragraph as one line. */
export function withoutLineBreaks(markdown: string): string {
  return markdown.replaceAll(/\s+/g, " ").trim();
}

function withoutFences(markdown: string): string {
  return markdown.replaceAll(/^```.*?^```$/gms, "");
}
