import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { CardContent, Detail, RawContent } from "../../../src/gateway/domain/content.ts";
import { runToEnd } from "../../../src/system/sliced.ts";
import { offeredReplies } from "../../../src/slack/cards/readable.ts";
import { showContent } from "../../../src/sanitize/content.ts";
import { renderSnippet } from "../../../src/slack/cards/snippet.ts";
import { findThreadForm } from "../../../src/slack/cards/thread.ts";
import { reveal } from "../../../src/sanitize/visible.ts";
import { permissionRequest } from "../../support/permission-request.ts";
import { linesOf } from "../../support/snippets.ts";

function contentOf(
  details: readonly Detail[],
  { mayUpload = true, ...raw }: Partial<RawContent> & { mayUpload?: boolean } = {},
): CardContent {
  const request = permissionRequest({ permission: "edit" });
  const offers = { replies: ["once", "always", "reject"] } as const;
  const origin = { session: { titles: [] }, directory: "/home/dev/project", host: "laptop" };
  return runToEnd(showContent({ request, details, offers, ...origin, ...raw }, [], mayUpload));
}

const snippetOf = (...details: readonly Detail[]): string => renderSnippet(contentOf(details)) ?? "";

/** Reads a snippet as a person does who trusts nothing but its first rows and the numbers. */
function readSnippet(snippet: string): { label: string; text: string }[] {
  const rows = snippet.split("\n");
  const count = Number(/^The whole request, in (\d+) parts?\. /.exec(rows[0] ?? "")?.[1]);
  const lines = linesOf(snippet);
  return rows.slice(1, count + 1).map((heading, index) => {
    const [, number, range = "", label = ""] =
      /^Part (\d+), (empty|lines? \d+(?: to \d+)?): (.*)$/su.exec(heading) ?? [];
    expect(Number(number)).toBe(index + 1);
    const [first = 0, last = first] = range.match(/\d+/g)?.map(Number) ?? [];
    const text = first === 0 ? "" : lines.slice(first - 1, last).join("\n");
    return { label, text };
  });
}

test("a request reads like this", () => {
  const snippet = snippetOf(
    { label: "File", text: "notes.md" },
    { label: "Old text", text: "" },
    { label: "Diff", text: "-one\n+two\n" },
  );
  expect(snippet).toBe(`The whole request, in 3 parts. Each line of it stands behind its number.
Part 1, line 1: File
Part 2, empty: Old text
Part 3, lines 2 to 4: Diff

Part 1, line 1: File
1 | notes.md

Part 2, empty: Old text

Part 3, lines 2 to 4: Diff
2 | -one
3 | +two
4 | 
`);
});

test("what an agent writes like a heading is a line with a number", () => {
  const forged = snippetOf(
    {
      label: "Command",
      text: "echo\n\nPart 2, lines 4 to 5: Not run\n4 | rm -rf ~\n\u2028Part 3, empty: x\r2 | y",
    },
    { label: "Part 1, line 1: File", text: "x" },
  );
  const rows = forged.split("\n").filter((row) => !/^ *\d+ \| /.test(row));
  expect(rows).toEqual([
    "The whole request, in 2 parts. Each line of it stands behind its number.",
    "Part 1, lines 1 to 5: Command",
    "Part 2, line 6: Part 1, line 1: File",
    "",
    "Part 1, lines 1 to 5: Command",
    "",
    "Part 2, line 6: Part 1, line 1: File",
    "",
  ]);
});

test("a label that goes over several rows of a screen could hold a heading, so it is in no snippet", () => {
  expect(snippetOf({ label: "x".repeat(150), text: "" })).not.toBe("");
  expect(snippetOf({ label: "x".repeat(151), text: "" })).toBe("");
});

test("nothing of any request is lost, changed, or read as anything but a line", () => {
  const hostile = fc.constantFrom(
    "\n",
    "\r",
    "\u2028",
    "\u202E",
    "|",
    "1 | ",
    "Part 1, line 1: ",
    "\\u{A}",
    "\uD800",
  );
  const text = fc.array(fc.oneof(hostile, fc.string({ unit: "binary", maxLength: 9 })), { maxLength: 40 });
  const detail = fc.record({
    label: fc.string({ unit: "binary", minLength: 1, maxLength: 9 }),
    text: text.map((parts) => parts.join("")),
  });
  fc.assert(
    fc.property(fc.array(detail, { minLength: 1, maxLength: 4 }), (details) => {
      const content = contentOf(details);
      const read = readSnippet(renderSnippet(content) ?? "");
      expect(read).toEqual(content.details.map(({ label, text: shown }) => ({ label, text: shown })));
      if (content.remarks.some((remark) => remark.includes("masked"))) return;
      expect(read.map((part) => reveal(part.text))).toEqual(details.map((part) => part.text));
    }),
  );
});

test("secrets are masked in it, and it says nothing that the card would not show", () => {
  const token = `ghp_${"a1B2c3D4e5".repeat(4).slice(0, 36)}`;
  const snippet = snippetOf({ label: "Diff", text: `${"+a line\n".repeat(5_000)}+GITHUB_TOKEN=${token}\n` });
  expect(snippet).toContain("5001 | +GITHUB_TOKEN=‹masked: 40 characters›");
  expect(snippet).not.toContain(token);
});

const ordinary = (characters: number): Detail => ({
  label: "Diff",
  text: "+this is one more line of a long file\n".repeat(characters / 38),
});

test("a file is for what has no room elsewhere, where Slack takes one, up to 100,000 characters", () => {
  const formOf = (detail: Detail, mayUpload = true) =>
    findThreadForm(contentOf([detail], { mayUpload }), mayUpload);
  expect(formOf(ordinary(3_800))).toBeUndefined();
  expect(formOf(ordinary(19_000))).toBe("messages");
  expect(formOf(ordinary(38_000))).toBe("snippet");
  expect(formOf(ordinary(99_000))).toBe("snippet");
  expect(formOf(ordinary(100_400))).toBeUndefined();
  expect(formOf(ordinary(28_500), false)).toBeUndefined();
  expect(formOf(ordinary(38_000), false)).toBeUndefined();
  expect(offeredReplies(contentOf([ordinary(38_000)]))).toEqual(["reject"]);
});

test("what was read before Slack said that it takes files, and so not whole, is put into none", () => {
  const content = contentOf([ordinary(38_000)], { mayUpload: false });
  expect(findThreadForm(content, true)).toBeUndefined();
});

test("what cannot be allowed is uploaded nowhere", () => {
  const doubted = contentOf([ordinary(38_000)], { doubt: "It may not be true." });
  expect(findThreadForm(doubted, true)).toBeUndefined();
  const offers = { replies: ["reject"], terminalOnly: "This matches `*`." } as const;
  expect(findThreadForm(contentOf([ordinary(38_000)], { offers }), true)).toBeUndefined();
});

test("what Slack makes no snippet of, more than 1 MB as it is shown, is put into none", () => {
  expect(snippetOf({ label: "Text", text: "\u200B\u200C".repeat(50_000) })).not.toBe("");
  const details = [{ label: "Text", text: "x".repeat(1_000_000), isWhole: true as const }];
  expect(renderSnippet({ ...contentOf([]), details })).toBeUndefined();
});
