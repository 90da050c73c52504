import { createHmac } from "node:crypto";
import { execFile, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { assert, constantFrom, nat, pre, property } from "fast-check";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nameFile, renderLine } from "../src/audit/lines.ts";
import { nameKey, verifyRecords, type MemberRecord } from "../src/audit/verification.ts";
import { createAudit } from "../src/audit/audit.ts";
import type { Audit } from "../src/ports.ts";
import { showContent } from "../src/slack/content.ts";
import { permissionRequest } from "./support/permission-request.ts";

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL("support/audit-process.ts", import.meta.url));
const OPENCODE = fileURLToPath(
  new URL(`../node_modules/opencode-${process.platform}-${process.arch}/bin/opencode`, import.meta.url),
);
const IS_ROOT = process.getuid?.() === 0;
const CAN_TRACE = spawnSync("strace", ["-f", "true"]).status === 0;
const FILE_LIMIT_BYTES = 1024 * 1024;

const card = { channel: "C1", ts: "1.000001" };
const SECRET = "rm -rf /";
const request = permissionRequest({
  patterns: [SECRET],
  always: ["rm *"],
  metadata: { command: SECRET },
});

let directory: string;
let logged: string[];
let cleanUp: (() => unknown)[];

const log = pino({ level: "debug" }, { write: (line: string) => logged.push(line) });

beforeEach(() => {
  const parent = mkdtempSync(join(tmpdir(), "audit-"));
  directory = join(parent, "audit");
  logged = [];
  cleanUp = [() => rmSync(parent, { recursive: true })];
});

afterEach(async () => {
  for (const clean of cleanUp.toReversed()) await clean();
});

function auditOf(memberID: string): Audit {
  return createAudit({ directory, memberID, log });
}

function fileOf(memberID: string, number = 1): string {
  return join(directory, nameFile(memberID, number));
}

function linesOf(memberID: string, number = 1): string[] {
  return readFileSync(fileOf(memberID, number), "utf8").split("\n").slice(0, -1);
}

function entriesOf(memberID: string, number = 1): Record<string, unknown>[] {
  return linesOf(memberID, number).map((line) => JSON.parse(line) as Record<string, unknown>);
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function eventsOf(memberID: string, number = 1): unknown[] {
  return entriesOf(memberID, number).map(({ event }) => event);
}

function write(memberID: string, lines: readonly string[], number = 1): void {
  writeFileSync(fileOf(memberID, number), lines.map((line) => `${line}\n`).join(""));
}

function verify(memberID: string): MemberRecord {
  const record = verifyRecords(directory).find((found) => found.memberID === memberID);
  if (record === undefined) throw new Error(`no record of ${memberID}`);
  return record;
}

/** A request from asked to closed: five lines. */
async function recordRequest(audit: Audit, requestID = "per_1"): Promise<string | undefined> {
  const [userID, reply] = ["U1", "once"] as const;
  audit.asked({ ...request, requestID });
  audit.shown(requestID, card, ["once", "reject"]);
  await audit.clicked({ requestIDs: [requestID], teamID: "T1", userID, card, reply });
  audit.replied(requestID, { kind: "replied", reply, by: { kind: "approver", userID }, at: new Date() });
  return audit.closed({ requestID, card, openMs: 1_500 });
}

/** Until its first file is full and the second one has more than its first line. */
function fill(audit: Audit, memberID: string): void {
  do audit.asked(request);
  while (!existsSync(fileOf(memberID, 2)));
  audit.asked(request);
}

/** As somebody writes it who knows the format: with a hash of its own. */
function forge(line: string, previous: string | null, change: object): string {
  const { previous: _, hash: __, ...fields } = JSON.parse(line) as Record<string, unknown>;
  return renderLine({ ...fields, ...change }, previous)
    .bytes.toString()
    .trimEnd();
}

function hashOf(line: string | undefined): string {
  return (JSON.parse(line ?? "") as { hash: string }).hash;
}

function swap(one: string, other: string): void {
  renameSync(one, `${one}.away`);
  renameSync(other, one);
  renameSync(`${one}.away`, other);
}

async function recordAll(): Promise<void> {
  await recordRequest(auditOf("bob"));
  await recordRequest(auditOf("cem"), "per_2");
}

function edit(memberID: string, change: (lines: string[]) => string[], number = 1): void {
  write(memberID, change(linesOf(memberID, number)), number);
}

async function runProcess(
  task: "write" | "click" | "race",
  memberID: string,
  count = 1,
  inside: readonly string[] = [],
): Promise<string> {
  const command = [process.execPath, "--import", "tsx", SCRIPT, task, directory, memberID, String(count)];
  const [file = "", ...args] = [...inside, ...command];
  return (await run(file, args)).stdout.trim();
}

/** Runs a command on a disk that does to each write what the fault says. */
function withFault(fault: string): string[] {
  return ["strace", "-f", "-qq", "-o", "/dev/null", "-e", `inject=fdatasync:${fault}`];
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await delay(5);
}

describe("a record", () => {
  test("says who did what with which request, on which card, when, and how long it was open", async () => {
    const hash = expect.stringMatching(/^[0-9a-f]{64}$/);
    const name = expect.stringMatching(/^[0-9a-f]{32}$/);
    const line = (event: string) => ({
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      event,
      previous: hash,
      hash,
    });
    await recordRequest(auditOf("ann"));
    expect(entriesOf("ann")).toEqual([
      { ...line("opened"), version: 1, memberID: "ann", file: 1, key: name, previous: null },
      { ...line("asked"), request: name, session: name, content: name, permission: "bash" },
      { ...line("shown"), request: name, ...card, offers: ["once", "reject"] },
      { ...line("clicked"), requests: [name], ...card, userID: "U1", teamID: "T1", reply: "once" },
      { ...line("replied"), request: name, reply: "once", by: "approver", userID: "U1" },
      { ...line("closed"), request: name, ...card, openMs: 1_500 },
    ]);
  });

  test("says why a click was refused, also on a button of no request", async () => {
    await auditOf("ann").clicked({ requestIDs: [], teamID: "T1", userID: "U9", card, refusal: "not-listed" });
    const line = { requests: [], ...card, userID: "U9", refusal: "not-listed" };
    expect(entriesOf("ann")[1]).toMatchObject(line);
  });

  test("says why a request is gone that nobody answered, and that it had no card", async () => {
    await auditOf("ann").closed({ requestID: "per_1", reason: "session-idle", openMs: 5 });
    expect(entriesOf("ann")[1]).toMatchObject({ event: "closed", reason: "session-idle" });
    expect(entriesOf("ann")[1]).not.toHaveProperty("ts");
  });

  test("holds nothing else of what it was given", async () => {
    const audit = auditOf("ann");
    const offers = { replies: ["reject"], terminalOnly: SECRET } as const;
    const raw = {
      details: [{ label: "", text: SECRET }],
      request,
      session: { titles: [] },
      offers,
      directory: SECRET,
      host: SECRET,
    };
    const to = showContent(raw, []);
    const by = { kind: "sibling", userID: "U1", to } as const;
    audit.asked(request);
    audit.shown("per_1", { ...card, text: SECRET } as typeof card, []);
    audit.replied("per_1", { kind: "replied", reply: "reject", by, at: new Date() });
    const text = readFileSync(fileOf("ann"), "utf8");
    for (const kept of [SECRET, "rm *", "per_", "ses_"]) expect(text).not.toContain(kept);
    expect(entriesOf("ann")[3]).toMatchObject({ by: "sibling", userID: "U1" });
  });

  test("is readable by its user only", () => {
    auditOf("ann").asked(request);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(directory))
      expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory).sort()).toEqual([nameFile("ann", 1), "key"]);
  });

  test("leaves nothing on disk before there is something to record", () => {
    auditOf("ann");
    expect(existsSync(directory)).toBe(false);
  });

  test("gives one request the same name in every member's lines, and none that can be guessed without the key", () => {
    auditOf("ann").asked(request);
    auditOf("bob").asked(request);
    const [ann, bob] = [entriesOf("ann")[1], entriesOf("bob")[1]];
    expect(bob).toMatchObject({ request: ann?.["request"], session: ann?.["session"] });
    rmSync(join(directory, "key"));
    auditOf("eve").asked(request);
    expect(entriesOf("eve")[1]?.["request"]).not.toBe(ann?.["request"]);
    expect(entriesOf("eve")[1]?.["content"]).not.toBe(ann?.["content"]);
  });

  test("names a request so that whoever has the key finds it", () => {
    auditOf("ann").asked(request);
    const key = Buffer.from(readFileSync(join(directory, "key"), "utf8").trim(), "hex");
    const name = createHmac("sha256", key).update("request\nper_1").digest("hex");
    expect(entriesOf("ann")[1]?.["request"]).toBe(name.slice(0, 32));
  });

  test("gives the same words other names as a request, a session and a content", () => {
    auditOf("ann").asked({ ...request, requestID: "one", sessionID: "one" });
    const { request: id, session, content } = entriesOf("ann")[1] ?? {};
    expect(new Set([id, session, content]).size).toBe(3);
  });

  test("goes on in another file when one is full, in the same chain", () => {
    const audit = auditOf("ann");
    fill(audit, "ann");
    expect(statSync(fileOf("ann", 1)).size).toBeLessThanOrEqual(FILE_LIMIT_BYTES);
    expect(statSync(fileOf("ann", 1)).size).toBeGreaterThan(FILE_LIMIT_BYTES - 10_000);
    expect(entriesOf("ann", 2)[0]).toMatchObject({
      event: "opened",
      file: 2,
      previous: entriesOf("ann", 1).at(-1)?.["hash"],
    });
    expect(verify("ann")).toMatchObject({ files: 2 });
    expect(verify("ann").problem).toBeUndefined();
    expect(verify("ann").hashes).toHaveLength(linesOf("ann", 1).length + linesOf("ann", 2).length);
  });

  test("has the head of a closed card as the beginning of the hash of its last line", async () => {
    const head = await recordRequest(auditOf("ann"));
    expect(head).toMatch(/^[0-9a-f]{20}$/);
    expect(verify("ann").hashes.at(-1)?.slice(0, 20)).toBe(head);
  });
});

describe("a record that cannot be written", () => {
  test("fails every click, gives no head for a card, says so in the log once, and throws nothing", async () => {
    writeFileSync(directory, "a file in the directory's place");
    const audit = auditOf("ann");
    audit.asked(request);
    expect(await audit.clicked({ requestIDs: [], teamID: "T1", userID: "U1", card })).toBe("failed");
    expect(await recordRequest(audit)).toBeUndefined();
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain("the audit record cannot be written");
  });

  test("goes on when it can be written again, and tells how many lines are missing", async () => {
    writeFileSync(directory, "a file in the directory's place");
    const audit = auditOf("ann");
    audit.asked(request);
    audit.shown("per_1", card, []);
    rmSync(directory);
    expect(await audit.clicked({ requestIDs: [], teamID: "T1", userID: "U1", card })).toBe("recorded");
    expect(await audit.clicked({ requestIDs: [], teamID: "T1", userID: "U2", card })).toBe("recorded");
    expect(eventsOf("ann")).toEqual(["opened", "clicked", "clicked"]);
    expect(entriesOf("ann").map(({ missed }) => missed)).toEqual([undefined, 2, undefined]);
    writeFileSync(join(directory, "key"), "");
    rmSync(directory, { recursive: true });
    writeFileSync(directory, "again");
    audit.asked(request);
    expect(logged).toHaveLength(2);
  });

  test("refuses a line that is too long, and keeps the others", async () => {
    const audit = auditOf("ann");
    expect(await audit.clicked({ requestIDs: [], teamID: "T1", userID: "U".repeat(9_000), card })).toBe(
      "failed",
    );
    expect(await audit.clicked({ requestIDs: [], teamID: "T1", userID: "U1", card })).toBe("recorded");
    expect(verify("ann").problem).toBeUndefined();
    expect(entriesOf("ann").at(-1)).toMatchObject({ userID: "U1", missed: 1 });
  });

  test("takes any name of a permission", () => {
    const audit = auditOf("ann");
    for (const permission of ["größe_🙂", "\ud83d", 'a"\n\u2028\\']) audit.asked({ ...request, permission });
    expect(eventsOf("ann")).toEqual(["opened", "asked", "asked", "asked"]);
    expect(verify("ann").problem).toBeUndefined();
  });

  test("fails while the key is damaged", async () => {
    mkdirSync(directory);
    writeFileSync(join(directory, "key"), "");
    expect(await auditOf("ann").clicked({ requestIDs: [], teamID: "T1", userID: "U1", card })).toBe("failed");
    expect(logged[0]).toContain("remove it");
  });

  test("keeps whole lines only on a full disk, and goes on when there is room", async (context) => {
    context.skip(!IS_ROOT, "needs root, to mount a small disk");
    mkdirSync(directory);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", directory]);
    cleanUp.push(() => execFileSync("umount", [directory]));
    const audit = auditOf("ann");
    audit.asked(request);
    writeFileSync(join(directory, "ballast"), Buffer.alloc(40_000));
    while ((await audit.clicked({ requestIDs: [], teamID: "T1", userID: "U1", card })) === "recorded");
    audit.asked(request);
    expect(verify("ann").problem).toBeUndefined();
    expect(verify("ann").unfinished).toBeUndefined();
    rmSync(join(directory, "ballast"));
    expect(await audit.clicked({ requestIDs: [], teamID: "T1", userID: "U1", card })).toBe("recorded");
    expect(entriesOf("ann").at(-1)?.["missed"]).toBeGreaterThan(1);
    expect(verify("ann")).toMatchObject({ files: 1 });
    expect(verify("ann").problem).toBeUndefined();
  });

  test("starts on a full disk, when there is room", async (context) => {
    context.skip(!IS_ROOT, "needs root, to mount a small disk");
    mkdirSync(directory);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=16k", "tmpfs", directory]);
    cleanUp.push(() => execFileSync("umount", [directory]));
    writeFileSync(join(directory, "ballast"), Buffer.alloc(16_384));
    const audit = auditOf("ann");
    expect(await audit.clicked({ requestIDs: [], teamID: "T1", userID: "U1", card })).toBe("failed");
    rmSync(join(directory, "ballast"));
    expect(await audit.clicked({ requestIDs: [], teamID: "T1", userID: "U1", card })).toBe("recorded");
    expect(readdirSync(directory).sort()).toEqual([nameFile("ann", 1), "key"]);
    expect(verify("ann").problem).toBeUndefined();
  });

  test("fails a click whose line the disk does not take, and gives no head", async (context) => {
    context.skip(!CAN_TRACE, "needs strace, to make the disk fail");
    expect(await runProcess("click", "ann", 1, withFault("error=EIO"))).toBe("failed");
    expect(await runProcess("write", "cem", 1, withFault("error=EIO"))).toBe("not written");
    expect(await runProcess("click", "bob", 1, withFault("delay_enter=1"))).toBe("recorded");
  });

  test("is not a click's answer before the line is on the disk", async (context) => {
    context.skip(!CAN_TRACE, "needs strace, to see the disk written");
    const trace = join(directory, "..", "trace");
    await runProcess("click", "ann", 1, ["strace", "-f", "-y", "-o", trace, "-e", "trace=fdatasync,write"]);
    const calls = readFileSync(trace, "utf8");
    const written = calls.lastIndexOf(`${nameFile("ann", 1)}>, "{`);
    const forced = calls.search(/fdatasync\(\d+<[^>]*ann\.1\.jsonl>/);
    expect(written).toBeGreaterThan(-1);
    expect(forced).toBeGreaterThan(written);
    expect(calls.indexOf('"recorded')).toBeGreaterThan(forced);
  });
});

describe("several processes", () => {
  test("write at once, each its own chain, and name requests under one key", async () => {
    const members = ["ann", "bob", "cem", "dan"];
    const heads = await Promise.all(members.map(async (member) => runProcess("write", member, 50)));
    const records = verifyRecords(directory);
    expect(records.map(({ memberID }) => memberID)).toEqual(members);
    expect(records.map(({ hashes }) => hashes.length)).toEqual([251, 251, 251, 251]);
    expect(records.map(({ hashes }) => hashes.at(-1)?.slice(0, 20))).toEqual(heads);
    for (const { keys } of records) expect(keys).toEqual(new Set([nameKey(directory)]));
    expect(readdirSync(directory).filter((name) => name.includes("key"))).toEqual(["key"]);
  });

  test("agree on one key when they begin at the same moment", async () => {
    const rounds = 10;
    const members = ["ann", "bob", "cem", "dan"];
    await Promise.all(members.map(async (member) => runProcess("race", member, rounds)));
    for (let round = 1; round <= rounds; round += 1) {
      const record = join(directory, String(round), "audit");
      const key = new Set([nameKey(record)]);
      expect(verifyRecords(record).map(({ keys }) => keys)).toEqual([key, key, key, key]);
    }
  });

  test("can be killed while they write: what they wrote verifies", async () => {
    const members = ["ann", "bob", "cem"];
    const children = members.map((member) =>
      spawn(process.execPath, ["--import", "tsx", SCRIPT, "forever", directory, member], {
        stdio: "inherit",
      }),
    );
    cleanUp.push(() => children.map((child) => child.kill("SIGKILL")));
    await until(() => members.every((member) => sizeOf(fileOf(member)) > 50_000));
    // Verified at the same time as it is written.
    for (const record of verifyRecords(directory)) expect(record.problem).toBeUndefined();
    const ended = children.map(async (child) => once(child, "exit"));
    for (const child of children) child.kill("SIGKILL");
    await Promise.all(ended);
    for (const record of verifyRecords(directory)) {
      expect(record.problem).toBeUndefined();
      expect(record.hashes.length).toBeGreaterThan(100);
    }
  });

  test("record the same in OpenCode's Bun", async () => {
    const { stdout } = await run(OPENCODE, ["run", SCRIPT, "write", directory, "ann", "3"], {
      env: { ...process.env, BUN_BE_BUN: "1" },
    });
    expect(verify("ann").problem).toBeUndefined();
    expect(verify("ann").hashes).toHaveLength(16);
    expect(verify("ann").hashes.at(-1)?.slice(0, 20)).toBe(stdout.trim());
    expect(statSync(fileOf("ann")).mode & 0o777).toBe(0o600);
    await recordRequest(auditOf("bob"));
    expect(entriesOf("bob")[1]?.["request"]).toBe(entriesOf("ann")[1]?.["request"]);
  });
});

describe("a record that somebody changes while it is written", () => {
  test.each([
    ["removes its file", () => rmSync(fileOf("ann")), /^ann\.1\.jsonl is missing/],
    ["removes everything", () => rmSync(directory, { recursive: true }), /^ann\.1\.jsonl is missing/],
    [
      "cuts its last line",
      () => write("ann", linesOf("ann").slice(0, -1)),
      /^ann\.2\.jsonl, line 1, does not follow/,
    ],
    [
      "adds a line",
      () => appendFileSync(fileOf("ann"), "{}\n"),
      /^ann\.1\.jsonl, line 7, is not as it was written/,
    ],
  ])("goes on, and shows it, when somebody %s", async (_, tamper, problem) => {
    const audit = auditOf("ann");
    await recordRequest(audit);
    tamper();
    // The first one fails where lines are gone that were not yet on the disk.
    await audit.clicked({ requestIDs: [], teamID: "T1", userID: "U1", card });
    expect(await audit.clicked({ requestIDs: [], teamID: "T1", userID: "U1", card })).toBe("recorded");
    expect(eventsOf("ann", 2)).toEqual(["opened", "clicked", "clicked"]);
    expect(verify("ann").problem).toMatch(problem);
  });
});

describe("verification", () => {
  test.each<[string, () => unknown, string, string, number]>([
    [
      "a word of a line is changed",
      () => edit("bob", (lines) => lines.with(3, String(lines[3]).replace("U1", "U2"))),
      "bob",
      "bob.1.jsonl, line 4, is not as it was written.",
      3,
    ],
    [
      "the last line is changed",
      () => edit("bob", (lines) => lines.with(5, String(lines[5]).replace("C1", "C2"))),
      "bob",
      "bob.1.jsonl, line 6, is not as it was written.",
      5,
    ],
    [
      "a line is changed and given the hash that it should have then",
      () =>
        edit("bob", (lines) => lines.with(3, forge(String(lines[3]), hashOf(lines[2]), { userID: "U2" }))),
      "bob",
      "bob.1.jsonl, line 5, does not follow the line before it: lines were removed, inserted or swapped.",
      4,
    ],
    [
      "a line is removed",
      () => edit("bob", (lines) => lines.toSpliced(2, 1)),
      "bob",
      "bob.1.jsonl, line 3, does not follow the line before it: lines were removed, inserted or swapped.",
      2,
    ],
    [
      "a line of another member is inserted",
      () => edit("bob", (lines) => lines.toSpliced(2, 0, String(linesOf("cem")[2]))),
      "bob",
      "bob.1.jsonl, line 3, does not follow the line before it: lines were removed, inserted or swapped.",
      2,
    ],
    [
      "a line is written twice",
      () => edit("bob", (lines) => lines.toSpliced(2, 0, String(lines[2]))),
      "bob",
      "bob.1.jsonl, line 4, does not follow the line before it: lines were removed, inserted or swapped.",
      3,
    ],
    [
      "two lines are swapped",
      () => edit("bob", (lines) => lines.with(2, String(lines[3])).with(3, String(lines[2]))),
      "bob",
      "bob.1.jsonl, line 3, does not follow the line before it: lines were removed, inserted or swapped.",
      2,
    ],
    [
      "an empty line is inserted",
      () => edit("bob", (lines) => lines.toSpliced(2, 0, "")),
      "bob",
      "bob.1.jsonl, line 3, is not as it was written.",
      2,
    ],
    [
      "the first line is removed",
      () => edit("bob", (lines) => lines.slice(1)),
      "bob",
      "bob.1.jsonl, line 1, is not the beginning of this file: files were swapped or renamed.",
      0,
    ],
    [
      "somebody adds a line by hand",
      () => appendFileSync(fileOf("bob"), `{"event":"clicked","previous":"${"0".repeat(64)}","hash":"0"}\n`),
      "bob",
      "bob.1.jsonl, line 7, is not as it was written.",
      6,
    ],
    [
      "somebody adds a line that is no JSON, with a hash that fits",
      () => appendFileSync(fileOf("bob"), renderLine({}, null).bytes.subarray(1)),
      "bob",
      "bob.1.jsonl, line 7, is not as it was written.",
      6,
    ],
    [
      "a huge line is added",
      () => appendFileSync(fileOf("bob"), `${"x".repeat(2 * FILE_LIMIT_BYTES)}\n`),
      "bob",
      "bob.1.jsonl is larger than a file of the record.",
      0,
    ],
    [
      "a file is overwritten with garbage",
      () => writeFileSync(fileOf("bob"), Buffer.from([0, 255, 10, 128, 13, 10, 0])),
      "bob",
      "bob.1.jsonl, line 1, is not as it was written.",
      0,
    ],
    [
      "a file is a link",
      () => {
        renameSync(fileOf("bob"), join(directory, "elsewhere"));
        symlinkSync("elsewhere", fileOf("bob"));
      },
      "bob",
      "bob.1.jsonl is not a file.",
      0,
    ],
    [
      "a member's files are those of another",
      () => swap(fileOf("bob"), fileOf("cem")),
      "bob",
      "bob.1.jsonl, line 1, is not the beginning of this file: files were swapped or renamed.",
      0,
    ],
    [
      "the end of a file is cut off that is not the last",
      () => edit("ann", (lines) => lines.slice(0, 3)),
      "ann",
      "ann.2.jsonl, line 1, does not follow the line before it: lines were removed, inserted or swapped.",
      3,
    ],
    ["a file is removed", () => rmSync(fileOf("ann", 1)), "ann", "ann.1.jsonl is missing.", 0],
    [
      "a member's files are swapped",
      () => swap(fileOf("ann", 1), fileOf("ann", 2)),
      "ann",
      "ann.1.jsonl, line 1, is not the beginning of this file: files were swapped or renamed.",
      0,
    ],
  ])("tells when %s", async (_, tamper, memberID, problem, consistent) => {
    await recordAll();
    if (memberID === "ann") fill(auditOf("ann"), "ann");
    tamper();
    expect(verify(memberID).problem).toBe(problem);
    expect(verify(memberID).hashes).toHaveLength(consistent);
  });

  test("finds nothing wrong with what nobody touched, and no other member at fault", async () => {
    await recordAll();
    fill(auditOf("ann"), "ann");
    expect(verifyRecords(directory).map(({ memberID, problem }) => [memberID, problem])).toEqual([
      ["ann", undefined],
      ["bob", undefined],
      ["cem", undefined],
    ]);
    rmSync(fileOf("ann", 1));
    expect(verify("bob").problem).toBeUndefined();
  });

  test("takes a member's files in the order of their numbers", () => {
    mkdirSync(directory);
    let previous: string | null = null;
    for (let file = 1; file <= 12; file += 1) {
      const opening = { event: "opened", version: 1, memberID: "ann", file, key: "0" };
      const line = renderLine(opening, previous);
      writeFileSync(fileOf("ann", file), line.bytes);
      previous = line.hash;
    }
    expect(verify("ann").problem).toBeUndefined();
    expect(verify("ann").hashes).toHaveLength(12);
    expect(verify("ann").hashes.at(-1)).toBe(previous);
  });

  test("cannot tell a cut end by itself, but no longer finds the head of a card from there", async () => {
    const audit = auditOf("ann");
    const [early, late] = [await recordRequest(audit), await recordRequest(audit, "per_2")];
    edit("ann", (lines) => lines.slice(0, -2));
    const { problem, hashes } = verify("ann");
    expect(problem).toBeUndefined();
    expect(hashes.some((hash) => hash.startsWith(String(early)))).toBe(true);
    expect(hashes.some((hash) => hash.startsWith(String(late)))).toBe(false);
  });

  test("mentions half a line at the end, which no head counts", async () => {
    await recordAll();
    truncateSync(fileOf("bob"), statSync(fileOf("bob")).size - 10);
    expect(verify("bob")).toMatchObject({ unfinished: "bob.1.jsonl" });
    expect(verify("bob").problem).toBeUndefined();
    expect(verify("bob").hashes).toHaveLength(5);
  });

  test("passes over an emptied file and files of others", async () => {
    await recordAll();
    truncateSync(fileOf("bob"), 0);
    writeFileSync(join(directory, "notes.txt"), "not ours");
    expect(verify("bob")).toEqual({ memberID: "bob", files: 1, hashes: [], keys: new Set() });
    expect(verifyRecords(directory)).toHaveLength(2);
  });

  test("takes no key, and says which one is needed to look up a request", async () => {
    await recordAll();
    const name = nameKey(directory);
    rmSync(join(directory, "key"));
    expect(verify("bob").problem).toBeUndefined();
    expect([...verify("bob").keys]).toEqual([name]);
    expect(nameKey(directory)).toBeUndefined();
    writeFileSync(join(directory, "key"), "damaged");
    expect(nameKey(directory)).toBeUndefined();
  });

  test("tells any byte that is changed, removed or inserted, but for the last line break, which it mentions", async () => {
    await recordRequest(auditOf("ann"));
    const whole = readFileSync(fileOf("ann"));
    const edits = constantFrom("change", "remove", "insert");
    assert(
      property(nat(whole.length - 1), nat(255), edits, (position, byte, kind) => {
        const inserted = kind === "remove" ? [] : [byte];
        const rest = whole.subarray(kind === "insert" ? position : position + 1);
        const changed = Buffer.concat([whole.subarray(0, position), Buffer.from(inserted), rest]);
        pre(!changed.equals(whole));
        writeFileSync(fileOf("ann"), changed);
        const { problem, unfinished, hashes } = verify("ann");
        if (problem !== undefined) return;
        expect(position).toBe(whole.length - 1);
        expect(unfinished).toBe("ann.1.jsonl");
        expect(hashes).toHaveLength(5);
      }),
      {
        numRuns: 1_500,
        examples: [
          [whole.length - 1, 0, "change"],
          [whole.length - 1, 0, "remove"],
        ],
      },
    );
  });
});
