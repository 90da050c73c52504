import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { literalText, mayBeSeveral } from "../src/glob.ts";
import { readCommand } from "../src/shell.ts";
import { EVASIONS, HONEST_COMMANDS } from "./evasions.ts";

const run = promisify(execFile);

function readTexts(command: string): string[] | undefined {
  const read = readCommand(command);
  if (read.kind === "unreadable") return undefined;
  return [...read.commands, ...read.behind].map(({ words }) =>
    words.map((word) => literalText(word) ?? "…").join(" "),
  );
}

describe("a command that is read", () => {
  test.each<[string, string[]]>([
    ["a 'b c' && d | e", ["a b c", "d", "e"]],
    ["A=1 b > c", ["b"]],
    ['a $X "$Y"z *.ts {b,c}', ["a … … … …"]],
    ["a $(b) `c`", ["a … …", "b", "c"]],
    ["sudo -u me a b", ["sudo -u me a b", "me a b", "a b"]],
    ["sudo a b", ["sudo a b", "a b"]],
    ["timeout 5 a b", ["timeout 5 a b", "5 a b", "a b"]],
    ["git -C a --no-pager b c", ["git -C a --no-pager b c", "git b c"]],
    ["find . -name a -exec b {} +", ["find . -name a -exec b {} +", "b … +"]],
    ["a | xargs -n1 b", ["a", "xargs -n1 b", "b …"]],
    ["command -v node", ["command -v node"]],
    ["$'\\x61\\142\\u0063' $'\\'d'", ["abc 'd"]],
  ])("%s", (command, texts) => {
    expect(readTexts(command)).toEqual(texts);
  });

  test.each(HONEST_COMMANDS)("%s", (command) => {
    expect(readCommand(command)).toMatchObject({ kind: "read" });
  });

  test("names the files that are written", () => {
    const read = readCommand("a > b 2>> c 2>&1 < d > /dev/null &> e; { f; } > g; h >&i");
    expect(read.kind === "read" && read.writes.map((file) => literalText(file))).toEqual([
      "b",
      "c",
      "e",
      "g",
      "i",
    ]);
  });
});

describe("the redirections of a command", () => {
  test.each<[string, string[][]]>([
    ["> a", [["> a"]]],
    ["a < b >| c 2> d", [["< b", ">| c", "> d"]]],
    ["a <<< 'b c' | d", [["<<< b c"], []]],
    ["a <<'E'\nb\nE", [["<< b\n"]]],
    ["env a > b", [["> b"], ["> b"]]],
  ])("%s", (command, streams) => {
    const read = readCommand(command);
    if (read.kind === "unreadable") throw new Error(read.why);
    const found = [...read.commands, ...read.behind].map((each) =>
      each.streams.map(({ operator, target }) => `${operator} ${literalText(target) ?? "…"}`),
    );
    expect(found).toEqual(streams);
  });
});

describe("an open word", () => {
  test.each([
    ["$X", true],
    ["a$X", true],
    ["$(b)", true],
    ["{b,c}", true],
    ['"$@"', true],
    ['"${B[@]}"', true],
    ['"$X"', false],
    ['"$(b)"', false],
    ["*.ts", false],
    ["'b c'", false],
  ])("%s may be several words: %s", (word, isSo) => {
    const read = readCommand(`a ${word}`);
    expect(read.kind === "read" && read.commands[0]?.words.slice(1).some(mayBeSeveral)).toBe(isSo);
  });
});

describe("a command that is not read", () => {
  test.each<[string, string]>([
    ["$X y", "The command that runs is only known when it runs."],
    ["eval x", "`eval` runs text, or changes what other commands do."],
    ["bash -c x", "`bash` runs code that is written in the command or read from elsewhere."],
    ["a )", "The command's shell syntax cannot be read."],
    ["PATH=. ls", "The variable PATH can change what runs."],
    ["env PATH=. ls", "The variable PATH can change what runs."],
    ["a\u0007", "The command contains control characters."],
    ["echo > a\\", "The command ends in a backslash."],
    ["echo \\\\\\", "The command ends in a backslash."],
    ["a >! b", "Shells differ on a redirection to `!`."],
    [`${"sudo ".repeat(60)}a`, "A command has too many words to be read."],
    ["sed e a", "An argument of `sed` can run code."],
    ["ssh a 'b c'", "`ssh` gives text to a shell."],
  ])("%s", (command, why) => {
    expect(readCommand(command)).toEqual({ kind: "unreadable", why });
  });

  test("is one that nests deeper than a parser can follow", () => {
    expect(readCommand("$(".repeat(50_000))).toMatchObject({ kind: "unreadable" });
    expect(readCommand(`${"(".repeat(50_000)}a${")".repeat(50_000)}`)).toMatchObject({ kind: "unreadable" });
  });
});

describe("bash does what the corpus says", () => {
  let home: string;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "evasion-"));
    await mkdir(join(home, "bin"));
    await mkdir(join(home, "x"));
    await writeFile(join(home, "bin", "git"), '#!/bin/sh\necho "$@" > ~/git-ran\n', { mode: 0o755 });
  });

  afterEach(async () => {
    await rm(home, { recursive: true });
  });

  test.each(EVASIONS.filter(({ runs }) => runs).map(({ command }) => command))("%s", async (command) => {
    const PATH = `${join(home, "bin")}${delimiter}${process.env["PATH"]}`;
    const env = { HOME: home, PATH };
    // Not a pipe of Node's, which is a socket: bash then takes itself for a remote shell and starts otherwise.
    await once(spawn("bash", ["-c", command], { cwd: home, env, stdio: "ignore" }), "exit");
    const isGone = await access(join(home, "x")).then(
      () => false,
      () => true,
    );
    const git = await readFile(join(home, "git-ran"), "utf8").catch(() => "");
    expect(isGone || /push.* (-\w*f|\+|--force)/.test(git)).toBe(true);
  });
});

test("any word is read as bash reads it", async () => {
  const character = fc.constantFrom(...Array.from("ab'\"\\ $\n`x0271{}~!#=-*?[]"));
  const candidates = fc.sample(fc.string({ unit: character, maxLength: 8 }), 1000);
  const read = candidates.flatMap((source) => {
    const result = readCommand(`printf '<%s>' ${source}`);
    if (result.kind === "unreadable" || result.commands.length !== 1) return [];
    const args = result.commands[0]?.words.slice(2).map((word) => literalText(word)) ?? [];
    // What `~` and `~2` are in bash depends on where it is; they stay as they are written.
    if (args.length === 0 || args.includes(undefined) || /~\d/.test(source)) return [];
    return [{ source, args }];
  });

  // Where bash finds an error nothing runs.
  const script = `for word; do eval "printf '<%s>' $word" 2>&- || printf error; printf '\\0'; done`;
  const sources = read.map(({ source }) => source);
  const { stdout } = await run("bash", ["-c", script, "bash", ...sources], { env: { HOME: "~" } });
  const printed = stdout.split("\0");
  const isAgreed = ({ args }: { readonly args: readonly (string | undefined)[] }, index: number) =>
    printed[index] === args.map((arg) => `<${arg}>`).join("");
  const differ = read.filter(
    (each, index) => !isAgreed(each, index) && printed[index]?.endsWith("error") !== true,
  );
  expect(differ).toEqual([]);
  expect(read.filter(isAgreed).length).toBeGreaterThan(100);
});
