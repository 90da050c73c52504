/** Directories in which processes cannot meet, as they are in containers and on disks of a network. */

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { runHubOrAlone } from "../../../src/composition/hub-or-alone.ts";
import type { Hub } from "../../../src/hub/holder.ts";
import type { Command, Report } from "../../support/hub-process.ts";
import { until } from "../../support/opencode/until.ts";
import { scriptCommand } from "../../support/runtime.ts";
import { canUnshare, OWN_PROCESS_IDS } from "../../support/unshare.ts";

const SCRIPT = fileURLToPath(new URL("../../support/hub-process.ts", import.meta.url));
const IS_ROOT = process.getuid?.() === 0;
const CONTAINER = [...OWN_PROCESS_IDS, "--uts", "--net"];

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "directories-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
});

/** A member with these directories, until the test ends: the log's warnings, and what it holds. */
function joinHub(...directories: string[]) {
  const warnings: string[] = [];
  const write = (line: string) => warnings.push((JSON.parse(line) as { err: Error }).err.message);
  const log = pino({ level: "warn" }, { write });
  const end = new AbortController();
  const pressed: string[] = [];
  let held: Hub | undefined;
  const running = runHubOrAlone(
    directories,
    {
      key: "key",
      memberID: "ann",
      mayHold: () => true,
      hold: async (hub, signal) => {
        held = hub;
        await once(signal, "abort");
      },
      pressed: (press) => pressed.push(press),
      signal: end.signal,
      log: () => undefined,
    },
    log,
  );
  onTestFinished(async () => {
    end.abort();
    await running;
  });
  return { warnings, held: (): Hub | undefined => held, pressed };
}

/** Mounts a file system that has directories and no sockets, as those of some networks. */
function mountWithoutSockets(): string {
  const place = join(home, "shared");
  mkdirSync(place);
  execFileSync("mount", ["-t", "bpf", "bpf", place]);
  onTestFinished(() => void execFileSync("umount", [place]));
  const directory = join(place, "hub");
  mkdirSync(directory, { mode: 0o700 });
  return directory;
}

function canMountWithoutSockets(): boolean {
  return canUnshare(
    "--mount",
    "sh",
    "-c",
    'd=$(mktemp -d) && mount -t bpf bpf "$d" && umount "$d" && rmdir "$d"',
  );
}

/** Whether a directory can be seen in two places. */
function canOverlay(): boolean {
  const [lower, upper, work, seen] = ["lower", "upper", "work", "seen"].map((name) =>
    join(home, `try-${name}`),
  );
  for (const each of [lower, upper, work, seen]) mkdirSync(each ?? "");
  const mount = `mount -t overlay overlay -o "lowerdir=${lower},upperdir=${upper},workdir=${work}" ${seen}`;
  return canUnshare("--mount", "sh", "-c", mount);
}

describe("a directory in which nobody can meet", () => {
  test("as its file system has no sockets: the member says so, meets the others elsewhere, and gets its presses", async (context) => {
    context.skip(!canMountWithoutSockets(), "only root of a Linux machine can mount one");
    const directory = mountWithoutSockets();
    const member = joinHub(directory, join(home, "elsewhere"));
    const hub = await until("it holds", member.held);
    expect(member.warnings).toEqual([expect.stringContaining(`${directory} cannot hold sockets: EPERM`)]);
    expect(readdirSync(join(home, "elsewhere"))).toEqual(["key.1"]);
    expect(readdirSync(directory)).toEqual([]);
    await until("it has joined", () => hub.isConnected("ann"));
    expect(await hub.pass("ann", "envelope-1", "a press")).toBe("received");
    expect(member.pressed).toEqual(["a press"]);
  });

  test("and there is no other one: the member goes on alone, and gets its presses", async (context) => {
    context.skip(!canMountWithoutSockets(), "only root of a Linux machine can mount one");
    const member = joinHub(mountWithoutSockets());
    const hub = await until("it holds", member.held);
    expect(member.warnings).toHaveLength(1);
    expect(await hub.pass("ann", "envelope-1", "a press")).toBe("received");
    expect(await hub.pass("bob", "envelope-2", "a press")).toBe("absent");
    expect(member.pressed).toEqual(["a press"]);
  });

  test("as a server of files gave it to another user: the member says so and goes on alone", async (context) => {
    context.skip(!IS_ROOT, "only root can give a directory away");
    const directory = join(home, "squashed");
    mkdirSync(directory, { mode: 0o700 });
    chownSync(directory, 65_534, 65_534);
    const member = joinHub(directory);
    await until("it holds", member.held);
    expect(member.warnings).toEqual([expect.stringContaining(`${directory} belongs to another user`)]);
  });
});

interface Started {
  readonly isHolder: () => boolean;
  readonly hasJoined: () => boolean;
  readonly error: () => string | undefined;
  readonly kill: () => void;
}

/** One member of a hub in this directory, run by `inside`. */
function start(inside: readonly string[], directory: string, memberID: string): Started {
  const [file = "", ...args] = [...inside, ...scriptCommand("Node", SCRIPT)];
  const child = spawn(file, args, { stdio: ["pipe", "pipe", "inherit"] });
  const kill = () => void child.kill("SIGKILL");
  onTestFinished(kill);
  const reports: Report[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => reports.push(JSON.parse(line) as Report));
  const command: Command = {
    type: "join",
    directory,
    key: "key",
    memberIDs: [memberID],
    wire: join(home, "wire"),
  };
  child.stdin.write(`${JSON.stringify(command)}\n`);
  const last = (...types: string[]) =>
    reports
      .flatMap((report) => (report.type === "hub" ? [report.event.type] : []))
      .findLast((type) => types.includes(type));
  return {
    kill,
    isHolder: () => last("holding", "stepped down") === "holding",
    hasJoined: () => last("joined", "left") === "joined",
    error: () => reports.find((report) => report.type === "finished")?.error,
  };
}

/** What stands where Slack stands: a place to connect to. */
function openWire(): void {
  const server = createServer().listen(join(home, "wire"));
  onTestFinished(() => void server.close());
}

describe.skipIf(!canUnshare(...CONTAINER, "true"))("containers of one machine that share a directory", () => {
  const container = ["unshare", ...CONTAINER];

  test("share one connection, and one takes over when the other is killed", async () => {
    openWire();
    const ann = start(container, join(home, "sockets"), "ann");
    await until("ann holds", ann.isHolder);
    const bob = start(container, join(home, "sockets"), "bob");
    await until("bob has joined", bob.hasJoined);
    expect(bob.isHolder()).toBe(false);
    ann.kill();
    await until("bob holds", bob.isHolder);
  });

  test("one that is killed and started again takes the connection over from itself", async () => {
    openWire();
    const before = start(container, join(home, "sockets"), "before");
    await until("it holds", before.isHolder);
    before.kill();
    const after = start(container, join(home, "sockets"), "after");
    await until("it holds again", after.isHolder);
    expect(await until("it has joined", after.hasJoined)).toBe(true);
  });
});

describe("two machines that see one directory, whose sockets lead to nobody on the other one", () => {
  test("depose each other three times, and then one at least says so and leaves", async (context) => {
    context.skip(!canOverlay(), "only root of a Linux machine can mount one");
    openWire();
    const [directory, work, seen] = [join(home, "sockets"), join(home, "work"), join(home, "seen")];
    for (const each of [directory, work, seen]) mkdirSync(each, { mode: 0o700 });
    // What is bound through the one path, nobody can reach through the other: as on two machines.
    const mount = `mount -t overlay overlay -o "lowerdir=${work}/low,upperdir=${directory},workdir=${work}/work" ${seen}`;
    mkdirSync(join(work, "low"));
    mkdirSync(join(work, "work"));
    const elsewhere = ["unshare", "--mount", "sh", "-c", `${mount} && exec "$@"`, "sh"];

    const ann = start([], directory, "ann");
    await until("ann holds", ann.isHolder);
    const bob = start(elsewhere, seen, "bob");
    const left = await until("one leaves", () => [ann, bob].find((each) => each.error() !== undefined));
    expect(left.error()).toMatch(
      /^HubDirectoryError: .* is shared with another machine, to which no socket leads$/,
    );
    const other = left === ann ? bob : ann;
    await vi.waitUntil(() => other.isHolder() || other.error() !== undefined, { timeout: 60_000 });
  });
});
