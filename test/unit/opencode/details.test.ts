import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { describeRequest } from "../../../src/opencode/details.ts";
import { createSlices } from "../../../src/system/slices.ts";
import { CAPTURED_VERSIONS, capturedTurn } from "../../support/captured.ts";
import { permissionRequest } from "../../support/permission-request.ts";

const DIFFER = "OpenCode's request and its tool's arguments differ.";

let project: string;
beforeEach(async () => {
  project = await mkdtemp(path.join(tmpdir(), "details-"));
  await mkdir(path.join(project, "src"));
});
afterEach(async () => rm(project, { recursive: true }));

async function describeCaptured(version: string, name: string, nth = 0) {
  const { requests } = await capturedTurn(version, name, project);
  const request = requests[nth];
  if (request === undefined) throw new Error(`${name} of ${version} has no request ${nth}`);
  return describeRequest(request, project, createSlices(), { version });
}

describe.each(CAPTURED_VERSIONS)("what OpenCode %s asks", (version) => {
  test("a command is told with the directory that it runs in", async () => {
    const { details, doubt } = await describeCaptured(version, "bash-workdir");
    expect(details).toMatchObject([
      { label: "Command", text: "ls" },
      { label: "Working directory", text: path.join(project, "src") },
      { label: "What the agent says about it", isRemark: true },
      { label: "Arguments of bash", text: "timeout: 5000" },
    ]);
    expect(doubt).toBeUndefined();
  });

  test("the first lines of a new file are told with their own indentation", async () => {
    const { details, doubt } = await describeCaptured(version, "write-new");
    expect(details).toEqual([
      { label: "Create file", text: "src/new.ts", isLine: true },
      {
        label: "Diff",
        text: "@@ -0,0 +1,3 @@\n+    indented first line\n+        deeper\n+    end",
        isSubject: true,
      },
    ]);
    expect(doubt).toBeUndefined();
  });

  test("a patch of several files is told file by file, added lines with their own indentation", async () => {
    await writeFile(path.join(project, "src/old.txt"), "one\nTwo\nThree\n");
    await writeFile(path.join(project, "src/gone.txt"), "bye\n");
    const { details, doubt } = await describeCaptured(version, "apply-patch");
    expect(details.map(({ text }) => text)).toEqual([
      "src/added.txt",
      "@@ -0,0 +1,2 @@\n+    indented\n+    too",
      "src/old.txt",
      "@@ -1,3 +1,3 @@\n one\n-Two\n+    2\n Three",
      "src/gone.txt",
      "@@ -1,1 +0,0 @@\n-bye",
    ]);
    expect(doubt).toBeUndefined();
  });

  test("reaching outside is told with the directory and with what reaches", async () => {
    const { details, doubt } = await describeCaptured(version, "external-directory-bash");
    expect(details).toMatchObject([
      { label: "Outside", text: "/home/dev/outside/*" },
      { label: "Command", text: "cat /home/dev/outside/notes.txt" },
      { label: "What the agent says about it" },
    ]);
    expect(doubt).toBeUndefined();
  });

  test("a tool of an MCP server is told with every argument", async () => {
    const { details, doubt } = await describeCaptured(version, "mcp");
    expect(details).toHaveLength(1);
    // The server's own name for it, which is none of ours.
    expect(details[0]?.label).toMatch(/^Arguments of “\w+”$/);
    expect(details[0]?.text).toBe('title:  "Broken build"\nlabels: ["ci","urgent"]');
    expect(doubt).toBeUndefined();
  });

  test("a page is told with its URL", async () => {
    const { details, doubt } = await describeCaptured(version, "webfetch");
    expect(details[0]).toEqual({ label: "URL", text: "http://127.0.0.1:8080/page", isSubject: true });
    expect(doubt).toBeUndefined();
  });

  test("a file that is not the one of the diff raises a doubt", async () => {
    await writeFile(path.join(project, "src/greeter.ts"), "something else\n");
    const { doubt } = await describeCaptured(version, "edit");
    expect(doubt).toBe("A file differs from the one that OpenCode used for this diff.");
  });
});

describe.each(CAPTURED_VERSIONS)("of what OpenCode %s was recorded to ask", (version) => {
  test("every request agrees with its call, and nothing is told twice", async () => {
    const folder = path.join(import.meta.dirname, "..", "..", "fixtures", "opencode", version);
    const names = (await readdir(folder)).filter((name) => /^(?!session)[\w-]+\.json$/.test(name));
    const turns = await Promise.all(
      names.map(async (name) => capturedTurn(version, name.replace(".json", ""), project)),
    );
    const requests = turns.flatMap((turn) => turn.requests);
    expect(requests.length).toBeGreaterThan(30);
    for (const request of requests) {
      const { details, doubt } = await describeRequest(request, project, createSlices());
      // The files that were edited are not here.
      const isElsewhere = request.permission === "edit" && doubt !== DIFFER;
      expect({ request, doubt: isElsewhere ? undefined : doubt }).toEqual({ request, doubt: undefined });
      const said = details.map(({ label }) => label);
      expect(said).not.toContain("OpenCode says");
      expect(said).not.toContain(request.permission);
    }
  });

  test("a call that is made again and again is told with its tool", async () => {
    const { details, doubt } = await describeCaptured(version, "doom-loop");
    expect(details).toEqual([
      { label: "Tool", text: "read" },
      { label: "File", text: path.join(project, "src/old.txt") },
    ]);
    expect(doubt).toBeUndefined();
  });
});

test("what a plugin's tool asks for is told besides its arguments", async () => {
  const { details, doubt } = await describeRequest(
    permissionRequest({
      permission: "deploy",
      patterns: ["prod eu-west-1"],
      metadata: { sql: "DROP TABLE users", count: 2 },
      call: { tool: "release", args: { count: 2 } },
    }),
    project,
    createSlices(),
  );
  expect(details).toEqual([
    { label: "“deploy”", text: "prod eu-west-1" },
    { label: "Arguments of “release”", text: "count: 2", isSubject: true },
    { label: "OpenCode says", text: 'sql: "DROP TABLE users"' },
  ]);
  expect(doubt).toBeUndefined();
});

test("a tool without arguments is told to have none", async () => {
  const call = { tool: "tickets_list", args: {} };
  const request = permissionRequest({ permission: "tickets_list", patterns: ["*"], call });
  expect(await describeRequest(request, project, createSlices())).toEqual({
    details: [{ label: "Arguments of “tickets_list”", text: "" }],
  });
});

test("a call that shares its ID with another one that runs raises a doubt", async () => {
  const request = permissionRequest({ patterns: ["git status"], isCallUnclear: true });
  expect(await describeRequest(request, project, createSlices())).toEqual({
    details: [{ label: "bash", text: "git status" }],
    doubt:
      "Several calls with the same ID run at the same time, so the gateway cannot tell which of them asks.",
  });
});

test("a page's URL that is another one in the request than in the call is told twice, with a doubt", async () => {
  const metadata = { url: "https://evil.example/" };
  const call = { tool: "webfetch", args: { url: "https://x.dev/" } };
  const request = { permission: "webfetch", patterns: ["https://evil.example/"], metadata, call };
  const { details, doubt } = await describeRequest(permissionRequest(request), project, createSlices());
  expect(doubt).toBe(DIFFER);
  expect(details).toEqual([
    { label: "webfetch", text: "https://evil.example/" },
    { label: "URL", text: "https://x.dev/", isSubject: true },
    { label: "OpenCode says", text: 'url: "https://evil.example/"' },
  ]);
});

const asked = permissionRequest({
  patterns: ["git status"],
  always: ["git status *"],
  metadata: { command: "git status" },
});

test("arguments that nobody told raise a doubt", async () => {
  const { details, doubt } = await describeRequest(asked, project, createSlices());
  expect(details).toContainEqual({ label: "bash", text: "git status" });
  expect(doubt).toBe("OpenCode did not give the arguments of this call.");
});

test.each(["tickets_create", "constructor", "bash"])(
  "every argument of %s is told, whatever it is called",
  async (tool) => {
    const args = { constructor: "hidden 1", toString: "hidden 2", name: "hidden 3", valueOf: "hidden 4" };
    const call = { tool, args };
    const { details } = await describeRequest(
      { ...asked, permission: tool, metadata: {}, call },
      project,
      createSlices(),
    );
    for (const hidden of Object.values(args)) expect(JSON.stringify(details)).toContain(hidden);
  },
);

test("arguments that contradict the event raise a doubt", async () => {
  const call = { tool: "bash", args: { command: "rm -rf ." } };
  const { doubt } = await describeRequest({ ...asked, call }, project, createSlices());
  expect(doubt).toBe("OpenCode's request and its tool's arguments differ.");
});

test("another file in the arguments than in the event raises a doubt", async () => {
  const metadata = { filepath: path.join(project, "a.txt"), diff: "" };
  const call = { tool: "write", args: { filePath: "b.txt", content: "" } };
  const { doubt } = await describeRequest(
    { ...asked, permission: "edit", metadata, call },
    project,
    createSlices(),
  );
  expect(doubt).toBe("OpenCode's request and its tool's arguments differ.");
});

test.each([
  ["no diff", "what is this?"],
  ["an empty diff", ""],
  ["a broken diff", "--- a\n+++ b\n@@ -1,9 +1,9 @@\n+only this\n"],
])("%s raises a doubt, and the arguments are told", async (_, diff) => {
  const call = { tool: "write", args: { filePath: "a.txt", content: "new" } };
  const metadata = { filepath: path.join(project, "a.txt"), diff };
  const { details, doubt } = await describeRequest(
    { ...asked, permission: "edit", metadata, call },
    project,
    createSlices(),
  );
  expect(JSON.stringify(details)).toContain("new");
  expect(doubt).toBe("OpenCode's diff cannot be read.");
});

test("a file that cannot be read raises a doubt", async () => {
  const metadata = { filepath: project, diff: `--- ${project}\n+++ ${project}\n@@ -1,1 +1,1 @@\n-a\n+b\n` };
  const call = { tool: "edit", args: { filePath: project, oldString: "a", newString: "b" } };
  const { doubt } = await describeRequest(
    { ...asked, permission: "edit", metadata, call },
    project,
    createSlices(),
  );
  expect(doubt).toBe(`“${project}” is not a regular file.`);
});
