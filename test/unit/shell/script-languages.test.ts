import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { filesOfScript } from "../../../src/shell/code.ts";
import { OPEN_MARK } from "../../../src/shell/words.ts";
import { judgeCommand, rulesOf } from "../../support/judging.ts";
import { createSandbox } from "../../support/shells/sandbox.ts";
import { AWK_COMMAND, quoted, SED_COMMAND } from "../../support/shells/script-languages.ts";
import { whereIs } from "../../support/shells/shells.ts";

const COMMANDS = Number(process.env["DIFFERENTIAL_COMMANDS"] ?? 400);

const open = OPEN_MARK;

describe("a script of sed's", () => {
  test.each<[args: string[], files: string[]]>([
    [["-n", "/a/,/b/p"], []],
    [["-i", "20i hello; 1e x"], []],
    [["/x/a\\", "f"], []],
    [["/x/a\\\ne x"], []],
    [["/x/c\\  text"], []],
    [["/x/r file"], []],
    [["s/[^/]*$//"], []],
    [["s/[/]/x/;s/x/[/"], []],
    [["s/[[\\]]//g"], []],
    [[":a;N;$!ba;s/\\n/ /g"], []],
    [["-n", "-e", "/a/{n;p}", "-e", "$!{N", "-e", "}"], []],
    [["--expression=1,3p", "--quiet"], []],
    [["-E", "-s", "--posix", "s/a{2}/b/"], []],
    [["#n\np"], []],
    [["y/abc/xyz/;l 5;q1"], []],
    [["s/a/b/w out", "w"], ["out"]],
    [
      ["-n", "1w a b;c\n2w d"],
      ["a b;c", "d"],
    ],
    [
      ["-e", "w a", "-e", "W b"],
      ["a", "b"],
    ],
    [["w /dev/stdout"], []],
    [["-i", "", "w a"], ["a"]],
    [["-i", "p", "w a", "f"], ["a"]],
    [["p", `${open}.ts`], []],
    [["--version"], []],
  ])("that only reads, changes and writes: %j", (args, files) => {
    expect(filesOfScript("sed", args)).toEqual(files);
  });

  test.each(
    [
      ["1e x"],
      ["e"],
      ["s/a/b/e"],
      ["s/a/b/ge"],
      ["s/a/b/ e"],
      [":a 1e x"],
      ["b a 1e x\n:a"],
      ["# \\\n1e x"],
      ["r x\\\n1e x"],
      ["a\\ \n1e x"],
      ["a x\n1e x"],
      ["1{p};e x"],
      ["/[/e x\n]/p"],
      ["s/[/]/e/"],
      ["\\,a,e x"],
      ["0~1e x"],
      ["-n", "--expr=1e x"],
      ["-ne", "1e x"],
      ["-e", "p", "-e", "e x"],
      ["-e", "a\\", "-e", "x", "-e", "e x"],
      ["1e x", "-e", "p"],
      ["-i", "1e x", "f"],
      ["-f", "x"],
      ["-sfx"],
      ["--file=x"],
      ["-l", "5", "p"],
      [open],
      [`s/a/${open}/`],
      [open, "-e", "p"],
      [`-${open}`, "p"],
      ["-e", open],
      ["v"],
      ["s/a/b"],
      ["k"],
    ].map((args) => [args]),
  )("that may run something, or is not understood: %j", (args) => {
    expect(filesOfScript("sed", args)).toBeUndefined();
  });
});

describe("a program of awk's", () => {
  test.each<[program: string, files: string[]]>([
    ["$3 > 100 {print $1}", []],
    ["{print ($1 > 5) ? 1 : 2}", []],
    ["{ if ($1 > 5) print $2 }", []],
    ['{print a[1 > "f"]}', []],
    ['/a|b>/ {gsub(/[|>]/, "|>"); print}', []],
    ["{print $1/$2, ($1)/2, ($1)/(2)}", []],
    ['{getline; getline x < "f"; print}', []],
    ['BEGIN { while ((getline line < "f") > 0) n++; print n }', []],
    ['# a | comment > with "\n{print}', []],
    ['{printf "%s|%s\\n", $1, $2}', []],
    ['{print > "out.txt"}', ["out.txt"]],
    ['{print $1 >> "a"; print $2 > "b" }', ["a", "b"]],
    ['{print $1,\n  $2 > "a"}', ["a"]],
    ["{print > $1}", [open]],
    ['{print > ("a" $1)}', [open]],
    ['{print > "out/" $1 ".txt"}', [`out/${open}`]],
    ['{print > "/dev/stderr"}', []],
    ["{print 1 > 2}", [open]],
  ])("that only reads, prints and writes: %s", (program, files) => {
    expect(filesOfScript("awk", [program])).toEqual(files);
    expect(filesOfScript("gawk", ["-F", ":", "-vx=1", "--", program, "-f"])).toEqual(files);
  });

  test.each([
    'BEGIN{system("x")}',
    'BEGIN{"x" | getline}',
    '{print | "x"}',
    '{print |& "x"}',
    '@load "x"',
    'BEGIN{f = "system"; @f("x")}',
    '{if (x) /"/; print | "x" #"\n}',
    '{if (x) /a*/; print | "x"; y = z /1}',
    '!/[/"]/{print | "x"}#"',
    '{x = 0x1system("x")}',
    '{print "a',
    "{print /a",
    open,
    `{print ${open}}`,
  ])("that may run something, or is not understood: %s", (program) => {
    expect(filesOfScript("awk", [program])).toBeUndefined();
  });

  test.each(
    [
      ["-f", "x"],
      ["-i", "inplace", "1"],
      ["-l", "x", "1"],
      ["-F", open, "1"],
      [`-vx=${open}`, "1"],
      [open],
    ].map((args) => [args]),
  )("in words that may bring another: %j", (args) => {
    expect(filesOfScript("awk", args)).toBeUndefined();
  });
});

const IMPLEMENTATIONS = [
  { name: "sed", run: "sed", commands: SED_COMMAND },
  { name: "busybox", run: "busybox sed", commands: SED_COMMAND },
  { name: "mawk", run: "mawk", commands: AWK_COMMAND },
  { name: "gawk", run: "gawk", commands: AWK_COMMAND },
  { name: "busybox", run: "busybox awk", commands: AWK_COMMAND },
  { name: "original-awk", run: "original-awk", commands: AWK_COMMAND },
];

describe.concurrent.each(IMPLEMENTATIONS)("what $run runs and writes", ({ name, run, commands }) => {
  const isMissing = whereIs(name) === undefined;
  const skipped = isMissing ? `: skipped, as ${name} is not installed` : "";

  test.skipIf(isMissing)(`is seen by the rules, whatever the script${skipped}`, async () => {
    using sandbox = createSandbox({
      shell: whereIs("bash") ?? "",
      stubs: ["deploy"],
      programs: [name, "sh"],
    });
    const rules = rulesOf({ terminalOnly: "deploy *, edit:f, edit:g" });
    let seen = 0;
    const property = fc.asyncProperty(commands, async (command) => {
      const { calls, files } = await sandbox.run(
        `${command.replace(/^\w+/, run)} <<< ${quoted("a/b 7\nb\na")}`,
      );
      if (calls.length === 0 && !files.some((file) => /^[fg]$/.test(file))) return;
      seen++;
      expect(judgeCommand(command, rules).allow).toBe("terminal-only");
    });
    await fc.assert(property, { numRuns: COMMANDS, skipEqualValues: true });
    // Were the scripts mere mistakes, nothing would have been looked at.
    expect(seen).toBeGreaterThan(COMMANDS / 50);
  });
});
