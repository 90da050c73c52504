/**
 * Which cards are open, on disk: when their process is gone, another one closes them. Only that: nothing in a ledger
 * can answer a request, and it holds no command, no token and nothing of a button.
 *
 * `<directory>/ledger/<machine key>/<memberID>.json` is written by its member alone.
 */

import { existsSync, mkdirSync, rmSync } from "node:fs";
import { utimes } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { replaceFile } from "../system/atomic-file.ts";
import type { Log } from "../system/log.ts";
import { BEAT_MS, mustBeat } from "./beats.ts";
import { lookUpProcess, machineKeyOf, type Machine } from "./identity.ts";
import type { CardRef } from "../gateway/domain/card.ts";

/**
 * One process has a few open cards. Beyond this many, those make room of which it is not known whether Slack has them:
 * nobody can close them by these notes. Where there are none, further cards are not noted.
 */
const CARDS_LIMIT = 1_000;

/** In a storm, changes that may wait are written together, once in this time. */
const STORM_PAUSE_MS = 250;
/** So many changes within that time are a storm. */
const STORM_CHANGES = 20;

const cardSchema = z.object({
  /** One attempt to post. Without `ts` it is not known whether Slack has its card. */
  attemptID: z.string(),
  /** What the card asks for: `permission`, or what a later release knows. */
  kind: z.string(),
  /** Of the card's first request, as the session and the permission. */
  requestID: z.string(),
  sessionID: z.string(),
  /** OpenCode's name for the permission that is asked: `bash`, `edit`. */
  permission: z.optional(z.string()),
  /** The project directory. */
  directory: z.string(),
  /** How many requests the card shows. */
  requests: z.optional(z.int()),
  channel: z.optional(z.string()),
  ts: z.optional(z.string()),
  /** Whether the card allows something for a time, which ends with the member. */
  granted: z.optional(z.boolean()),
});

/**
 * Frozen since the first release, because processes with different releases read each other's: a later one may add
 * fields and raises `version`; one that must change these uses another folder.
 */
export const entrySchema = z.object({
  version: z.int(),
  memberID: z.string().min(1),
  pid: z.int().positive(),
  /** As {@link lookUpProcess} tells it; compared only. */
  start: z.optional(z.string()),
  /** The member has ended, though its process may go on. */
  saidGoodbye: z.boolean(),
  /** The member touches this file as long as it lives. */
  beats: z.optional(z.boolean()),
  cards: z.array(cardSchema).max(CARDS_LIMIT),
});

export type Entry = z.infer<typeof entrySchema>;

/** What closing an open card takes, and what may be said on it then. */
export type LedgerCard = Readonly<z.infer<typeof cardSchema>>;

/**
 * One member's own notes. Every method writes at once, a few hundred microseconds, but for {@link posted} and
 * {@link closed} in a storm; none throws: what cannot be written is logged once, and costs only that a card may keep its
 * buttons if this process dies.
 */
export interface Ledger {
  /** An attempt to post a card begins now. */
  attempted(card: Omit<LedgerCard, "granted" | "ts">): void;
  /** Slack has the card. If the process is killed before this is written, the card closes at its first press. */
  posted(attemptID: string, card: CardRef): void;
  /**
   * The card shows its request's end, or there never was one. If the process is killed before this is written, the card
   * says that OpenCode has ended: as when it is killed between Slack's change of the card and its answer.
   */
  closed(attemptID: string): void;
  /** What the card allows for a time ends with the member. If that is not written, its card does not say so. */
  granted(attemptID: string): void;
  /** The member ends: whichever cards are still open are nobody's from now on. */
  goodbye(): void;
  /**
   * Writes the file anew when another process has taken it, as one that judged this member dead.
   *
   * @returns true then, and once: the open cards may show that OpenCode has ended, and must be drawn again.
   */
  restore(): boolean;
}

interface LedgerOptions {
  /** Shared by the processes that could close each other's cards: those with the same app at the same Slack. */
  readonly directory: string;
  readonly machine: Machine;
  /** Fit for a file's name. */
  readonly memberID: string;
  /** Called when it was restored because another process had taken it, between two beats. */
  readonly taken?: () => void;
  readonly log: Log;
}

/**
 * Nothing is forced to the disk, which could block OpenCode for seconds: after a loss of power the notes of the last
 * seconds before it may be missing.
 */
export function createLedger({
  directory,
  machine,
  memberID,
  taken = () => undefined,
  log,
}: LedgerOptions): Ledger {
  const folder = join(directory, "ledger", machine.key);
  const file = join(folder, `${memberID}.json`);
  const cards = new Map<string, LedgerCard>();
  const state = lookUpProcess(process.pid);
  const start = state.kind === "running" ? state.start : undefined;
  const beats = mustBeat(machine);
  const beating = beats ? setInterval(beat, BEAT_MS).unref() : undefined;
  let saidGoodbye = false;
  let isThere = false;
  let isTaken = false;
  let isFailing = false;
  /** Since when changes are counted, and how many there were. */
  let countedAt = performance.now();
  let changes = 0;
  let storm: NodeJS.Timeout | undefined;
  let hasClosed = false;

  function save(): "saved" | "failed" {
    clearTimeout(storm);
    storm = undefined;
    try {
      notice();
      if (cards.size === 0) rmSync(file, { force: true });
      else write(entry());
      isThere = cards.size > 0;
      isFailing = false;
      return "saved";
    } catch (err) {
      if (!isFailing)
        log.warn({ err, file }, "open cards cannot be noted: they stay open if OpenCode is killed");
      isFailing = true;
      return "failed";
    }
  }

  function entry(): Entry {
    const own = { version: 1, memberID, pid: process.pid, start, saidGoodbye };
    return { ...own, ...(beats && { beats }), cards: [...cards.values()] };
  }

  function saveSoon(): void {
    if (performance.now() - countedAt > STORM_PAUSE_MS) {
      countedAt = performance.now();
      changes = 0;
    }
    changes += 1;
    if (changes > STORM_CHANGES) storm ??= setTimeout(saveChanges, STORM_PAUSE_MS).unref();
    else saveChanges();
  }

  function saveChanges(): void {
    // Whoever found a closed card as open would write over what it says of the reply.
    if (save() === "failed" && hasClosed) withdraw();
    hasClosed = false;
  }

  function makeRoom(): void {
    const unknown = [...cards.values()].find(({ ts }) => ts === undefined);
    if (unknown !== undefined) cards.delete(unknown.attemptID);
  }

  function notice(): void {
    isTaken ||= isThere && !existsSync(file);
  }

  function write(entry: Entry): void {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    replaceFile(file, JSON.stringify(entry));
  }

  function restore(): boolean {
    notice();
    if (!isTaken || saidGoodbye) return false;
    isTaken = false;
    isThere = false;
    save();
    log.warn({ file }, "another process took this ledger: it thought that this process was dead");
    return true;
  }

  /** Waits for no disk: that of a volume may be away. */
  function beat(): void {
    if (!isThere) return;
    const now = new Date();
    utimes(file, now, now).catch((err: unknown) => {
      log.debug({ err, file }, "ledger cannot be touched");
      if (restore()) taken();
    });
  }

  /** Says nothing rather than something untrue. */
  function withdraw(): void {
    try {
      rmSync(file, { force: true });
      isThere = false;
    } catch (err) {
      log.debug({ err, file }, "ledger cannot be removed");
    }
  }

  return {
    // Field by field: whatever else the caller's object holds is not for the disk.
    attempted({ attemptID, kind, requestID, sessionID, permission, directory, requests, channel }) {
      if (cards.size >= CARDS_LIMIT) makeRoom();
      if (cards.size >= CARDS_LIMIT) {
        log.warn({ requestID, sessionID }, "too many open cards: this one is not noted");
        return;
      }
      cards.set(attemptID, {
        attemptID,
        kind,
        requestID,
        sessionID,
        permission,
        directory,
        requests,
        channel,
      });
      saveChanges();
    },

    posted(attemptID, { channel, ts }) {
      const card = cards.get(attemptID);
      if (card === undefined) return;
      cards.set(attemptID, { ...card, channel, ts });
      saveSoon();
    },

    closed(attemptID) {
      if (!cards.delete(attemptID)) return;
      hasClosed = true;
      saveSoon();
    },

    granted(attemptID) {
      const card = cards.get(attemptID);
      if (card === undefined) return;
      cards.set(attemptID, { ...card, granted: true });
      saveSoon();
    },

    goodbye() {
      clearInterval(beating);
      saidGoodbye = true;
      saveChanges();
    },

    restore,
  };
}

/** Whether a member of this machine has open cards by its own account. */
export function isNoted(directory: string, memberID: string): boolean {
  return existsSync(join(directory, "ledger", machineKeyOf(memberID), `${memberID}.json`));
}
