/** The notes of open cards on a volume that containers share, at the same time or one after the other. */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createSilenceWatch } from "../../../src/machine/beats.ts";
import { findDeadMembers } from "../../../src/machine/dead-members.ts";
import type { Machine } from "../../../src/machine/identity.ts";
import { createLedger, type Ledger } from "../../../src/machine/ledger.ts";
import type { Report } from "../../support/ledger-process.ts";
import { until } from "../../support/opencode/until.ts";
import { scriptCommand } from "../../support/runtime.ts";
import { silentLog as log } from "../../support/silent-log.ts";
import { canUnshare, OWN_PROCESS_IDS } from "../../support/unshare.ts";

const SCRIPT = fileURLToPath(new URL("../../support/ledger-process.ts", import.meta.url));
const CONTAINER = [...OWN_PROCESS_IDS, "--uts"];

const one: Machine = { host: "ada-dev", key: "ada-dev.aaaaaaaa" };
const other: Machine = { host: "ada-dev", key: "ada-dev.bbbbbbbb" };
const laptop: Machine = { host: "laptop", key: "laptop.11111111.cccccccc" };
const card = {
  attemptID: "attempt-1",
  kind: "permission",
  requestID: "per_1",
  sessionID: "ses_1",
  directory: "/home/dev/project",
  channel: "C1",
};

let volume: string;
beforeEach(() => {
  volume = mkdtempSync(join(tmpdir(), "volume-"));
  // Behind what ends the processes that write there.
  onTestFinished(() => rmSync(volume, { recursive: true }));
});

const fileOf = (machine: Machine, memberID: string): string =>
  join(volume, "ledger", machine.key, `${memberID}.json`);

/** A member with an open card, of this process. */
function open(machine: Machine, memberID: string, taken: () => void = () => undefined): Ledger {
  const ledger = createLedger({ directory: volume, machine, memberID, taken, log });
  onTestFinished(() => ledger.goodbye());
  ledger.attempted(card);
  ledger.posted(card.attemptID, { channel: "C1", ts: "1.000001" });
  return ledger;
}

/** What a member has left that was killed. */
function leave(machine: Machine, memberID: string, fields: object = { beats: true }): void {
  const entry = { version: 1, memberID, pid: process.pid, saidGoodbye: false, cards: [card], ...fields };
  mkdirSync(join(volume, "ledger", machine.key), { recursive: true });
  writeFileSync(fileOf(machine, memberID), JSON.stringify(entry));
}

/** Somebody who looks again and again, from another container. */
function createLooker(machine: Machine = other) {
  const silence = createSilenceWatch();
  const look = () => findDeadMembers({ directory: volume, machine, isConnected: () => false, silence, log });
  return {
    look,
    /** Whom it finds in this time, and how many milliseconds that took. */
    lookFor(ms: number): { found: string[]; afterMs: number } {
      for (let afterMs = 0; afterMs < ms; afterMs += 2_000) {
        const found = look().map(({ memberID }) => memberID);
        if (found.length > 0) return { found, afterMs };
        vi.advanceTimersByTime(2_000);
      }
      return { found: [], afterMs: ms };
    },
  };
}

describe("from another container", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance", "Date"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("a member that was killed is found dead after a minute, whatever runs with its process ID here", () => {
    leave(one, "ann");
    expect(createLooker().lookFor(120_000)).toEqual({ found: ["ann"], afterMs: 60_000 });
  });

  test("it is found from an ordinary machine, too", () => {
    leave(one, "ann");
    expect(createLooker(laptop).lookFor(120_000).found).toEqual(["ann"]);
  });

  test("a member that lives is not, however long it is looked at", async () => {
    open(one, "ann");
    const looker = createLooker();
    for (let beat = 0; beat < 30; beat += 1) {
      const { mtimeMs } = statSync(fileOf(one, "ann"));
      expect(looker.lookFor(10_000).found).toEqual([]);
      await vi.waitUntil(() => statSync(fileOf(one, "ann")).mtimeMs !== mtimeMs);
    }
  });

  test("one that does not promise to give a sign of life is not, as an older release or an ordinary machine", () => {
    leave(one, "ann", {});
    open(laptop, "bob");
    expect(createLooker().lookFor(600_000).found).toEqual([]);
    expect(JSON.parse(readFileSync(fileOf(laptop, "bob"), "utf8"))).not.toHaveProperty("beats");
  });

  test("whoever stood still, or slept, finds nobody dead when it goes on", () => {
    leave(one, "ann");
    const looker = createLooker();
    looker.look();
    vi.advanceTimersByTime(60 * 60_000);
    expect(looker.look()).toEqual([]);
  });

  test("notes that cannot be read are left alone", () => {
    mkdirSync(join(volume, "ledger", one.key), { recursive: true });
    writeFileSync(fileOf(one, "ann"), "{");
    expect(createLooker().lookFor(600_000).found).toEqual([]);
    expect(readdirSync(join(volume, "ledger", one.key))).toEqual(["ann.json"]);
  });

  test("whoever found it and died before it closed its cards is followed by the next one", () => {
    leave(one, "ann");
    expect(createLooker().lookFor(120_000).found).toEqual(["ann"]);
    expect(createLooker().lookFor(120_000)).toEqual({ found: ["ann"], afterMs: 60_000 });
  });

  test("a member that was taken for dead and lives notes its cards anew, and has them drawn again", async () => {
    const taken = vi.fn<() => void>();
    open(one, "ann", taken);
    rmSync(fileOf(one, "ann"));
    vi.advanceTimersByTime(10_000);
    await vi.waitUntil(() => taken.mock.calls.length > 0);
    expect(JSON.parse(readFileSync(fileOf(one, "ann"), "utf8"))).toMatchObject({
      cards: [{ ts: "1.000001" }],
    });
    expect(taken).toHaveBeenCalledTimes(1);
  });

  test("a member that has ended gives no sign of life any more", async () => {
    const ledger = open(one, "ann");
    ledger.goodbye();
    expect(createLooker().lookFor(120_000).found).toEqual(["ann"]);
  });
});

interface Started {
  readonly process: ChildProcess;
  /** Of the machine that it takes itself for. */
  readonly key: string;
  search(): Promise<readonly string[]>;
  kill(): Promise<void>;
}

/** In real containers, a minute is six seconds. */
const FAST = { FAST_CLOCK: "10" };

/** A process with an open card, the first one of a container of its own. */
async function startContainer(memberID: string): Promise<Started> {
  const child = spawn("unshare", [...CONTAINER, ...scriptCommand("Node", SCRIPT), "open", volume, memberID], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...FAST },
  });
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const report = async () => JSON.parse(String((await lines.next()).value)) as Report;
  const opened = await report();
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited;
  };
  onTestFinished(kill);
  return {
    process: child,
    key: "key" in opened ? opened.key : "",
    search: async () => {
      child.stdin.write("search\n");
      const found = await report();
      return "found" in found ? found.found : [];
    },
    kill,
  };
}

const pidOf = (key: string, memberID: string): unknown =>
  (JSON.parse(readFileSync(join(volume, "ledger", key, `${memberID}.json`), "utf8")) as { pid: unknown }).pid;

describe.skipIf(!canUnshare(...CONTAINER, "true"))("a container with a volume", () => {
  test("that is killed and started again closes the card of its process before, which had the same process ID", async () => {
    const before = await startContainer("before");
    const pid = pidOf(before.key, "before");
    await before.kill();
    const after = await startContainer("after");
    expect(pidOf(after.key, "after")).toBe(pid);
    expect(await until("the card is found", async () => firstOf(await after.search()))).toBe("before");
    expect(await after.search()).toEqual([]);
  });

  test("beside another one leaves its card alone as long as it lives, and closes it then", async () => {
    const [ann, bob] = [await startContainer("ann"), await startContainer("bob")];
    expect(ann.key).not.toBe(bob.key);
    expect(pidOf(ann.key, "ann")).toBe(pidOf(bob.key, "bob"));
    const found: string[] = [];
    // Two minutes of theirs.
    const end = performance.now() + 12_000;
    await until("they have looked for two minutes", async () => {
      found.push(...(await ann.search()), ...(await bob.search()));
      return performance.now() > end;
    });
    expect(found).toEqual([]);
    await ann.kill();
    expect(await until("the card is found", async () => firstOf(await bob.search()))).toBe("ann");
  });
});

function firstOf(found: readonly string[]): string | undefined {
  return found[0];
}
