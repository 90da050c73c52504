import { createServer, type Server } from "node:net";
import type { Ending } from "./connection.ts";
import { createElection, HubDirectoryError, holdsNoSockets, sayNoSockets, type Term } from "./election.ts";
import { runHolder, type Hub } from "./holder.ts";
import { createPressTaker, runMember, type PressEvent, type StatusEvent } from "./member.ts";

/** How soon a process that could neither join nor hold looks again, as while the kernel still clears a dead holder. */
const LOOK_AGAIN_MS = 200;

/**
 * Another machine may see the same directory, on a disk of the network, and nobody can connect to a socket of another
 * machine. Then the holder on each takes the other one for dead, and deposes it, for ever: so many times, each soon after
 * the one before, are enough.
 */
const FOREIGN_TERMS = 3;
const SOON_MS = 10_000;

/** What happens in the hub, for the log. */
export type HubEvent =
  | { type: "joined"; term: number }
  | { type: "left"; term: number; ending: Ending }
  | { type: "holding"; term: number }
  | { type: "stepped down"; term: number }
  | { type: "hold failed"; term: number; error: unknown }
  /** Something of this process or machine, as no file handle left; it is tried again. Told once until it is over. */
  | { type: "trouble"; error: unknown }
  | PressEvent
  | StatusEvent;

export interface HubOptions {
  /**
   * Folder of the sockets, the same for all processes that share the connection. Created with mode 0700 if
   * missing; refused if it is a link, another user's, or open to others.
   */
  directory: string;
  /** What shares one connection: a short hash of app token and Slack URL, without dots. */
  key: string;
  memberID: string;
  /**
   * Runs the Slack connection while this process is the holder. Must resolve soon after `signal` is aborted:
   * that closes the connection. When it rejects, this process leaves the holding to others and stays a member, and
   * holds again when there is no other and it {@link HubOptions.mayHold | may}.
   */
  hold: (hub: Hub, signal: AbortSignal) => Promise<void>;
  /** Whether `hold` may be called now: false after it rejected until trying again makes sense. Looked at often. */
  mayHold: () => boolean;
  /** Takes a press for this member: each envelope once, none that was said to be absent. Must not throw. */
  pressed: (press: string) => void;
  /** What this member is doing, for an observer: a text of 128 Ki characters at most. Nothing where it is missing. */
  status?: () => string;
  signal: AbortSignal;
  log: (event: HubEvent) => void;
}

/**
 * Joins the hub: the processes of one user on one machine that share one Slack connection. One of them is the
 * holder; this one becomes it when there is no other, or when the other is dead.
 *
 * Resolves when `signal` was aborted and everything is closed. Rejects with a {@link HubDirectoryError} when the
 * directory is refused: then each process needs a connection of its own. Keeps the process alive by nothing.
 */
export async function runHub(options: HubOptions): Promise<void> {
  const { directory, key, memberID, hold, mayHold, pressed, log } = options;
  const election = createElection(directory, key);
  const take = createPressTaker(pressed, log);
  const leave = new AbortController();
  const signal = AbortSignal.any([options.signal, leave.signal]);
  let holding: Promise<void> | undefined;
  let inTrouble = false;
  /** By holders to whom nobody here could connect. */
  let deposed = 0;

  const tellStatus = (): string | undefined => {
    try {
      return options.status?.();
    } catch (error) {
      log({ type: "status failed", error });
      return undefined;
    }
  };

  const trouble = (error: unknown) => {
    if (!inTrouble) log({ type: "trouble", error });
    inTrouble = true;
  };

  /** Is a member of whoever holds `term`, until that ends. */
  const attend = async (term: number): Promise<"holder is dead" | "left" | "never joined"> => {
    let hasJoined = false;
    const joined = () => {
      hasJoined = true;
      inTrouble = false;
      // Whoever holds the term of this very process is nobody else.
      if (holding === undefined) deposed = 0;
      log({ type: "joined", term });
    };
    const path = election.socketPath(term);
    const ending = await runMember({ path, memberID, joined, take, tellStatus, signal });
    if (hasJoined || ending.type === "silent") log({ type: "left", term, ending });
    if (ending.type === "stale" || ending.type === "silent") return "holder is dead";
    if (!hasJoined && ending.type === "closed" && ending.error !== undefined) {
      if (holdsNoSockets(ending.error))
        throw new HubDirectoryError(`${directory} ${sayNoSockets(ending.error)}`);
      trouble(ending.error);
    }
    return hasJoined ? "left" : "never joined";
  };

  const runTerm = async (term: Term, server: Server) => {
    log({ type: "holding", term: term.number });
    const since = performance.now();
    try {
      await runHolder({ server, term, hold, signal });
      if (!signal.aborted) deposed = performance.now() - since < SOON_MS ? deposed + 1 : 0;
    } catch (error) {
      log({ type: "hold failed", term: term.number, error });
    }
    holding = undefined;
    log({ type: "stepped down", term: term.number });
  };

  /** One look at who holds the hub. `again` says that looking again at once finds something new. */
  const join = async (): Promise<"again" | "later"> => {
    const term = election.latest();
    const standing = term === 0 ? "holder is dead" : await attend(term);
    if (standing !== "holder is dead") return standing === "left" ? "again" : "later";
    if (holding !== undefined || !mayHold()) return "later";
    if (deposed >= FOREIGN_TERMS)
      throw new HubDirectoryError(`${directory} is shared with another machine, to which no socket leads`);
    const server = createServer().on("error", trouble);
    const claimed = await election.claim(term + 1, server);
    if (claimed !== "lost") holding = runTerm(claimed, server);
    return "again";
  };

  const retry = (error: unknown): "later" => {
    if (error instanceof HubDirectoryError) throw error;
    trouble(error);
    return "later";
  };

  try {
    while (!signal.aborted) {
      if ((await join().catch(retry)) === "later") await pause(LOOK_AGAIN_MS, signal);
    }
  } finally {
    leave.abort();
    await holding;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, signal.aborted ? 0 : ms).unref();
    signal.addEventListener("abort", done);
  });
}
