import { createTwoFilesPatch } from "diff";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePatch, type Chunk } from "../../../src/opencode/edits/apply-patch.ts";
import { runToEnd } from "../../../src/system/sliced.ts";
import { applyChunks } from "../../../src/opencode/edits/chunks.ts";
import { DIALECTS, dialectsOf } from "../../../src/opencode/edits/dialect.ts";
import { diffLines } from "../../../src/opencode/edits/line-diff.ts";
import { isDiffOf, readDiff } from "../../../src/opencode/edits/told-diff.ts";

/** Texts that have lines in common, blank ones, repeated ones, indented ones, and others. */
const text = fc
  .array(fc.constantFrom("", "a", "b", "  a", "\tb", "   ", "-- c", "++ d", "e\r", "@@", "\\ f"), {
    maxLength: 12,
  })
  .chain((lines) => fc.constantFrom("", "\n").map((end) => lines.join("\n") + end));

/** A unified diff carried out, as any tool does it. */
function applyDiff(before: string, diff: string): string {
  const old = before.split("\n");
  const isEnded = old.at(-1) === "";
  if (isEnded) old.pop();
  const lines: string[] = [];
  let [at, endsNow, last] = [0, isEnded, ""];
  for (const line of diff === "" ? [] : diff.split("\n")) {
    const range = /^@@ -(\d+),(\d+) \+\d+,\d+ @@$/.exec(line);
    if (range !== null) {
      const start = Number(range[1]) - (range[2] === "0" ? 0 : 1);
      lines.push(...old.slice(at, start));
      at = start;
      continue;
    }
    const [sign, content] = [line.charAt(0), line.slice(1)];
    const isOld = sign === "-" || sign === " ";
    if (isOld && old[at] !== content) throw new Error(`The diff is of another text: ${line}`);
    if (isOld) at += 1;
    if (sign === "+" || sign === " ") {
      lines.push(content);
      endsNow = true;
    }
    if (sign === "\\" && last !== "-") endsNow = false;
    last = sign;
  }
  if (at < old.length) endsNow = isEnded;
  lines.push(...old.slice(at));
  return lines.join("\n") + (endsNow && lines.length > 0 ? "\n" : "");
}

function linesOf(diff: string | undefined, sign: string): string[] | undefined {
  return diff?.split("\n").filter((line) => line.startsWith(sign));
}

/** Many lines, by their numbers. */
function many(count: number, lineOf: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => lineOf(n)).join("\n");
}

describe("the lines in which two texts differ", () => {
  test("make the one of the other", () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = runToEnd(diffLines(before, after));
        expect(diff === "").toBe(before === after);
        expect(applyDiff(before, diff ?? "")).toBe(after);
      }),
    );
  });

  test("are few where little changes in a long text", () => {
    const long = Array.from({ length: 100_000 }, (_, n) => `line ${n}\n`);
    const changed = long.with(50_000, "new\n").with(60_000, "newer\n").toSpliced(60_005, 1);
    const diff = runToEnd(diffLines(long.join(""), changed.join("")));
    expect(linesOf(diff, "+")).toEqual(["+new", "+newer"]);
    expect(linesOf(diff, "-")).toEqual(["-line 50000", "-line 60000", "-line 60005"]);
    expect(linesOf(diff, "@@")).toEqual(["@@ -49997,9 +49997,9 @@", "@@ -59997,14 +59997,13 @@"]);
    expect(applyDiff(long.join(""), diff ?? "")).toBe(changed.join(""));
  });

  test("are not looked for where more changes than anybody reads", () => {
    const long = Array.from({ length: 30_000 }, (_, n) => `line ${n}\n`);
    expect(runToEnd(diffLines(long.join(""), long.map((line) => `other ${line}`).join("")))).toBeUndefined();
    expect(linesOf(runToEnd(diffLines("", long.join(""))), "+")).toHaveLength(30_000);
  });

  test("are found between lines that stand once, where too many differ to try all ways", () => {
    const before = many(6_000, (n) => (n % 2 === 0 ? `line ${n}` : "old"));
    const after = many(6_000, (n) => (n % 2 === 0 ? `line ${n}` : n < 1_000 ? "new" : "old"));
    const diff = runToEnd(diffLines(before, after));
    expect(linesOf(diff, "+")).toHaveLength(500);
    expect(applyDiff(before, diff ?? "")).toBe(after);
  });

  test("are found between lines that stand once in another order, too", () => {
    const some = Array.from({ length: 3_000 }, (_, n) => `line ${n}`);
    const others = some.map((line, n) =>
      n % 10 === 0 ? (some[2_999 - n] ?? "") : n % 3 === 0 ? "new" : line,
    );
    const diff = runToEnd(diffLines(some.join("\n"), others.join("\n")));
    expect(linesOf(diff, "+")?.length).toBeLessThan(1_500);
    expect(applyDiff(some.join("\n"), diff ?? "")).toBe(others.join("\n"));
  });

  test("of lines of which none stands once are given up to replacing them", () => {
    const before = many(5_000, (n) => "ab".charAt(n % 2));
    const after = many(5_000, (n) => "bca".charAt(n % 3));
    expect(applyDiff(before, runToEnd(diffLines(before, after)) ?? "")).toBe(after);
  });
});

/** As OpenCode does it, up to the newest: test/fixtures/opencode shows that. */
function trimDiff(diff: string): string {
  const lines = diff.split("\n");
  const widths = lines
    .filter(isContent)
    .map((line) => line.slice(1))
    .filter((line) => line.trim() !== "")
    .map((line) => /^\s*/.exec(line)?.[0].length ?? 0);
  const width = Math.min(...widths);
  if (widths.length === 0) return diff;
  return lines.map((line) => (isContent(line) ? line.charAt(0) + line.slice(1 + width) : line)).join("\n");
}

function isContent(line: string): boolean {
  return /^[-+ ]/.test(line) && !line.startsWith("---") && !line.startsWith("+++");
}

/** Without indentation, which OpenCode does not tell. */
function bare(text: string): string {
  return text.replaceAll(/^[ \t]+/gm, "");
}

describe("OpenCode's diff", () => {
  const path = "/p/a b\tc.txt";
  const read = (diff: string, of = path) => readDiff(diff.split("\n"), of);
  const toldOf = (before: string, after: string) =>
    read(trimDiff(createTwoFilesPatch(path, path, before, after)))?.hunks;

  test("is of the two texts that it was made of, and of none that differ in more than indentation", () => {
    fc.assert(
      fc.property(text, text, text, (before, after, other) => {
        const hunks = toldOf(before, after) ?? [];
        expect(runToEnd(isDiffOf(hunks, before, after))).toBe(true);
        expect(runToEnd(isDiffOf(hunks, before, other)) && bare(other) !== bare(after)).toBe(false);
        expect(runToEnd(isDiffOf(hunks, other, after)) && bare(other) !== bare(before)).toBe(false);
      }),
    );
  });

  test("is of no text that only ends otherwise", () => {
    const hunks = toldOf("a\nb", "b") ?? [];
    expect(runToEnd(isDiffOf(hunks, "a\nb", "b"))).toBe(true);
    expect(runToEnd(isDiffOf(hunks, "a\nb", "b\n"))).toBe(false);
    expect(runToEnd(isDiffOf(hunks, "a\nb\n", "b"))).toBe(false);
  });

  test("is none without its header, its ranges, its lines", () => {
    const diff = createTwoFilesPatch(path, path, "a\n", "b\n");
    expect(read(diff)).toMatchObject({ hunks: [{ lines: ["-a", "+b"] }], next: 7 });
    for (const broken of [
      diff.replace("Index", "index"),
      diff.replace("-1,1", "-1,2"),
      diff.replace("@@ -1,1", "@@ -1;1"),
      diff.replace("\n-a", "\na"),
      diff.slice(0, -4),
    ])
      expect(read(broken)?.hunks ?? []).toEqual([]);
    expect(read(diff, "/p/another")).toBeUndefined();
  });
});

describe("a patch is read as OpenCode reads it", () => {
  const [newest] = DIALECTS.slice(-1);
  const read = (...lines: readonly string[]) =>
    newest && runToEnd(parsePatch(["*** Begin Patch", ...lines, "*** End Patch"].join("\n"), newest));

  test.each([
    ["*** Update File: a\n*** Move to: b", "b"],
    ["*** Update File: a\n*** Move to:b", "b"],
    ["*** Update File: a\n*** Move to:\u00A0\t b \u3000", "b"],
    ["*** Update File: a\n*** Move to: b\r", "b"],
    ["*** Update File: a\n*** Move to: b c", "b c"],
    ["*** Update File: a\n*** Move to: ", undefined],
    ["*** Update File: a\n*** move to: b", undefined],
    ["*** Update File: a\n *** Move to: b", undefined],
    ["*** Update File: a\n@@\n*** Move to: b", undefined],
  ])("the new name of %j", (lines, newName) => {
    expect(read(lines)?.[0]).toEqual({
      kind: "update",
      name: "a",
      ...(newName !== undefined && { newName }),
      chunks: lines.includes("@@") ? [{ old: [], new: [] }] : [],
    });
  });

  test("whatever else stands there is skipped", () => {
    expect(
      read(
        "hello",
        "***Add File: x",
        "*** Add File:",
        "*** Add File: a",
        "skipped",
        "+one",
        "++two",
        "*** Delete File: b",
      ),
    ).toEqual([
      { kind: "add", name: "a", content: "one\n+two\n" },
      { kind: "delete", name: "b" },
    ]);
  });

  test("an end that is indented does not end a file's lines, and what is behind it is read", () => {
    expect(
      newest &&
        runToEnd(
          parsePatch(
            "*** Begin Patch\n*** Add File: a\n+one\n *** End Patch\n+two\n*** Delete File: b\n*** End Patch",
            newest,
          ),
        ),
    ).toEqual([{ kind: "add", name: "a", content: "one\ntwo\n" }]);
  });

  test.each([
    ["no beginning", "*** Add File: a\n+b\n*** End Patch"],
    ["no end", "*** Begin Patch\n*** Add File: a\n+b"],
    ["the end first", "*** End Patch\n*** Begin Patch"],
    ["a here-document that is never ended", "cat <<EOF\n*** Begin Patch EOF"],
  ])("what has %s is none", (_, patch) => {
    expect(newest && runToEnd(parsePatch(patch, newest))).toBeUndefined();
  });

  test("a here-document is taken for what it holds", () => {
    const patch = "*** Begin Patch\n*** Delete File: a\n*** End Patch";
    for (const whole of [`<<EOF\n${patch}\nEOF`, `cat <<'E'  \n\n${patch}\nE`, `cat\n<<"E"\n${patch}\nE\n`])
      expect(newest && runToEnd(parsePatch(whole, newest))).toEqual([{ kind: "delete", name: "a" }]);
  });

  test("chunks that are about the same lines are not carried out", () => {
    const a = { old: ["a"], new: ["x"] };
    const b = { old: ["b"], new: ["y"] };
    expect(runToEnd(applyChunks("a\nb\n", [a, b]))).toBe("x\ny\n");
    const end = { old: [], new: ["x"] };
    const whole = { old: ["a", ""], new: ["y"] };
    expect(runToEnd(applyChunks("a\n\n", [end, whole]))).toBeUndefined();
  });

  test("chunks for which OpenCode would have to compare for long are not carried out", () => {
    const lines = Array.from({ length: 20_000 }, () => "a");
    const chunk = { old: [...lines.slice(0, 10_000), "b"], new: [] };
    expect(runToEnd(applyChunks(lines.join("\n"), [chunk]))).toBeUndefined();
  });
});

describe("a patch is read as OpenCode 2 reads it", () => {
  const [dialect] = dialectsOf("2.0.0");
  if (dialect === undefined) throw new Error("OpenCode 2 has one way.");
  const read = (...lines: readonly string[]) =>
    runToEnd(parsePatch(["*** Begin Patch", ...lines, "*** End Patch"].join("\n"), dialect));

  const apply = (text: string, chunk: Chunk) => runToEnd(applyChunks(text, [chunk], dialect));

  test("carriage returns at line ends do not count, and names may be indented", () => {
    expect(read("  *** Add File: a\r", "+one\r", "+\r", "*** Delete File: b\r")).toEqual([
      { kind: "add", name: "a", content: "one\n" },
      { kind: "delete", name: "b" },
    ]);
  });

  test("an end that is indented ends it", () => {
    expect(read("*** Update File: a", "@@", "-one", "  *** End Patch", " two")).toEqual([
      { kind: "update", name: "a", chunks: [{ old: ["one"], new: [] }] },
    ]);
  });

  test("the end of a file belongs to the chunk before it, and more may follow", () => {
    const lines = ["*** Update File: a", "@@", "-one", "*** End of File", "+lost", "@@", "+two"];
    expect(read(...lines, "*** End of File", "*** End of File", "@@", "+never")).toEqual([
      {
        kind: "update",
        name: "a",
        chunks: [
          { old: ["one"], new: [], isAtEnd: true },
          { old: [], new: ["two"], isAtEnd: true },
        ],
      },
    ]);
  });

  test("lines at the end are found there alone, and what is added stands behind a blank last line", () => {
    expect(apply("a\nb\na\n", { old: ["a"], new: ["c"], isAtEnd: true })).toBe("a\nb\nc\n");
    expect(apply("a\nb\n", { old: ["a"], new: ["c"], isAtEnd: true })).toBeUndefined();
    expect(apply("a\n\n", { old: [], new: ["b"] })).toBe("a\n\nb\n");
    expect(runToEnd(applyChunks("a\n\n", [{ old: [], new: ["b"] }]))).toBe("a\nb\n");
  });
});

test.each([
  ["1.1.53", 1],
  ["1.2.6", 2],
  ["1.2.15", 1],
  ["1.3.0", 1],
  ["1.10.0", 2],
  ["1.18.33", 1],
  ["2.0.0", 1],
  ["local", 4],
  ["0.0.0-dev-202609212252", 4],
  [undefined, 4],
])("an OpenCode %s edits in so many ways: %i", (version, count) => {
  expect(dialectsOf(version)).toHaveLength(count);
});
