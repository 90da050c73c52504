import { describe, expect, test as base, vi } from "vitest";
import { findHubs, observeHub } from "../../../src/hub/observer.ts";
import { createHubMachine, type HubProcess, type Wire } from "../../support/hub-machine.ts";
import type { Runtime } from "../../support/runtime.ts";

/** How often each story is told; `HUB_ROUNDS=50` is the long version. */
const ROUNDS = Number(process.env.HUB_ROUNDS ?? 3);
/** How many processes there are in the largest hub; `HUB_PROCESSES=50` is the long version. */
const PROCESSES = Number(process.env.HUB_PROCESSES ?? 12);
const PRESSES = 20;
const WAIT = { timeout: 60_000, interval: 5 };
const LONG = { timeout: 60_000 + ROUNDS * 10_000 };

type Machine = Awaited<ReturnType<typeof createHubMachine>>;

const test = base.extend<{ machine: Machine }>({
  // oxlint-disable-next-line no-empty-pattern -- Vitest reads from the pattern what a fixture needs.
  machine: async ({}, use) => {
    const machine = await createHubMachine();
    await use(machine);
    await machine.close();
  },
});

interface Member {
  memberID: string;
  process: HubProcess;
}

/** Every second process runs in OpenCode's Bun, so that Node and Bun meet in each hub. */
function mixed(count: number): Runtime[] {
  return Array.from({ length: count }, (_, n) => (n % 2 === 0 ? "Node" : "Bun"));
}

/** All processes join in the same moment, one member each. */
async function joinTogether(
  machine: Machine,
  wire: Wire,
  processes: HubProcess[],
  name = "member",
): Promise<Member[]> {
  const members = processes.map((process, n) => ({ process, memberID: `${name}-${n}` }));
  for (const { process, memberID } of members) machine.join(process, wire, [memberID]);
  await allJoined(members);
  return members;
}

async function joinAlone(machine: Machine, wire: Wire, runtime: Runtime, memberID: string): Promise<Member> {
  const [process] = await machine.start(runtime);
  if (process === undefined) throw new Error("no process");
  machine.join(process, wire, [memberID]);
  await allJoined([{ process, memberID }]);
  return { process, memberID };
}

async function allJoined(members: Member[]): Promise<void> {
  await vi.waitUntil(() => members.every(({ process, memberID }) => process.hasJoined(memberID)), WAIT);
}

/** `PRESSES` for each member, all at once. */
async function pressAll(wire: Wire, members: Member[]): Promise<Set<string>> {
  const presses = members.flatMap(({ memberID }) =>
    Array.from({ length: PRESSES }, async (_, n) => wire.press(memberID, `${memberID} ${n}`)),
  );
  return new Set(await Promise.all(presses));
}

function pressesOf({ memberID, process }: Member): string[] {
  return [...new Set(process.presses(memberID))].sort();
}

function expectedOf({ memberID }: Member): string[] {
  return Array.from({ length: PRESSES }, (_, n) => `${memberID} ${n}`).sort();
}

function holderOf(members: Member[]): Member {
  const holders = members.filter(({ process }) => process.isHolder());
  expect(holders).toHaveLength(1);
  return holders[0] as Member;
}

describe.concurrent.each<Runtime>(["Node", "Bun"])("a process in %s", (runtime) => {
  test("gives the presses of two project directories to each its own", async ({ machine }) => {
    const wire = await machine.addWire();
    const [process] = await machine.start(runtime);
    if (process === undefined) throw new Error("no process");
    machine.join(process, wire, ["one", "two"]);
    const members = ["one", "two"].map((memberID) => ({ process, memberID }));
    await allJoined(members);
    expect(await pressAll(wire, members)).toEqual(new Set(["received"]));
    // What a process tells comes another way than what it acks.
    await vi.waitFor(() => expect(members.map(pressesOf)).toEqual(members.map(expectedOf)), WAIT);
    expect(wire.mostConnections()).toBe(1);
  });

  test("tells an observer what its members are doing, and one of the other runtime, too", async ({
    machine,
  }) => {
    const wire = await machine.addWire();
    await joinAlone(machine, wire, runtime, "holder");
    await joinAlone(machine, wire, runtime === "Node" ? "Bun" : "Node", "member");
    const hubs = findHubs(machine.directory);
    expect(hubs).toHaveLength(1);
    expect(typeof hubs !== "string" && hubs[0] && (await observeHub(hubs[0].path, 60_000))).toEqual({
      kind: "held",
      statuses: new Map([
        ["holder", "status of holder"],
        ["member", "status of member"],
      ]),
    });
  });

  test("can exit while it is the holder: the hub does not keep it alive", async ({ machine }) => {
    const wire = await machine.addWire();
    const { process } = await joinAlone(machine, wire, runtime, "alone");
    await vi.waitUntil(() => wire.openConnections() === 1, WAIT);
    process.tell({ type: "let go" });
    expect(await process.exited).toEqual([0, null]);
  });

  test("joins where a holder has died and left its socket", async ({ machine }) => {
    const wire = await machine.addWire();
    const { process } = await joinAlone(machine, wire, "Node", "died");
    await process.kill();
    const member = await joinAlone(machine, wire, runtime, "next");
    expect(await wire.press("next", "press")).toBe("received");
    expect(pressesOf(member)).toEqual(["press"]);
  });

  test("takes a press whose holder was killed in the tick that passed it", async ({ machine }) => {
    const wire = await machine.addWire();
    const holder = await joinAlone(machine, wire, "Node", "holder");
    const owner = await joinAlone(machine, wire, runtime, "owner");
    holder.process.tell({ type: "die with the next press" });
    await wire.send({ memberID: "owner", press: "last words" });
    await holder.process.exited;
    expect(await wire.press("owner", "next")).toBe("received");
    expect(owner.process.presses("owner")).toEqual(["last words", "next"]);
  });

  test("is replaced when it is stopped as the holder, and is a member when it wakes", async ({ machine }) => {
    const wire = await machine.addWire();
    const stopped = await joinAlone(machine, wire, runtime, "stopped");
    const others = await joinTogether(machine, wire, await machine.start("Node", "Bun"), "other");
    stopped.process.signal("SIGSTOP");
    await vi.waitUntil(() => wire.openConnections() === 2, WAIT);
    expect(await pressAll(wire, others)).toEqual(new Set(["received"]));

    const late = wire.send({ memberID: "other-0", press: "late", to: "oldest" });
    stopped.process.signal("SIGCONT");
    expect(await late).not.toBe("received");
    await vi.waitUntil(() => wire.openConnections() === 1, WAIT);
    await allJoined([stopped, ...others]);

    expect(await pressAll(wire, [stopped])).toEqual(new Set(["received"]));
    await vi.waitFor(
      () => expect([stopped, ...others].map(pressesOf)).toEqual([stopped, ...others].map(expectedOf)),
      WAIT,
    );
    expect(wire.mostConnections()).toBe(2);
    expect(holderOf([stopped, ...others])).not.toBe(stopped);
  });
});

describe("several processes", () => {
  test.for([2, PROCESSES])(
    "%i share one connection, and each gets its own presses",
    LONG,
    async (count, { machine }) => {
      const wire = await machine.addWire();
      const members = await joinTogether(machine, wire, await machine.start(...mixed(count)));
      expect(await pressAll(wire, members)).toEqual(new Set(["received"]));
      await vi.waitFor(() => expect(members.map(pressesOf)).toEqual(members.map(expectedOf)), WAIT);
      expect(wire.mostConnections()).toBe(1);
    },
  );

  test("that start in the same instant have one holder", LONG, async ({ machine }) => {
    const processes = await machine.start(...mixed(20));
    for (let round = 1; round <= ROUNDS; round += 1) {
      const wire = await machine.addWire();
      const members = await joinTogether(machine, wire, processes, `round-${round}`);
      const outcomes = members.map(async ({ memberID }) => wire.press(memberID, "press"));
      expect(new Set(await Promise.all(outcomes))).toEqual(new Set(["received"]));
      expect(wire.mostConnections()).toBe(1);
      expect(holderOf(members)).toBeDefined();
      for (const { process } of members) process.tell({ type: "leave" });
      await vi.waitUntil(() => processes.every((process) => process.finished().length === round), WAIT);
    }
  });

  test("lose no acked press when the holder is killed again and again", LONG, async ({ machine }) => {
    const wire = await machine.addWire();
    const members = await joinTogether(machine, wire, await machine.start(...mixed(6)), "first");
    for (let round = 1; round <= ROUNDS; round += 1) {
      const holder = holderOf(members);
      members.splice(members.indexOf(holder), 1);
      const passing = members.flatMap(({ memberID }) =>
        Array.from({ length: PRESSES }, async (_, n) => {
          if (n === PRESSES / 2) holder.process.signal("SIGKILL");
          return wire.press(memberID, `${memberID} ${round} ${n}`);
        }),
      );
      expect(await Promise.all(passing)).not.toContain("absent");
      await allJoined(members);
      for (const member of members) {
        const expected = Array.from({ length: PRESSES }, (_, n) => `${member.memberID} ${round} ${n}`);
        expect(pressesOf(member)).toEqual(expect.arrayContaining(expected));
        expect(pressesOf(member).every((press) => press.startsWith(`${member.memberID} `))).toBe(true);
      }
      members.push(await joinAlone(machine, wire, holder.process.runtime, `again-${round}`));
    }
    expect(wire.mostConnections()).toBeLessThanOrEqual(2);
  });
});
