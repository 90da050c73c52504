import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeDirectory } from "../../../src/system/make-directory.ts";
import { scriptCommand, type Runtime } from "../../support/runtime.ts";

const CLI = fileURLToPath(new URL("../../../src/cli.ts", import.meta.url));

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), "made-"));
});
afterEach(() => rmSync(home, { recursive: true }));

test("a directory is made with all that is missing above it, and one that is there stays as it is", () => {
  const directory = path.join(home, "a/b/c");
  makeDirectory(directory, 0o700);
  expect([directory, path.dirname(directory)].map((each) => statSync(each).mode & 0o777)).toEqual([
    0o700, 0o700,
  ]);
  makeDirectory(directory, 0o755);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
});

test("a link to a directory is one; a file, and what is below one, is none", () => {
  mkdirSync(path.join(home, "there"));
  symlinkSync(path.join(home, "there"), path.join(home, "link"));
  makeDirectory(path.join(home, "link/below"));
  expect(existsSync(path.join(home, "there/below"))).toBe(true);
  writeFileSync(path.join(home, "file"), "");
  expect(() => makeDirectory(path.join(home, "file"))).toThrow("EEXIST");
  expect(() => makeDirectory(path.join(home, "file/below"))).toThrow("ENOTDIR");
});

// Node 20's own `recursive` never comes back there.
describe.skipIf(process.platform !== "linux")("where nothing can be made, as below /proc", () => {
  const END_LIMIT_MS = 60_000;

  /** Ends it, if it does not end. */
  function doctor(runtime: Runtime, places: Readonly<Record<string, string>>): string {
    const [file, ...first] = scriptCommand(runtime, CLI);
    const variables = {
      PATH: process.env["PATH"],
      HOME: home,
      // Nobody listens there.
      SLACK_API_URL: "http://127.0.0.1:9/api/",
      SLACK_BOT_TOKEN: "xoxb-1-a",
      SLACK_APP_TOKEN: "xapp-1-a",
      SLACK_CHANNEL_ID: "C0123456789",
      SLACK_APPROVER_IDS: "U0123456789",
      ...(runtime === "Bun" && { BUN_BE_BUN: "1" }),
      ...places,
    };
    const { stdout, stderr, signal } = spawnSync(file, [...first, "doctor", "--no-press"], {
      cwd: home,
      env: variables,
      encoding: "utf8",
      timeout: END_LIMIT_MS,
      killSignal: "SIGKILL",
    });
    expect(signal).toBeNull();
    return stdout + stderr;
  }

  test.each<Runtime>(["Node", "Bun"])("the doctor says so, in %s", (runtime) => {
    const said = doctor(runtime, {
      XDG_STATE_HOME: "/proc/state",
      OPENCODE_SLACK_GATEWAY_SOCKET_DIR: "/proc/sockets/here",
    });
    expect(said).toContain("✗ No file can be written in /proc/state/opencode-slack-gateway (ENOENT)");
    expect(said).toMatch(/✗ The socket directory \/proc\/sockets\/here cannot be made: ENOENT/);
  });
});
