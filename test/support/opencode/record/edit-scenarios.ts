import { PATCHING_MODEL } from "../sandbox.ts";
import { call, type Step } from "../scripted-model.ts";
import type { Scenario } from "./scenarios.ts";

/** What stands in the file that begins with a byte order mark. */
const MARK = "\uFEFF";

/**
 * Edits, each of files of its own: what is on the disk before and after it is recorded, too. In a file's name, `~` stands
 * for the scenario's own directory.
 */
export function editScenarios(project: string): Scenario[] {
  const scenario = (
    name: string,
    files: Record<string, string>,
    steps: (directory: string) => Step[],
    more: Partial<Scenario> = {},
  ): Scenario => ({
    name: `edits/${name}`,
    files: Object.fromEntries(Object.entries(files).map(([file, text]) => [`${name}/${file}`, text])),
    steps: steps(`${project}/${name}`),
    ...more,
  });
  const patch = (name: string, files: Record<string, string>, lines: readonly string[]): Scenario =>
    scenario(
      name,
      files,
      () => [
        call("apply_patch", {
          patchText: ["*** Begin Patch", ...lines, "*** End Patch"].join("\n").replaceAll("~", name),
        }),
      ],
      { modelID: PATCHING_MODEL },
    );
  const write = (name: string, files: Record<string, string>, filePath: string, content: string): Scenario =>
    scenario(name, files, (directory) => [
      ...Object.keys(files).map((file) => call("read", { filePath: `${directory}/${file}` })),
      call("write", { filePath: `${directory}/${filePath}`, content }),
    ]);
  const edit = (name: string, before: string, oldString: string, newString: string, more: object = {}) =>
    scenario(name, { "a.txt": before }, (directory) => [
      call("read", { filePath: `${directory}/a.txt` }),
      call("edit", { filePath: `${directory}/a.txt`, oldString, newString, ...more }),
    ]);

  const change = ["@@", "-one", "+ONE"];
  return [
    patch("move", { "a.txt": "one\ntwo\n" }, [
      "*** Update File: ~/a.txt",
      "*** Move to: ~/new/b.txt",
      ...change,
    ]),
    patch("move-blanks", { "a b.txt": "one\ntwo\n" }, [
      "*** Update File:\u00A0 ~/a b.txt\t",
      "*** Move to:\t \u00A0~/.opencode/plugin/c d.txt \t",
      ...change,
    ]),
    patch("move-only", { "a.txt": "one\ntwo\n" }, ["*** Update File: ~/a.txt", "*** Move to: ~/b.txt"]),
    patch("move-over", { "a.txt": "one\ntwo\n", "b.txt": "lost\n" }, [
      "*** Update File: ~/a.txt",
      "*** Move to: ~/b.txt",
      ...change,
    ]),
    patch("move-to-itself", { "a.txt": "one\ntwo\n" }, [
      "*** Update File: ~/a.txt",
      "*** Move to: ~/./a.txt",
      ...change,
    ]),
    patch("add-over", { "a.txt": "lost\n" }, ["*** Add File: ~/a.txt", "+new"]),
    patch("add-empty", {}, ["*** Add File: ~/a.txt"]),
    patch("add-colon", {}, ["*** Add File: ~/a:b.txt", "+new"]),
    patch("delete", { "a.txt": "one\ntwo" }, ["*** Delete File: ~/a.txt"]),
    patch("delete-empty", { "a.txt": "" }, ["*** Delete File: ~/a.txt"]),
    patch("delete-and-add", { "a.txt": "one\n" }, [
      "*** Delete File: ~/a.txt",
      "*** Add File: ~/a.txt",
      "+new",
    ]),
    patch("update-twice", { "a.txt": "one\ntwo\n" }, [
      "*** Update File: ~/a.txt",
      ...change,
      "*** Update File: ~/a.txt",
      "@@",
      "-two",
      "+TWO",
    ]),
    patch("update-odd", { "a.txt": "  one\nfn “a”\ntwo\nthree\n\n" }, [
      "skipped",
      "*** Update File: ~/a.txt",
      "skipped",
      '@@ fn "a"',
      " two",
      "",
      "+2.5",
      "@@",
      "+the end",
      "*** End of File",
      "@@",
      "-three",
    ]),
    patch("update-crlf", { "a.txt": "one\r\ntwo\r\n" }, ["*** Update File: ~/a.txt", ...change]),
    patch("update-bom", { "a.txt": `${MARK}one\ntwo\n` }, ["*** Update File: ~/a.txt", ...change]),
    patch("update-no-line-break", { "a.txt": "one\ntwo" }, ["*** Update File: ~/a.txt", ...change]),
    scenario(
      "heredoc",
      { "a.txt": "one\n" },
      () => [
        call("apply_patch", {
          patchText: `cat <<'EOF'\n\n*** Begin Patch\n*** Update File: heredoc/a.txt\n@@\n-one\n+ONE\n*** End Patch\nEOF\n`,
        }),
      ],
      { modelID: PATCHING_MODEL },
    ),
    write("write-crlf", { "a.txt": "one\ntwo\n" }, "a.txt", "one\r\ntwo\r\n"),
    write("write-some-crlf", { "a.sh": "cat <<X\none\nX\n" }, "a.sh", "cat <<X\none\nX\r\n"),
    write("write-same", { "a.txt": "one\n" }, "a.txt", "one\n"),
    write("write-empty", {}, "a.txt", ""),
    write("write-over-bom", { "a.txt": `${MARK}one\n` }, "a.txt", "one\n"),
    write("write-bom", { "a.txt": "one\n" }, "a.txt", `${MARK}one\n`),
    write("write-odd-name", {}, "docs/readme.md\t/../../conftest.py ", "one\n"),
    edit("edit-no-line-break", "one\ntwo", "two", "2"),
    edit("edit-crlf", "one\r\ntwo\r\nthree\r\n", "one\ntwo", "1\n2"),
    edit("edit-with-crlf", "one\ntwo\nthree\n", "two", "2\r\n2.5"),
    edit("edit-bom", `${MARK}one\ntwo\n`, "one", "1"),
    edit("edit-empty-old", "lost\n", "", "new\n"),
    edit("edit-dollar", "one\ntwo one\n", "one", "[$&]", { replaceAll: true }),
    edit("edit-many", "one\n  one\n", "one", "1"),
    edit(
      "edit-loose-lines",
      "a\n    if x:\n        one()\n    b\n",
      "if x:\n    one()",
      "    if y:\n        two()",
    ),
    edit("edit-loose-words", "a = one   two;\nb\n", "one two", "three"),
    edit("edit-loose-escapes", 'a = "b\tc"\nd\n', String.raw`"b\tc"`, '"e"'),
    edit("edit-loose-blanks", "a(one)\nb\n", " a(one) ", "c(one)"),
    edit("edit-loose-crlf", "a\r\n  one\r\n  two\r\nb\r\n", "one\ntwo", "1\n2"),
  ];
}
