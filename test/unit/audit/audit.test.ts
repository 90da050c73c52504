import { createHmac } from "node:crypto";
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nameFile } from "../../../src/audit/lines.ts";
import { nameKey, verifyRecords } from "../../../src/audit/verification.ts";
import { runToEnd } from "../../../src/system/sliced.ts";
import { showContent } from "../../../src/sanitize/content.ts";
import { card, createAuditFolder, recordRequest, type AuditFolder } from "../../support/audit-folder.ts";
import { until } from "../../support/opencode/until.ts";
import { permissionRequest } from "../../support/permission-request.ts";
import { scriptCommand, spawnScript } from "../../support/runtime.ts";

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL("../../support/audit-process.ts", import.meta.url));
const IS_ROOT = process.getuid?.() === 0;
const CAN_TRACE = spawnSync("strace", ["-f", "true"]).status === 0;
const FILE_LIMIT_BYTES = 1024 * 1024;

const SECRET = "rm -rf /";
const request = permissionRequest({
  patterns: [SECRET],
  always: ["rm *"],
  metadata: { command: SECRET },
});

let folder: AuditFolder;
let directory: string;
let logged: string[];
let cleanUp: (() => unknown)[];

const log = pino({ level: "debug" }, { write: (line: string) => logged.push(line) });

beforeEach(() => {
  folder = createAuditFolder(log);
  ({ directory } = folder);
  logged = [];
  cleanUp = [() => folder[Symbol.dispose]()];
});

afterEach(async () => {
  for (const clean of cleanUp.toReversed()) await clean();
});

function entriesOf(memberID: string, number = 1): Record<string, unknown>[] {
  return folder.linesOf(memberID, number).map((line) => JSON.parse(line) as Record<string, unknown>);
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function eventsOf(memberID: string, number = 1): unknown[] {
  return entriesOf(memberID, number).map(({ event }) => event);
}

async function runProcess(
  task: "write" | "press" | "race",
  memberID: string,
  count = 1,
  inside: readonly string[] = [],
): Promise<string> {
  const command = [...scriptCommand("Node", SCRIPT), task, directory, memberID, String(count)];
  const [file = "", ...args] = [...inside, ...command];
  return (await run(file, args)).stdout.trim();
}

/** Runs a command on a disk that does to each write what the fault says. */
function withFault(fault: string): string[] {
  return ["strace", "-f", "-qq", "-o", "/dev/null", "-e", `inject=fdatasync:${fault}`];
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
    const kind = "permission";
    await recordRequest(folder.auditOf("ann"));
    expect(entriesOf("ann")).toEqual([
      { ...line("opened"), version: 1, memberID: "ann", file: 1, key: name, previous: null },
      { ...line("asked"), kind, request: name, session: name, content: name, permission: "bash" },
      { ...line("shown"), kind, request: name, ...card, offers: ["once", "reject"] },
      { ...line("pressed"), kind, requests: [name], ...card, userID: "U1", teamID: "T1", reply: "once" },
      { ...line("replied"), kind, request: name, reply: "once", by: "approver", userID: "U1" },
      { ...line("closed"), kind, request: name, ...card, openMs: 1_500 },
    ]);
  });

  test("says why a press was refused, also on a button of no request", async () => {
    await folder
      .auditOf("ann")
      .pressed({ requests: [], teamID: "T1", userID: "U9", card, refusal: "not-listed" });
    const line = { requests: [], ...card, userID: "U9", refusal: "not-listed" };
    expect(entriesOf("ann")[1]).toMatchObject(line);
  });

  test("says why a request is gone that nobody answered, and that it had no card", async () => {
    await folder.auditOf("ann").closed({ request: permissionRequest(), reason: "session-idle", openMs: 5 });
    expect(entriesOf("ann")[1]).toMatchObject({ event: "closed", reason: "session-idle" });
    expect(entriesOf("ann")[1]).not.toHaveProperty("ts");
  });

  test("holds nothing else of what it was given", async () => {
    const audit = folder.auditOf("ann");
    const offers = { replies: ["reject"], terminalOnly: SECRET } as const;
    const raw = {
      details: [{ label: "", text: SECRET }],
      request,
      session: { titles: [] },
      offers,
      directory: SECRET,
      host: SECRET,
    };
    const to = runToEnd(showContent(raw, []));
    const by = { kind: "sibling", userID: "U1", to } as const;
    await audit.asked(request);
    audit.shown(request, { ...card, text: SECRET } as typeof card, []);
    audit.replied(request, {
      kind: "replied",
      answer: { kind: "permission", reply: "reject" },
      by,
      at: new Date(),
    });
    audit.granted(request, { userID: "U1", until: new Date(), text: SECRET } as never);
    void audit.used(request, { userID: "U1", teamID: "T1", grant: request });
    void audit.grantEnded(request, { reason: "time", text: SECRET } as never);
    const text = readFileSync(folder.fileOf("ann"), "utf8");
    for (const kept of [SECRET, "rm *", "per_", "ses_"]) expect(text).not.toContain(kept);
    expect(entriesOf("ann")[3]).toMatchObject({ by: "sibling", userID: "U1" });
  });

  test("is readable by its user only", async () => {
    await folder.auditOf("ann").asked(request);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(directory))
      expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory).sort()).toEqual([nameFile("ann", 1), "key"]);
  });

  test("leaves nothing on disk before there is something to record", () => {
    folder.auditOf("ann");
    expect(existsSync(directory)).toBe(false);
  });

  test("gives one request the same name in every member's lines, and none that can be guessed without the key", async () => {
    await folder.auditOf("ann").asked(request);
    await folder.auditOf("bob").asked(request);
    const [ann, bob] = [entriesOf("ann")[1], entriesOf("bob")[1]];
    expect(bob).toMatchObject({ request: ann?.["request"], session: ann?.["session"] });
    rmSync(join(directory, "key"));
    await folder.auditOf("eve").asked(request);
    expect(entriesOf("eve")[1]?.["request"]).not.toBe(ann?.["request"]);
    expect(entriesOf("eve")[1]?.["content"]).not.toBe(ann?.["content"]);
  });

  test("names a request so that whoever has the key finds it", async () => {
    await folder.auditOf("ann").asked(request);
    const key = Buffer.from(readFileSync(join(directory, "key"), "utf8").trim(), "hex");
    const name = createHmac("sha256", key).update("request\nper_1").digest("hex");
    expect(entriesOf("ann")[1]?.["request"]).toBe(name.slice(0, 32));
  });

  test("gives the same words other names as a request, a session and a content", async () => {
    await folder.auditOf("ann").asked({ ...request, requestID: "one", sessionID: "one" });
    const { request: id, session, content } = entriesOf("ann")[1] ?? {};
    expect(new Set([id, session, content]).size).toBe(3);
  });

  test("goes on in another file when one is full, in the same chain", async () => {
    const audit = folder.auditOf("ann");
    await folder.fill(audit, "ann");
    expect(statSync(folder.fileOf("ann", 1)).size).toBeLessThanOrEqual(FILE_LIMIT_BYTES);
    expect(statSync(folder.fileOf("ann", 1)).size).toBeGreaterThan(FILE_LIMIT_BYTES - 10_000);
    expect(entriesOf("ann", 2)[0]).toMatchObject({
      event: "opened",
      file: 2,
      previous: entriesOf("ann", 1).at(-1)?.["hash"],
    });
    expect(folder.verify("ann")).toMatchObject({ files: 2 });
    expect(folder.verify("ann").problem).toBeUndefined();
    expect(folder.verify("ann").hashes).toHaveLength(
      folder.linesOf("ann", 1).length + folder.linesOf("ann", 2).length,
    );
  });

  test("has the head of a closed card as the beginning of the hash of its last line", async () => {
    const head = await recordRequest(folder.auditOf("ann"));
    expect(head).toMatch(/^[0-9a-f]{20}$/);
    expect(folder.verify("ann").hashes.at(-1)?.slice(0, 20)).toBe(head);
  });
});

describe("a record that cannot be written", () => {
  test("fails every press, gives no head for a card, says so in the log once, and throws nothing", async () => {
    writeFileSync(directory, "a file in the directory's place");
    const audit = folder.auditOf("ann");
    await audit.asked(request);
    expect(await audit.pressed({ requests: [], teamID: "T1", userID: "U1", card })).toBe("failed");
    expect(await recordRequest(audit)).toBeUndefined();
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain("the audit record cannot be written");
  });

  test("goes on when it can be written again, and tells how many lines are missing", async () => {
    writeFileSync(directory, "a file in the directory's place");
    const audit = folder.auditOf("ann");
    await audit.asked(request);
    audit.shown(request, card, []);
    rmSync(directory);
    expect(await audit.pressed({ requests: [], teamID: "T1", userID: "U1", card })).toBe("recorded");
    expect(await audit.pressed({ requests: [], teamID: "T1", userID: "U2", card })).toBe("recorded");
    expect(eventsOf("ann")).toEqual(["opened", "pressed", "pressed"]);
    expect(entriesOf("ann").map(({ missed }) => missed)).toEqual([undefined, 2, undefined]);
    writeFileSync(join(directory, "key"), "");
    rmSync(directory, { recursive: true });
    writeFileSync(directory, "again");
    await audit.asked(request);
    expect(logged).toHaveLength(2);
  });

  test("refuses a line that is too long, and keeps the others", async () => {
    const audit = folder.auditOf("ann");
    expect(await audit.pressed({ requests: [], teamID: "T1", userID: "U".repeat(9_000), card })).toBe(
      "failed",
    );
    expect(await audit.pressed({ requests: [], teamID: "T1", userID: "U1", card })).toBe("recorded");
    expect(folder.verify("ann").problem).toBeUndefined();
    expect(entriesOf("ann").at(-1)).toMatchObject({ userID: "U1", missed: 1 });
  });

  test("takes any name of a permission", async () => {
    const audit = folder.auditOf("ann");
    for (const permission of ["größe_🙂", "\ud83d", 'a"\n\u2028\\'])
      await audit.asked({ ...request, permission });
    expect(eventsOf("ann")).toEqual(["opened", "asked", "asked", "asked"]);
    expect(folder.verify("ann").problem).toBeUndefined();
  });

  test("fails while the key is damaged", async () => {
    mkdirSync(directory);
    writeFileSync(join(directory, "key"), "");
    expect(await folder.auditOf("ann").pressed({ requests: [], teamID: "T1", userID: "U1", card })).toBe(
      "failed",
    );
    expect(logged[0]).toContain("remove it");
  });

  test("keeps whole lines only on a full disk, and goes on when there is room", async (context) => {
    context.skip(!IS_ROOT, "needs root, to mount a small disk");
    mkdirSync(directory);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", directory]);
    cleanUp.push(() => execFileSync("umount", [directory]));
    const audit = folder.auditOf("ann");
    await audit.asked(request);
    writeFileSync(join(directory, "ballast"), Buffer.alloc(40_000));
    while ((await audit.pressed({ requests: [], teamID: "T1", userID: "U1", card })) === "recorded");
    await audit.asked(request);
    expect(folder.verify("ann").problem).toBeUndefined();
    expect(folder.verify("ann").unfinished).toBeUndefined();
    rmSync(join(directory, "ballast"));
    expect(await audit.pressed({ requests: [], teamID: "T1", userID: "U1", card })).toBe("recorded");
    expect(entriesOf("ann").at(-1)?.["missed"]).toBeGreaterThan(1);
    expect(folder.verify("ann")).toMatchObject({ files: 1 });
    expect(folder.verify("ann").problem).toBeUndefined();
  });

  test("starts on a full disk, when there is room", async (context) => {
    context.skip(!IS_ROOT, "needs root, to mount a small disk");
    mkdirSync(directory);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=16k", "tmpfs", directory]);
    cleanUp.push(() => execFileSync("umount", [directory]));
    writeFileSync(join(directory, "ballast"), Buffer.alloc(16_384));
    const audit = folder.auditOf("ann");
    expect(await audit.pressed({ requests: [], teamID: "T1", userID: "U1", card })).toBe("failed");
    rmSync(join(directory, "ballast"));
    expect(await audit.pressed({ requests: [], teamID: "T1", userID: "U1", card })).toBe("recorded");
    expect(readdirSync(directory).sort()).toEqual([nameFile("ann", 1), "key"]);
    expect(folder.verify("ann").problem).toBeUndefined();
  });

  test("fails a press whose line the disk does not take, and gives no head", async (context) => {
    context.skip(!CAN_TRACE, "needs strace, to make the disk fail");
    expect(await runProcess("press", "ann", 1, withFault("error=EIO"))).toBe("failed");
    expect(await runProcess("write", "cem", 1, withFault("error=EIO"))).toBe("not written");
    expect(await runProcess("press", "bob", 1, withFault("delay_enter=1"))).toBe("recorded");
  });

  test("is not a press's answer before the line is on the disk", async (context) => {
    context.skip(!CAN_TRACE, "needs strace, to see the disk written");
    const trace = join(directory, "..", "trace");
    await runProcess("press", "ann", 1, ["strace", "-f", "-y", "-o", trace, "-e", "trace=fdatasync,write"]);
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
      spawnScript("Node", SCRIPT, { args: ["forever", directory, member] }),
    );
    cleanUp.push(() => children.map((child) => child.kill("SIGKILL")));
    await until("all have written", () => members.every((member) => sizeOf(folder.fileOf(member)) > 50_000));
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
    const [file, ...first] = scriptCommand("Bun", SCRIPT);
    const { stdout } = await run(file, [...first, "write", directory, "ann", "3"], {
      env: { ...process.env, BUN_BE_BUN: "1" },
    });
    expect(folder.verify("ann").problem).toBeUndefined();
    expect(folder.verify("ann").hashes).toHaveLength(16);
    expect(folder.verify("ann").hashes.at(-1)?.slice(0, 20)).toBe(stdout.trim());
    expect(statSync(folder.fileOf("ann")).mode & 0o777).toBe(0o600);
    await recordRequest(folder.auditOf("bob"));
    expect(entriesOf("bob")[1]?.["request"]).toBe(entriesOf("ann")[1]?.["request"]);
  });
});

describe("a record that somebody changes while it is written", () => {
  test.each([
    ["removes its file", () => rmSync(folder.fileOf("ann")), /^ann\.1\.jsonl is missing/],
    ["removes everything", () => rmSync(directory, { recursive: true }), /^ann\.1\.jsonl is missing/],
    [
      "cuts its last line",
      () => folder.write("ann", folder.linesOf("ann").slice(0, -1)),
      /^ann\.2\.jsonl, line 1, does not follow/,
    ],
    [
      "adds a line",
      () => appendFileSync(folder.fileOf("ann"), "{}\n"),
      /^ann\.1\.jsonl, line 7, has changed since it was written/,
    ],
  ])("goes on, and shows it, when somebody %s", async (_, tamper, problem) => {
    const audit = folder.auditOf("ann");
    await recordRequest(audit);
    tamper();
    // The first one fails where lines are gone that were not yet on the disk.
    await audit.pressed({ requests: [], teamID: "T1", userID: "U1", card });
    expect(await audit.pressed({ requests: [], teamID: "T1", userID: "U1", card })).toBe("recorded");
    expect(eventsOf("ann", 2)).toEqual(["opened", "pressed", "pressed"]);
    expect(folder.verify("ann").problem).toMatch(problem);
  });
});
