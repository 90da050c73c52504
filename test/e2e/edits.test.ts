import { access, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openOffice, type Desk, type Office, type Task } from "../support/desk.ts";
import { PATCHING_MODEL } from "../support/opencode/sandbox.ts";
import { call, say } from "../support/opencode/scripted-model.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { Message } from "../support/slack/slack-objects.ts";

let office: Office;
let desk: Desk;
beforeAll(async () => {
  office = await openOffice();
  desk = await office.openDesk();
});
afterAll(async () => office[Symbol.asyncDispose]());

const user = () => office.slack.user("U1");
const inProject = (name: string, { opencode } = desk): string =>
  path.join(opencode.directories[0] ?? "", name);
const isThere = async (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

async function patch(lines: readonly string[], at = desk): Promise<Task> {
  const patchText = ["*** Begin Patch", ...lines, "*** End Patch"].join("\n");
  return at.start([call("apply_patch", { patchText }), say("done")], undefined, PATCHING_MODEL);
}

/** A card as it is read, with the folder of its OpenCode called ~, down to where it says where it comes from. */
function read(card: Message, { opencode } = desk): string {
  return renderPlain(card)
    .replaceAll(opencode.root, "~")
    .replace(/\n[^\n]* · host [^]*/, "");
}

async function reject(card: Message, at = desk): Promise<void> {
  await user().press(card, "Reject");
  await at.cardSays(card, "Rejected by @U1");
}

test.each([
  ["a", "*** Move to: "],
  ["b", "*** Move to:"],
  ["c", "*** Move to:\t "],
  ["d", "*** Move to:\u00A0\u00A0"],
])(
  "a move to where OpenCode loads plugins is shown by both names, and asks once more: %s, %j",
  async (n, header) => {
    const name = `notes ${n}.ts`;
    await writeFile(inProject(name), "export {};\n");
    const task = await patch([`*** Update File: ${name}`, `${header}.opencode/plugin/x${n}.ts`]);
    const card = await desk.card(`x${n}.ts`);
    expect(read(card)).toBe(
      `⚠ project · Rename “${name}”\nRename file\n${name} → .opencode/plugin/x${n}.ts\nNote\nThe content does not change.\n⚠ This matches the rule opencode-config. You will be asked again.`,
    );
    await expect(user().press(card, "Allow once")).rejects.toThrow('The button asks "Allow once?"');
    await user().press(card, "Allow once", { confirm: true });
    await desk.cardSays(card, "Allowed once by @U1");
    await task.end();
    expect(await isThere(inProject(`.opencode/plugin/x${n}.ts`))).toBe(true);
    expect(await isThere(inProject(name))).toBe(false);
  },
);

test("a name with a tab that leads out of its directory is shown as it is, and where it leads", async () => {
  const filePath = `${inProject("docs/readme.md")}\t/../../conftest.py `;
  const task = await desk.start([call("write", { filePath, content: "print()\n" }), say("done")]);
  const card = await desk.card("conftest.py");
  expect(read(card)).toBe(
    "project · Create “docs/readme.md\\u{9}/../../conftest.py ” (+1 −0)\nCreate file\ndocs/readme.md\\u{9}/../../conftest.py \nLeads to\n~/project/conftest.py \nNote\nA part of the name begins or ends with a blank.\nDiff\n@@ -0,0 +1,1 @@\n+print()\n⚠ 1 run of white space is shown as \\u{…}.",
  );
  await user().press(card, "Allow once");
  await task.end();
  expect(await readFile(inProject("conftest.py "), "utf8")).toBe("print()\n");
});

test("a file that a patch adds over another is shown with the lines that are lost", async () => {
  await writeFile(inProject("auth.ts"), "check();\nlog();\n");
  await patch(["*** Add File: auth.ts", "+// TODO"]);
  const card = await desk.card("TODO");
  expect(read(card)).toBe(
    "project · Overwrite auth.ts (+1 −2)\n@@ -1,2 +1,1 @@\n-check();\n-log();\n+// TODO",
  );
  await reject(card);
});

test("a carriage return at the end of a here-document is shown", async () => {
  const content = "cat <<X\nX\r\nrm -rf /\nX\n";
  await desk.start([call("write", { filePath: inProject("guard.sh"), content }), say("done")]);
  const card = await desk.card("guard.sh");
  expect(read(card)).toContain("+X\\u{D}\n+rm -rf /\n+X");
  await reject(card);
});

test("a file that OpenCode would destroy is not allowed, and the card says why", async () => {
  await writeFile(inProject("latin.txt"), Buffer.from("caf\xe9\n", "latin1"));
  const steps = [
    call("read", { filePath: inProject("latin.txt") }),
    call("write", { filePath: inProject("latin.txt"), content: "tea\n" }),
    say("done"),
  ];
  await desk.start(steps);
  const card = await desk.card("latin.txt");
  expect(renderPlain(card)).toContain("latin.txt” is not text: its bytes are not UTF-8.");
  expect(renderPlain(card)).not.toContain("[Allow");
  await reject(card);
});

test("what becomes of a byte order mark is told, and may be allowed", async () => {
  const file = inProject("marked.txt");
  await writeFile(file, "\uFEFFone\n");
  const steps = [
    call("read", { filePath: file }),
    call("write", { filePath: file, content: "one\n" }),
    say("done"),
  ];
  const task = await desk.start(steps);
  const card = await desk.card("marked.txt");
  await user().press(card, "Allow once");
  await task.end();
  // OpenCode keeps it since 1.14.
  const isKept = (await readFile(file, "utf8")).startsWith("\uFEFF");
  expect(read(card)).toContain(
    isKept ? "Note\nNothing changes." : "Note\nThe file's byte order mark is removed; nothing else changes.",
  );
});

test("a file that is made between card and press is not lost: nothing is allowed before the card shows it", async () => {
  const task = await patch(["*** Add File: late.txt", "+new"]);
  const card = await desk.card("late.txt");
  await writeFile(inProject("late.txt"), "somebody's work\n");
  await user().press(card, "Allow once");
  await desk.cardSays(card, "-somebody's work");
  await office.slack.waitFor(() => user().ephemerals().length > 0);
  expect(user().ephemerals().map(renderPlain).at(-1)).toContain("a file is no longer as the card showed it");
  expect(await readFile(inProject("late.txt"), "utf8")).toBe("somebody's work\n");

  await user().press(card, "Allow once");
  await desk.cardSays(card, "Allowed once by @U1");
  await task.end();
  expect(await readFile(inProject("late.txt"), "utf8")).toBe("new\n");
});

test("a file that changes between card and press is not overwritten from Slack", async () => {
  const file = inProject("shared.txt");
  await writeFile(file, "one\ntwo\n");
  const steps = [
    call("read", { filePath: file }),
    call("edit", { filePath: file, oldString: "two", newString: "2" }),
    say("done"),
  ];
  await desk.start(steps);
  const card = await desk.card("shared.txt");
  await writeFile(file, "one\ntwo\nthree\n");
  await user().press(card, "Allow once");
  const says = await desk.cardSays(card, "A file differs from the one that OpenCode used for this diff.");
  expect(says).not.toContain("[Allow");
  await reject(card);
  expect(await readFile(file, "utf8")).toBe("one\ntwo\nthree\n");
});

test("a directory that becomes a link between card and press leads nowhere", async () => {
  await mkdir(inProject("safe"));
  await mkdir(inProject("other"));
  await patch(["*** Add File: dir/a.txt", "+new"]);
  const card = await desk.card("dir/a.txt");
  await symlink("other", inProject("dir"));
  await user().press(card, "Allow once");
  expect(await desk.cardSays(card, "Leads to")).toContain("other/a.txt");
  await reject(card);
  expect(await isThere(inProject("other/a.txt"))).toBe(false);
});

test("a move is allowed from Slack where both of its names are listed, and only there", async () => {
  await desk[Symbol.asyncDispose]();
  await using strict = await office.openDesk({
    env: {
      OPENCODE_SLACK_GATEWAY_SLACK_MAY_ALLOW: "edit:src.ts, edit:new.ts",
      OPENCODE_SLACK_GATEWAY_TERMINAL_ONLY: "edit:infra/*",
    },
  });
  await writeFile(inProject("src.ts", strict), "export {};\n");
  await patch(["*** Update File: src.ts", "*** Move to: lib/prod.ts"], strict);
  const unlisted = await strict.card("lib/prod.ts");
  expect(renderPlain(unlisted)).toContain("⚠ This is not among what Slack may allow.");
  expect(renderPlain(unlisted)).not.toContain("[Allow");
  await reject(unlisted, strict);

  await patch(["*** Update File: src.ts", "*** Move to: infra/prod.tf"], strict);
  const kept = await strict.card("infra/prod.tf");
  expect(renderPlain(kept)).toContain("⚠ This matches edit:infra/*.");
  expect(renderPlain(kept)).not.toContain("[Allow");
  await reject(kept, strict);

  const task = await patch(["*** Update File: src.ts", "*** Move to: new.ts"], strict);
  const listed = await strict.card("new.ts");
  await user().press(listed, "Allow once");
  await task.end();
  expect(await isThere(inProject("new.ts", strict))).toBe(true);
});

test("Slack has nothing to complain about", () => {
  expect(office.slack.complaints()).toEqual([]);
});
