import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { chmod, link, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { describeRequest } from "../../../src/opencode/details.ts";
import { createSlices } from "../../../src/system/slices.ts";
import { withMark } from "../../../src/opencode/edits/disk.ts";
import { readEdit } from "../../../src/opencode/edits/edit.ts";
import type { FileEdit } from "../../../src/opencode/edits/file-edits.ts";
import type { PermissionRequest } from "../../../src/gateway/domain/ask.ts";
import type { Details } from "../../../src/gateway/domain/content.ts";
import { makeVisible } from "../../../src/sanitize/visible.ts";
import {
  CAPTURED_VERSIONS,
  capturedPath,
  capturedTurn,
  writeFiles,
  type Files,
} from "../../support/captured.ts";
import { PROJECT_FILES } from "../../support/opencode/record/scenarios.ts";
import { permissionRequest } from "../../support/permission-request.ts";

const NEWEST = "1.18.33";
const DIFFERS = "A file differs from the one that OpenCode used for this diff.";
const CONTRADICTS = "OpenCode's request and its tool's arguments differ.";
const UNREADABLE_DIFF = "OpenCode's diff cannot be read.";

let project: string;
beforeEach(async () => {
  project = await realpath(await mkdtemp(path.join(tmpdir(), "edits-")));
});
afterEach(async () => rm(project, { recursive: true }));

const inProject = (name: string): string => path.join(project, name);

/** The edit of a turn that was recorded, with the files on the disk that were there then. */
async function capturedEdit(version: string, name: string) {
  const turn = await capturedTurn(version, `edits/${name}`, project);
  const request = turn.requests.find(({ permission }) => permission === "edit");
  if (request?.call === undefined) throw new Error(`${name} of ${version} is no edit`);
  await writeFiles(project, turn.before);
  return { ...turn, request, call: request.call };
}

/** A card's details, one line each: where a name is not seen from the project, that is `P`. */
function lines({ details }: Details): string[] {
  return details.map(({ label, text }) => `${label}: ${text.replaceAll(project, "P")}`);
}

function nameOf({ real }: { readonly real: string }): string {
  return path.relative(project, real);
}

/** What is on the disk when all of these are done. */
function carryOut(before: Files, edits: readonly FileEdit[]): Files {
  const files = new Map(Object.entries(before));
  for (const edit of edits) {
    if (edit.kind === "delete" || edit.kind === "rename") files.delete(nameOf(edit));
    if ("after" in edit) files.set(nameOf(edit.kind === "rename" ? edit.to : edit), withMark(edit.after));
  }
  return Object.fromEntries(files);
}

/** A diff as OpenCode tells it. */
function diffOf(name: string, hunks: string): string {
  const file = inProject(name);
  return `Index: ${file}\n${"=".repeat(67)}\n--- ${file}\n+++ ${file}\n${hunks}`;
}

function editRequest(
  tool: string,
  args: Record<string, unknown>,
  metadata: Record<string, unknown> = {},
): PermissionRequest {
  return permissionRequest({ permission: "edit", metadata, call: { tool, args } });
}

const write = (name: string, content: string, metadata?: Record<string, unknown>): PermissionRequest =>
  editRequest("write", { filePath: inProject(name), content }, metadata);

const patch = (...sections: readonly string[]): PermissionRequest =>
  editRequest("apply_patch", { patchText: ["*** Begin Patch", ...sections, "*** End Patch"].join("\n") });

async function say(request: PermissionRequest): Promise<{ says: string[]; doubt: string | undefined }> {
  const described = await describeRequest(request, project, createSlices(), { version: NEWEST });
  return { says: lines(described), doubt: described.doubt };
}

describe.each(CAPTURED_VERSIONS)("what OpenCode %s did to the files is what is told before", (version) => {
  const names = readdirSync(path.dirname(capturedPath(version, "edits/x")));
  test.each(names.map((name) => name.replace(/\.json$/, "")))("%s", async (name) => {
    const { request, call, before, after } = await capturedEdit(version, name);
    const edit = await readEdit(request, call, project, createSlices(), version);
    expect(edit?.doubt).toBeUndefined();
    expect(carryOut(before, edit?.files ?? [])).toEqual(after);
  });
});

test.each(CAPTURED_VERSIONS)(
  "edits of OpenCode %s that build on each other are told one by one",
  async (version) => {
    await writeFiles(project, PROJECT_FILES);
    const names = ["edit", "edit-deep", "edit-deep-word", "edit-replace-all", "edit-fuzzy", "write-existing"];
    for (const name of [...names, "apply-patch"]) {
      const { requests } = await capturedTurn(version, name, project);
      const request = requests.find(({ permission }) => permission === "edit");
      const edit = request?.call && (await readEdit(request, request.call, project, createSlices(), version));
      expect([name, edit?.doubt]).toEqual([name, undefined]);
      await writeFiles(project, carryOut({}, edit?.files ?? []));
    }
  },
);

describe("a card says in words", () => {
  test.each<[name: string, says: readonly string[], version?: string]>([
    ["move", ["Rename file: move/a.txt → move/new/b.txt", "Diff: @@ -1,2 +1,2 @@\n-one\n+ONE\n two"]],
    [
      "move-blanks",
      [
        "Rename file: move-blanks/a b.txt → move-blanks/.opencode/plugin/c d.txt",
        "Diff: @@ -1,2 +1,2 @@\n-one\n+ONE\n two",
      ],
    ],
    ["move-only", ["Rename file: move-only/a.txt → move-only/b.txt", "Note: The content does not change."]],
    [
      "move-over",
      [
        "Rename file: move-over/a.txt → move-over/b.txt",
        "Diff: @@ -1,2 +1,2 @@\n-one\n+ONE\n two",
        "Overwrite file: move-over/b.txt",
        "Diff: @@ -1,1 +1,2 @@\n-lost\n+ONE\n+two",
      ],
    ],
    [
      "move-to-itself",
      [
        "Delete file: move-to-itself/a.txt",
        "Note: The patch names this file more than once: this is what comes of it all.",
        "Diff: @@ -1,2 +0,0 @@\n-one\n-two",
      ],
    ],
    ["add-over", ["Overwrite file: add-over/a.txt", "Diff: @@ -1,1 +1,1 @@\n-lost\n+new"]],
    ["add-empty", ["Create file: add-empty/a.txt", "Note: The new file is empty."]],
    ["add-colon", ["Create file: add-colon/a:b.txt", "Diff: @@ -0,0 +1,1 @@\n+new"]],
    ["add-colon", ["Create file: add-colon/a", "Diff: @@ -0,0 +1,1 @@\n+new"], "1.1.53"],
    ["delete-empty", ["Delete file: delete-empty/a.txt", "Note: The file is empty."]],
    [
      "delete-and-add",
      [
        "Change file: delete-and-add/a.txt",
        "Note: The patch names this file more than once: this is what comes of it all.",
        "Diff: @@ -1,1 +1,1 @@\n-one\n+new",
      ],
    ],
    [
      "edit-empty-old",
      ["Overwrite file: edit-empty-old/a.txt", "Diff: @@ -1,1 +1,1 @@\n-lost\n+new"],
      "1.3.0",
    ],
    ["write-same", ["Change file: write-same/a.txt", "Note: Nothing changes."]],
    ["write-empty", ["Create file: write-empty/a.txt", "Note: The new file is empty."]],
    ["write-crlf", ["Change file: write-crlf/a.txt", "Note: Only the line ends change: LF to CRLF."]],
    [
      "write-some-crlf",
      [
        "Change file: write-some-crlf/a.sh",
        "Note: Only the line ends change: LF to CRLF on some lines.",
        "Diff: @@ -1,3 +1,3 @@\n cat <<X\n one\n-X\n+X\r",
      ],
    ],
    [
      "write-bom",
      ["Change file: write-bom/a.txt", "Note: A byte order mark is added; nothing else changes."],
    ],
    ["write-over-bom", ["Change file: write-over-bom/a.txt", "Note: Nothing changes."]],
    [
      "write-over-bom",
      [
        "Change file: write-over-bom/a.txt",
        "Note: The file's byte order mark is removed; nothing else changes.",
      ],
      "1.3.0",
    ],
    ["edit-bom", ["Change file: edit-bom/a.txt", "Diff: @@ -1,2 +1,2 @@\n-one\n+1\n two"]],
    [
      "edit-bom",
      [
        "Change file: edit-bom/a.txt",
        "Note: The file's byte order mark is removed.",
        "Diff: @@ -1,2 +1,2 @@\n-one\n+1\n two",
      ],
      "1.1.53",
    ],
    [
      "edit-crlf",
      [
        "Change file: edit-crlf/a.txt",
        "Note: Line ends: CRLF.",
        "Diff: @@ -1,3 +1,3 @@\n-one\n-two\n+1\n+2\n three",
      ],
    ],
    [
      "update-crlf",
      [
        "Change file: update-crlf/a.txt",
        "Note: The line ends change: CRLF to CRLF on some lines.",
        "Diff: @@ -1,2 +1,2 @@\n-one\r\n+ONE\n two\r",
      ],
    ],
    [
      "write-odd-name",
      [
        "Create file: write-odd-name/docs/readme.md\t/../../conftest.py ",
        "Leads to: P/write-odd-name/conftest.py ",
        "Note: A part of the name begins or ends with a blank.",
        "Diff: @@ -0,0 +1,1 @@\n+one",
      ],
    ],
  ])("what becomes of a file: %s", async (name, says, version = NEWEST) => {
    const { request } = await capturedEdit(version, name);
    const described = await describeRequest(request, project, createSlices(), { version });
    expect(described.doubt).toBeUndefined();
    expect(lines(described)).toEqual(says);
  });
});

describe("what is only like the text to be replaced", () => {
  test("and cannot be told, has no Allow, and everything that is known is shown", async () => {
    await writeFile(inProject("a.txt"), "if x:\n  one()\nif x:\n  one()\n");
    const args = {
      filePath: inProject("a.txt"),
      oldString: "if x:\none()",
      newString: "two()",
      replaceAll: true,
    };
    const request = editRequest("edit", args, {
      filepath: inProject("a.txt"),
      diff: diffOf("a.txt", "@@ -1,4 +1,2 @@\n-if x:\n-  one()\n-if x:\n-  one()\n+two()\n+two()\n"),
    });
    const described = await describeRequest(request, project, createSlices(), { version: NEWEST });
    expect(described.doubt).toMatch(/^OpenCode will replace text that is only similar/);
    expect(lines(described).join("\n")).toContain("two()");
  });
});

describe("there is no Allow where what OpenCode tells is something else than its arguments", () => {
  interface File {
    [key: string]: unknown;
  }
  /** The recorded move, told otherwise. */
  async function doubtOf(change: (metadata: { diff: string; filepath: string; files: File[] }) => object) {
    const { request } = await capturedEdit(NEWEST, "move");
    const metadata = change(structuredClone(request.metadata) as never);
    return (
      await describeRequest(
        { ...request, metadata: { ...request.metadata, ...metadata } },
        project,
        createSlices(),
        {
          version: NEWEST,
        },
      )
    ).doubt;
  }
  const withFile = (change: File) => (metadata: { files: File[] }) => ({
    files: metadata.files.map((file) => ({ ...file, ...change })),
  });

  test.each<[what: string, change: Parameters<typeof doubtOf>[0], doubt: string | undefined]>([
    ["nothing", () => ({}), undefined],
    ["another new name", withFile({ movePath: "/etc/passwd" }), CONTRADICTS],
    ["no new name", withFile({ movePath: undefined }), CONTRADICTS],
    ["another old name", withFile({ filePath: "/etc/passwd" }), CONTRADICTS],
    ["no move", withFile({ type: "update" }), CONTRADICTS],
    ["a delete", withFile({ type: "delete", movePath: undefined }), CONTRADICTS],
    ["no files", () => ({ files: [] }), CONTRADICTS],
    ["one file more", ({ files }) => ({ files: [...files, ...files] }), CONTRADICTS],
    ["files of another kind", () => ({ files: "a.txt" }), CONTRADICTS],
    ["another list of names", () => ({ filepath: "b.txt" }), CONTRADICTS],
    ["files that an old version does not tell", () => ({ files: undefined }), undefined],
    [
      "a diff of another file",
      ({ diff }) => ({ files: undefined, diff: diff.replaceAll("a.txt", "b.txt") }),
      UNREADABLE_DIFF,
    ],
    [
      "a diff of other lines",
      ({ diff }) => ({ files: undefined, diff: diff.replace("+ONE", "+TWO") }),
      DIFFERS,
    ],
    [
      "a diff of more lines",
      ({ diff }) => ({ files: undefined, diff: diff.replace("+1,2 @@\n-one\n", "+1,3 @@\n-one\n+more\n") }),
      DIFFERS,
    ],
    [
      "one diff as a whole and another of the file",
      ({ diff }) => ({ diff: diff.replace("+ONE", "+TWO") }),
      UNREADABLE_DIFF,
    ],
    [
      "a diff and something behind it",
      ({ diff }) => ({ files: undefined, diff: `${diff}and more` }),
      UNREADABLE_DIFF,
    ],
  ])("%s", async (_, change, doubt) => {
    expect(await doubtOf(change)).toBe(doubt);
  });

  test("other patterns", async () => {
    const { request } = await capturedEdit(NEWEST, "write-same");
    expect(
      (
        await describeRequest({ ...request, patterns: ["b.txt"] }, project, createSlices(), {
          version: NEWEST,
        })
      ).doubt,
    ).toBe(CONTRADICTS);
    expect(
      (await describeRequest({ ...request, patterns: [] }, project, createSlices(), { version: NEWEST }))
        .doubt,
    ).toBeUndefined();
  });

  test("another text in the arguments", async () => {
    const { request, call } = await capturedEdit(NEWEST, "write-some-crlf");
    const other = { ...request, call: { ...call, args: { ...call.args, content: "cat <<X\nX\r\n" } } };
    expect((await describeRequest(other, project, createSlices(), { version: NEWEST })).doubt).toBe(DIFFERS);
  });

  test("a file that has changed since", async () => {
    const { request } = await capturedEdit(NEWEST, "move");
    await writeFile(inProject("move/a.txt"), "one\ntwo\nthree\n");
    expect((await describeRequest(request, project, createSlices(), { version: NEWEST })).doubt).toBe(
      DIFFERS,
    );
  });

  test("what is no patch", async () => {
    const { doubt, says } = await say(editRequest("apply_patch", { patchText: "*** Update File: a.txt" }));
    expect(doubt).toBe("The arguments of this edit cannot be read.");
    expect(says.join("\n")).toContain("*** Update File: a.txt");
  });
});

describe("there is no Allow for what is not text, and the card says why", () => {
  test.each<[what: string, make: (file: string) => Promise<unknown>, why: string]>([
    [
      "an image",
      async (file) => writeFile(file, Buffer.from("89504e470d0a1a0a00", "hex")),
      "is not text: it contains zero bytes",
    ],
    [
      "another encoding",
      async (file) => writeFile(file, Buffer.from("caf\xe9\n", "latin1")),
      "is not text: its bytes are not UTF-8",
    ],
    [
      "a large file",
      async (file) => writeFile(file, "x".repeat(2 * 1024 * 1024 + 1)),
      "is too large to compare",
    ],
    ["a directory", async (file) => mkdir(file), "is not a regular file"],
    ["a pipe", async (file) => execFileSync("mkfifo", [file]), "is not a regular file"],
    ["a link to a device", async (file) => symlink("/dev/zero", file), "is not a regular file"],
  ])("%s", async (_, make, why) => {
    await make(inProject("a"));
    const doubt = `“${inProject("a")}” ${why}.`;
    await writeFile(inProject("b"), "b\n");
    expect((await say(write("a", "new\n"))).doubt).toBe(doubt);
    expect((await say(patch("*** Delete File: a"))).doubt).toBe(doubt);
    expect((await say(patch("*** Add File: a", "+new"))).doubt).toBe(doubt);
    expect((await say(patch("*** Update File: b", "*** Move to: a"))).doubt).toBe(doubt);
  });
});

test("there is no Allow for more than anybody could compare", async () => {
  await writeFile(inProject("a.txt"), "one\n".repeat(60_000));
  const { says, doubt } = await say(write("a.txt", "two\n".repeat(60_000)));
  expect(says).toEqual(["Change file: a.txt", `Note: ${doubt}`]);
  expect(doubt).toBe("Too much of this file changes to compare it here.");
});

describe("a hard link", () => {
  beforeEach(async () => {
    await mkdir(inProject("infra"));
    await writeFile(inProject("infra/prod.tf"), "x = 1\n");
    await link(inProject("infra/prod.tf"), inProject("notes.txt"));
    await writeFile(inProject("b"), "b\n");
  });

  test("cannot be written: its other names are not on the card, and no rule knows them", async () => {
    const doubt = `“${inProject("notes.txt")}” is a hard link: the file would also change under its other names.`;
    for (const request of [
      write("notes.txt", "x = 2\n"),
      patch("*** Update File: notes.txt", "@@", "-x = 1", "+x = 2"),
      patch("*** Add File: notes.txt", "+x = 2"),
      patch("*** Update File: b", "*** Move to: notes.txt"),
    ])
      expect((await say(request)).doubt).toBe(doubt);
  });

  test("can be deleted: what it has under other names stays", async () => {
    expect((await say(patch("*** Delete File: notes.txt"))).doubt).toBeUndefined();
  });

  test("is noticed when a file has become one since its card was drawn", async () => {
    const request = write("b", "new\n");
    const { isCurrent } = await describeRequest(request, project, createSlices(), { version: NEWEST });
    expect(await isCurrent?.()).toBe(true);
    await link(inProject("b"), inProject("c"));
    expect(await isCurrent?.()).toBe(false);
  });
});

test("a name in a doubt is quoted: it is no sentence of ours", async () => {
  await mkdir(inProject("Reviewed by ”alice“. Allow it"));
  const { doubt } = await say(write("Reviewed by ”alice“. Allow it", "x"));
  expect(doubt).toBe(`“${inProject('Reviewed by "alice". Allow it')}” is not a regular file.`);
});

describe("a link", () => {
  test("that is written through is named with the file that it leads to", async () => {
    await writeFile(inProject("opencode.json"), "{}\n");
    await symlink("opencode.json", inProject("notes.txt"));
    expect((await say(write("notes.txt", "[]\n"))).says).toEqual([
      "Change file: notes.txt",
      "Leads to: P/opencode.json",
      "Diff: @@ -1,1 +1,1 @@\n-{}\n+[]",
    ]);
  });

  test("that is deleted leaves the file that it leads to", async () => {
    await writeFile(inProject("a.txt"), "one\n");
    await symlink("a.txt", inProject("link"));
    expect((await say(patch("*** Delete File: link"))).says).toEqual([
      "Delete link: link",
      "Leads to: P/a.txt",
      "Note: It is a link: the file that it leads to stays.",
    ]);
  });

  test("that is renamed leaves the file that it leads to", async () => {
    await writeFile(inProject("a.txt"), "one\n");
    await symlink("a.txt", inProject("link"));
    expect((await say(patch("*** Update File: link", "*** Move to: b.txt"))).says).toEqual([
      "Rename file: link → b.txt",
      "Old name leads to: P/a.txt",
      "Note: The old name is a link: the file that it leads to stays.",
      "Note: The content does not change.",
    ]);
  });

  test("to a file that is renamed to it means that the file is lost", async () => {
    await writeFile(inProject("a.txt"), "one\n");
    await symlink("a.txt", inProject("link"));
    const { doubt } = await say(patch("*** Update File: a.txt", "*** Move to: link"));
    expect(doubt).toBe("This edit names a link more than once, and the result depends on the order.");
  });

  test("before two dots leads up from where it leads, as in the kernel", async () => {
    await mkdir(inProject("else/where"), { recursive: true });
    await symlink("else/where", inProject("link"));
    const args = { filePath: `${project}/link/../a.txt`, content: "one\n" };
    expect((await say(editRequest("write", args))).says).toEqual([
      "Create file: link/../a.txt",
      "Leads to: P/else/a.txt",
      "Diff: @@ -0,0 +1,1 @@\n+one",
    ]);
  });
});

test("a name that looks like two is told apart", async () => {
  await writeFile(inProject("a → b"), "one\n");
  expect((await say(patch("*** Update File: a → b", "*** Move to: c"))).says).toEqual([
    "Rename file: a → b → c",
    "New name: c",
    "Note: The content does not change.",
  ]);
});

test("a script that cannot be executed under its new name is told", async () => {
  await writeFile(inProject("run.sh"), "true\n");
  await chmod(inProject("run.sh"), 0o755);
  expect((await say(patch("*** Update File: run.sh", "*** Move to: b.sh"))).says).toContain(
    "Note: The file can be executed, and cannot any more under its new name.",
  );
});

/** What stands at the top of its card. */
const headlineOf = async (request: PermissionRequest) =>
  (await describeRequest(request, project, createSlices(), { version: NEWEST })).headline;

describe("the head of a card", () => {
  test.each<[string, () => PermissionRequest, object]>([
    [
      "names a file as it is seen from the project, and counts lines",
      () => write("src/new.ts", "one\n+two\n--three\n"),
      { what: "Create", name: "src/new.ts", lines: { added: 3, removed: 0 } },
    ],
    [
      "counts those that go",
      () => write("a.txt", "two\n"),
      { what: "Edit", name: "a.txt", lines: { added: 1, removed: 2 } },
    ],
    [
      "says what is renamed",
      () => patch("*** Update File: a.txt", "*** Move to: b.txt"),
      { what: "Rename", name: "a.txt" },
    ],
    [
      "says what is deleted",
      () => patch("*** Delete File: a.txt"),
      { what: "Delete", name: "a.txt", lines: { added: 0, removed: 2 } },
    ],
    [
      "counts files",
      () => patch("*** Delete File: a.txt", "*** Add File: b.txt", "+b"),
      { what: "Edit 2 files", lines: { added: 1, removed: 2 } },
    ],
    [
      "says that a file is outside, and leaves its name to be read below",
      () => editRequest("write", { filePath: "/nowhere/x", content: "a\n" }),
      { what: "Create a file", isOutside: true },
    ],
    [
      "says that some are",
      () => patch("*** Delete File: a.txt", "*** Add File: /nowhere/x", "+b"),
      { what: "Edit 2 files, some", isOutside: true },
    ],
  ])("%s", async (_, request, headline) => {
    await writeFile(inProject("a.txt"), "one\nOne\n");
    expect(await headlineOf(request())).toEqual(headline);
  });

  test("says of a link that leads out of the project that it is outside", async () => {
    await symlink(tmpdir(), inProject("link"));
    expect(await headlineOf(write("link/not-there.txt", "a\n"))).toMatchObject({ isOutside: true });
  });

  test.each([
    ["read", "Read a file"],
    ["write", "Edit a file"],
    ["bash", "Run a command"],
    ["grep", "Search"],
    ["mcp_x", "Reach"],
  ])("says what reaches outside: %s", async (tool, what) => {
    const call = { tool, args: {} };
    const request = permissionRequest({ permission: "external_directory", patterns: ["/x/*"], call });
    expect(await headlineOf(request)).toEqual({ what, isOutside: true });
  });

  test("names a file that is read", async () => {
    const call = { tool: "read", args: { filePath: inProject(".env") } };
    const request = permissionRequest({ permission: "read", patterns: [".env"], call });
    expect(await headlineOf(request)).toEqual({ what: "Read", name: ".env" });
  });
});

test("a carriage return that makes the end of a here-document something else can be seen", async () => {
  const { says } = await say(write("a.sh", "cat <<X\nX\r\nrm -rf /\n"));
  expect(makeVisible(says.join("\n")).text).toContain("+X\\u{D}\n");
});

test("the names in a patch and in arguments are shown as one line", async () => {
  const { details } = await describeRequest(write("a\nb\tc", "one\n"), project, createSlices(), {
    version: NEWEST,
  });
  expect(details[0]).toEqual({ label: "Create file", text: "a\nb\tc", isLine: true });
});

describe("an OpenCode that does not tell its version", () => {
  test("may be allowed what all versions do alike", async () => {
    const { request } = await capturedEdit(NEWEST, "move");
    expect((await describeRequest(request, project, createSlices())).doubt).toBeUndefined();
  });

  test("may not be allowed what they do not", async () => {
    const { request } = await capturedEdit(NEWEST, "edit-with-crlf");
    expect((await describeRequest(request, project, createSlices())).doubt).toMatch(
      /^OpenCode did not tell its version/,
    );
  });
});

describe("what was looked at", () => {
  const change: [what: string, change: () => Promise<unknown>][] = [
    ["the content", async () => writeFile(inProject("a.txt"), "two\n")],
    ["the mode", async () => chmod(inProject("a.txt"), 0o755)],
    ["the file, that is gone", async () => rm(inProject("a.txt"))],
    ["a file in the way of a rename", async () => writeFile(inProject("new/b.txt"), "")],
    ["a link in the way", async () => symlink("/etc", inProject("new/b.txt"))],
    [
      "a directory that leads elsewhere",
      async () => {
        await rm(inProject("new"), { recursive: true });
        await symlink("else", inProject("new"));
      },
    ],
  ];
  test.each(change)("is not current any more when something else is %s", async (_, doIt) => {
    await mkdir(inProject("new"));
    await mkdir(inProject("else"));
    await writeFile(inProject("a.txt"), "one\n");
    const { isCurrent } = await describeRequest(
      patch("*** Update File: a.txt", "*** Move to: new/b.txt"),
      project,
      createSlices(),
      { version: NEWEST },
    );
    await writeFile(inProject("a.txt"), "one\n");
    expect(await isCurrent?.()).toBe(true);
    await doIt();
    expect(await isCurrent?.()).toBe(false);
  });
});
