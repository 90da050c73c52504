import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createAudit } from "../../../src/audit/audit.ts";
import { manifestYAML } from "../../../src/slack/manifest.ts";
import { permissionRequest } from "../../support/permission-request.ts";
import { scriptCommand } from "../../support/runtime.ts";
import { createSlices } from "../../../src/system/slices.ts";

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
  const audit = createAudit({ directory, memberID, slices: createSlices(), log: pino({ level: "silent" }) });
  await audit.asked(permissionRequest());
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

test("says what it is and shows its commands by task, without arguments and with --help", async () => {
  const help = await cli();
  expect(help).toMatchObject({ code: 0, stderr: "" });
  expect(help.stdout).toMatch(/^opencode-slack-gateway: answer OpenCode's permission requests from Slack\./);
  for (const task of ["Set up\n  init ", "See who answered\n  audit list ", "Remove\n  uninstall "])
    expect(help.stdout).toContain(task);
  for (const same of ["--help", "-h", "help"]) expect(await cli(same)).toEqual(help);
});

test("shows what each command takes", async () => {
  const [, ...commands] = (await cli()).stdout.match(/^ {2}[a-z]+/gm) ?? [];
  for (const name of new Set(commands.map((line) => line.trim()))) {
    const help = await cli(name, "--help");
    expect(help).toMatchObject({ code: 0, stderr: "" });
    expect(help.stdout).toMatch(new RegExp(`^Usage: opencode-slack-gateway ${name}`));
    expect(await cli("help", name)).toEqual(help);
  }
});

test("says its version", async () => {
  const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  for (const option of ["--version", "-v"])
    expect(await cli(option)).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
});

test("manifest prints the app's manifest, as Slack takes it", async () => {
  expect(await cli("manifest")).toEqual({ code: 0, stdout: manifestYAML(), stderr: "" });
});

const HINT = " For help: opencode-slack-gateway ";

test.each([
  [["aduit", "--verify"], `Unknown command: aduit. Did you mean audit?${HINT}--help`],
  [["unistall"], `Unknown command: unistall. Did you mean uninstall?${HINT}--help`],
  [["constructor"], `Unknown command: constructor.${HINT}--help`],
  [["--verify"], `Unknown option: --verify.${HINT}--help`],
  [["manifest", "more"], `manifest takes no arguments: more.${HINT}manifest --help`],
  [["audit"], `Add list to read the record, or --verify to check it.${HINT}audit --help`],
  [["audit", "lsit"], `Unknown command: audit lsit. Did you mean audit list?${HINT}audit --help`],
  [["audit", "list", "more"], `Too many arguments: more.${HINT}audit --help`],
  [["audit", "list", "--limit", "0"], `--limit must be a number from 1 on.${HINT}audit --help`],
  [["audit", "--verfy"], `Unknown option: --verfy. Did you mean --verify?${HINT}audit --help`],
  [["audit", "--verify=yes"], `--verify takes no value.${HINT}audit --help`],
  [["audit", "--verify", "--expect"], `--expect needs a value.${HINT}audit --help`],
  [["audit", "--expect", "--verify"], `--expect needs a value.${HINT}audit --help`],
  [
    ["audit", "--verify", "--expect", "3fa9"],
    `--expect 3fa9: a head is 20 to 64 characters of 0-9 and a-f.${HINT}audit --help`,
  ],
  [
    ["audit", "--verify", "--expect", "z".repeat(20)],
    `--expect ${"z".repeat(20)}: a head is 20 to 64 characters of 0-9 and a-f.${HINT}audit --help`,
  ],
])("says in one line what is wrong with %j", async (args, line) => {
  expect(await cli(...args)).toEqual({ code: 2, stdout: "", stderr: `${line}\n` });
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

test("audit list says who was asked and who answered, the latest last", async () => {
  const ledger = createAudit({
    directory,
    memberID: "cay",
    slices: createSlices(),
    log: pino({ level: "silent" }),
  });
  const request = permissionRequest({ requestID: "per_2", permission: "tool\u001B[2J\nx" });
  await ledger.asked(request);
  const card = { channel: "C1", ts: "1.000001" };
  await ledger.pressed({ userID: "U2", teamID: "T1", card, requests: [request], refusal: "not-listed" });
  const until = new Date("2026-11-27T08:30:00.5Z");
  await ledger.pressed({ userID: "U1", teamID: "T1", card, requests: [request], mutesUntil: until });
  await ledger.pressed({ userID: "U3", teamID: "T1", card, requests: [request], unmutes: true });
  const answer = { kind: "permission", reply: "always" } as const;
  ledger.replied(request, {
    kind: "replied",
    answer,
    by: { kind: "approver", userID: "U1" },
    at: new Date(),
  });
  await ledger.closed({ request, card, openMs: 3_723_000 });
  ledger.granted(request, { userID: "U1", until: new Date("2026-11-27T09:00:00.5Z") });
  await ledger.grantEnded(request, { reason: "revoked", userID: "U1" });
  const { code, stdout } = await cli("audit", "list");
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split("\n");
  expect(lines).toHaveLength(7);
  const time = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ {2}/;
  for (const line of [lines[0], lines[1], lines[2]]) expect(line).toMatch(time);
  expect(lines[0]?.replace(time, "")).toBe("bash  not answered (session-idle) after 0 s");
  expect(lines[2]?.replace(time, "")).toBe("tool\\u{1B}[2J x  allowed always by U1 after 1 h 2 min");
  expect(lines[3]).toBe("  and the like until 2026-11-27 09:00:00Z, ended: revoked");
  expect(lines.slice(4)).toEqual([
    "  U1 muted new cards until 2026-11-27 08:30:00Z",
    "  U3 unmuted new cards",
    "  a press by U2 did not count: not-listed",
  ]);

  const short = await cli("audit", "list", "--limit", "1");
  expect(short.stdout).toBe(`${lines.slice(2).join("\n")}\n2 earlier ones: --limit 3 shows all.\n`);
});

test("audit list says which lines cannot be believed, and when there is nothing", async () => {
  writeFileSync(fileOf("ann"), readFileSync(fileOf("ann"), "utf8").replace('"bash"', '"edit"'));
  const { stdout } = await cli("audit", "list");
  expect(stdout.match(/bash/g)).toHaveLength(1);
  expect(stdout).toContain(
    "1 lines are not as they were written: run opencode-slack-gateway audit --verify.\n",
  );
  expect(await cli("audit", "list", "--directory", join(home, "nowhere"))).toEqual({
    code: 1,
    stdout: "",
    stderr: `There is no audit record in ${join(home, "nowhere")}.\n`,
  });
});
