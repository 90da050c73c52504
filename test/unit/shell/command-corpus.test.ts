import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseRule } from "../../../src/policy/rules.ts";
import { readPlainCommand } from "../../../src/shell/plain-command.ts";
import { judgeCommand } from "../../support/judging.ts";

/** Rules as people write them. */
const RULES = [
  "deploy *",
  "rm -*",
  "git push *",
  "kubectl delete *",
  "terraform apply*",
  "npm publish*",
  "dd *",
  "chmod -*",
  "sudo *",
];

/** One command a line; `\n` is a line break, `\\n` a backslash and an n. */
function readCommands(file: string): string[] {
  return readFileSync(new URL(`../../fixtures/commands/${file}`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.replaceAll(/\\\\n|\\n/g, (escape) => (escape === "\\n" ? "\n" : "\\n")));
}

function judgeBy(command: string, terminalOnly: readonly string[], slackMayAllow?: readonly string[]) {
  return judgeCommand(command, {
    terminalOnly: terminalOnly.map(parseRule),
    confirm: [],
    slackMayAllow: slackMayAllow?.map(parseRule),
    mayAllowAlways: [],
  });
}

describe("a command that runs `deploy` in a way that no list names", () => {
  const commands = readCommands("hidden.txt");

  test("is one of more than five hundred", () => {
    expect(new Set(commands).size).toBeGreaterThan(500);
  });

  test.each(commands)("is seen by the rule for it: %s", (command) => {
    expect(judgeBy(command, ["deploy *"]).allow).toBe("terminal-only");
  });

  test.each(commands)("is not listed with what it begins with: %s", (command) => {
    const [name = ""] = command.split(" ");
    const listed = ["npm test", "git status *", "ls *", "echo *", "true *", `${name} --version`];
    expect(judgeBy(command, [], listed).allow).toBe("terminal-only");
  });
});

describe("what people's agents do all day", () => {
  const commands = readCommands("honest.txt");

  test("is told by more than two hundred and fifty commands", () => {
    expect(new Set(commands).size).toBeGreaterThan(250);
  });

  test.each(commands)("is feared by no rule, whatever it speaks of: %s", (command) => {
    expect(judgeBy(command, RULES)).toEqual({ allow: "offered" });
  });
});

/** Each so long as anything that is judged, and made to have the same looked at again and again. */
const TEDIOUS: Readonly<Record<string, string>> = {
  "many commands": "a;".repeat(9_500),
  "many placeholders": `xargs ${"-I X ".repeat(3_800)}`,
  "wrappers in wrappers": "xargs -I X ".repeat(1_700),
  "many marks": `find ${"-exec ".repeat(3_200)}`,
  "finds in finds": "find . -exec ".repeat(1_500),
  "many starts": `docker ${"run ".repeat(4_900)}`,
  "options that may have values": "sudo -E ".repeat(2_400),
  "what looks like tokens": "-eyJ".repeat(4_900),
  "names of a rule": `zip ${"deploy ".repeat(2_800)}`,
  "names in a text": `zip '${"deploy,".repeat(2_800)}'`,
  interpreters: `zip ${"sh -q ".repeat(3_300)}`,
  "texts for shells": "bash -c 'a';".repeat(1_600),
  "different texts for shells": Array.from({ length: 900 }, (_, index) => `bash -c 'a${index}'`).join(";"),
  directories: Array.from({ length: 2_300 }, (_, index) => `cd a${index}`).join(";"),
  files: `tee ${Array.from({ length: 3_000 }, (_, index) => `f${index}`).join(" ")}`,
  "one long name": `${"1".repeat(19_000)}x`,
  brackets: `x='${"[".repeat(19_000)}'`,
  "a long script of sed's": `sed '${"s/a/b/;".repeat(2_700)}'`,
  "a long program of awk's": `awk '${"/a".repeat(9_500)}'`,
  "nested substitutions": "$(a ".repeat(4_900),
  "nested parentheses": `${"(".repeat(9_900)}a${")".repeat(9_900)}`,
  backslashes: `echo ${"\\\\".repeat(9_900)}`,
  quotes: `echo ${"'a' ".repeat(4_900)}`,
  redirections: `a ${">b ".repeat(6_500)}`,
};

describe("a command that is tedious to read", () => {
  const rules = [...RULES, "*secret*", "*a*b*c*d*", "x?z *"];

  // A few milliseconds each, whatever the machine: before the work was counted, some took a quarter of a minute.
  test.each(Object.entries(TEDIOUS))("is judged like any other: %s", (_, command) => {
    expect(command.length).toBeLessThanOrEqual(20_000);
    expect(judgeBy(command, rules, ["a", "a *"]).allow).toMatch(/^(offered|terminal-only)$/);
  });
});

describe("a command line that cannot be read in two ways", () => {
  test.each<[string, string[][]]>([
    ["npm test", [["npm", "test"]]],
    ["a && b || c; d | e\n\nf\n", [["a"], ["b"], ["c"], ["d"], ["e"], ["f"]]],
    ["a &&\n b |\nc;", [["a"], ["b"], ["c"]]],
    [`a 'b c' "d \\"e\\" \\$f" g\\ h i'j'"k"`, [["a", "b c", 'd "e" $f', "g h", "ijk"]]],
    ["a 2>&1 > /dev/null 2>/dev/null </dev/null", [["a"]]],
    ["a '' --b=c,d %e @f +g HEAD~3^", [["a", "", "--b=c,d", "%e", "@f", "+g", "HEAD~3^"]]],
    ["a '!b' 'c\nd' 'é 로'", [["a", "!b", "c\nd", "é 로"]]],
    ["./a/b.sh c", [["./a/b.sh", "c"]]],
  ])("%j", (command, words) => {
    expect(readPlainCommand(command)).toEqual(words);
  });

  test.each(
    [
      "",
      "\n",
      "a &&",
      "&& a",
      "a; ; b",
      "a ;; b",
      "a\n&& b",
      "a |& b",
      "a &",
      "a & b",
      "&",
      "a &> /dev/null",
      "a > b",
      "a 2>&1x",
      "a2>&1",
      "a >/dev/null/x",
      "a >&2 b",
      "> /dev/null",
      "a < b",
      "a << E\nE",
      "a <<< b",
      "a <(b)",
      "a =b",
      "=a",
      "a ~",
      "a ~/b",
      "a b=~/c",
      "a b:~",
      "A=1 a",
      "A=1",
      "A+=1 a",
      "'A=1'",
      "a[1]=b",
      "a $b",
      'a "$b"',
      "a `b`",
      'a "`b`"',
      "a $(b)",
      "a *",
      "a b?",
      "a [b]",
      "a {b,c}",
      "a {}",
      "(a)",
      "{ a; }",
      "! a",
      "a !b",
      'a "b!c"',
      "a # b",
      "a#b",
      "if a; then b; fi",
      "for a in b; do c; done",
      "time a",
      "coproc a",
      "repeat 2 a",
      "noglob a",
      "nocorrect a",
      "- a",
      "[[ a ]]",
      "select a in b; do c; done",
      "function a { b; }",
      "a() { b; }",
      "'if' a",
      "cd a",
      "pushd a",
      "command a",
      "builtin a",
      "exec a",
      "eval a",
      "source a",
      ". a",
      "export A=1",
      "declare -i a",
      "read a",
      "set -- a",
      "alias a=b",
      "trap a EXIT",
      "printf -v a b",
      "test -v 'a[$(b)]'",
      "a '",
      'a "',
      "a \\",
      "a \\\nb",
      'a "b\\\nc"',
      "a $'b'",
      "a 'b''c'",
      "a\rb",
      "a\u00A0b",
      "a '\u00A0'",
      "a '\u200B'",
      "a\u0007",
      "é",
      "a é",
    ].map((command) => [command]),
  )("is not %j", (command) => {
    expect(readPlainCommand(command)).toBeUndefined();
  });
});
