import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { join } from "node:path";
import { describe, expect, test as base, vi } from "vitest";
import { HubDirectoryError } from "../../../src/hub/election.ts";
import {
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

function fail(): never {
  throw new Error("broken");
}

describe.concurrent("two members in one process", () => {
  test("share one holder, and each gets its own presses", async ({ members }) => {
    const [a, b] = [members.join("a"), members.join("b")];
    await Promise.all([a.joined(), b.joined()]);
    const holders = [a.hub(), b.hub()].filter((hub) => hub !== undefined);
    expect(holders).toHaveLength(1);
    const passed = holders.flatMap((hub) => [hub.pass("a", "1", "for a"), hub.pass("b", "2", "for b")]);
    expect(await Promise.all(passed)).toEqual(["received", "received"]);
    expect({ a: a.presses, b: b.presses }).toEqual({ a: ["for a"], b: ["for b"] });
  });

  test("go on with the other when the holder leaves", async ({ members }) => {
    const a = members.join("a");
    await a.holding();
    const b = members.join("b");
    await b.joined();
    a.leave();
    await a.finished;
    const hub = await b.holding();
    expect(await hub.pass("b", "1", "press")).toBe("received");
    expect(await hub.pass("a", "2", "press")).toBe("absent");
  });
});

describe.concurrent("a member", () => {
  test("says who it is, and of which release", async ({ members }) => {
    const connections: ReturnType<typeof speak>[] = [];
    const server = await listenAsHolder(members, (socket) => connections.push(speak(socket)));
    members.join("a");
    const hello = await vi.waitUntil(() => connections[0]?.heard.find(({ type }) => type === "hello"), WAIT);
    expect(hello).toEqual({ type: "hello", memberID: "a", release: 2 });
    server.close();
    connections[0]?.socket.destroy();
  });
});

describe.concurrent("a press", () => {
  test("waits for an owner that is about to join", async ({ members }) => {
    const hub = await members.join("a").holding();
    const passing = hub.pass("b", "1", "early");
    const b = members.join("b");
    expect(await passing).toBe("received");
    expect(b.presses).toEqual(["early"]);
  });

  test("handed in several times with one envelope reaches its owner once", async ({ members }) => {
    const a = members.join("a");
    const hub = await a.holding();
    const twice = [hub.pass("a", "1", "press"), hub.pass("a", "1", "press")];
    expect(await Promise.all(twice)).toEqual(["received", "received"]);
    expect(await hub.pass("a", "1", "press")).toBe("received");
    expect(a.presses).toEqual(["press"]);
  });

  test("is not called received on the word of another member", async ({ members }) => {
    const hub = await members.join("a").holding();
    const owner = await speakToHolder(members, "b");
    const other = await speakToHolder(members, "c");
    const passing = hub.pass("b", "1", "press");
    await vi.waitUntil(() => owner.heard.some(({ type }) => type === "click"), WAIT);
    other.say({ type: "received", envelopeID: "1" });
    expect(await passing).toBe("absent");
  });

  test("that its owner fails to take is not called received", async ({ members }) => {
    const a = members.join("a", { pressed: fail });
    const hub = await a.holding();
    expect(await hub.pass("a", "1", "press")).toBe("absent");
    expect(a.events).toContainEqual({ type: "press failed", envelopeID: "1", error: new Error("broken") });
  });

  test("that comes after it was said to be lost is dropped", async ({ members }) => {
    const connections: ReturnType<typeof speak>[] = [];
    const server = await listenAsHolder(members, (socket) => connections.push(speak(socket)));
    const a = members.join("a");
    await vi.waitUntil(() => connections[0]?.heard.some(({ type }) => type === "hello"), WAIT);
    const press = { type: "click", click: "press" } as const;
    connections[0]?.say({ ...press, envelopeID: "late", expiresAt: Date.now() - 1 });
    connections[0]?.say({ ...press, envelopeID: "in time", expiresAt: Date.now() + 60_000 });
    const received = await vi.waitUntil(
      () => connections[0]?.heard.find(({ type }) => type === "received"),
      WAIT,
    );
    expect(received).toEqual({ type: "received", envelopeID: "in time" });
    expect(a.presses).toEqual(["press"]);
    expect(a.events).toContainEqual({ type: "press dropped", envelopeID: "late", reason: "expired" });
    server.close();
    connections[0]?.socket.destroy();
  });

  test("that two holders bring is taken once", async ({ members }) => {
    const server = await listenAsHolder(members, (socket) => {
      speak(socket).say({ type: "click", envelopeID: "1", click: "press", expiresAt: Date.now() + 60_000 });
      server.close();
      socket.end();
    });
    const a = members.join("a");
    const hub = await a.holding();
    expect(await hub.pass("a", "1", "press")).toBe("received");
    expect(a.presses).toEqual(["press"]);
  });
});

describe.concurrent("the holder", () => {
  test.for([
    ["rubbish", "rubbish\n"],
    ["a frame without its fields", '{"type":"hello"}\n'],
    ["an endless line", "x".repeat(5 * 1024 * 1024)],
  ] as const)("closes a connection that brings %s, and serves the others", async ([, bytes], { members }) => {
    const a = members.join("a");
    const hub = await a.holding();
    const { socket } = await speakToHolder(members, "hostile");
    socket.write(bytes);
    await vi.waitUntil(() => socket.destroyed, WAIT);
    expect(await hub.pass("a", "1", "press")).toBe("received");
  });

  test("ignores a frame of a later release", async ({ members }) => {
    const hub = await members.join("a").holding();
    const later = await speakToHolder(members, "later");
    later.socket.write('{"type":"goodbye","why":"update"}\n');
    const passing = hub.pass("later", "1", "press");
    await vi.waitUntil(() => later.heard.some(({ type }) => type === "click"), WAIT);
    later.say({ type: "received", envelopeID: "1" });
    expect(await passing).toBe("received");
  });

  test.for([
    ["an older release", '{"type":"hello","memberID":"other"}\n'],
    ["a newer release", '{"type":"hello","memberID":"other","release":2,"wants":["more"]}\n'],
  ] as const)("passes to %s what it does not know itself", async ([, hello], { members }) => {
    const hub = await members.join("a").holding();
    const other = await speakToHolder(members);
    other.socket.write(hello);
    const payload = '{"type":"of another release","element":"dial"}';
    const passing = hub.pass("other", "1", payload);
    const press = await vi.waitUntil(() => other.heard.find(({ type }) => type === "click"), WAIT);
    expect(press).toMatchObject({ click: payload });
    other.say({ type: "received", envelopeID: "1" });
    expect(await passing).toBe("received");
    // Whatever the others' release, who holds goes on to hold.
    expect(members.join("b").hub()).toBeUndefined();
    expect(await hub.pass("a", "2", "press")).toBe("received");
  });

  test("lets no member that stopped reading hold up the others", async ({ members }) => {
    const a = members.join("a");
    const hub = await a.holding();
    const stuck = await speakToHolder(members, "stuck");
    stuck.socket.pause();
    const mebibyte = randomBytes(512 * 1024).toString("hex");
    const lost = Array.from({ length: 20 }, async (_, n) => hub.pass("stuck", `stuck ${n}`, mebibyte));
    expect(await hub.pass("a", "1", "press")).toBe("received");
    expect(new Set(await Promise.all(lost))).toEqual(new Set(["absent"]));
  });

  test("steps down when its socket is removed, and the hub goes on", async ({ members }) => {
    const a = members.join("a");
    const first = await a.holding();
    rmSync(members.directory, { recursive: true });
    await a.joined(2);
    const second = await a.holding();
    expect(await second.pass("a", "1", "press")).toBe("received");
    expect(await first.pass("a", "2", "press")).toBe("absent");
  });

  test("whose connection fails for good leaves the holding to the others", async ({ members }) => {
    let isRefused = false;
    const failed = members.join("a", {
      mayHold: () => !isRefused,
      hold: async () => {
        isRefused = true;
        throw new Error("token_revoked");
      },
    });
    await vi.waitUntil(() => failed.events.some(({ type }) => type === "hold failed"), WAIT);
    const b = members.join("b");
    await b.holding();
    await failed.joined();
    b.leave();
    await b.finished;
    const hub = await members.join("c").holding();
    expect(await hub.pass("a", "1", "press")).toBe("received");
    expect(failed.events.filter(({ type }) => type === "holding")).toHaveLength(1);
  });

  test("whose connection failed for good holds again when it may", async ({ members }) => {
    let [isRefused, isMended] = [false, false];
    const a = members.join("a", {
      mayHold: () => !isRefused,
      hold: async (_, signal) => {
        isRefused = !isMended;
        if (isRefused) throw new Error("link_disabled");
        await once(signal, "abort");
      },
    });
    await vi.waitUntil(() => a.events.some(({ type }) => type === "hold failed"), WAIT);
    isMended = true;
    isRefused = false;
    await a.joined();
    expect(a.events.filter(({ type }) => type === "hold failed")).toHaveLength(1);
  });

  test("that is silent is replaced, though a connect to it succeeds", async ({ members }) => {
    const sockets: Socket[] = [];
    const server = await listenAsHolder(members, (socket) => sockets.push(socket));
    const a = members.join("a");
    await a.holding();
    expect(a.events).toContainEqual({ type: "left", term: 1, ending: { type: "silent" } });
    server.close();
    for (const socket of sockets) socket.destroy();
  });
});

/** What an attempt to join through this directory ends with. */
async function joinThrough(members: Members, name: string): Promise<unknown> {
  const { finished } = members.join("a", { directory: join(members.home, name) });
  return finished.catch((error: unknown) => error);
}

const refusal = (why: string) =>
  expect.toSatisfy((error) => error instanceof HubDirectoryError && error.message.includes(why), why);

describe.concurrent("the directory", () => {
  test("is made for its user alone", async ({ members }) => {
    await members.join("a").holding();
    expect(statSync(members.directory).mode & 0o777).toBe(0o700);
  });

  test("is refused when others may enter it", async ({ members }) => {
    mkdirSync(join(members.home, "open"));
    chmodSync(join(members.home, "open"), 0o755);
    expect(await joinThrough(members, "open")).toEqual(refusal("mode is not 0700"));
  });

  test("is refused when it is a link", async ({ members }) => {
    mkdirSync(members.directory, { mode: 0o700 });
    symlinkSync(members.directory, join(members.home, "link"));
    expect(await joinThrough(members, "link")).toEqual(refusal("is a link"));
  });

  test.for(["link/", "link//", "link/."])(
    "is refused when it is a link, also as %s",
    async (name, { members }) => {
      mkdirSync(members.directory, { mode: 0o700 });
      symlinkSync(members.directory, join(members.home, "link"));
      const { finished } = members.join("a", { directory: `${members.home}/${name}` });
      expect(await finished.catch((error: unknown) => error)).toEqual(refusal("is a link"));
    },
  );

  test("is the same with a slash at its end", async ({ members }) => {
    await members.join("a", { directory: `${members.directory}/` }).holding();
    expect(await members.join("b").joined()).toBe(true);
  });

  test.for(["open/sockets", "open/a/b/sockets"])(
    "is refused when everybody may write above it: %s",
    async (name, { members }) => {
      mkdirSync(join(members.home, "open"));
      chmodSync(join(members.home, "open"), 0o777);
      expect(await joinThrough(members, name)).toEqual(refusal("open, where everybody can replace it"));
    },
  );

  test("is refused when a link leads to where everybody may write", async ({ members }) => {
    mkdirSync(join(members.home, "open"));
    chmodSync(join(members.home, "open"), 0o777);
    symlinkSync(join(members.home, "open"), join(members.home, "here"));
    expect(await joinThrough(members, "here/sockets")).toEqual(refusal("everybody can replace it"));
  });

  test("may stand where everybody may write, and move only what is theirs, as in /tmp", async ({
    members,
  }) => {
    mkdirSync(join(members.home, "tmp"));
    chmodSync(join(members.home, "tmp"), 0o1777);
    expect(
      await members.join("a", { directory: join(members.home, "tmp", "sockets") }).holding(),
    ).toBeDefined();
  });

  test("is refused when it is a file", async ({ members }) => {
    writeFileSync(join(members.home, "file"), "");
    expect(await joinThrough(members, "file")).toEqual(refusal("cannot be made: EEXIST"));
  });

  test.skipIf(process.getuid?.() !== 0)("is refused when it is another user's", async ({ members }) => {
    mkdirSync(join(members.home, "foreign"), { mode: 0o700 });
    chownSync(join(members.home, "foreign"), 65_534, 65_534);
    expect(await joinThrough(members, "foreign")).toEqual(refusal("another user"));
  });

  test.skipIf(process.getuid?.() !== 0)(
    "is refused when it stands in another user's",
    async ({ members }) => {
      const foreign = join(members.home, "foreign");
      mkdirSync(join(foreign, "sockets"), { recursive: true, mode: 0o700 });
      chownSync(foreign, 65_534, 65_534);
      expect(await joinThrough(members, "foreign/sockets")).toEqual(refusal("belongs to another user"));
    },
  );

  test("is refused when no socket's path would fit", async ({ members }) => {
    expect(await joinThrough(members, "x".repeat(100))).toEqual(refusal("too long"));
  });
});
