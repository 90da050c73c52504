/** The mute as people type it: a process of its own, without tokens, and without any OpenCode. */

import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UsageError } from "../../../src/commands/arguments.ts";
import { mute as runMute } from "../../../src/commands/mute.ts";
import { readMute } from "../../../src/machine/mute-note.ts";
import { scriptCommand, type Runtime } from "../../support/runtime.ts";

const CLI = fileURLToPath(new URL("../../../src/cli.ts", import.meta.url));
const MINUTE_MS = 60_000;

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), "mute-"));
});
afterEach(() => {
  chmodSync(home, 0o700);
  rmSync(home, { recursive: true });
});

const file = (): string => path.join(home, "opencode-slack-gateway", "mute.json");

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function cli(runtime: Runtime, ...args: string[]): Promise<Said> {
  const [program, ...first] = scriptCommand(runtime, CLI);
  const env = {
    PATH: process.env["PATH"],
    HOME: home,
    XDG_STATE_HOME: home,
    TZ: "Europe/Berlin",
    ...(runtime === "Bun" && { BUN_BE_BUN: "1" }),
  };
  return new Promise((resolve) => {
    execFile(program, [...first, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

/** The same in this process, which saves the start of another one. */
function type(args: readonly string[], now?: Date): Said {
  const [said, printed]: [string[], string[]] = [[], []];
  const io = {
    env: { XDG_STATE_HOME: home },
    directory: home,
    print: (line: string) => printed.push(line),
    say: (line: string) => said.push(line),
    signal: new AbortController().signal,
  };
  return { code: runMute(args, io, now), stdout: printed.join("\n"), stderr: said.join("\n") };
}

/** For how long is noted; 0 where nothing is muted. */
function minutesNoted(): number {
  const reading = readMute(file());
  return reading.kind === "muted"
    ? Math.round((reading.until.getTime() - reading.since.getTime()) / MINUTE_MS)
    : 0;
}

describe.each<Runtime>(["Node", "Bun"])("in %s", (runtime) => {
  test("mutes for an hour, says until when, and takes it back; the status says so, too", async () => {
    const said = await cli(runtime, "mute");
    expect(said).toMatchObject({ code: 0, stderr: "" });
    expect(said.stdout).toMatch(
      /^Muted until (\d\d:\d\d)( tomorrow)?, for 60 minutes\. What OpenCode asks waits in its terminal\.\nWhat nobody has answered there by then is posted to Slack\. Open cards stay, and can be answered\.\nTo end it before: opencode-slack-gateway mute off\n$/,
    );
    const [, until = ""] = /until (\d\d:\d\d(?: tomorrow)?)/.exec(said.stdout) ?? [];
    const inBerlin = new Date(Date.now() + 60 * MINUTE_MS).toLocaleTimeString("en-GB", {
      timeZone: "Europe/Berlin",
      hour: "2-digit",
    });
    // The minute may have ended meanwhile, and with it the hour.
    expect(Math.abs(Number(until.slice(0, 2)) - Number(inBerlin.slice(0, 2))) % 22).toBeLessThanOrEqual(1);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(file())).mode & 0o777).toBe(0o700);

    const status = await cli(runtime, "status");
    expect(status.stdout).toMatch(
      new RegExp(`^Muted until ${until}, for another (60|59) min: new requests wait in OpenCode\\.\n`),
    );
    expect(status.code).toBe(0);
    const json = JSON.parse((await cli(runtime, "status", "--json")).stdout) as Record<string, unknown>;
    expect(json["mute"]).toMatchObject({
      kind: "muted",
      ...(JSON.parse(readFileSync(file(), "utf8")) as object),
    });

    expect(await cli(runtime, "mute", "off")).toEqual({
      code: 0,
      stdout: "Not muted any more: what waits is posted to Slack.\n",
      stderr: "",
    });
    expect((await cli(runtime, "status")).stdout).not.toContain("uted");
  });
});

test.each([
  ["1", 1],
  ["90", 90],
  ["1440", 1440],
])("mutes for %s minutes", (given, minutes) => {
  expect(type([given]).code).toBe(0);
  expect(minutesNoted()).toBe(minutes);
});

test.each([
  ["15:30", "2026-11-27T15:00", "15:30,", 30],
  ["9:05", "2026-11-27T09:04:30", "09:05,", 0.5],
  ["15:30", "2026-11-27T15:30", "15:30 tomorrow", 1440],
  ["00:00", "2026-11-27T23:00", "00:00 tomorrow", 60],
])("mutes until %s where it is %s, which is %s", (time, now, says, minutes) => {
  const at = new Date(now);
  const { code, stdout } = type(["until", time], at);
  expect([code, stdout]).toEqual([0, expect.stringContaining(`Muted until ${says}`)]);
  const noted = JSON.parse(readFileSync(file(), "utf8")) as { until: string };
  expect(new Date(noted.until).getTime() - at.getTime()).toBe(minutes * MINUTE_MS);
});

test("muted anew, the new time counts", () => {
  type(["5"]);
  type(["until", "15:30"], new Date("2026-11-27T15:00"));
  type(["30"]);
  expect(minutesNoted()).toBe(30);
});

test("taken back where nothing is muted, says so; what nobody can read is taken away, too", () => {
  expect(type(["off"])).toEqual({ code: 0, stdout: "Nothing was muted.", stderr: "" });
  type([]);
  writeFileSync(file(), "{");
  expect(type(["off"]).code).toBe(0);
  expect(readMute(file())).toEqual({ kind: "none" });
});

const HOW = " Give minutes from 1 to 1440, until and a time such as 15:30, or off.";

test.each([
  [["0"], `Cannot mute for this: 0.${HOW}`],
  [["1441"], `Cannot mute for this: 1441.${HOW}`],
  [["1h"], `Cannot mute for this: 1h.${HOW}`],
  [["1.5"], `Cannot mute for this: 1.5.${HOW}`],
  [["of"], `Cannot mute for this: of. Did you mean off?${HOW}`],
  [["-5"], "Unknown option: -5."],
  [["until"], `until needs a time.${HOW}`],
  [["until", "25:00"], `This is no time of day: 25:00.${HOW}`],
  [["until", "9:60"], `This is no time of day: 9:60.${HOW}`],
  [["until", "9"], `This is no time of day: 9.${HOW}`],
  [["off", "now"], `Too many arguments: now.${HOW}`],
  [["60", "minutes"], `Too many arguments: minutes.${HOW}`],
  [["until", "15:30", "off"], `Too many arguments: off.${HOW}`],
])("says what is wrong with %j, and mutes nothing", (args, line) => {
  expect(() => type(args)).toThrow(new UsageError(line));
  expect(readMute(file())).toEqual({ kind: "none" });
});

test("a wrong command is one line, with the way to its help", async () => {
  expect(await cli("Node", "mute", "1h")).toEqual({
    code: 2,
    stdout: "",
    stderr: `Cannot mute for this: 1h.${HOW} For help: opencode-slack-gateway mute --help\n`,
  });
});

test("where nothing can be noted, nothing is muted, and it says what to do", () => {
  writeFileSync(path.join(home, "opencode-slack-gateway"), "");
  const { code, stdout, stderr } = type([]);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(
    /^The mute cannot be noted, so nothing is muted: E\w+: .*\. Check that you may write to .*mute\.json\.$/,
  );
});

test("where it cannot be taken back, it says what to do", () => {
  mkdirSync(file(), { recursive: true });
  expect(type(["off"])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^The mute cannot be ended: .*\. Remove .*mute\.json\.$/) as string,
  });
});

test("the status says why a mute does not count", async () => {
  mkdirSync(path.dirname(file()), { recursive: true });
  writeFileSync(file(), "{");
  const { stdout, code } = await cli("Node", "status");
  expect(stdout).toMatch(
    /^Nothing is muted, as the mute cannot be read: the file is not as the gateway writes it\.\n/,
  );
  expect(code).toBe(0);
});
