import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compare } from "../../../src/opencode/agreement.ts";
import { areParts } from "../../../src/opencode/parts.ts";
import { runToEnd } from "../../../src/system/sliced.ts";
import { permissionRequest } from "../../support/permission-request.ts";

const base = { directory: "/home/dev/repository/web", worktree: "/home/dev/repository" };

type Row = readonly [
  permission: string,
  patterns: readonly string[],
  metadata: Record<string, unknown>,
  tool: string,
  args: Record<string, unknown>,
];

function agreementOf([permission, patterns, metadata, tool, args]: Row) {
  return runToEnd(compare(permissionRequest({ permission, patterns, metadata }), { tool, args }, base));
}

const AGREED = { isContradicted: false, patterns: [], metadata: {} };

/** As real OpenCodes from 1.1.53 to 1.18.33 ask. */
const HONEST: readonly Row[] = [
  ["bash", ["git status", "ls"], {}, "bash", { command: "git status && ls", description: "Looks" }],
  ["bash", ["cat <<EOF\nx\nEOF"], { command: "cat <<EOF\nx\nEOF" }, "bash", { command: "cat <<EOF\nx\nEOF" }],
  ["bash", [], {}, "bash", { command: "cd src" }],
  ["external_directory", ["/etc/*"], {}, "bash", { command: "cat /etc/hosts" }],
  [
    "external_directory",
    ["/etc/*"],
    { command: "cat /etc/hosts", directories: ["/etc"], patterns: ["/etc/*"] },
    "bash",
    { command: "cat /etc/hosts" },
  ],
  [
    "external_directory",
    ["/etc/*"],
    { filepath: "/etc/a", parentDir: "/etc" },
    "read",
    { filePath: "/etc/a" },
  ],
  [
    "external_directory",
    ["/etc/*"],
    { filepath: "/etc", parentDir: "/etc" },
    "glob",
    { pattern: "*", path: "/etc" },
  ],
  [
    "external_directory",
    ["/home/dev/*"],
    { filepath: "/home/dev/a", parentDir: "/home/dev" },
    "edit",
    { filePath: "../../a" },
  ],
  ["read", ["web/a.ts"], {}, "read", { filePath: "a.ts" }],
  ["read", ["/home/dev/repository/web/a.ts"], {}, "read", { filePath: "a.ts", offset: 3 }],
  ["read", ["web/a.ts"], {}, "read", { filePath: "/home/dev/repository/web/a.ts" }],
  [
    "read",
    ["mcp:tickets:x://1"],
    { server: "tickets", uri: "x://1" },
    "read_mcp_resource",
    { server: "tickets", uri: "x://1" },
  ],
  [
    "edit",
    ["../a.txt"],
    { filepath: "/home/dev/a.txt", diff: "…" },
    "write",
    { filePath: "/home/dev/a.txt", content: "" },
  ],
  [
    "edit",
    ["web/a.ts"],
    { filepath: "/home/dev/repository/web/a.ts", diff: "…" },
    "edit",
    { filePath: "a.ts", oldString: "", newString: "x" },
  ],
  [
    "edit",
    ["a.ts", "b.ts"],
    { filepath: "a.ts, b.ts", diff: "…", files: [] },
    "apply_patch",
    { patchText: "…" },
  ],
  ["glob", ["**/*.ts"], { pattern: "**/*.ts" }, "glob", { pattern: "**/*.ts" }],
  [
    "grep",
    ["foo"],
    { pattern: "foo", path: "src", include: "*.ts" },
    "grep",
    { pattern: "foo", path: "src", include: "*.ts" },
  ],
  ["lsp", ["*"], {}, "lsp", { operation: "hover", filePath: "src/a.ts", line: 1, character: 1 }],
  [
    "lsp",
    ["*"],
    { operation: "hover", filePath: "/home/dev/repository/web/src/a.ts", line: 1, character: 1 },
    "lsp",
    { operation: "hover", filePath: "src/a.ts", line: 1, character: 1 },
  ],
  [
    "task",
    ["general"],
    { description: "d", subagent_type: "general" },
    "task",
    { description: "d", prompt: "p", subagent_type: "general" },
  ],
  ["skill", ["demo"], {}, "skill", { name: "demo" }],
  ["todowrite", ["*"], {}, "todowrite", { todos: [] }],
  [
    "webfetch",
    ["https://x.dev/"],
    { url: "https://x.dev/", format: "markdown", timeout: undefined },
    "webfetch",
    { url: "https://x.dev/" },
  ],
  ["websearch", ["hello"], { query: "hello" }, "websearch", { query: "hello" }],
  ["codesearch", ["x"], { query: "x" }, "codesearch", { query: "x" }],
  ["tickets_create", ["*"], {}, "tickets_create", { title: "Broken" }],
  ["deploy", ["staging"], { target: "staging" }, "deploy", { target: "staging", count: 2 }],
  ["deploy", ["a", "b"], {}, "deploy", { targets: ["a", "b"] }],
  ["doom_loop", ["invalid"], { tool: "invalid", input: { tool: "list" } }, "invalid", { tool: "list" }],
];

test.each(HONEST)("what is asked for %s agrees: %j %j by %s %j", (...row) => {
  expect(agreementOf(row)).toEqual(AGREED);
});

test("which service a search goes to is told besides", () => {
  const row: Row = [
    "websearch",
    ["hello"],
    { query: "hello", provider: "exa" },
    "websearch",
    { query: "hello" },
  ];
  expect(agreementOf(row)).toEqual({ ...AGREED, metadata: { provider: "exa" } });
});

describe("a request for something else than its call contradicts it", () => {
  const OTHERS: readonly Row[] = [
    ["bash", ["rm -rf ~"], {}, "bash", { command: "ls" }],
    ["bash", ["ls"], { command: "rm -rf ~" }, "bash", { command: "ls" }],
    ["bash", ["b", "a"], {}, "bash", { command: "a; b" }],
    [
      "bash",
      ["/home/dev/repository/web/x"],
      { command: "/home/dev/repository/web/x" },
      "bash",
      { command: "x" },
    ],
    ["external_directory", ["/etc/*"], { command: "cat /etc/shadow" }, "bash", { command: "cat /etc/hosts" }],
    ["external_directory", ["/etc/*"], { patterns: ["/srv/*"] }, "bash", { command: "ls /etc" }],
    [
      "external_directory",
      ["/srv/*"],
      { filepath: "/etc/a", parentDir: "/etc" },
      "read",
      { filePath: "/etc/a" },
    ],
    [
      "external_directory",
      ["/etc/*"],
      { filepath: "/etc/b", parentDir: "/etc" },
      "read",
      { filePath: "/etc/a" },
    ],
    ["read", ["web/b.ts"], {}, "read", { filePath: "a.ts" }],
    ["read", ["a.ts"], {}, "read", { filePath: "a.ts" }],
    ["read", ["web/a.ts", "web/b.ts"], {}, "read", { filePath: "a.ts" }],
    ["edit", ["web/a.ts"], { filepath: "/home/dev/repository/web/b.ts" }, "edit", { filePath: "a.ts" }],
    ["glob", ["*"], { pattern: "*" }, "glob", { pattern: "**/*.ts" }],
    ["grep", ["a"], { pattern: "a", path: "/etc" }, "grep", { pattern: "a", path: "src" }],
    ["lsp", ["*"], { filePath: "/etc/passwd" }, "lsp", { filePath: "src/a.ts" }],
    ["task", ["general"], {}, "task", { subagent_type: "deployer" }],
    ["skill", ["demo"], {}, "skill", { name: "other" }],
    ["webfetch", ["https://x.dev/"], {}, "webfetch", { url: "https://evil.example/" }],
    ["webfetch", ["https://x.dev/"], { url: "https://evil.example/" }, "webfetch", { url: "https://x.dev/" }],
    ["websearch", ["a"], {}, "websearch", { query: "b" }],
    ["read", ["mcp:a:x"], {}, "read_mcp_resource", { server: "b", uri: "x" }],
    ["bash", ["rm -rf ~"], {}, "read", { filePath: "a.ts" }],
    ["deploy", ["*"], { target: "production" }, "deploy", { target: "staging" }],
    ["doom_loop", ["bash"], { tool: "read", input: {} }, "read", {}],
  ];

  test.each(OTHERS)("%s %j %j by %s %j", (...row) => {
    expect(agreementOf(row).isContradicted).toBe(true);
  });

  test("and all that it says otherwise is told", () => {
    const { patterns, metadata } = agreementOf([
      "bash",
      ["rm -rf ~"],
      { command: "rm -rf ~" },
      "bash",
      { command: "ls" },
    ]);
    expect({ patterns, metadata }).toEqual({ patterns: ["rm -rf ~"], metadata: { command: "rm -rf ~" } });
  });
});

describe("what a tool that is not OpenCode's asks for", () => {
  test("is told where its arguments do not say it", () => {
    const metadata = { sql: "DROP TABLE users", region: "eu-west-1" };
    const row: Row = ["deploy", ["prod eu-west-1"], metadata, "release", { region: "eu-west-1" }];
    expect(agreementOf(row)).toEqual({
      isContradicted: false,
      patterns: ["prod eu-west-1"],
      metadata: { sql: "DROP TABLE users" },
    });
  });

  test.each<readonly [permission: string, metadata: Record<string, unknown>]>([
    ["edit", { diff: "-a\n+b", files: [{ filePath: "/etc/a" }] }],
    ["external_directory", { command: "rm -rf /etc", directories: ["/etc"] }],
    ["webfetch", { format: "html" }],
  ])("is told whole, also where OpenCode's own permission %s says it otherwise", (permission, metadata) => {
    const said = agreementOf([permission, ["/etc/*"], metadata, "release", { to: "prod" }]);
    expect(said).toMatchObject({ isContradicted: false, metadata });
  });

  test.each<readonly [told: Record<string, unknown>, shown: Record<string, unknown>]>([
    [{}, {}],
    [{ sql: "DROP" }, { sql: "DROP" }],
    [{ input: { to: "test" } }, { tool: "release", input: { to: "test" } }],
  ])("is told beside the call that is made again: %j", (told, shown) => {
    const metadata = { tool: "release", input: { to: "prod" }, ...told };
    expect(agreementOf(["doom_loop", ["release"], metadata, "release", { to: "prod" }]).metadata).toEqual(
      shown,
    );
  });

  test("may be a command or a file", () => {
    expect(agreementOf(["bash", ["ls"], {}, "batch", { tool_calls: [] }])).toMatchObject({
      patterns: ["ls"],
    });
    expect(agreementOf(["edit", ["infra/prod.tf"], {}, "patcher", {}])).toMatchObject({
      isContradicted: false,
      patterns: ["infra/prod.tf"],
    });
  });

  test.each(["constructor", "toString", "__proto__"])("may be called %s", (name) => {
    const row: Row = [name, ["x"], Object.fromEntries([[name, "y"]]), "release", {}];
    expect(agreementOf(row)).toMatchObject({ isContradicted: false, patterns: ["x"] });
    expect(Object.entries(agreementOf(row).metadata)).toEqual([[name, "y"]]);
    expect(agreementOf([name, ["x"], {}, "bash", { command: "ls" }]).patterns).toEqual(["x"]);
  });
});

describe("parts of a text", () => {
  test("are found in their order, one within another included", () => {
    expect(runToEnd(areParts("echo $(cat a) | wc", ["echo $(cat a)", "cat a", "wc"]))).toBe(true);
    expect(runToEnd(areParts("a", []))).toBe(true);
    expect(runToEnd(areParts("aab", ["ab"]))).toBe(true);
    expect(runToEnd(areParts("a", ["", "a"]))).toBe(true);
    expect(runToEnd(areParts("a b", ["b", "a"]))).toBe(false);
    expect(runToEnd(areParts("ab", ["abc"]))).toBe(false);
  });

  test("are those that are cut out of it", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 30 });
    fc.assert(
      fc.property(letters, fc.array(fc.tuple(fc.nat(30), fc.nat(10)), { maxLength: 6 }), (text, cuts) => {
        const parts = cuts.toSorted(([a], [b]) => a - b).map(([at, size]) => text.slice(at, at + size));
        expect(runToEnd(areParts(text, parts))).toBe(true);
      }),
    );
    fc.assert(
      fc.property(letters, letters, (text, part) => {
        expect(runToEnd(areParts(text, [part]))).toBe(text.includes(part));
      }),
    );
  });

  test("are looked for in pieces, however long or many they are", () => {
    const text = "a".repeat(200_000);
    expect(countPieces(areParts(text, [text]))).toBeGreaterThan(10);
    expect(countPieces(areParts("a", Array.from(text)))).toBeGreaterThan(10);
  });

  test("are found in a text of any length without looking at the same characters again and again", () => {
    let looks = 0;
    const counting = (text: string): string =>
      new Proxy(Object(text) as object, {
        get(target, key) {
          if (key !== "charCodeAt") return Reflect.get(target, key) as unknown;
          return (at: number) => {
            looks += 1;
            return text.charCodeAt(at);
          };
        },
      }) as unknown as string;
    const part = `${"a".repeat(1_000)}b`;
    expect(runToEnd(areParts(counting("a".repeat(2_000)), [part]))).toBe(false);
    expect(looks).toBeGreaterThan(0);
    expect(looks).toBeLessThanOrEqual(4_000);
  });
});

function countPieces(work: Iterable<unknown>): number {
  return Array.from(work).length + 1;
}
