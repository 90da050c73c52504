import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { describe, expect, test, vi } from "vitest";
import { identifyMachine, lookUpProcess, relationTo, type Machine } from "../../../src/machine/identity.ts";

const WAIT = { timeout: 60_000, interval: 5 };

/** The name of the program that a process runs. */
const commandOf = (pid = 0): string =>
  execFileSync("ps", ["-o", "comm=", "-p", String(pid)], { encoding: "utf8" }).trim();

describe("a machine", () => {
  test("is the same for whoever asks again", () => {
    expect(identifyMachine()).toEqual(identifyMachine());
  });

  test("has a key that names the host, and that fits a folder and the beginning of a member's ID", () => {
    const { host, key } = identifyMachine();
    expect(host).toBe(hostname());
    expect(key).toMatch(/^[a-z0-9-]{1,40}(\.[0-9a-f]{8}){1,2}$/);
    expect(key.startsWith(host.toLowerCase().slice(0, 3))).toBe(true);
  });
});

describe("another key", () => {
  const machine: Machine = { host: "Ann's Mac.local", key: "ann-s-mac-local.11111111.aaaaaaaa" };

  test.each([
    ["same-boot", "ann-s-mac-local.11111111.aaaaaaaa", "the same"],
    ["same-boot", "guest-network.11111111.aaaaaaaa", "its host was renamed since"],
    ["earlier-boot", "ann-s-mac-local.11111111.bbbbbbbb", "the same installation"],
    ["unrelated", "ann-s-mac-local.22222222.bbbbbbbb", "another installation of the same name"],
    ["unrelated", "ann-s-mac-local.bbbbbbbb", "a container of the same name"],
    ["unrelated", "", "no key at all"],
  ])("is %s: %s (%s)", (relation, key) => {
    expect(relationTo(key, machine)).toBe(relation);
  });

  test("is of no earlier boot where that cannot be told, as in a container", () => {
    const container: Machine = { host: "dev", key: "dev.aaaaaaaa" };
    expect(relationTo("dev.bbbbbbbb", container)).toBe("unrelated");
    expect(relationTo("dev.11111111.bbbbbbbb", container)).toBe("unrelated");
  });
});

describe("a process", () => {
  test("runs, with a start that stays the same", () => {
    const state = lookUpProcess(process.pid);
    expect(state).toEqual({ kind: "running", start: expect.stringMatching(/\d/) });
    expect(lookUpProcess(process.pid)).toEqual(state);
  });

  test("that was started at another time has another start", async () => {
    const child = spawn("sleep", ["60"]);
    await once(child, "spawn");
    const state = lookUpProcess(child.pid ?? 0);
    expect(state).toEqual({ kind: "running", start: expect.stringMatching(/\d/) });
    expect(state).not.toEqual(lookUpProcess(process.pid));
    child.kill("SIGKILL");
    await once(child, "exit");
  });

  test("with a name that looks like the end of a name has its own start", async (context) => {
    context.skip(process.platform !== "linux", "only Linux tells a process's name before its start");
    const child = spawn("sh", ["-c", "printf ') Z 1 1 (' > /proc/self/comm; echo named; read line"]);
    await once(child.stdout, "data");
    expect(readFileSync(`/proc/${child.pid}/stat`, "utf8")).toContain("() Z 1 1 ()");
    expect(lookUpProcess(child.pid ?? 0)).toEqual({
      kind: "running",
      start: expect.stringMatching(/^\d{2,}$/),
    });
    child.stdin.end();
    await once(child, "exit");
  });

  test("that is stopped runs", async () => {
    const child = spawn("sleep", ["60"]);
    await once(child, "spawn");
    child.kill("SIGSTOP");
    expect(lookUpProcess(child.pid ?? 0)).toMatchObject({ kind: "running" });
    child.kill("SIGKILL");
    await once(child, "exit");
  });

  test("that was killed is gone", async () => {
    const child = spawn("sleep", ["60"]);
    await once(child, "spawn");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(lookUpProcess(child.pid ?? 0)).toEqual({ kind: "gone" });
  });

  test("that was killed is gone although its parent never asks for its exit code", async () => {
    // `exec` makes the parent of the killed process one that does not know of it.
    const parent = spawn("sh", ["-c", "sleep 60 & echo $!; exec sleep 60"]);
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = Number(line.toString());
    expect(lookUpProcess(pid)).toMatchObject({ kind: "running" });
    // Until then it is a shell, which does ask.
    await vi.waitUntil(() => commandOf(parent.pid) === "sleep", WAIT);
    process.kill(pid, "SIGKILL");
    await vi.waitUntil(() => lookUpProcess(pid).kind === "gone", WAIT);
    expect(() => process.kill(pid, 0)).not.toThrow();
    parent.kill("SIGKILL");
    await once(parent, "exit");
  });

  test("of another user runs", (context) => {
    context.skip(process.getuid?.() === 0, "nothing is another user's for root");
    expect(lookUpProcess(1)).toMatchObject({ kind: "running" });
  });
});
