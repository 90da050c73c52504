import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ToolCall } from "../../../src/gateway/domain/ask.ts";
import { findPlaces } from "../../../src/opencode/places.ts";
import { permissionRequest } from "../../support/permission-request.ts";

let root: string;
let project: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(path.join(tmpdir(), "places-")));
  project = path.join(root, "project");
  await mkdir(path.join(project, "one"), { recursive: true });
  await mkdir(path.join(project, "two"));
});
afterEach(async () => rm(root, { recursive: true }));

const inProject = (name: string): string => path.join(project, name);

function bash(args: ToolCall["args"]): ToolCall {
  return { tool: "bash", args };
}

async function placesOf(call: ToolCall, directory = project): Promise<readonly string[] | undefined> {
  return findPlaces(permissionRequest({ call }), { directory, worktree: root });
}

describe("a call is made", () => {
  test("where its command begins: in the project, or in its own working directory, behind all links", async () => {
    await symlink("one", inProject("link"));
    expect(await placesOf(bash({ command: "ls" }))).toEqual([project, root, project]);
    expect(await placesOf(bash({ workdir: "link" }))).toEqual([project, root, inProject("one")]);
    await rm(inProject("link"));
    await symlink("two", inProject("link"));
    expect(await placesOf(bash({ workdir: "link" }))).toEqual([project, root, inProject("two")]);
    expect(await placesOf(bash({ workdir: "../project/two/" }))).toEqual([project, root, inProject("two")]);
  });

  test("where the file is that it reads, behind all links", async () => {
    await writeFile(inProject("one/notes"), "");
    await symlink(inProject("one/notes"), inProject("notes"));
    const read = { tool: "read", args: { filePath: "notes" } };
    expect(await placesOf(read)).toEqual([project, root, inProject("one/notes")]);
  });

  test("in the project for any other tool, whatever its arguments are called", async () => {
    const call = { tool: "tickets_create", args: { workdir: "nowhere", filePath: "nowhere" } };
    expect(await placesOf(call)).toEqual([project, root, project]);
  });
});

describe("nobody can tell where", () => {
  test.each([
    ["a directory is not there", { tool: "bash", args: { workdir: "nowhere" } }],
    ["a file is not there", { tool: "read", args: { filePath: "nowhere" } }],
    ["a link leads to itself", { tool: "bash", args: { workdir: "loop" } }],
  ])("%s", async (_, call) => {
    await symlink("loop", inProject("loop"));
    expect(await placesOf(call)).toBeUndefined();
  });

  test("the project itself is gone", async () => {
    expect(await placesOf({ tool: "bash", args: {} }, inProject("gone"))).toBeUndefined();
  });
});
