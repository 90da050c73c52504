/** Members of hubs in the process of a test, and ends of their connections that the test writes by hand. */
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { createFrameReader, renderFrame, type Frame } from "../../src/hub/frames.ts";
import type { Hub } from "../../src/hub/holder.ts";
import { runHub, type HubEvent, type HubOptions } from "../../src/hub/hub.ts";

export const KEY = "k";
export const WAIT = { timeout: 60_000, interval: 5 };

/** The members of one test, all in this process. */
export interface Members {
  home: string;
  directory: string;
  join: (memberID: string, overrides?: Partial<HubOptions>) => Member;
}

type Member = ReturnType<typeof joinHub>;

/** For a fixture of a test: all of them have left when it is over. */
export async function withMembers(use: (members: Members) => Promise<void>): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), "hub-"));
  const directory = join(home, "sockets");
  const end = new AbortController();
  const joined: Member[] = [];
  await use({
    home,
    directory,
    join: (memberID, overrides) => {
      const member = joinHub(directory, memberID, end.signal, overrides);
      joined.push(member);
      return member;
    },
  });
  end.abort();
  await Promise.allSettled(joined.map(async ({ finished }) => finished));
  rmSync(home, { recursive: true });
}

function joinHub(directory: string, memberID: string, end: AbortSignal, overrides: Partial<HubOptions> = {}) {
  const leave = new AbortController();
  const presses: string[] = [];
  const events: HubEvent[] = [];
  const held: Hub[] = [];
  const finished = runHub({
    directory,
    key: KEY,
    memberID,
    signal: AbortSignal.any([end, leave.signal]),
    mayHold: () => true,
    hold: async (hub, signal) => {
      held.unshift(hub);
      await once(signal, "abort");
      held.shift();
    },
    pressed: (press) => presses.push(press),
    log: (event) => events.push(event),
    ...overrides,
  });
  const count = (type: HubEvent["type"]) => events.filter((event) => event.type === type).length;
  return {
    presses,
    events,
    finished,
    leave: () => leave.abort(),
    /** The hub, while this member is the holder. */
    hub: () => held[0],
    holding: async () => vi.waitUntil(() => held[0], WAIT),
    joined: async (times = 1) => vi.waitUntil(() => count("joined") >= times, WAIT),
  };
}

/** The other end of a hub connection, written by hand: what another release, or an enemy, says and hears. */
export function speak(socket: Socket) {
  const heard: Frame[] = [];
  const read = createFrameReader((frame) => heard.push(frame));
  socket
    .setEncoding("utf8")
    .on("data", (chunk: string) => read(chunk))
    .on("error", () => socket.destroy());
  return { socket, heard, say: (frame: Frame) => socket.write(renderFrame(frame)) };
}

export async function speakToHolder({ directory }: Members, memberID?: string) {
  const socket = connect({ path: join(directory, `${KEY}.1`, "socket") });
  await once(socket, "connect");
  const end = speak(socket);
  if (memberID !== undefined) end.say({ type: "hello", memberID });
  return end;
}

/** Stands where a holder of another process would, in the first term. */
export async function listenAsHolder(
  { directory }: Members,
  accept: (socket: Socket) => void,
): Promise<Server> {
  mkdirSync(join(directory, `${KEY}.1`), { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  const server = createServer(accept);
  await once(server.listen(join(directory, `${KEY}.1`, "socket")), "listening");
  return server;
}
