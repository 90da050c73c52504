/**
 * The judge and real shells, of the same mind: commands made up by chance are run, in a folder where they can do no
 * harm, and whatever ran is what the rules must have seen. `DIFFERENTIAL_COMMANDS` and `PROPERTY_SEED` set how
 * many and which; a failing test names the simplest command that fails.
 */

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Rules } from "../../../src/policy/rules.ts";
import { judgeCommand, rulesOf } from "../../support/judging.ts";
import { commandOf, mistyped } from "../../support/shells/commands.ts";
import { ANY_COMMAND, type Grammar } from "../../support/shells/grammar.ts";
import {
  LISTED_COMMANDS,
  OTHER_PROGRAMS,
  PLAIN_COMMANDS,
  QUIET_PROGRAMS,
} from "../../support/shells/plain.ts";
import { BY_PROGRAM } from "../../support/shells/real-programs.ts";
import { createSandbox, type Call, type Run, type Sandbox } from "../../support/shells/sandbox.ts";
import { SHELLS, whereIs } from "../../support/shells/shells.ts";

const COMMANDS = Number(process.env["DIFFERENTIAL_COMMANDS"] ?? 750);
/** Of the commands of each real program; the first are enough to see that they are what they are said to be. */
const PER_PROGRAM = Number(process.env["DIFFERENTIAL_PER_PROGRAM"] ?? 1);
const PLAIN = Math.max(150, Math.ceil(COMMANDS / 10));

/** Programs that can be had everywhere and that run others. */
const RUNNERS = [
  "awk bash cat chrt choom dash env false find flock ionice linux64 nice nohup prlimit sed setarch setpriv",
  "setsid sh sort split stdbuf taskset tee timeout true xargs zsh",
].flatMap((names) => names.split(" "));

const MARKED = rulesOf({ terminalOnly: "deploy *" });
const MARKED_WORD = rulesOf({ terminalOnly: "deploy prod *" });
const LISTED = rulesOf({ slackMayAllow: "npm test, git status *" });

function allow(command: string, rules: Rules) {
  return judgeCommand(command, rules).allow;
}

function isDeploy({ words }: Call): boolean {
  return words[0] === "deploy";
}

function isDeployProd({ words }: Call): boolean {
  return words[0] === "deploy" && words[1] === "prod";
}

function isListed({ words, isAsGiven }: Call): boolean {
  return isAsGiven && /^(npm test|git status( .*)?)$/s.test(words.join(" "));
}

const written = commandOf(ANY_COMMAND, "script");
const anyCommand = fc.oneof(
  { weight: 6, arbitrary: written },
  { weight: 2, arbitrary: mistyped(written) },
  { weight: 1, arbitrary: mistyped(commandOf(PLAIN_COMMANDS, "line")) },
  { weight: 1, arbitrary: mistyped(commandOf(LISTED_COMMANDS, "line")) },
);

/** @throws what a rule did not see */
function checkSeen(command: string, { calls, files }: Run): void {
  if (calls.some(isDeploy) && allow(command, MARKED) !== "terminal-only")
    throw new Error("`deploy` ran, and the rule for it did not match.");
  if (calls.some(isDeployProd) && allow(command, MARKED_WORD) !== "terminal-only")
    throw new Error("`deploy prod` ran, and the rule for it did not match.");
  const unlisted = [...calls.filter((call) => !isListed(call)).map(({ words }) => words.join(" ")), ...files];
  if (unlisted.length > 0 && allow(command, LISTED) === "offered")
    throw new Error(`What ran or was written was taken for listed, and is not: ${unlisted.join("; ")}`);
}

async function runSample(
  sandbox: Sandbox,
  grammar: Grammar,
): Promise<(Run & { readonly command: string })[]> {
  const commands = fc.sample(commandOf(grammar, "line"), PLAIN);
  const runs = [];
  for (const command of new Set(commands)) runs.push({ command, ...(await sandbox.run(command)) });
  return runs;
}

/** All of them where they are more than so many, to be seen in a failing test; none where they are not. */
function ifMoreThan<T>(limit: number, list: readonly T[]): readonly T[] {
  return list.length > limit ? list : [];
}

describe.concurrent.each(SHELLS)("what %s runs", (name) => {
  const shell = whereIs(name);
  const isMissing = shell === undefined;
  const skipped = isMissing ? `: skipped, as ${name} is not installed` : "";
  const open = (stubs: readonly string[], programs: readonly string[] = []) =>
    createSandbox({ shell: shell ?? "", stubs, programs });

  test.skipIf(isMissing)(`is seen by the rules, however it is written${skipped}`, async () => {
    using sandbox = open(["deploy", "npm", "git", "prod", "a", "ls", "grep", "mkdir", "make"], RUNNERS);
    let ran = 0;
    const property = fc.asyncProperty(anyCommand, async (command) => {
      const run = await sandbox.run(command);
      if (run.calls.some(isDeploy)) ran += 1;
      checkSeen(command, run);
    });
    await fc.assert(property, { numRuns: COMMANDS, skipEqualValues: true });
    // Were the commands mere mistakes, nothing would have been looked at.
    expect(ran).toBeGreaterThan(COMMANDS / 10);
  });

  test.skipIf(isMissing)(`is not feared where plain words only speak of it${skipped}`, async () => {
    using sandbox = open(["deploy", ...QUIET_PROGRAMS, ...OTHER_PROGRAMS]);
    const runs = await runSample(sandbox, PLAIN_COMMANDS);
    const deployed = runs.filter(({ calls }) => calls.some(isDeploy));
    expect(deployed.filter(({ command }) => allow(command, MARKED) !== "terminal-only")).toEqual([]);
    const others = runs.filter(({ calls }) => !calls.some(isDeploy)).map(({ command }) => command);
    const falseAlarms = others.filter((command) => allow(command, MARKED) !== "offered");
    expect(ifMoreThan(others.length / 20, falseAlarms)).toEqual([]);
    expect(others.length).toBeGreaterThan(runs.length / 2);
  });

  test.skipIf(isMissing)(`may be allowed where each plain command is listed${skipped}`, async () => {
    using sandbox = open(["npm", "git"]);
    const runs = await runSample(sandbox, LISTED_COMMANDS);
    expect(runs.filter(({ calls }) => calls.length === 0 || !calls.every(isListed))).toEqual([]);
    const refused = runs
      .map(({ command }) => command)
      .filter((command) => allow(command, LISTED) !== "offered");
    expect(ifMoreThan(runs.length / 50, refused)).toEqual([]);
  });
});

describe("what a program of this machine runs in turn", () => {
  test.each(Object.values(BY_PROGRAM).flat())("is seen by the rules: %j", (command) => {
    expect(allow(command, MARKED)).toBe("terminal-only");
  });

  const isLinux = process.platform === "linux";
  test.skipIf(!isLinux)(`is what the list says${isLinux ? "" : ": skipped, as it is Linux's"}`, async () => {
    const shell = whereIs("bash") ?? "";
    using sandbox = createSandbox({ shell, stubs: ["deploy"], folders: ["/usr/bin", "/bin"] });
    const installed = Object.entries(BY_PROGRAM).filter(([program]) => whereIs(program) !== undefined);
    const commands = installed.flatMap(([, ways]) => ways.slice(0, PER_PROGRAM));
    const idle: string[] = [];
    for (const command of commands) {
      const { calls } = await sandbox.run(command);
      if (!calls.some(isDeploy)) idle.push(command);
    }
    // Another version of a program may have lost a way, or not know it yet.
    expect(ifMoreThan(commands.length / 10, idle)).toEqual([]);
    expect(commands.length).toBeGreaterThan(20);
  });
});
