import type { Server, Socket } from "node:net";
import { BEAT_MS, createConnection, type Connection } from "./connection.ts";
import type { Term } from "./election.ts";
import type { Frame } from "./frames.ts";
import { createStatusRelay } from "./status-relay.ts";

/** How long a press waits for its owner: for one that is joining, or on its way from a holder that died. */
export const PARK_LIMIT_MS = 2_000;

/** How much longer `received` is waited for: a press that its owner took in the last moment is not called absent. */
const RECEIVED_GRACE_MS = 250;

/** What became of a press. `absent`: its owner did not take it and never will, so whoever pressed must be told. */
export type Passed = "received" | "absent";

/** Where the holder's Slack connection hands in presses. */
export interface Hub {
  /**
   * Hands a press to the member it belongs to. It is written to the member's socket before this returns, so
   * whoever acks right behind it has acked what the member will read, even if this process dies next. Settles
   * within {@link PARK_LIMIT_MS} and a little; never rejects. The same envelope again is the same press.
   */
  pass: (memberID: string, envelopeID: string, press: string) => Promise<Passed>;
  /** Whether a member is connected now. */
  isConnected: (memberID: string) => boolean;
}

/**
 * Runs `hold` and serves the members until the term is over or `signal` is aborted. Resolves when `hold` has
 * finished and everything is closed; rejects when `hold` does, or when it ends though nobody asked it to.
 */
export async function runHolder(options: {
  server: Server;
  term: Term;
  hold: (hub: Hub, signal: AbortSignal) => Promise<void>;
  signal: AbortSignal;
}): Promise<void> {
  const { server, term, hold } = options;
  const stepDown = new AbortController();
  const signal = AbortSignal.any([options.signal, stepDown.signal]);
  const stepDownWhenDeposed = () => {
    if (!term.isCurrent()) stepDown.abort();
  };
  const watch = setInterval(stepDownWhenDeposed, BEAT_MS).unref();

  const switchboard = createSwitchboard(server);
  signal.addEventListener("abort", () => void switchboard.close(), { once: true });
  const pass: Hub["pass"] = async (...press) => {
    // A process that wakes from SIGSTOP may read presses first and notice only then that it was deposed.
    stepDownWhenDeposed();
    return signal.aborted ? "absent" : switchboard.pass(...press);
  };

  try {
    if (!signal.aborted) await hold({ pass, isConnected: switchboard.isConnected }, signal);
    if (!signal.aborted) throw new Error("The Slack connection ended by itself");
  } finally {
    clearInterval(watch);
    stepDown.abort();
    await switchboard.close();
  }
}

interface ParkedPress {
  memberID: string;
  frame: Frame;
  giveUp: NodeJS.Timeout;
  waiting: ((passed: Passed) => void)[];
}

/** Keeps every press until its owner says `received`, and sends it whenever the owner comes. */
function createSwitchboard(server: Server): Hub & { close: () => Promise<void> } {
  const connections = new Set<Connection>();
  const owners = new Map<string, Connection>();
  const parked = new Map<string, ParkedPress>();
  const statuses = createStatusRelay(owners);

  const settle = (envelopeID: string, passed: Passed) => {
    const press = parked.get(envelopeID);
    clearTimeout(press?.giveUp);
    parked.delete(envelopeID);
    for (const resolve of press?.waiting ?? []) resolve(passed);
  };

  const receive = (frame: Frame, connection: Connection) => {
    if (frame.type === "hello") {
      owners.set(frame.memberID, connection);
      for (const press of parked.values()) {
        if (press.memberID === frame.memberID) connection.send(press.frame);
      }
    } else if (frame.type === "received") {
      const press = parked.get(frame.envelopeID);
      if (press !== undefined && owners.get(press.memberID) === connection)
        settle(frame.envelopeID, "received");
    } else if (frame.type === "ask-status") {
      statuses.asked(frame, connection);
    } else if (frame.type === "status") {
      statuses.answered(frame, connection);
    }
  };

  const accept = async (socket: Socket) => {
    const connection = createConnection(socket, (frame) => receive(frame, connection));
    connections.add(connection);
    await connection.ended;
    connections.delete(connection);
    statuses.left(connection);
    for (const [memberID, owner] of owners) if (owner === connection) owners.delete(memberID);
  };
  server.on("connection", (socket) => void accept(socket));

  return {
    pass: (memberID, envelopeID, press) =>
      new Promise((resolve) => {
        const known = parked.get(envelopeID);
        if (known !== undefined) {
          known.waiting.push(resolve);
          return;
        }
        const frame: Frame = {
          type: "click",
          envelopeID,
          click: press,
          expiresAt: Date.now() + PARK_LIMIT_MS,
        };
        const giveUp = setTimeout(settle, PARK_LIMIT_MS + RECEIVED_GRACE_MS, envelopeID, "absent").unref();
        parked.set(envelopeID, { memberID, frame, giveUp, waiting: [resolve] });
        owners.get(memberID)?.send(frame);
      }),
    isConnected: (memberID) => owners.has(memberID),
    close: async () => {
      server.close();
      for (const connection of connections) connection.close();
      // A member that has a press in its hands still says so. What nobody has taken by then, nobody will.
      await Promise.all([...connections].map(async (connection) => connection.ended));
      for (const envelopeID of parked.keys()) settle(envelopeID, "absent");
    },
  };
}
