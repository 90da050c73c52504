import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, uptime } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findDeadMembers, type DeadMember } from "../../../src/machine/dead-members.ts";
import { createLedger } from "../../../src/machine/ledger.ts";
import { identifyMachine, lookUpProcess, type Machine } from "../../../src/machine/identity.ts";
import { until } from "../../support/opencode/until.ts";
import type { Report } from "../../support/ledger-process.ts";
import { scriptCommand, type Runtime } from "../../support/runtime.ts";
import { canUnshare, OWN_PROCESS_IDS } from "../../support/unshare.ts";

const SCRIPT = fileURLToPath(new URL("../../support/ledger-process.ts", import.meta.url));
const IS_ROOT = process.getuid?.() === 0;
const DAY_MS = 24 * 60 * 60_000;

const machine = identifyMachine();
const card = {
  attemptID: "attempt-1",
  kind: "permission",
  requestID: "per_1",
  sessionID: "ses_1",
  permission: "bash",
  directory: "/home/dev/project",
  channel: "C1",
};

let directory: string;
let logged: { level: string; msg: string }[];
let cleanUp: (() => unknown)[];

const log = pino(
  { level: "debug", formatters: { level: (level) => ({ level }) } },
  { write: (line: string) => logged.push(JSON.parse(line) as (typeof logged)[number]) },
);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "ledger-"));
  logged = [];
  cleanUp = [() => rmSync(directory, { recursive: true })];
});

afterEach(async () => {
  for (const clean of cleanUp.toReversed()) await clean();
});

function ledgerOf(memberID: string, on = machine) {
  return createLedger({ directory, machine: on, memberID, log });
}

function search(connected: string[] = [], on = machine): DeadMember[] {
  return findDeadMembers({ directory, machine: on, isConnected: (id) => connected.includes(id), log });
}

function namesOf(members: DeadMember[]): string[] {
  return members.map(({ memberID }) => memberID);
}

function folderOf(key = machine.key): string {
  return join(directory, "ledger", key);
}

function fileOf(memberID: string, key?: string): string {
  return join(folderOf(key), `${memberID}.json`);
}

function files(key?: string): string[] {
  return readdirSync(folderOf(key)).sort();
}

/** The cards in a member's file. */
function noted(memberID: string): { ts?: string }[] {
  return (JSON.parse(readFileSync(fileOf(memberID), "utf8")) as { cards: { ts?: string }[] }).cards;
}

function warnings(): string[] {
  return logged.filter(({ level }) => level === "warn").map(({ msg }) => msg);
}

/** A member's file as this process would have written it, except for what is given. */
function entryOf(memberID: string, fields: Record<string, unknown>): string {
  const state = lookUpProcess(process.pid);
  const entry = { version: 1, memberID, pid: process.pid, saidGoodbye: false, cards: [card], ...state };
  return JSON.stringify({ ...entry, ...fields });
}

function write(memberID: string, fields: Record<string, unknown> = {}, key?: string): string {
  mkdirSync(folderOf(key), { recursive: true });
  writeFileSync(fileOf(memberID, key), entryOf(memberID, fields));
  return fileOf(memberID, key);
}

function age(path: string, ms: number): void {
  const then = new Date(Date.now() - ms);
  utimesSync(path, then, then);
}

/** Puts the ledger on a disk of 64 KiB. */
function mount(): string {
  const disk = join(directory, "ledger");
  mkdirSync(disk);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]);
  cleanUp.push(() => execFileSync("umount", [disk]));
  return disk;
}

interface Started {
  readonly process: ChildProcess;
  /** The next thing that it says. */
  report(): Promise<Report>;
  search(): Promise<Report>;
  kill(): Promise<void>;
}

/** Starts {@link file://./support/ledger-process.ts}; `inside` is a command to run it with. */
function start(
  task: "open" | "search",
  memberID = "",
  runtime: Runtime = "Node",
  inside: string[] = [],
): Started {
  const [file, ...args] = [...inside, ...scriptCommand(runtime, SCRIPT), task, directory, memberID];
  const env = { ...process.env, ...(runtime === "Bun" && { BUN_BE_BUN: "1" }) };
  const child = spawn(file, args, { stdio: ["pipe", "pipe", "inherit"], env });
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const started: Started = {
    process: child,
    report: async () => JSON.parse(String((await lines.next()).value)) as Report,
    search: async () => {
      child.stdin.write("search\n");
      return started.report();
    },
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
  cleanUp.push(async () => started.kill());
  return started;
}

describe("a member's ledger", () => {
  test("holds each open card from before its post until it is closed", () => {
    const ledger = ledgerOf("ann");
    ledger.attempted(card);
    ledger.attempted({ ...card, attemptID: "attempt-2" });
    ledger.posted("attempt-2", { channel: "D1", ts: "2.000002" });
    ledger.closed("attempt-1");
    expect(JSON.parse(readFileSync(fileOf("ann"), "utf8"))).toEqual({
      version: 1,
      memberID: "ann",
      pid: process.pid,
      start: expect.stringMatching(/\d/),
      saidGoodbye: false,
      cards: [{ ...card, attemptID: "attempt-2", channel: "D1", ts: "2.000002" }],
    });
  });

  test("is gone when no card is open, and when the member that closed them all says goodbye", () => {
    const ledger = ledgerOf("ann");
    ledger.attempted(card);
    ledger.closed(card.attemptID);
    expect(files()).toEqual([]);
    ledger.goodbye();
    expect(files()).toEqual([]);
    expect(logged).toEqual([]);
  });

  test("writes nothing to the disk that its caller happens to know besides", () => {
    const request = { ...card, metadata: { command: "curl -H 'Authorization: hidden'" }, value: "bits" };
    ledgerOf("ann").attempted(request);
    const text = readFileSync(fileOf("ann"), "utf8");
    expect(text).toContain(card.requestID);
    expect(text).not.toMatch(/hidden|bits|metadata|command/);
  });

  test("says of a card whether it allows something for a time, and of one that was never attempted nothing", () => {
    const ledger = ledgerOf("ann");
    ledger.attempted(card);
    ledger.granted(card.attemptID);
    ledger.granted("unheard");
    const { cards } = JSON.parse(readFileSync(fileOf("ann"), "utf8")) as { cards: object[] };
    expect(cards).toEqual([expect.objectContaining({ attemptID: card.attemptID, granted: true })]);
  });

  test("can be read by its user only", () => {
    ledgerOf("ann").attempted(card);
    expect(statSync(fileOf("ann")).mode & 0o777).toBe(0o600);
    expect(statSync(folderOf()).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, "ledger")).mode & 0o777).toBe(0o700);
  });

  test("knows nothing of a card that was never attempted", () => {
    const ledger = ledgerOf("ann");
    ledger.posted("unheard", { channel: "C1", ts: "1.000001" });
    ledger.closed("unheard");
    expect(existsSync(folderOf())).toBe(false);
  });

  test("with a thousand open cards takes no further one, and can still be read", () => {
    const ledger = ledgerOf("ann");
    for (let n = 0; n < 1_000; n += 1) {
      ledger.attempted({ ...card, attemptID: `attempt-${n}` });
      ledger.posted(`attempt-${n}`, { channel: "C1", ts: `${n}.000001` });
    }
    ledger.attempted({ ...card, attemptID: "one too many" });
    ledger.goodbye();
    const [member] = search();
    expect(member?.cards.map(({ attemptID }) => attemptID)).toEqual(
      Array.from({ length: 1_000 }, (_, n) => `attempt-${n}`),
    );
    expect(warnings()).toEqual(["too many open cards: this one is not noted"]);
  });

  test("notes every card that Slack has, however many attempts came to nothing", () => {
    const ledger = ledgerOf("ann");
    for (let n = 0; n < 1_010; n += 1) {
      ledger.attempted({ ...card, attemptID: `attempt-${n}` });
      if (n % 100 === 0) ledger.posted(`attempt-${n}`, { channel: "C1", ts: `${n}.000001` });
    }
    ledger.goodbye();
    const [member] = search();
    const posted = member?.cards.filter(({ ts }) => ts !== undefined) ?? [];
    expect(posted.map(({ attemptID }) => attemptID)).toEqual(
      Array.from({ length: 11 }, (_, n) => `attempt-${n * 100}`),
    );
    expect(member?.cards.at(-1)).toMatchObject({ attemptID: "attempt-1009" });
    expect(warnings()).toEqual([]);
  });

  test("writes a storm of changes together, and before a post at once", async () => {
    const ledger = ledgerOf("ann");
    const isPosted = () => noted("ann").filter(({ ts }) => ts !== undefined).length;
    for (let n = 0; n < 60; n += 1) ledger.attempted({ ...card, attemptID: `attempt-${n}` });
    for (let n = 0; n < 60; n += 1) ledger.posted(`attempt-${n}`, { channel: "C1", ts: `${n}.000001` });
    expect(isPosted()).toBeLessThan(60);
    await until("all are written", () => isPosted() === 60);

    for (let n = 0; n < 59; n += 1) ledger.closed(`attempt-${n}`);
    ledger.attempted({ ...card, attemptID: "attempt-60" });
    expect(noted("ann")).toMatchObject([{ attemptID: "attempt-59" }, { attemptID: "attempt-60" }]);
  });

  test("that another process took is restored once, also when it was written again meanwhile", () => {
    const ledger = ledgerOf("ann");
    ledger.attempted(card);
    expect(ledger.restore()).toBe(false);

    rmSync(fileOf("ann"));
    expect(ledger.restore()).toBe(true);
    expect(files()).toEqual(["ann.json"]);
    expect(ledger.restore()).toBe(false);

    rmSync(fileOf("ann"));
    ledger.attempted({ ...card, attemptID: "attempt-2" });
    expect(ledger.restore()).toBe(true);
    expect(ledger.restore()).toBe(false);
  });
});

describe("a disk", () => {
  const needsRoot = "only root can mount a disk of its own";

  test("that is full costs one entry in the log, and the next card is noted when there is room", (context) => {
    context.skip(!IS_ROOT, needsRoot);
    const filler = join(mount(), "filler");
    const ledger = ledgerOf("ann");
    ledger.attempted(card);
    expect(() => writeFileSync(filler, Buffer.alloc(1024 * 1024))).toThrow("ENOSPC");

    ledger.attempted({ ...card, attemptID: "attempt-2" });
    ledger.posted("attempt-2", { channel: "C1", ts: "2.000002" });
    expect(warnings()).toHaveLength(1);
    expect(files()).toEqual(["ann.json"]);

    rmSync(filler);
    ledger.attempted({ ...card, attemptID: "attempt-3" });
    expect(JSON.parse(readFileSync(fileOf("ann"), "utf8"))).toHaveProperty("cards.length", 3);
    expect(ledger.restore()).toBe(false);
  });

  test("that is full leaves no closed card that looks open", (context) => {
    context.skip(!IS_ROOT, needsRoot);
    const filler = join(mount(), "filler");
    const ledger = ledgerOf("ann");
    ledger.attempted(card);
    ledger.attempted({ ...card, attemptID: "attempt-2" });
    expect(() => writeFileSync(filler, Buffer.alloc(1024 * 1024))).toThrow("ENOSPC");
    ledger.closed("attempt-2");
    expect(files()).toEqual([]);
    expect(ledger.restore()).toBe(false);
  });

  test("that is read-only costs one entry in the log", () => {
    if (IS_ROOT) {
      const disk = mount();
      execFileSync("mount", ["-o", "remount,ro", disk]);
    } else {
      mkdirSync(join(directory, "ledger"), { mode: 0o500 });
      cleanUp.push(() => chmodSync(join(directory, "ledger"), 0o700));
    }
    const ledger = ledgerOf("ann");
    ledger.attempted(card);
    ledger.posted(card.attemptID, { channel: "C1", ts: "1.000001" });
    expect(ledger.restore()).toBe(false);
    ledger.closed(card.attemptID);
    ledger.goodbye();
    expect(warnings()).toHaveLength(1);
    expect(search()).toEqual([]);
  });

  test("with a file where the folder should be costs one entry in the log", () => {
    writeFileSync(join(directory, "ledger"), "");
    const ledger = ledgerOf("ann");
    ledger.attempted(card);
    ledger.closed(card.attemptID);
    expect(warnings()).toHaveLength(1);
    expect(search()).toEqual([]);
  });
});

describe.each(["Node", "Bun"] as const)("a member in %s", (runtime) => {
  test("is dead when it is killed, not before, not while it is stopped; its cards are found", async () => {
    const member = start("open", "ann", runtime);
    expect(await member.report()).toEqual({ opened: "ann", key: machine.key });
    expect(search()).toEqual([]);

    member.process.kill("SIGSTOP");
    expect(search()).toEqual([]);

    await member.kill();
    const [dead, ...others] = search();
    expect(dead).toMatchObject({
      memberID: "ann",
      cards: [{ ...card, directory: "/project", ts: "1.000001" }],
    });
    expect(others).toEqual([]);
    dead?.bury();
    expect(files()).toEqual([]);
    expect(warnings()).toEqual([]);
  });

  test("finds one that was killed in the other runtime, and none that lives there", async () => {
    const other = runtime === "Node" ? "Bun" : "Node";
    const [searcher, killed, alive] = [
      start("search", "", runtime),
      start("open", "killed", other),
      start("open", "alive", other),
    ];
    await Promise.all([killed.report(), alive.report()]);
    await killed.kill();
    expect(await searcher.search()).toEqual({ found: ["killed"] });
  });
});

describe("a member", () => {
  test("is dead when its pid is another process's by now", () => {
    write("ann", { start: "1" });
    expect(namesOf(search())).toEqual(["ann"]);
  });

  test("is not dead where the start of its process could not be learned", () => {
    write("ann", { start: undefined });
    expect(search()).toEqual([]);
  });

  test("is not dead while the hub has a connection of it", () => {
    write("ann", { start: "1" });
    expect(search(["ann"])).toEqual([]);
    expect(namesOf(search(["bob"]))).toEqual(["ann"]);
  });

  test("that said goodbye with open cards is dead, though its process runs", () => {
    const ledger = ledgerOf("ann");
    ledger.attempted(card);
    expect(search()).toEqual([]);
    ledger.goodbye();
    expect(namesOf(search())).toEqual(["ann"]);
    expect(ledger.restore()).toBe(false);
  });

  test("is found by one of two processes that search, and again when that one has not buried it", () => {
    write("ann", { start: "1" });
    expect(namesOf(search())).toEqual(["ann"]);
    expect(search()).toEqual([]);

    const [claim = ""] = files();
    expect(claim).toMatch(/^ann\.[0-9a-f]{8}\.closing$/);
    age(join(folderOf(), claim), 61_000);
    const [again] = search();
    expect(again?.memberID).toBe("ann");
    expect(search()).toEqual([]);
    again?.bury();
    expect(files()).toEqual([]);
  });

  test("that is taken for dead and lives gets its ledger back", () => {
    const ledger = ledgerOf("ann");
    ledger.attempted(card);
    write("ann", { start: "1" });
    const [dead] = search();
    expect(ledger.restore()).toBe(true);
    dead?.bury();
    expect(files()).toEqual(["ann.json"]);
    expect(search()).toEqual([]);
  });
});

describe("a file", () => {
  test.each([
    ["torn", JSON.stringify({ version: 1, memberID: "ann", cards: [card] }).slice(0, 60)],
    ["empty", ""],
    ["foreign", `{"name":"something else"}`],
    [
      "another member's",
      JSON.stringify({ version: 1, memberID: "../bob", pid: 1, saidGoodbye: true, cards: [] }),
    ],
    ["oversized", entryOf("ann", { saidGoodbye: true, filler: "x".repeat(1024 * 1024) })],
  ])("that is %s is said once to be unreadable, and stops nobody", (_, text) => {
    write("bob", { start: "1" });
    writeFileSync(fileOf("ann"), text);
    expect(namesOf(search())).toEqual(["bob"]);
    expect(search()).toEqual([]);
    expect(warnings()).toHaveLength(1);
    expect(files()).toContain("ann.json.unreadable");
  });

  test("that is none, but a pipe, does not block the search", (context) => {
    context.skip(process.platform === "win32", "Windows has no such pipes");
    mkdirSync(folderOf(), { recursive: true });
    execFileSync("mkfifo", [fileOf("ann")]);
    expect(search()).toEqual([]);
    expect(warnings()).toHaveLength(1);
  });

  test("that was torn while its member lives is restored by it", () => {
    const ledger = ledgerOf("ann");
    ledger.attempted(card);
    writeFileSync(fileOf("ann"), "{");
    expect(search()).toEqual([]);
    expect(ledger.restore()).toBe(true);
    expect(files()).toEqual(["ann.json", "ann.json.unreadable"]);
  });

  test("of a later release is read, whatever it has more", () => {
    write("ann", { version: 2, start: "1", more: true, cards: [{ ...card, more: true }] });
    expect(search()).toMatchObject([{ memberID: "ann", cards: [card] }]);
  });

  test("of a later release is read, whatever kind of thing its cards ask", () => {
    const { permission: _, ...unknown } = { ...card, kind: "question", header: "Which database?" };
    write("ann", { version: 2, start: "1", cards: [unknown] });
    expect(search()).toMatchObject([{ memberID: "ann", cards: [{ kind: "question", channel: "C1" }] }]);
    expect(warnings()).toEqual([]);
  });

  test("that nobody can use is removed when it is a month old", () => {
    mkdirSync(folderOf(), { recursive: true });
    for (const name of ["ann.json.unreadable", "ann.tmp", "bob.tmp"])
      writeFileSync(join(folderOf(), name), "");
    age(join(folderOf(), "ann.json.unreadable"), 31 * DAY_MS);
    age(join(folderOf(), "ann.tmp"), 31 * DAY_MS);
    age(join(folderOf(), "bob.tmp"), 29 * DAY_MS);
    expect(search()).toEqual([]);
    expect(files()).toEqual(["bob.tmp"]);
  });
});

describe("another machine", () => {
  const one: Machine = { host: "dev", key: "dev.11111111.aaaaaaaa" };
  const other: Machine = { host: "dev", key: "dev.22222222.bbbbbbbb" };

  test("with the same home is not judged by our processes", () => {
    ledgerOf("ann", one).attempted(card);
    age(write("bob", { start: "1", saidGoodbye: true }, one.key), 20 * DAY_MS);
    expect(search([], other)).toEqual([]);
    expect(files(one.key)).toEqual(["ann.json", "bob.json"]);
    expect(namesOf(search([], one))).toEqual(["bob"]);
  });

  test("loses its files and its folder when they are a month old", () => {
    age(write("ann", {}, one.key), 31 * DAY_MS);
    write("bob", {}, one.key);
    expect(search([], other)).toEqual([]);
    expect(files(one.key)).toEqual(["bob.json"]);

    rmSync(fileOf("bob", one.key));
    expect(search([], other)).toEqual([]);
    expect(files(one.key)).toEqual([]);
    age(folderOf(one.key), 31 * DAY_MS);
    expect(search([], other)).toEqual([]);
    expect(existsSync(folderOf(one.key))).toBe(false);
  });

  test("in a container of this one is not judged, nor judges ours", async (context) => {
    context.skip(!canUnshare(...OWN_PROCESS_IDS, "true"), "only root can make a pid namespace");
    const container = ["unshare", ...OWN_PROCESS_IDS];
    const inside = start("open", "inside", "Node", container);
    const searcher = start("search", "", "Node", container);
    const outside = start("open", "outside");
    const [insideKey] = await Promise.all([inside.report(), outside.report()]);
    expect(insideKey).not.toMatchObject({ key: machine.key });

    // Its pid, 1, is another process's here; ours is none there.
    expect(search()).toEqual([]);
    expect(await searcher.search()).toEqual({ found: [] });

    await Promise.all([inside.kill(), outside.kill()]);
    expect(await searcher.search()).toEqual({ found: [] });
    expect(namesOf(search())).toEqual(["outside"]);
  });
});

/** What is older was there before this machine booted. */
function beforeBootMs(): number {
  return uptime() * 1_000 + 60_000;
}

describe("an earlier boot", () => {
  const before: Machine = { host: "dev", key: "dev.11111111.aaaaaaaa" };
  const now: Machine = { host: "dev", key: "dev.11111111.bbbbbbbb" };

  test("of this machine has left dead members only, whatever runs with their pids now", () => {
    const file = write("ann", {}, before.key);
    age(file, beforeBootMs());
    const [dead] = search([], now);
    expect(dead).toMatchObject({ memberID: "ann", cards: [card] });
    dead?.bury();
    expect(files(before.key)).toEqual([]);
  });

  test("is none where the file was written since we booted: that machine is a clone of ours", () => {
    write("ann", {}, before.key);
    expect(search([], now)).toEqual([]);
    expect(files(before.key)).toEqual(["ann.json"]);
  });

  test("is found again when the one that found it has died", () => {
    age(write("ann", {}, before.key), beforeBootMs());
    expect(namesOf(search([], now))).toEqual(["ann"]);
    const [claim = ""] = files(before.key);
    expect(lstatSync(join(folderOf(before.key), claim)).mtimeMs).toBeGreaterThan(Date.now() - beforeBootMs());
    expect(search([], now)).toEqual([]);
    age(join(folderOf(before.key), claim), 61_000);
    expect(namesOf(search([], now))).toEqual(["ann"]);
  });
});
