/**
 * Whether new cards are to wait. What is asked meanwhile stays in OpenCode, as in the time before it is posted at all, and
 * cards that are open say so.
 */

import type { Mute, MuteNote } from "./domain/mute.ts";
import type { Log } from "../system/log.ts";
import { aborted, onAbort, pause } from "../system/pause.ts";
import { startStopwatch } from "../system/stopwatch.ts";

/** For so long a look counts: in a storm, many cards are about to be posted at once. */
const FRESH_MS = 100;
/** How soon it is noticed that somebody has muted new cards, or that they may come again. */
const LOOK_MS = 1_000;

/** For how long a press mutes: as its label says. */
const MUTE_MS = 60 * 60_000;

const NOT_READ =
  "The mute cannot be read: new requests are posted. Remove it with opencode-slack-gateway mute off.";

interface MutingOptions {
  readonly mute: MuteNote;
  /** New cards are muted, or muted for another time, or may be posted again. */
  readonly changed: () => void;
  /** Aborts when OpenCode ends. */
  readonly end: AbortSignal;
  readonly log: Log;
}

/** What a press has changed. `known`: nothing, as it was so before. `failed`: nothing, as it could not be noted. */
export type MuteChange =
  | { readonly kind: "muted"; readonly until: Date }
  | { readonly kind: "unmuted" | "known" | "failed" };

export interface Muting {
  /** Until when no new card may be posted, at this moment; undefined when one may. The same object for the same mute. */
  current(): Mute | undefined;
  /** Resolves when new cards may be posted, or `closed` aborts. */
  over(closed: AbortSignal): Promise<void>;
  /** An approver mutes new cards. */
  mute(userID: string): MuteChange;
  /** An approver wants new cards again. */
  unmute(): MuteChange;
  /** Notices whatever changes until `closed` aborts. */
  attend(closed: AbortSignal): void;
}

/** A mute as this process counts it: it is over by whichever clock says so first. */
interface Counted {
  readonly mute: Mute;
  readonly leftMs: number;
  readonly passedMs: () => number;
}

export function createMuting({ mute, changed, end, log }: MutingOptions): Muting {
  let counted: Counted | undefined;
  let doubt: string | undefined;
  let lookedMs: (() => number) | undefined;
  let muted: Mute | undefined;
  /** Somebody may act on what was seen at any look: each change is told of, however short it was. */
  let isTold = true;
  const attending = new Set<AbortSignal>();
  let isWatching = false;
  let waking = new AbortController();

  function look(): Mute | undefined {
    if (lookedMs !== undefined && lookedMs() < FRESH_MS) return muted;
    lookedMs = startStopwatch();
    const before = muted;
    muted = read();
    if (muted !== before) isTold = false;
    return muted;
  }

  function read(): Mute | undefined {
    const reading = mute.read();
    if (reading.kind === "doubtful" && reading.why !== doubt) log.warn({ why: reading.why }, NOT_READ);
    doubt = reading.kind === "doubtful" ? reading.why : undefined;
    if (reading.kind !== "muted") return undefined;
    if (counted === undefined || !isSame(counted.mute, reading)) counted = count(reading);
    return counted.passedMs() < counted.leftMs ? counted.mute : undefined;
  }

  function tell(): void {
    if (isTold) return;
    isTold = true;
    if (muted === undefined) {
      log.info("new cards are not muted any more");
      waking.abort();
      waking = new AbortController();
    } else log.info({ ...muted }, "new cards are muted");
    changed();
  }

  /** Not at once: whoever has looked is in the middle of something. */
  function begin(): void {
    queueMicrotask(tell);
    if (isWatching) return;
    isWatching = true;
    queueMicrotask(() => void watch());
  }

  /** As long as it is muted, or somebody attends. */
  async function watch(): Promise<void> {
    do {
      look();
      tell();
      await pause(LOOK_MS, end);
    } while (!end.aborted && (muted !== undefined || attending.size > 0));
    isWatching = false;
  }

  function current(): Mute | undefined {
    const now = look();
    if (now !== undefined || !isTold) begin();
    return now;
  }

  /** After a change of our own. */
  function lookAnew(): void {
    lookedMs = undefined;
    look();
    tell();
    begin();
  }

  return {
    current,
    mute(userID) {
      lookedMs = undefined;
      if (look() !== undefined) return { kind: "known" };
      const since = new Date();
      const until = new Date(since.getTime() + MUTE_MS);
      if (!mute.write({ since, until, userID })) return { kind: "failed" };
      lookAnew();
      return { kind: "muted", until };
    },
    unmute() {
      lookedMs = undefined;
      const wasMuted = look() !== undefined;
      if (wasMuted && !mute.remove()) return { kind: "failed" };
      lookAnew();
      return { kind: wasMuted ? "unmuted" : "known" };
    },
    async over(closed) {
      while (!closed.aborted && current() !== undefined) await aborted(closed, waking.signal);
    },
    attend(closed) {
      attending.add(closed);
      onAbort([closed], () => attending.delete(closed));
      begin();
    },
  };
}

function count({ since, until, userID }: Mute): Counted {
  return {
    mute: { since, until, userID },
    leftMs: Math.min(until.getTime() - Date.now(), until.getTime() - since.getTime()),
    passedMs: startStopwatch(),
  };
}

function isSame(one: Mute, other: Mute): boolean {
  return (
    one.since.getTime() === other.since.getTime() &&
    one.until.getTime() === other.until.getTime() &&
    one.userID === other.userID
  );
}
