/** A machine with several hub processes, and the wire on which their holder gets presses, as from Slack. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { vi } from "vitest";
import type { Command, Report } from "./hub-process.ts";
import { spawnScript, type Runtime } from "./runtime.ts";

const SCRIPT = fileURLToPath(new URL("hub-process.ts", import.meta.url));
const WAIT = { timeout: 60_000, interval: 5 };

export type HubProcess = Awaited<ReturnType<typeof startHubProcess>>;

/** Starts {@link file://./hub-process.ts} with Node, or with the Bun inside OpenCode. */
async function startHubProcess(runtime: Runtime) {
  const child = spawnScript(runtime, SCRIPT);
  const reports: Report[] = [];
  const exited = once(child, "exit") as Promise<[code: number | null, signal: NodeJS.Signals | null]>;
  createInterface({ input: child.stdout }).on("line", (line) => reports.push(JSON.parse(line) as Report));

  const events = (...memberIDs: string[]) =>
    reports
      .filter((report) => report.type === "hub")
      .filter(({ memberID }) => memberIDs.length === 0 || memberIDs.includes(memberID))
      .map(({ event }) => event);
  const self = {
    runtime,
    reports,
    exited,
    events,
    /** The presses that this process was given, by member. */
    presses: (memberID: string) =>
      reports
        .filter((report) => report.type === "pressed")
        .filter((report) => report.memberID === memberID)
        .map(({ press }) => press),
    isHolder: () =>
      events().findLast(({ type }) => type === "holding" || type === "stepped down")?.type === "holding",
    hasJoined: (memberID: string) =>
      events(memberID).findLast(({ type }) => type === "joined" || type === "left")?.type === "joined",
    finished: () => reports.filter((report) => report.type === "finished"),
    tell: (command: Command) => child.stdin.write(`${JSON.stringify(command)}\n`),
    signal: (name: NodeJS.Signals) => child.kill(name),
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
  await vi.waitUntil(() => reports.length > 0, WAIT);
  return self;
}

interface WireConnection {
  socket: Socket;
  answers: Map<string, { ack: boolean; passed?: string }>;
}

export type Wire = Awaited<ReturnType<typeof createWire>>;

/** What stands where Slack stands: hands each press to one open connection, and counts the connections. */
async function createWire(path: string) {
  const open = new Set<WireConnection>();
  let most = 0;
  const server = createServer((socket) => {
    const connection: WireConnection = { socket, answers: new Map() };
    open.add(connection);
    most = Math.max(most, open.size);
    createInterface({ input: socket })
      .on("line", (line) => {
        const answer = JSON.parse(line) as { envelopeID: string; ack: boolean; passed?: string };
        connection.answers.set(answer.envelopeID, answer);
      })
      .on("error", () => socket.destroy()); // Its process was killed.
    socket.on("close", () => open.delete(connection));
  });
  await once(server.listen(path), "listening");

  /** Slack chooses any of an app's connections; a test that cares names one, by age. */
  const choose = (age: "newest" | "oldest") => [...open].at(age === "newest" ? -1 : 0);

  const self = {
    path,
    openConnections: () => open.size,
    /** The most connections that were ever open in the same moment. */
    mostConnections: () => most,
    /** One envelope, whose outcome is what the holder said of it, or that it never acked. */
    send: async (press: {
      memberID: string;
      press: string;
      envelopeID?: string;
      to?: "newest" | "oldest";
    }) => {
      const envelope = { envelopeID: randomUUID(), ...press };
      await vi.waitUntil(() => open.size > 0, WAIT);
      const connection = choose(press.to ?? "newest");
      if (connection === undefined) return "not acked";
      connection.socket.write(`${JSON.stringify(envelope)}\n`);
      const answer = () => connection.answers.get(envelope.envelopeID);
      await vi.waitUntil(() => answer()?.passed !== undefined || !open.has(connection), WAIT);
      return answer()?.passed ?? (answer()?.ack === true ? "acked" : "not acked");
    },
    /** Somebody who presses the button again when Slack shows that nobody acked. */
    press: async (memberID: string, press: string) => {
      for (;;) {
        const outcome = await self.send({ memberID, press });
        if (outcome !== "not acked") return outcome;
      }
    },
    close: async () => {
      server.close();
      for (const { socket } of open) socket.destroy();
      await once(server, "close");
    },
  };
  return self;
}

/** One machine: its processes share a directory of sockets. Everything of it is gone after `close`. */
export async function createHubMachine() {
  const home = mkdtempSync(join(tmpdir(), "hub-"));
  const directory = join(home, "sockets");
  const processes: HubProcess[] = [];
  const wires: Wire[] = [];

  return {
    /** Of the sockets. */
    directory,
    start: async (...runtimes: Runtime[]) => {
      const started = await Promise.all(runtimes.map(async (runtime) => startHubProcess(runtime)));
      processes.push(...started);
      return started;
    },
    /** Where the presses of another Slack app come from, whose connection no process has ever held. */
    addWire: async () => {
      const wire = await createWire(join(home, `wire-${wires.length}`));
      wires.push(wire);
      return wire;
    },
    /** Makes a process join with these members, and holds that wire's connection when it is the holder. */
    join: (process: HubProcess, wire: Wire, memberIDs: string[]) => {
      const key = `key-${wires.indexOf(wire)}`;
      process.tell({ type: "join", directory, key, memberIDs, wire: wire.path });
    },
    close: async () => {
      await Promise.all(processes.map(async (process) => process.kill()));
      await Promise.all(wires.map(async (wire) => wire.close()));
      rmSync(home, { recursive: true });
    },
  };
}
