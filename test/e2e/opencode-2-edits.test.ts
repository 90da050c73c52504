/** Patches in OpenCode 2, of which there is only a stand-in here: test/support/opencode2. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { sitDownAtHost, type HostDesk } from "../support/opencode2/desk.ts";
import type { HostLocation, Ran } from "../support/opencode2/host.ts";
import type { SessionInfo } from "../support/opencode2/told.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { Message } from "../support/slack/slack-objects.ts";

let desk: HostDesk;
let location: HostLocation;
let session: SessionInfo;

beforeAll(async () => {
  desk = await sitDownAtHost();
  location = await desk.openLocation("project");
});
beforeEach(() => {
  session = desk.host.createSession(location.ref);
});
afterEach(() => desk.host.interrupt(session));
afterAll(async () => desk[Symbol.asyncDispose]());

const inProject = (name: string): string => path.join(location.ref.directory, name);

async function patch(...lines: string[]): Promise<Ran> {
  const patchText = ["*** Begin Patch", ...lines, "*** End Patch"].join("\n");
  return desk.host.call(session, "patch", { patchText });
}

async function press(card: Message, button: string, confirm = false): Promise<void> {
  await desk.slack.user("U1").press(card, button, { confirm });
}

/** What a card says of the request itself, with the project's directory called ~. */
function read(card: Message): string {
  return renderPlain(card)
    .replaceAll(location.ref.directory, "~")
    .replace(/^\S* ?project-\w+ · /, (head) => head.replace(/project-\w+/, "project"))
    .replace(/\n[^\n]* · host [^]*/, "");
}

describe("a patch", () => {
  test("of one file is shown as the lines that change, and can be allowed", async () => {
    await writeFile(inProject("sum.ts"), "let a = 1;\nlet b = 2;\n");
    const running = patch("*** Update File: sum.ts", "@@", "-let b = 2;", "+let b = 3;");
    const card = await desk.card("let b = 3;");
    expect(read(card)).toBe(
      "project · Edit sum.ts (+1 −1)\n@@ -1,2 +1,2 @@\n let a = 1;\n-let b = 2;\n+let b = 3;",
    );
    await press(card, "Allow once");
    expect(await running).toMatchObject({ kind: "ran" });
  });

  test("of several files is shown with what becomes of each, with its indentation", async () => {
    await writeFile(inProject("one.ts"), "  first();\n  second();\n");
    await writeFile(inProject("old.ts"), "gone();\n");
    const running = patch(
      "*** Update File: one.ts",
      "@@",
      "   first();",
      "-  second();",
      "+  third();",
      "*** Add File: new/two.ts",
      "+two();",
      "*** Delete File: old.ts",
    );
    const card = await desk.card("two();");
    expect(read(card)).toBe(
      [
        "project · Edit 3 files (+2 −2)",
        "Change file\none.ts\nDiff\n@@ -1,2 +1,2 @@\n   first();\n-  second();\n+  third();",
        "Create file\nnew/two.ts\nDiff\n@@ -0,0 +1,1 @@\n+two();",
        "Delete file\nold.ts\nDiff\n@@ -1,1 +0,0 @@\n-gone();",
      ].join("\n"),
    );
    await press(card, "Allow once");
    expect(await running).toMatchObject({ kind: "ran" });
  });

  test("that moves a file names both places, and the lines that change on the way", async () => {
    await writeFile(inProject("from.ts"), "one();\ntwo();\n");
    const running = patch("*** Update File: from.ts", "*** Move to: lib/to.ts", "@@", "-two();", "+three();");
    const card = await desk.card("lib/to.ts");
    expect(read(card)).toBe(
      "project · Rename from.ts\nRename file\nfrom.ts → lib/to.ts\nDiff\n@@ -1,2 +1,2 @@\n one();\n-two();\n+three();",
    );
    await press(card, "Allow once");
    expect(await running).toMatchObject({ kind: "ran" });
  });

  test("that moves a file to where OpenCode loads plugins asks once more", async () => {
    await writeFile(inProject("notes.ts"), "export {};\n");
    const running = patch("*** Update File: notes.ts", "*** Move to: .opencode/plugins/x.ts");
    const card = await desk.card("x.ts");
    expect(read(card)).toBe(
      "⚠ project · Rename notes.ts\nRename file\nnotes.ts → .opencode/plugins/x.ts\nNote\nThe content does not change.\n⚠ This matches the rule opencode-config. You will be asked again.",
    );
    await expect(desk.slack.user("U1").press(card, "Allow once")).rejects.toThrow("Allow once?");
    await press(card, "Reject");
    expect(await running).toEqual({ kind: "declined" });
  });

  test("that names a file twice is shown as what comes of both, and can be allowed", async () => {
    await writeFile(inProject("twice.ts"), "one();\ntwo();\n");
    const one = ["*** Update File: twice.ts", "@@", "-one();", "+1();"];
    const two = ["*** Update File: twice.ts", "@@", "-two();", "+2();"];
    const running = patch(...one, ...two);
    const card = await desk.card("twice.ts");
    expect(read(card)).toBe(
      "project · Edit twice.ts (+2 −2)\nNote\nThe patch names this file more than once: this is what comes of it all.\nDiff\n@@ -1,2 +1,2 @@\n-one();\n-two();\n+1();\n+2();",
    );
    await press(card, "Allow once");
    expect(await running).toMatchObject({ kind: "ran" });
  });

  test("of a file outside is asked about twice: for its directory, and with its whole name and its lines", async () => {
    const elsewhere = await mkdtemp(path.join(tmpdir(), "elsewhere-"));
    onTestFinished(async () => rm(elsewhere, { recursive: true }));
    const file = path.join(elsewhere, "shared.ts");
    await writeFile(file, "one();\n");
    const running = patch(`*** Update File: ${file}`, "@@", "-one();", "+two();");
    const first = await desk.card("Edit files outside");
    expect(read(first)).toContain(`Outside\n${elsewhere}/*`);
    expect(read(first)).toContain(`*** Update File: ${file}\n@@\n-one();\n+two();`);
    expect(read(first)).not.toContain("⚠");
    await press(first, "Allow once");

    const second = await desk.card("Edit a file outside");
    expect(read(second)).toMatch(
      new RegExp(
        `^project · Edit a file outside .*\\nChange file\\n${file}\\nDiff\\n@@ -1,1 \\+1,1 @@\\n-one\\(\\);\\n\\+two\\(\\);$`,
      ),
    );
    await press(second, "Allow once");
    expect(await running).toMatchObject({ kind: "ran" });
  });

  test("with a secret is shown without it", async () => {
    const running = patch("*** Add File: config.ts", `+export const token = "${desk.slack.botToken}";`);
    const card = await desk.card("config.ts");
    expect(read(card)).toMatch(
      /^project · Create config.ts \(\+1 −0\)\n@@ -0,0 \+1,1 @@\n\+export const token = "‹masked: \d+ characters›";\n⚠ 1 secret is masked.$/,
    );
    expect(JSON.stringify(desk.slack.channel("C1").messages())).not.toContain(desk.slack.botToken);
    await press(card, "Reject");
    expect(await running).toEqual({ kind: "declined" });
  });

  test("of a file that changes between card and press is not allowed", async () => {
    await writeFile(inProject("late.ts"), "one();\n");
    void patch("*** Update File: late.ts", "@@", "-one();", "+two();");
    const card = await desk.card("late.ts");
    await writeFile(inProject("late.ts"), "somebody's();\n");
    await press(card, "Allow once");
    const says = await desk.cardSays(card, "A file differs from the one that OpenCode used for this diff.");
    expect(says).not.toContain("[Allow");
    expect(desk.host.pending().filter(({ sessionID }) => sessionID === session.id)).toHaveLength(1);
  });

  test("is read as OpenCode 2 reads it: other line ends, indented names, a place at the end of the file", async () => {
    await writeFile(inProject("ends.ts"), "end();\nmiddle();\nend();\n");
    const lines = [
      "  *** Update File: ends.ts",
      "@@",
      "-end();",
      "+last();",
      "*** End of File",
      "@@",
      "+more();",
    ];
    const running = patch(...lines.map((line) => `${line}\r`));
    const card = await desk.card("ends.ts");
    expect(read(card)).toBe(
      "project · Edit ends.ts (+2 −1)\n@@ -1,3 +1,4 @@\n end();\n middle();\n-end();\n+last();\n+more();",
    );
    await press(card, "Allow once");
    expect(await running).toMatchObject({ kind: "ran" });
  });

  test("that names a file by ~ is of a file in the home directory, which its card names", async () => {
    const place = await mkdtemp(path.join(homedir(), "patch-"));
    onTestFinished(async () => rm(place, { recursive: true }));
    const running = patch(`*** Add File: ~/${path.basename(place)}/a.ts`, "+one();");
    const first = await desk.card(`*** Add File: ${place}/a.ts`);
    await press(first, "Allow once");
    const second = await desk.card("Create a file outside");
    expect(read(second)).toContain(`\nCreate file\n${place}/a.ts\nDiff\n@@ -0,0 +1,1 @@\n+one();`);
    await press(second, "Allow once");
    expect(await running).toMatchObject({ kind: "ran" });
  });
});
