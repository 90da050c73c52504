/** Who looks into a hub, and what it sees: with real sockets, of releases that can be asked and of such that cannot. */

import { chmodSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test as base, vi } from "vitest";
import { findHubs, observeHub, type Sight } from "../../../src/hub/observer.ts";
import {
  KEY,
  listenAsHolder,
  speak,
  speakToHolder,
  WAIT,
  withMembers,
  type Members,
} from "../../support/hub-members.ts";

const test = base.extend<{ members: Members }>({
  // oxlint-disable-next-line no-empty-pattern -- Vitest reads from the pattern what a fixture needs.
  members: async ({}, use) => withMembers(use),
});

const LIMIT_MS = 1_000;
/** For what is answered at once: should it not be, the test fails by its own limit. */
const LONG_MS = 600_000;

async function observe({ directory }: Members, limitMs = LIMIT_MS): Promise<Sight | undefined> {
  const hubs = findHubs(directory);
  if (typeof hubs === "string") throw new Error(hubs);
  return hubs[0] && observeHub(hubs[0].path, limitMs);
}

const held = (statuses: Record<string, string | undefined> | undefined): Sight => ({
  kind: "held",
  statuses: statuses && new Map(Object.entries(statuses)),
});

describe.concurrent("an observer", () => {
  test("is told by each member what it is doing, and leaves when all have told", async ({ members }) => {
    await members.join("a", { status: () => "doing a" }).holding();
    await members.join("b", { status: () => "doing b" }).joined();
    await vi.waitFor(
      async () => expect(await observe(members, LONG_MS)).toEqual(held({ a: "doing a", b: "doing b" })),
      WAIT,
    );
  });

  test("learns in time of a member that does not answer, as one of an older release", async ({ members }) => {
    await members.join("a", { status: () => "doing a" }).joined();
    const older = await speakToHolder(members, "older");
    await vi.waitFor(
      async () => expect(await observe(members)).toEqual(held({ a: "doing a", older: undefined })),
      WAIT,
    );
    expect(older.socket.destroyed).toBe(false);
  });

  test("learns of a member that has nothing to say, or fails to say it", async ({ members }) => {
    const failing = members.join("a", {
      status: () => {
        throw new Error("broken");
      },
    });
    await failing.joined();
    await members.join("b").joined();
    expect(await observe(members)).toEqual(held({ a: undefined, b: undefined }));
    expect(failing.events).toContainEqual({ type: "status failed", error: new Error("broken") });
  });

  test("of a holder that is of an older release learns that there is one", async ({ members }) => {
    const server = await listenAsHolder(members, (socket) => speak(socket).say({ type: "beat" }));
    expect(await observe(members)).toEqual(held(undefined));
    server.close();
  });

  test("of a holder that was stopped learns that it does not respond", async ({ members }) => {
    const server = await listenAsHolder(members, () => undefined);
    expect(await observe(members)).toEqual({ kind: "silent" });
    server.close();
  });

  test("of a dead holder learns that nobody is there", async ({ members }) => {
    const server = await listenAsHolder(members, () => undefined);
    mkdirSync(join(members.directory, "other.7"));
    server.close();
    const hubs = findHubs(members.directory);
    expect(hubs).toHaveLength(2);
    if (typeof hubs === "string") return;
    expect(await Promise.all(hubs.map(async ({ path }) => observeHub(path, LIMIT_MS)))).toEqual([
      { kind: "empty" },
      { kind: "empty" },
    ]);
  });

  test("gets no answer that one member gives in the name of another", async ({ members }) => {
    await members.join("a", { status: () => "doing a" }).joined();
    const liar = await speakToHolder(members, "liar");
    const observer = await speakToHolder(members);
    observer.say({ type: "ask-status", askID: "1" });
    await vi.waitUntil(() => liar.heard.some(({ type }) => type === "ask-status"), WAIT);
    liar.say({ type: "status", askID: "1", memberID: "a", status: "not a" });
    liar.say({ type: "status", askID: "1", memberID: "liar", status: "the end" });
    await vi.waitUntil(
      () => observer.heard.some((frame) => "status" in frame && frame.memberID === "liar"),
      WAIT,
    );
    const told = observer.heard.filter((frame) => frame.type === "status" && frame.memberID === "a");
    expect(told.map((frame) => frame.type === "status" && frame.status)).toEqual([undefined, "doing a"]);
  });

  test("is not harmed by ten megabytes, nor is the hub", async ({ members }) => {
    const a = members.join("a", { status: () => "doing a" });
    const hub = await a.holding();
    await a.joined();
    const hostile = await speakToHolder(members, "hostile");
    const seeing = observe(members, 5_000);
    const { askID } = await vi.waitUntil(
      () => hostile.heard.find((frame) => frame.type === "ask-status"),
      WAIT,
    );
    hostile.say({ type: "status", askID, memberID: "hostile", status: "x".repeat(10_000_000) });
    expect(await seeing).toEqual(held({ a: "doing a", hostile: undefined }));
    expect(await hub.pass("a", "1", "press")).toBe("received");
  });

  test("keeps of a hostile holder's members no more than any machine has", async ({ members }) => {
    const server = await listenAsHolder(members, (socket) => {
      const { say, heard } = speak(socket);
      socket.on("data", () => {
        const askID = heard.find((frame) => frame.type === "ask-status")?.askID;
        if (askID === undefined) return;
        for (let n = 0; n < 2_000; n += 1) say({ type: "status", askID, memberID: `m${n}` });
        say({ type: "status", askID: "another", memberID: "m0", status: "of somebody else's" });
      });
    });
    const sight = await observe(members, 5_000);
    expect(sight?.kind === "held" && sight.statuses?.size).toBe(500);
    expect(sight?.kind === "held" && sight.statuses?.get("m0")).toBeUndefined();
    server.close();
  });

  test("changes nothing: no press goes to it, nobody is replaced", async ({ members }) => {
    const a = members.join("a", { status: () => "doing a" });
    const hub = await a.holding();
    await a.joined();
    await observe(members);
    expect(hub.isConnected("a")).toBe(true);
    expect(a.events.map(({ type }) => type)).toEqual(["holding", "joined"]);
    expect(await hub.pass("a", "1", "press")).toBe("received");
  });
});

describe.concurrent("the hubs of a directory", () => {
  test("are each in its latest term", async ({ members }) => {
    await members.join("a").joined();
    for (const name of [`${KEY}.candidate-x`, "other.7", "other.12", "no term", "x.y.3"])
      mkdirSync(join(members.directory, name));
    const hubs = findHubs(members.directory);
    expect(typeof hubs !== "string" && new Set(hubs)).toEqual(
      new Set([
        { key: KEY, path: join(members.directory, `${KEY}.1`, "socket") },
        { key: "other", path: join(members.directory, "other.12", "socket") },
      ]),
    );
  });

  test("are none where nobody has met, and the directory is not made", ({ members }) => {
    expect(findHubs(members.directory)).toEqual([]);
    expect(existsSync(members.directory)).toBe(false);
  });

  test("are not looked at where somebody else could pose as a holder", ({ members }) => {
    mkdirSync(members.directory);
    chmodSync(members.directory, 0o755);
    expect(findHubs(members.directory)).toContain("is open to other users");
    rmSync(members.directory, { recursive: true });
  });
});
