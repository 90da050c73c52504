import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { literalText, mayBeSeveral } from "../../../src/shell/wildcards.ts";
import type { ReadCommand } from "../../../src/shell/read-command.ts";
import { readCommand as readInPieces } from "../../../src/shell/shell.ts";
import { fromMarked, isOpen } from "../../../src/shell/words.ts";
import { runToEnd } from "../../../src/system/sliced.ts";
import { EVASIONS, HONEST_COMMANDS } from "../../support/corpora/evasions.ts";

const run = promisify(execFile);

const readCommand = (text: string): ReadCommand => runToEnd(readInPieces(text));

/** Its commands, with `…` for what is open. */
function readTexts(command: string): string[] | undefined {
  const read = readCommand(command);
  return read.kind === "read" ? read.commands.map(({ texts }) => visible(texts)) : undefined;
}

/** What may hide in the words of its commands, but for what begins like an option. */
function readHidden(command: string): string[] | undefined {
  const read = readCommand(command);
  if (read.kind === "unreadable") return undefined;
  return [...read.hidden.names()]
    .filter((name) => /^[a-z]/.test(name))
    .flatMap((name) => read.hidden.named(name)?.map(({ texts }) => visible(texts)) ?? []);
}

function visible(texts: readonly string[]): string {
  return texts.join(" ").replaceAll(/[\uFFFB\uFFFC]/g, "…");
}

describe("a command that is read", () => {
  test.each<[string, string[]]>([
    ["a 'b c' && d | e", ["a b c", "d", "e"]],
    ["A=1 b > c", ["b"]],
    ['a $X "$Y"z *.ts {b,c}', ["a … …z ….ts …"]],
    ["a $(b) `c`", ["a … …", "b", "c"]],
    ["$'\\x61\\142\\u0063' $'d'", ["abc d"]],
    ["bash -euo pipefail -c 'a b; c'", ["bash -euo pipefail -c a b; c", "a b", "c"]],
    ["ssh host 'cd a && b'", ["ssh host cd a && b", "cd a", "b"]],
    ["sudo sh -c 'a'", ["sudo sh -c a", "a"]],
    ["a \"b $(cat <<'E'\nit's $c\n\nE\n)\"", ["a b it's $c", "cat"]],
    ['a "$(cat <<E\nb $c d\nE\n)"', ["a b … d", "cat"]],
    ["a $(cat <<'E'\nb\nE\n)", ["a …", "cat"]],
    ["sh -c \"$(cat <<'E'\na b\nE\n)\"", ["sh -c a b", "a b", "cat"]],
    ['V=b; a $V "c${V}d"', ["", "a b cbd"]],
    ["V=b W=c && a $V $W", ["", "a b c"]],
    ["a && V=b && c $V; d $V", ["a", "", "c b", "d …"]],
    ["a $V; V=b", ["a …", ""]],
    ["if a; then V=b; fi; c $V", ["a", "", "c …"]],
    ["(V=b); a $V", ["", "a …"]],
    ["V=b & a $V", ["", "a …"]],
    ["V=b | a; c $V", ["", "a", "c …"]],
    ["V=b; c V; a $V", ["", "c V", "a …"]],
    ["V='b c'; a $V", ["", "a …"]],
    ["V=2; a $V>f", ["", "a …"]],
    ["V=b; a ${V:-c} $V[1]", ["", "a … ……"]],
  ])("%s", (command, texts) => {
    expect(readTexts(command)).toEqual(texts);
  });

  test.each(HONEST_COMMANDS)("%s", (command) => {
    expect(readCommand(command)).toMatchObject({ kind: "read" });
  });

  test("names the files that are written", () => {
    const read = readCommand("a > b 2>> c 2>&1 < d > /dev/null &> e; { f; } > g; h >&i; j > k$l");
    expect(
      read.kind === "read" && read.writes.map(fromMarked).map((file) => literalText(file) ?? "…"),
    ).toEqual(["b", "c", "e", "g", "i", "…"]);
  });
});

describe("what hides in the words of a command", () => {
  test.each<[string, string[]]>([
    ["sudo -u me a b", ["a b", "b"]],
    ["timeout 5 a b", ["a b", "b"]],
    ["nobody-knows --run=a b", ["a b", "b"]],
    ["x 'a b' c", ["a b c", "b c", "c"]],
    ["x '!a' 'b(c d)'", ["a b(c d)", "b c d", "c d", "d"]],
    ["find . -name n -exec b {} +", ["b ./…"]],
    ["a | xargs -n1 b", ["b …"]],
    ["xargs -I{} b {} c", ["b … c …", "c …"]],
    ["V=a x", ["a"]],
    ["x <<< 'a b'", ["a b", "b"]],
    ["x <<E\na b\nE", ["a b", "b"]],
    ["echo a | x", ["a"]],
    ["x $(echo a)", ["a …"]],
    ["a=b; x $a", ["b"]],
    ["a=b; a=c; x $a", ["b …", "c …"]],
    ["f() { x $1; }; f a", ["a …"]],
    ["ls() { x; }; ls a", ["a"]],
    ["echo a > f; x < f", ["a"]],
    ["echo 'a b' > f; sh ./f", ["./f", "a b", "b"]],
  ])("%s", (command, texts) => {
    expect(readHidden(command)).toEqual(texts);
  });

  test.each([
    "grep -rn a b",
    "git commit -m 'a b'",
    "sudo timeout 5 grep a b",
    "x | xargs grep a",
    "find . -name a",
    "find . -exec grep -l a {} +",
    "command -v a",
    "docker exec -it web cat a",
    "echo a | tee b | grep a",
    "cat <<E\na b\nE",
    "sed -n 's/a/b/p' c",
    "awk '/a/ {print $1}' b",
    "kubectl get deploy a",
    "npm install a",
  ])("is nothing where a program is given no commands: %s", (command) => {
    const names = readHidden(command)?.map((text) => text.split(" ")[0]);
    expect(names?.filter((name) => /^[ab]$/.test(name ?? ""))).toEqual([]);
  });

  test("is looked for in so many words only, and may be anything in more", () => {
    const read = readCommand(`x ${"a ".repeat(300)}`);
    expect(read.kind === "read" && read.hidden.named("a")).toBeUndefined();
    expect(read.kind === "read" && read.hidden.named("b")).toEqual([]);
  });
});

describe("the redirections of a command", () => {
  test.each<[string, string[][]]>([
    ["> a", [["> a"]]],
    ["a < b >| c 2> d", [["< b", ">| c", "> d"]]],
    ["a <<< 'b c' | d", [["<<< b c"], []]],
    ["a <<'E'\nb\nE", [["<< b\n"]]],
    ["env a > b", [["> b"]]],
  ])("%s", (command, streams) => {
    const read = readCommand(command);
    if (read.kind === "unreadable") throw new Error(read.why);
    const found = read.commands.map((each) =>
      each.streams.map(({ operator, target }) => `${operator} ${literalText(target) ?? "…"}`),
    );
    expect(found).toEqual(streams);
  });

  test("are those of what hides in its words, too", () => {
    const read = readCommand("env a > b");
    expect(read.kind === "read" && read.hidden.named("a")?.[0]?.streams).toHaveLength(1);
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
    expect(read.kind === "read" && read.commands[0]?.texts.slice(1).map(fromMarked).some(mayBeSeveral)).toBe(
      isSo,
    );
  });
});

describe("a command that is not read", () => {
  test.each<[string, string]>([
    ["$X y", "The command that runs is only known when it runs."],
    ["eval x", "`eval` runs text, or changes what other commands do."],
    ['bash -c "$X"', "`bash` runs code that is written in the command or read from elsewhere."],
    ["bash -c 'eval x'", "`eval` runs text, or changes what other commands do."],
    ["x sh -c 'a'", "`sh` runs code that is written in the command or read from elsewhere."],
    ["xargs -I{} sh -c 'a {}'", "`sh` runs code that is written in the command or read from elsewhere."],
    ['python3 -c "$X"', "`python3` runs code that is written in the command or read from elsewhere."],
    ["a )", "The gateway cannot read this shell syntax."],
    ["PATH=. ls", "The variable PATH can change what runs."],
    ["env PATH=. ls", "The variable PATH can change what runs."],
    ["a\u0007", "The command contains control characters."],
    ["echo > a\\", "The command ends in a backslash."],
    ["echo \\\\\\", "The command ends in a backslash."],
    ["a >! b", "Shells differ on a redirection to `!`."],
    [`${"sudo ".repeat(60)}a`, "A command has too many words to read."],
    [`a ${"b ".repeat(1_000)}`, "A command has too many words to read."],
    ["a;".repeat(3_001), "A command has too many words to read."],
    [`cat <<'E'\n${"\n".repeat(1_000)}E`, "A command has too many words to read."],
    ["sed e a", "An argument of `sed` can run code."],
    ['ssh a "b $C"', "`ssh` gives text to a shell."],
    ["<&-a b", "Shells differ on a redirection to `-a`."],
    ["a <=(b)", "Shells differ on a redirection to `=(b)`."],
    ["a &> b c", "Shells differ on what stands behind `&>`."],
    ["echo $'a\\' ; b #'", "Shells differ on where a quoted text ends."],
    ["a {b}> c", "A redirection sets a variable."],
    ["a[x]=1", "The index of a variable may contain code."],
    ["x='a[$(b)]'", "The index of a variable may contain code."],
    ["unset 'a[$(b)]'", "The index of a variable may contain code."],
    ['read "$x"', "Which variable is set is only known when it runs."],
    ['printf -v "$x" 1', "Which variable is set is only known when it runs."],
    ["echo ${!x}", "Which variable is read is only known when it runs."],
    ["echo ${x@P}", "A variable's value is run or rewritten."],
    ["echo ${(e)x}", "A variable's value is run or rewritten."],
    ["RANDOM=x", "A number is calculated from text, and text can contain code."],
    ["read x <<< 'a[$(b)]'; ((x))", "A calculation can run code from a variable."],
  ])("%s", (command, why) => {
    expect(readCommand(command)).toEqual({ kind: "unreadable", why });
  });

  test("not where it is long: many words, many lines of a here-document", () => {
    expect(readCommand(`git add ${"src/a.ts ".repeat(900)}`)).toMatchObject({ kind: "read" });
    expect(readCommand(`cat > a.ts <<'E'\n${"const a = (b) => c;\n".repeat(450)}E`)).toMatchObject({
      kind: "read",
    });
  });

  test.each(["python3 -c 'import os'", "python3 - <<E\nimport os\nE", "env node -e 'a.b()'"])(
    "says why where people can read it, all but its code: %s",
    (command) => {
      expect(readCommand(`${command}\nls`)).toMatchObject({
        kind: "read",
        whyTold: expect.stringMatching(/runs code that is written in the command or read from elsewhere\.$/),
      });
      expect(readTexts(`${command}\nls`)).toContain("ls");
    },
  );

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
    const args = result.commands[0]?.texts.slice(2) ?? [];
    // What `~`, `~2` and `~-0` are in bash depends on where it is; they stay as they are written.
    if (args.length === 0 || args.some(isOpen) || /~-?\d/.test(source)) return [];
    return [{ source, args }];
  });

  // Where bash finds an error nothing runs.
  const script = `for word; do eval "printf '<%s>' $word" 2>&- || printf error; printf '\\0'; done`;
  const sources = read.map(({ source }) => source);
  const { stdout } = await run("bash", ["-c", script, "bash", ...sources], { env: { HOME: "~" } });
  const printed = stdout.split("\0");
  const isAgreed = ({ args }: { readonly args: readonly string[] }, index: number) =>
    printed[index] === args.map((arg) => `<${arg}>`).join("");
  const differ = read.filter(
    (each, index) => !isAgreed(each, index) && printed[index]?.endsWith("error") !== true,
  );
  expect(differ).toEqual([]);
  expect(read.filter(isAgreed).length).toBeGreaterThan(100);
});
