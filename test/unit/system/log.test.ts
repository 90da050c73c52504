import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { LogSettings } from "../../../src/system/log.ts";
import { maskFor } from "../../../src/composition/log-settings.ts";
import { createLog } from "../../../src/system/log.ts";
import { TESTED_VERSION, opencodeBinary } from "../../support/opencode/versions.ts";

let directory: string;
let settings: LogSettings;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "gateway-log-"));
  settings = { file: join(directory, "state", "gateway.log"), level: "info", mask: maskFor([]) };
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

function text(file = settings.file): string {
  return readFileSync(file, "utf8");
}

function entries(file = settings.file): Record<string, unknown>[] {
  return text(file)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe("an entry", () => {
  it("is one line of JSON", () => {
    createLog(settings).info({ requestID: "per_1", sessionID: "ses_1" }, "permission asked");
    expect(entries()).toEqual([
      {
        level: "info",
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        pid: process.pid,
        requestID: "per_1",
        sessionID: "ses_1",
        msg: "permission asked",
      },
    ]);
  });

  it("is not written below the level", () => {
    const log = createLog({ ...settings, level: "warn" });
    log.info("quiet");
    log.warn("loud");
    expect(entries().map(({ msg }) => msg)).toEqual(["loud"]);
  });

  it("shows an error with its cause and code, and nothing else that hangs on it", () => {
    const cause = new Error("connect refused");
    const error = Object.assign(new Error("cannot post", { cause }), {
      code: "slack_webapi_request_error",
      config: { headers: { Authorization: "Bearer hidden" } },
    });
    createLog(settings).error({ err: error }, "card not posted");
    const [entry] = entries();
    expect(entry?.["err"]).toEqual({
      type: "Error",
      message: "cannot post: connect refused",
      stack: expect.stringContaining("caused by: Error: connect refused"),
      code: "slack_webapi_request_error",
    });
  });

  it("of 20 MB is cut, quotes and backslashes and all", () => {
    const long = String.raw`"\"`.repeat(5_000_000);
    createLog(settings).info({ long }, "too long");
    expect(entries()).toMatchObject([{ msg: "too long", long: expect.stringMatching(/^"\\"/) }]);
    expect(text().length).toBeLessThan(100_000);
  });

  it("with a value that cannot be read says so, and whoever logged goes on", () => {
    const value = {
      get broken(): string {
        throw new Error("nobody reads this");
      },
    };
    createLog(settings).warn(value, "lost");
    expect(entries()).toMatchObject([
      {
        level: "warn",
        msg: "a line of this log could not be written",
        err: { message: "nobody reads this" },
      },
    ]);
  });

  it("is readable by its owner only", () => {
    createLog(settings).info("x");
    expect(statSync(settings.file).mode & 0o777).toBe(0o600);
    expect(statSync(join(settings.file, "..")).mode & 0o777).toBe(0o700);
  });
});

describe("a secret", () => {
  it.each([
    ["a bot token", "xoxb-1111-2222-secretSecret"],
    ["an app token", "xapp-1-A111-2222-secretsecret"],
    ["a token that rotates", "xoxe.xoxp-1-secretSecret"],
  ])("that is %s is written nowhere in a line", (_, token) => {
    const log = createLog(settings).child({ bound: `in a child: ${token}` });
    log.info({ deep: { list: [`token=${token}&x`] }, [token]: 1 }, `after a line break\n${token}`);
    log.error({ err: new Error(`Bearer ${token}`) });
    expect(text()).not.toMatch(/secretSecret/i);
    expect(entries()).toHaveLength(2);
    expect(entries()[0]).toMatchObject({
      deep: { list: [`token=‹masked: ${token.length} characters›&x`] },
    });
  });

  it.each([
    ["wss://wss-primary.slack.com/link/?ticket=1a-2b%3D&app_id=A1", "1a-2b"],
    ["https://hooks.slack.com/actions/T1/2/3abc", "3abc"],
    ["http://ada:hunter2@proxy.example.com:3128", "hunter2"],
  ])("in the URL %s is not written", (url, secret) => {
    createLog(settings).info({ url });
    expect(text()).toContain("‹masked: ");
    expect(text()).not.toContain(secret);
  });

  it("that we were told of is not written, whatever it looks like", () => {
    const secret = 'pass (word)+ "quoted"\\';
    createLog({ ...settings, mask: maskFor([secret]) }).info({ [secret]: 1 }, `it is ${secret}.`);
    expect(entries()[0]).toMatchObject({
      "‹masked: 22 characters›": 1,
      msg: "it is ‹masked: 22 characters›.",
    });
  });

  it("is not written of a long string that is cut, nor a part of it", () => {
    const token = ["ghp", "aB3dE5gH7jK9".repeat(3)].join("_");
    for (const place of [0, 10_000, 19_980, 19_995, 30_000]) {
      createLog(settings).info({ long: `${"x ".repeat(place / 2)}${token} ${"y ".repeat(10_000)}` });
    }
    expect(entries()).toHaveLength(5);
    expect(text()).not.toMatch(/ghp_/);
  });

  it("that is too short to be one does not blot out every line", () => {
    createLog({ ...settings, mask: maskFor(["", "msg"]) }).info("hello");
    expect(entries()[0]).toMatchObject({ msg: "hello" });
  });
});

describe("where nothing can be written", () => {
  it("a full disk silences the log", () => {
    const log = createLog({ ...settings, file: "/dev/full" });
    expect(() => log.info("lost")).not.toThrow();
  });

  it("a directory that cannot be made silences the log", () => {
    writeFileSync(join(directory, "state"), "a file, not a directory");
    const log = createLog(settings);
    expect(() => log.info("lost")).not.toThrow();
  });

  it("the log speaks again as soon as it can, whatever the full disk left of a line", () => {
    mkdirSync(join(directory, "state"));
    symlinkSync("/dev/full", settings.file);
    const log = createLog(settings);
    log.info("lost");
    rmSync(settings.file);
    writeFileSync(settings.file, '{"level":"info","msg":"lo');
    log.info("found");
    log.info("and again");
    const [half, found, again] = text().trimEnd().split("\n");
    expect(half).toBe('{"level":"info","msg":"lo');
    expect([found, again].map((line) => JSON.parse(line ?? ""))).toMatchObject([
      { msg: "found" },
      { msg: "and again" },
    ]);
  });

  it("a rotation that fails stops the file from growing", () => {
    mkdirSync(join(directory, "state", "gateway.log.1"), { recursive: true });
    writeFileSync(settings.file, "x".repeat(6 * 1024 * 1024));
    createLog(settings).info("lost");
    expect(statSync(settings.file).size).toBe(6 * 1024 * 1024);
  });
});

describe("the file", () => {
  it("is set aside when it has grown large, and only one such is kept", () => {
    const log = createLog(settings);
    log.info("oldest");
    writeFileSync(settings.file, `${JSON.stringify({ msg: "old", filler: "x".repeat(6 * 1024 * 1024) })}\n`);
    log.info("new");
    expect(entries(`${settings.file}.1`).map(({ msg }) => msg)).toEqual(["old"]);
    expect(entries().map(({ msg }) => msg)).toEqual(["new"]);
  });

  it("is followed when another process has set it aside", () => {
    const [ours, theirs] = [createLog(settings), createLog(settings)];
    ours.info("first");
    writeFileSync(settings.file, `${"x".repeat(6 * 1024 * 1024)}\n`);
    theirs.info("theirs");
    ours.info("ours");
    expect(entries().map(({ msg }) => msg)).toEqual(["theirs", "ours"]);
  });
});

const SCRIPT = `
  const { createLog } = await import(${JSON.stringify(new URL("../../../src/system/log.ts", import.meta.url).href)});
  const { maskFor } = await import(${JSON.stringify(new URL("../../../src/composition/log-settings.ts", import.meta.url).href)});
  const settings = { file: process.argv.at(-1), level: "info", mask: maskFor([]) };
  createLog(settings).error({ err: new Error("Bearer xoxb-1-secret") }, "written");
  createLog(settings).info({ long: "x".repeat(20_000_000) }, "long");
  createLog({ ...settings, file: "/dev/full" }).info("lost");
  createLog({ ...settings, file: "/dev/null/directory/gateway.log" }).info("lost");
`;

const WRITTEN = [
  { msg: "written", err: { message: "Bearer ‹masked: 13 characters›" } },
  { msg: "long", long: expect.stringMatching(/^x{100}/) },
];

function output(runtime: string, ...runArguments: string[]): string {
  const script = join(directory, "script.mjs");
  writeFileSync(script, SCRIPT);
  const both = ["-c", 'exec "$0" "$@" 2>&1', runtime, ...runArguments, script, settings.file];
  return execFileSync("sh", both, { env: { ...process.env, BUN_BE_BUN: "1" }, encoding: "utf8" });
}

describe("in both runtimes of OpenCode", () => {
  it("writes to its file and to nothing else in Node", () => {
    expect(output(process.execPath, "--import", "tsx")).toBe("");
    expect(entries()).toMatchObject(WRITTEN);
  });

  it("writes to its file and to nothing else in OpenCode's Bun", async () => {
    expect(output(await opencodeBinary(TESTED_VERSION), "run")).toBe("");
    expect(entries()).toMatchObject(WRITTEN);
  });
});
