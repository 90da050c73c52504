import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { assert, constantFrom, nat, pre, property } from "fast-check";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { renderLine } from "../../../src/audit/lines.ts";
import { nameKey, verifyRecords } from "../../../src/audit/verification.ts";
import { createAuditFolder, recordRequest, type AuditFolder } from "../../support/audit-folder.ts";

const FILE_LIMIT_BYTES = 1024 * 1024;

let folder: AuditFolder;
let directory: string;
beforeEach(() => {
  folder = createAuditFolder(pino({ level: "silent" }));
  ({ directory } = folder);
});
afterEach(() => folder[Symbol.dispose]());

/** As somebody writes it who knows the format: with a hash of its own. */
function forge(line: string, previous: string | null, change: object): string {
  const { previous: _, hash: __, ...fields } = JSON.parse(line) as Record<string, unknown>;
  return renderLine({ ...fields, ...change }, previous)
    .bytes.toString()
    .trimEnd();
}

function hashOf(line: string | undefined): string {
  return (JSON.parse(line ?? "") as { hash: string }).hash;
}

function swap(one: string, other: string): void {
  renameSync(one, `${one}.away`);
  renameSync(other, one);
  renameSync(`${one}.away`, other);
}

async function recordAll(): Promise<void> {
  await recordRequest(folder.auditOf("bob"));
  await recordRequest(folder.auditOf("cem"), "per_2");
}

function edit(memberID: string, change: (lines: string[]) => string[]): void {
  folder.write(memberID, change(folder.linesOf(memberID)));
}

describe("verification", () => {
  test.each<[string, () => unknown, string, string, number]>([
    [
      "a word of a line is changed",
      () => edit("bob", (lines) => lines.with(3, String(lines[3]).replace("U1", "U2"))),
      "bob",
      "bob.1.jsonl, line 4, has changed since it was written.",
      3,
    ],
    [
      "the last line is changed",
      () => edit("bob", (lines) => lines.with(5, String(lines[5]).replace("C1", "C2"))),
      "bob",
      "bob.1.jsonl, line 6, has changed since it was written.",
      5,
    ],
    [
      "a line is changed and given the hash that it should have then",
      () =>
        edit("bob", (lines) => lines.with(3, forge(String(lines[3]), hashOf(lines[2]), { userID: "U2" }))),
      "bob",
      "bob.1.jsonl, line 5, does not follow the line before it: lines were removed, inserted or swapped.",
      4,
    ],
    [
      "a line is removed",
      () => edit("bob", (lines) => lines.toSpliced(2, 1)),
      "bob",
      "bob.1.jsonl, line 3, does not follow the line before it: lines were removed, inserted or swapped.",
      2,
    ],
    [
      "a line of another member is inserted",
      () => edit("bob", (lines) => lines.toSpliced(2, 0, String(folder.linesOf("cem")[2]))),
      "bob",
      "bob.1.jsonl, line 3, does not follow the line before it: lines were removed, inserted or swapped.",
      2,
    ],
    [
      "a line is written twice",
      () => edit("bob", (lines) => lines.toSpliced(2, 0, String(lines[2]))),
      "bob",
      "bob.1.jsonl, line 4, does not follow the line before it: lines were removed, inserted or swapped.",
      3,
    ],
    [
      "two lines are swapped",
      () => edit("bob", (lines) => lines.with(2, String(lines[3])).with(3, String(lines[2]))),
      "bob",
      "bob.1.jsonl, line 3, does not follow the line before it: lines were removed, inserted or swapped.",
      2,
    ],
    [
      "an empty line is inserted",
      () => edit("bob", (lines) => lines.toSpliced(2, 0, "")),
      "bob",
      "bob.1.jsonl, line 3, has changed since it was written.",
      2,
    ],
    [
      "the first line is removed",
      () => edit("bob", (lines) => lines.slice(1)),
      "bob",
      "bob.1.jsonl, line 1, is not the first line of this file: files were swapped or renamed.",
      0,
    ],
    [
      "somebody adds a line by hand",
      () =>
        appendFileSync(
          folder.fileOf("bob"),
          `{"event":"pressed","previous":"${"0".repeat(64)}","hash":"0"}\n`,
        ),
      "bob",
      "bob.1.jsonl, line 7, has changed since it was written.",
      6,
    ],
    [
      "somebody adds a line that is no JSON, with a hash that fits",
      () => appendFileSync(folder.fileOf("bob"), renderLine({}, null).bytes.subarray(1)),
      "bob",
      "bob.1.jsonl, line 7, has changed since it was written.",
      6,
    ],
    [
      "a huge line is added",
      () => appendFileSync(folder.fileOf("bob"), `${"x".repeat(2 * FILE_LIMIT_BYTES)}\n`),
      "bob",
      "bob.1.jsonl is larger than a file of the record.",
      0,
    ],
    [
      "a file is overwritten with garbage",
      () => writeFileSync(folder.fileOf("bob"), Buffer.from([0, 255, 10, 128, 13, 10, 0])),
      "bob",
      "bob.1.jsonl, line 1, has changed since it was written.",
      0,
    ],
    [
      "a file is a link",
      () => {
        renameSync(folder.fileOf("bob"), join(directory, "elsewhere"));
        symlinkSync("elsewhere", folder.fileOf("bob"));
      },
      "bob",
      "bob.1.jsonl is not a file.",
      0,
    ],
    [
      "a member's files are those of another",
      () => swap(folder.fileOf("bob"), folder.fileOf("cem")),
      "bob",
      "bob.1.jsonl, line 1, is not the first line of this file: files were swapped or renamed.",
      0,
    ],
    [
      "the end of a file is cut off that is not the last",
      () => edit("ann", (lines) => lines.slice(0, 3)),
      "ann",
      "ann.2.jsonl, line 1, does not follow the line before it: lines were removed, inserted or swapped.",
      3,
    ],
    ["a file is removed", () => rmSync(folder.fileOf("ann", 1)), "ann", "ann.1.jsonl is missing.", 0],
    [
      "a member's files are swapped",
      () => swap(folder.fileOf("ann", 1), folder.fileOf("ann", 2)),
      "ann",
      "ann.1.jsonl, line 1, is not the first line of this file: files were swapped or renamed.",
      0,
    ],
  ])("tells when %s", async (_, tamper, memberID, problem, consistent) => {
    await recordAll();
    if (memberID === "ann") await folder.fill(folder.auditOf("ann"), "ann");
    tamper();
    expect(folder.verify(memberID).problem).toBe(problem);
    expect(folder.verify(memberID).hashes).toHaveLength(consistent);
  });

  test("finds nothing wrong with what nobody touched, and no other member at fault", async () => {
    await recordAll();
    await folder.fill(folder.auditOf("ann"), "ann");
    expect(verifyRecords(directory).map(({ memberID, problem }) => [memberID, problem])).toEqual([
      ["ann", undefined],
      ["bob", undefined],
      ["cem", undefined],
    ]);
    rmSync(folder.fileOf("ann", 1));
    expect(folder.verify("bob").problem).toBeUndefined();
  });

  test("takes a member's files in the order of their numbers", () => {
    mkdirSync(directory);
    let previous: string | null = null;
    for (let file = 1; file <= 12; file += 1) {
      const opening = { event: "opened", version: 1, memberID: "ann", file, key: "0" };
      const line = renderLine(opening, previous);
      writeFileSync(folder.fileOf("ann", file), line.bytes);
      previous = line.hash;
    }
    expect(folder.verify("ann").problem).toBeUndefined();
    expect(folder.verify("ann").hashes).toHaveLength(12);
    expect(folder.verify("ann").hashes.at(-1)).toBe(previous);
  });

  test("cannot tell a cut end by itself, but no longer finds the head of a card from there", async () => {
    const audit = folder.auditOf("ann");
    const [early, late] = [await recordRequest(audit), await recordRequest(audit, "per_2")];
    edit("ann", (lines) => lines.slice(0, -2));
    const { problem, hashes } = folder.verify("ann");
    expect(problem).toBeUndefined();
    expect(hashes.some((hash) => hash.startsWith(String(early)))).toBe(true);
    expect(hashes.some((hash) => hash.startsWith(String(late)))).toBe(false);
  });

  test("mentions half a line at the end, which no head counts", async () => {
    await recordAll();
    truncateSync(folder.fileOf("bob"), statSync(folder.fileOf("bob")).size - 10);
    expect(folder.verify("bob")).toMatchObject({ unfinished: "bob.1.jsonl" });
    expect(folder.verify("bob").problem).toBeUndefined();
    expect(folder.verify("bob").hashes).toHaveLength(5);
  });

  test("passes over an emptied file and files of others", async () => {
    await recordAll();
    truncateSync(folder.fileOf("bob"), 0);
    writeFileSync(join(directory, "notes.txt"), "not ours");
    expect(folder.verify("bob")).toEqual({ memberID: "bob", files: 1, hashes: [], keys: new Set() });
    expect(verifyRecords(directory)).toHaveLength(2);
  });

  test("takes no key, and says which one is needed to look up a request", async () => {
    await recordAll();
    const name = nameKey(directory);
    rmSync(join(directory, "key"));
    expect(folder.verify("bob").problem).toBeUndefined();
    expect([...folder.verify("bob").keys]).toEqual([name]);
    expect(nameKey(directory)).toBeUndefined();
    writeFileSync(join(directory, "key"), "damaged");
    expect(nameKey(directory)).toBeUndefined();
  });

  test("tells any byte that is changed, removed or inserted, but for the last line break, which it mentions", async () => {
    await recordRequest(folder.auditOf("ann"));
    const whole = readFileSync(folder.fileOf("ann"));
    const edits = constantFrom("change", "remove", "insert");
    assert(
      property(nat(whole.length - 1), nat(255), edits, (position, byte, kind) => {
        const inserted = kind === "remove" ? [] : [byte];
        const rest = whole.subarray(kind === "insert" ? position : position + 1);
        const changed = Buffer.concat([whole.subarray(0, position), Buffer.from(inserted), rest]);
        pre(!changed.equals(whole));
        writeFileSync(folder.fileOf("ann"), changed);
        const { problem, unfinished, hashes } = folder.verify("ann");
        if (problem !== undefined) return;
        expect(position).toBe(whole.length - 1);
        expect(unfinished).toBe("ann.1.jsonl");
        expect(hashes).toHaveLength(5);
      }),
      {
        numRuns: 1_500,
        examples: [
          [whole.length - 1, 0, "change"],
          [whole.length - 1, 0, "remove"],
        ],
      },
    );
  });
});
