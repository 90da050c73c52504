/** Whether new cards are to wait. What is asked meanwhile stays in OpenCode, as in the time before it is posted at all. */

import type { Mute } from "./domain/mute.ts";
import type { MuteNote } from "./ports.ts";
import type { Log } from "../system/log.ts";
import { aborted, pause } from "../system/pause.ts";
import { startStopwatch } from "../system/stopwatch.ts";

/** For so long a look counts: in a storm, many cards are about to be posted at once. */
const FRESH_MS = 100;
/** How soon it is noticed that cards may come again. */
const LOOK_MS = 1_000;

const NOT_READ =
  "The mute cannot be read: new requests are posted. Remove it with opencode-slack-gateway mute off.";

interface MutingOptions {
  readonly mute: MuteNote;
  /** New cards may be posted again. */
  readonly ended: () => void;
  /** Aborts when OpenCode ends. */
  readonly end: AbortSignal;
  readonly log: Log;
}

export interface Muting {
  /** Whether no new card may be posted at this moment. */
  isOn(): boolean;
  /** Resolves when new cards may be posted, or `closed` aborts. */
  over(closed: AbortSignal): Promise<void>;
}

/** A mute as this process counts it: it is over by whichever clock says so first. */
interface Counted {
  readonly mute: Mute;
  readonly leftMs: number;
  readonly passedMs: () => number;
}

export function createMuting({ mute, ended, end, log }: MutingOptions): Muting {
  let counted: Counted | undefined;
  let doubt: string | undefined;
  let lookedMs: (() => number) | undefined;
  let isMuted = false;
  let isWatching = false;
  let waking = new AbortController();

  function look(): boolean {
    if (lookedMs !== undefined && lookedMs() < FRESH_MS) return isMuted;
    lookedMs = startStopwatch();
    isMuted = judge();
    return isMuted;
  }

  function judge(): boolean {
    const reading = mute.read();
    if (reading.kind === "doubtful" && reading.why !== doubt) log.warn({ why: reading.why }, NOT_READ);
    doubt = reading.kind === "doubtful" ? reading.why : undefined;
    if (reading.kind !== "muted") return false;
    if (!isSame(counted?.mute, reading)) counted = count(reading);
    return counted !== undefined && counted.passedMs() < counted.leftMs;
  }

  function count({ since, until }: Mute): Counted {
    log.info({ since, until }, "new cards are muted");
    return {
      mute: { since, until },
      leftMs: Math.min(until.getTime() - Date.now(), until.getTime() - since.getTime()),
      passedMs: startStopwatch(),
    };
  }

  /** As long as somebody waits for its end. */
  async function watch(): Promise<void> {
    isWatching = true;
    while (look() && !end.aborted) await pause(LOOK_MS, end);
    isWatching = false;
    if (end.aborted) return;
    log.info("new cards are not muted any more");
    waking.abort();
    waking = new AbortController();
    ended();
  }

  function isOn(): boolean {
    const isNow = look();
    if (isNow && !isWatching) void watch();
    return isNow;
  }

  return {
    isOn,
    async over(closed) {
      while (!closed.aborted && isOn()) await aborted(closed, waking.signal);
    },
  };
}

function isSame(one: Mute | undefined, other: Mute): boolean {
  return one?.since.getTime() === other.since.getTime() && one.until.getTime() === other.until.getTime();
}
