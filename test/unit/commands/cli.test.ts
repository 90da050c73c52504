import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createAudit } from "../../../src/audit/audit.ts";
import { permissionRequest } from "../../support/permission-request.ts";
import { scriptCommand } from "../../support/runtime.ts";

const CLI = fileURLToPath(new URL("../../../src/cli.ts", import.meta.url));

let home: string;
let directory: string;
let annHead: string;
let bobHead: string;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "cli-"));
  directory = join(home, "opencode-slack-gateway", "audit");
  annHead = await record("ann");
  bobHead = await record("bob");
});

afterEach(() => {
  rmSync(home, { recursive: true });
});

/** Three lines. */
async function record(memberID: string): Promise<string> {
  const audit = createAudit({ directory, memberID, log: pino({ level: "silent" }) });
  audit.asked(permissionRequest());
  const head = await audit.closed({ request: permissionRequest(), reason: "session-idle", openMs: 5 });
  if (head === undefined) throw new Error("the record cannot be written");
  return head;
}

function fileOf(memberID: string): string {
  return join(directory, `${memberID}.1.jsonl`);
}

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function cli(...args: string[]): Promise<Said> {
  return cliWith({}, ...args);
}

async function cliWith(variables: Record<string, string | undefined>, ...args: string[]): Promise<Said> {
  const env = { ...process.env, XDG_STATE_HOME: home, ...variables };
  return new Promise((resolve) => {
    const [file, ...first] = scriptCommand("Node", CLI);
    execFile(file, [...first, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

test("audit --verify says up to which head each record is consistent", async () => {
  expect(await cli("audit", "--verify")).toEqual({
    code: 0,
    stdout: [
      `ann: consistent up to ${annHead} (1 file, 3 lines).`,
      `bob: consistent up to ${bobHead} (1 file, 3 lines).\n`,
    ].join("\n"),
    stderr: "",
  });
});

test("audit --verify names file and line of what was changed, and fails", async () => {
  writeFileSync(fileOf("ann"), readFileSync(fileOf("ann"), "utf8").replace("session-idle", "posted-again"));
  const { code, stdout } = await cli("audit", "--verify");
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /^ann: consistent up to [0-9a-f]{20} \(1 file, 2 lines\), and NOT further\. ann\.1\.jsonl, line 3, has changed since it was written\.\n/,
  );
  expect(stdout).toContain(`bob: consistent up to ${bobHead}`);
});

test("audit --verify says when not even the first line is consistent", async () => {
  writeFileSync(fileOf("ann"), "garbage\n");
  const { code, stdout } = await cli("audit", "--verify");
  expect(code).toBe(1);
  expect(stdout).toContain(
    "ann: no consistent line (1 file, 0 lines), and NOT further. ann.1.jsonl, line 1, has changed since it was written.\n",
  );
});

test("audit --verify mentions half a line, and does not fail", async () => {
  writeFileSync(fileOf("bob"), '{"at":"20', { flag: "a" });
  const { code, stdout } = await cli("audit", "--verify");
  expect(code).toBe(0);
  expect(stdout).toContain(
    `bob: consistent up to ${bobHead} (1 file, 3 lines).\n  bob.1.jsonl ends in an unfinished line, which does not count.\n`,
  );
});

test("--expect finds the heads of cards, as they stand there or whole", async () => {
  const whole = /"hash":"([0-9a-f]{64})"\}\n$/.exec(readFileSync(fileOf("bob"), "utf8"))?.[1] ?? "";
  const { code, stdout } = await cli(
    "audit",
    "--verify",
    "--expect",
    annHead.toUpperCase(),
    "--expect",
    whole,
  );
  expect(code).toBe(0);
  expect(stdout).toContain(`Expected ${annHead}: found in the record of ann.\n`);
  expect(stdout).toContain(`Expected ${whole}: found in the record of bob.\n`);
});

test("--expect fails when the end of a consistent record was cut off", async () => {
  const text = readFileSync(fileOf("bob"), "utf8");
  truncateSync(fileOf("bob"), text.trimEnd().lastIndexOf("\n") + 1);
  const { code, stdout } = await cli("audit", "--verify", "--expect", annHead, "--expect", bobHead);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^bob: consistent up to [0-9a-f]{20} \(1 file, 2 lines\)\.$/m);
  expect(stdout).toContain(`Expected ${annHead}: found in the record of ann.\n`);
  expect(stdout).toContain(
    `Expected ${bobHead}: NOT FOUND among the consistent lines: its line was changed, cut off or removed.\n`,
  );
});

test("--expect does not count a head that comes after a change", async () => {
  writeFileSync(
    fileOf("bob"),
    readFileSync(fileOf("bob"), "utf8").replace('"permission":"bash"', '"permission":"edit"'),
  );
  const { stdout } = await cli("audit", "--verify", "--expect", bobHead);
  expect(stdout).toContain(`Expected ${bobHead}: NOT FOUND`);
});

test("--directory verifies a record that lies elsewhere, without its key", async () => {
  rmSync(join(directory, "key"));
  const { code, stdout } = await cli("audit", "--verify", "--directory", directory);
  expect(code).toBe(0);
  expect(stdout).toContain(
    `The key of 2 records is not in ${directory}: without it you cannot look up requests.\n`,
  );
});

test("says when there is no record, and fails", async () => {
  const empty = join(home, "empty");
  mkdirSync(empty);
  for (const path of [join(home, "nowhere"), empty]) {
    expect(await cli("audit", "--verify", "--directory", path)).toEqual({
      code: 1,
      stdout: "",
      stderr: `There is no audit record in ${path}.\n`,
    });
  }
  const { code, stderr } = await cli("audit", "--verify", "--directory", fileOf("ann"));
  expect(code).toBe(1);
  expect(stderr).toMatch(/^The audit record cannot be read: ENOTDIR.*\.\n$/);
});

test("--help and --version", async () => {
  const help = await cli("--help");
  expect(help).toMatchObject({ code: 0, stderr: "" });
  expect(help.stdout).toContain("Usage: opencode-slack-gateway audit --verify");
  expect(help.stdout).toContain(`default: ${directory}`);
  const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  expect(await cli("--version")).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
});

test.each([
  [[], "Unknown command: none given."],
  [["aduit", "--verify"], "Unknown command: aduit."],
  [["audit"], "Add --verify: audit can do nothing else."],
  [["audit", "more", "--verify"], "Too many arguments: more."],
  [["audit", "--verfy"], "Unknown option '--verfy'"],
  [["audit", "--verify", "--expect"], "Option '--expect <value>' argument missing"],
  [["audit", "--verify", "--expect", "3fa9"], "--expect 3fa9: a head is 20 to 64 characters of 0-9 and a-f."],
  [["audit", "--verify", "--expect", "z".repeat(20)], "a head is 20 to 64 characters of 0-9 and a-f."],
])("explains what is wrong with %j, and how it is right", async (args, sentence) => {
  const { code, stdout, stderr } = await cli(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(sentence);
  expect(stderr).toContain("Usage: opencode-slack-gateway");
});

test("without a home directory the record's has to be named", async () => {
  const none = await cliWith({ HOME: "", XDG_STATE_HOME: undefined }, "audit", "--verify");
  expect(none).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("There is no home directory: set --directory."),
  });
  expect(
    (await cliWith({ HOME: "", XDG_STATE_HOME: undefined }, "audit", "--verify", "--directory", directory))
      .code,
  ).toBe(0);
});
