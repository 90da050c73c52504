import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { followLinks } from "../../../src/opencode/edits/links.ts";
import { createSlices } from "../../../src/system/slices.ts";
import { createOffering } from "../../../src/composition/offers.ts";
import type { PermissionRequest } from "../../../src/gateway/domain/ask.ts";
import { parseRule, type Rules } from "../../../src/policy/rules.ts";
import { DEFAULTS as rules } from "../../support/judging.ts";
import { permissionRequest } from "../../support/permission-request.ts";
import { questionRequest } from "../../support/question-request.ts";

let project: string;
beforeEach(async () => {
  project = await realpath(await mkdtemp(join(tmpdir(), "files-")));
  await mkdir(join(project, ".opencode"));
  await writeFile(join(project, "opencode.json"), "{}");
});
afterEach(async () => rm(project, { recursive: true }));

function edit(path: string): PermissionRequest {
  const filePath = inProject(path);
  return permissionRequest({
    permission: "edit",
    patterns: [path],
    always: ["*"],
    metadata: { filepath: filePath },
    call: { tool: "write", args: { filePath, content: "{}" } },
  });
}

const list = (rule: string) => [parseRule(rule)];
const inProject = (path: string) => join(project, path);

describe("a file's links are followed", () => {
  test.each<[name: string, path: string, to: string]>([
    ["a file", "link", "opencode.json"],
    ["a directory, to a file that is not there yet", "link/plugin/new/a.ts", ".opencode"],
    ["a file that is not there yet", "link", ".opencode/new.md"],
    ["a link to another", "link/a.md", "second"],
    ["a file, from where it really is", "second/up", "plugin/a.ts"],
  ])("of %s", async (_, path, to) => {
    await symlink(inProject(".opencode"), inProject("second"));
    await symlink(
      path === "second/up" ? "../plugin/a.ts" : to,
      inProject(path === "second/up" ? path : "link"),
    );
    const target = path === "second/up" ? to : path.replace("link", to === "second" ? ".opencode" : to);
    expect(await followLinks(inProject(path))).toBe(inProject(target));
  });

  test("of none", async () => {
    expect(await followLinks(inProject("src/a.ts"))).toBe(inProject("src/a.ts"));
  });

  test("that lead to each other, without end", async () => {
    await symlink("b", inProject("a"));
    await symlink("a", inProject("b"));
    expect(await followLinks(inProject("a"))).toMatch(/[ab]$/);
  });
});

describe("an edit through a link", () => {
  test("to OpenCode's configuration asks once more", async () => {
    await symlink(inProject("opencode.json"), inProject("notes.txt"));
    const offer = createOffering({
      rules,
      unknownVariables: [],
      allowAlways: true,
      directory: project,
      slices: createSlices(),
    });
    expect(await offer(edit("notes.txt"))).toEqual({
      replies: ["once", "reject"],
      confirm: "This matches the rule `opencode-config`.",
    });
    expect(await offer(edit("other.txt"))).toEqual({ replies: ["once", "reject"] });
  });
});

/** Whether Slack may allow it, where Slack may allow these files only. */
async function mayAllow(request: PermissionRequest): Promise<boolean> {
  const slackMayAllow = [...list("edit:src*"), ...list("edit:x/*")];
  const rules = { terminalOnly: [], confirm: [], slackMayAllow, mayAllowAlways: [] };
  const { replies } = await createOffering({
    rules,
    unknownVariables: [],
    allowAlways: false,
    directory: project,
    slices: createSlices(),
  })(request);
  return replies.includes("once");
}

function patch(...lines: readonly string[]): PermissionRequest {
  const patchText = ["*** Begin Patch", ...lines, "*** End Patch"].join("\n");
  const call = { tool: "apply_patch", args: { patchText } };
  return permissionRequest({ permission: "edit", patterns: ["src.ts"], call });
}

describe("where Slack may allow some files only", () => {
  test.each([
    ["a listed file", ["*** Update File: src.ts"], true],
    ["a listed file and another", ["*** Update File: src.ts", "*** Delete File: infra/prod.tf"], false],
    ["a move to a listed place", ["*** Update File: src.ts", "*** Move to: src2.ts"], true],
    ["a move to another", ["*** Update File: src.ts", "*** Move to:infra/prod.tf"], false],
    ["a move from another", ["*** Update File: infra/prod.tf", "*** Move to: src.ts"], false],
    [
      "what a name with a colon is to old versions",
      ["*** Update File: src.ts", "*** Add File: y:src"],
      false,
    ],
  ])("%s", async (_, lines, isOffered) => {
    expect(await mayAllow(patch(...lines))).toBe(isOffered);
  });

  test("a name that leads elsewhere is listed by where it leads", async () => {
    await symlink(inProject(".opencode"), inProject("x"));
    expect(await mayAllow(patch("*** Add File: x/a.ts"))).toBe(false);
    const filePath = `${project}/src.ts\t/../conftest.py`;
    expect(await mayAllow({ ...edit("src.ts"), call: { tool: "write", args: { filePath } } })).toBe(false);
    await rm(inProject("x"));
    expect(await mayAllow(patch("*** Add File: x/a.ts"))).toBe(true);
  });

  test("a file that only OpenCode tells of must be listed, too", async () => {
    const told = { ...patch("*** Update File: src.ts"), metadata: { files: [{ movePath: "/etc/passwd" }] } };
    expect(await mayAllow(told)).toBe(false);
  });
});

describe("a request is offered", () => {
  const status = permissionRequest({
    patterns: ["git status"],
    always: ["git status *"],
    metadata: { command: "git status" },
  });

  test.each<[string, Partial<Rules>, boolean, object]>([
    ["with every reply", {}, true, { replies: ["once", "always", "reject"] }],
    ["without Allow always, where that is left out", {}, false, { replies: ["once", "reject"] }],
    [
      "with a second question, and without Allow always",
      { confirm: list("git *") },
      true,
      { replies: ["once", "reject"], confirm: "This matches `git *`." },
    ],
    [
      "for the terminal",
      { terminalOnly: list("git *"), confirm: list("git *") },
      true,
      { replies: ["reject"], terminalOnly: "This matches `git *`." },
    ],
    [
      "for the terminal, where Slack may allow other things only",
      { slackMayAllow: list("npm *") },
      true,
      { replies: ["reject"], terminalOnly: "This is not among what Slack may allow." },
    ],
    [
      "without Allow always, where that would answer more than it",
      { terminalOnly: list("git status --secret *") },
      true,
      { replies: ["once", "reject"] },
    ],
  ])("%s", async (_, lists, allowAlways, offers) => {
    const chosen = { terminalOnly: [], confirm: [], slackMayAllow: undefined, mayAllowAlways: [], ...lists };
    const offer = createOffering({
      rules: chosen,
      unknownVariables: [],
      allowAlways,
      directory: project,
      slices: createSlices(),
    });
    expect(await offer(status)).toEqual(offers);
  });
});

function callOf(permission: string, args: Readonly<Record<string, unknown>> = {}): PermissionRequest {
  return permissionRequest({ permission, patterns: ["*"], call: { tool: permission, args } });
}

describe("for a time", () => {
  const asked: string[] = [];
  const findServers = async (): Promise<readonly string[]> => {
    asked.push("asked");
    return ["tickets"];
  };

  async function minutesOf(
    request: PermissionRequest,
    lists: Partial<Rules> = {},
  ): Promise<number | undefined> {
    const grants = { minutes: 30, findServers };
    const offer = createOffering({
      rules: { ...rules, ...lists },
      unknownVariables: [],
      allowAlways: true,
      grants,
      directory: project,
      slices: createSlices(),
    });
    return (await offer(request)).grantMinutes;
  }

  test("a command is offered, and a tool of a server that OpenCode has", async () => {
    expect(await minutesOf(callOf("bash", { command: "npm test" }))).toBe(30);
    expect(asked).toEqual([]);
    expect(await minutesOf(callOf("tickets_create"))).toBe(30);
    expect(await minutesOf(callOf("wiki_create"))).toBeUndefined();
  });

  test("nothing is that a rule asks about twice, or keeps for the terminal", async () => {
    expect(await minutesOf(callOf("bash", { command: "rm -rf build" }))).toBeUndefined();
    const npm = callOf("bash", { command: "npm test" });
    expect(await minutesOf(npm, { terminalOnly: list("npm *") })).toBeUndefined();
    expect(await minutesOf(npm, { slackMayAllow: list("git *") })).toBeUndefined();
  });

  test("no edit is, and nothing where there are no grants", async () => {
    expect(await minutesOf(edit("notes.txt"))).toBeUndefined();
    const offer = createOffering({
      rules,
      unknownVariables: [],
      allowAlways: true,
      directory: project,
      slices: createSlices(),
    });
    expect(await offer(callOf("bash", { command: "npm test" }))).not.toHaveProperty("grantMinutes");
  });
});
const kept = (rule: string) => ({ replies: ["reject"], terminalOnly: `This matches \`${rule}\`.` });

describe("a question is offered", () => {
  const ANSWERABLE = { replies: ["answer", "reject"] };

  test.each<[string, string, Partial<Rules>, object]>([
    ["to be answered, where no rule names it", "question", {}, ANSWERABLE],
    ["to be answered, whatever Slack may allow", "question", { slackMayAllow: list("npm *") }, ANSWERABLE],
    ["to be answered, whatever the default rules ask", "question", rules, ANSWERABLE],
    ["to be answered, with the default rules also where plan mode is left", "plan_exit", rules, ANSWERABLE],
    ["for the terminal", "question", { terminalOnly: list("question:*") }, kept("question:*")],
    ["for the terminal, by a rule for everything", "plan_exit", { terminalOnly: list("*:*") }, kept("*:*")],
    [
      "to be answered, where a rule is for another tool",
      "question",
      { terminalOnly: list("plan_exit:*") },
      ANSWERABLE,
    ],
    [
      "with a second question",
      "plan_exit",
      { confirm: list("plan_exit:*") },
      { ...ANSWERABLE, confirm: "This matches `plan_exit:*`." },
    ],
    [
      "for the terminal, where Slack may allow other things only and it starts edits",
      "plan_exit",
      { slackMayAllow: list("npm *") },
      { replies: ["reject"], terminalOnly: "This is not among what Slack may allow." },
    ],
    [
      "to be answered, where Slack may allow it",
      "plan_exit",
      { slackMayAllow: list("plan_exit:*") },
      ANSWERABLE,
    ],
    [
      "for the terminal, where a tool asks that nobody knows and Slack may not allow",
      "ask_sudo",
      { slackMayAllow: list("npm *") },
      { replies: ["reject"], terminalOnly: "This is not among what Slack may allow." },
    ],
  ])("%s", async (_, permission, lists, offers) => {
    const chosen = { terminalOnly: [], confirm: [], slackMayAllow: undefined, mayAllowAlways: [], ...lists };
    const offer = createOffering({
      rules: chosen,
      unknownVariables: [],
      allowAlways: true,
      directory: project,
      slices: createSlices(),
    });
    expect(await offer(questionRequest([{}], { permission }))).toEqual(offers);
  });
});

test("while a variable is set that nobody here reads, nothing can be allowed", async () => {
  const unknownVariables = [{ name: "OPENCODE_SLACK_GATEWAY_NEW", meant: undefined }];
  const offer = createOffering({
    rules,
    unknownVariables,
    allowAlways: true,
    directory: project,
    slices: createSlices(),
  });
  expect(await offer(permissionRequest({ patterns: ["git status"] }))).toEqual({
    replies: ["reject"],
    terminalOnly:
      "This gateway does not know the variable OPENCODE_SLACK_GATEWAY_NEW, which may hold a rule for a newer version.",
  });
});
