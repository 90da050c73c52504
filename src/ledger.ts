/**
 * Which cards are open, on disk: when their process is gone, another one closes them. Only that: nothing in a ledger
 * can answer a request, and it holds no command, no token and nothing of a button.
 *
 * `<directory>/ledger/<machine key>/<memberID>.json` is written by its member alone. When that is dead, whoever is
 * going to close its cards renames the file to `<memberID>.<random>.closing`, and removes it when they are closed.
 */

import { randomBytes } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  type Stats,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { uptime } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import type { Log } from "./log.ts";
import { lookUpProcess, machineKeyOf, relationTo, type Machine, type Relation } from "./machine.ts";
import type { CardRef } from "./permission.ts";

/** One process has a few open cards. Beyond this many, further ones are not noted. */
const CARDS_LIMIT = 1_000;

/** More than {@link CARDS_LIMIT} cards need. A longer file is none of ours and is not read. */
const FILE_LIMIT_BYTES = 1024 * 1024;

/** Whoever has not closed a dead member's cards by then has died too, or could not: the next one may try. */
const CLAIM_LIMIT_MS = 60_000;

/** How long files are kept of which nothing can be judged: another machine's, those of a boot that is not ours. */
const KEEP_LIMIT_MS = 30 * 24 * 60 * 60_000;

const cardSchema = z.object({
  /** One attempt to post. Without `ts` it is not known whether Slack has its card. */
  attemptID: z.string(),
  requestID: z.string(),
  sessionID: z.string(),
  /** OpenCode's name for what is asked: `bash`, `edit`. */
  permission: z.string(),
  /** The project directory. */
  directory: z.string(),
  channel: z.optional(z.string()),
  ts: z.optional(z.string()),
});

/**
 * Frozen since the first release, because processes with different releases read each other's: a later one may add
 * fields and raises `version`; one that must change these uses another folder.
 */
const entrySchema = z.object({
  version: z.int(),
  memberID: z.string().min(1),
  pid: z.int().positive(),
  /** As {@link lookUpProcess} tells it; compared only. */
  start: z.optional(z.string()),
  /** The member has ended, though its process may go on. */
  saidGoodbye: z.boolean(),
  cards: z.array(cardSchema).max(CARDS_LIMIT),
});

type Entry = z.infer<typeof entrySchema>;

/** What closing an open card takes, and what may be said on it then. */
export type LedgerCard = Readonly<z.infer<typeof cardSchema>>;

/**
 * One member's own notes. Every method writes at once, a few hundred microseconds, and never throws: what cannot be
 * written is logged once, and costs only that a card may keep its buttons if this process dies.
 */
export interface Ledger {
  /** An attempt to post a card begins now. */
  attempted(card: Omit<LedgerCard, "ts">): void;
  /** Slack has the card. */
  posted(attemptID: string, card: CardRef): void;
  /** The card shows its request's end, or there never was one. */
  closed(attemptID: string): void;
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
  readonly log: Log;
}

/**
 * Nothing is forced to the disk, which could block OpenCode for seconds: after a loss of power the notes of the last
 * seconds before it may be missing.
 */
export function createLedger({ directory, machine, memberID, log }: LedgerOptions): Ledger {
  const folder = join(directory, "ledger", machine.key);
  const file = join(folder, `${memberID}.json`);
  const cards = new Map<string, LedgerCard>();
  const state = lookUpProcess(process.pid);
  const start = state.kind === "running" ? state.start : undefined;
  let saidGoodbye = false;
  let isThere = false;
  let isTaken = false;
  let isFailing = false;

  function save(): "saved" | "failed" {
    try {
      notice();
      if (cards.size === 0) rmSync(file, { force: true });
      else write({ version: 1, memberID, pid: process.pid, start, saidGoodbye, cards: [...cards.values()] });
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

  function notice(): void {
    isTaken ||= isThere && !existsSync(file);
  }

  function write(entry: Entry): void {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const unfinished = join(folder, `${memberID}.tmp`);
    try {
      writeFileSync(unfinished, JSON.stringify(entry), { mode: 0o600 });
      renameSync(unfinished, file);
    } catch (error) {
      rmSync(unfinished, { force: true });
      throw error;
    }
  }

  /** Says nothing rather than something untrue. */
  function withdraw(): void {
    try {
      rmSync(file, { force: true });
      isThere = false;
    } catch (err) {
      log.debug({ err, file }, "ledger cannot be withdrawn");
    }
  }

  return {
    // Field by field: whatever else the caller's object holds is not for the disk.
    attempted({ attemptID, requestID, sessionID, permission, directory, channel }) {
      if (cards.size >= CARDS_LIMIT) {
        log.warn({ requestID, sessionID }, "too many open cards: this one is not noted");
        return;
      }
      cards.set(attemptID, { attemptID, requestID, sessionID, permission, directory, channel });
      save();
    },

    posted(attemptID, { channel, ts }) {
      const card = cards.get(attemptID);
      if (card === undefined) return;
      cards.set(attemptID, { ...card, channel, ts });
      save();
    },

    closed(attemptID) {
      if (!cards.delete(attemptID)) return;
      // Whoever found this card as open would write over what it says of the reply.
      if (save() === "failed") withdraw();
    },

    goodbye() {
      saidGoodbye = true;
      save();
    },

    restore() {
      notice();
      if (!isTaken || saidGoodbye) return false;
      isTaken = false;
      isThere = false;
      save();
      log.warn({ file }, "the ledger was taken: another process held this one for dead");
      return true;
    },
  };
}

/** A member that is dead and has left cards open. */
export interface DeadMember {
  readonly memberID: string;
  readonly cards: readonly LedgerCard[];
  /** Its cards are closed, or never can be. Does not throw. */
  bury(): void;
}

interface SearchOptions {
  readonly directory: string;
  readonly machine: Machine;
  /** Whether the hub has a connection of this member. */
  readonly isConnected: (memberID: string) => boolean;
  readonly log: Log;
}

/**
 * Takes the dead members of this machine that nobody else has taken. Cheap enough for every few seconds; does not throw.
 *
 * Dead is a member that has no connection to the hub, and that said goodbye, or whose process is gone, or whose
 * boot is over. Boots are told apart from machines by {@link relationTo}; against clones, which are told apart by
 * nothing, a file that was written since we booted is of no earlier boot. Everything else is left alone, as a home
 * or a volume may be shared by machines whose processes we cannot see, and removed when it is 30 days old.
 *
 * Who is not buried within a minute is found again, here or by another process: what is closed twice looks the same.
 */
export function findDeadMembers({ directory, machine, isConnected, log }: SearchOptions): DeadMember[] {
  const root = join(directory, "ledger");
  return list(root).flatMap((key) => {
    const folder = join(root, key);
    const relation = relationTo(key, machine);
    const names = list(folder);
    if (names.length === 0) removeOldFolder(folder, log);
    return names.flatMap((name) => {
      try {
        return inspect(folder, name, relation, isConnected, log);
      } catch (err) {
        // Another process may have taken it; whatever else it is, the next search meets it again.
        log.debug({ err, folder, name }, "file of the ledger cannot be judged");
        return [];
      }
    });
  });
}

function inspect(
  folder: string,
  name: string,
  relation: Relation,
  isConnected: SearchOptions["isConnected"],
  log: Log,
): DeadMember[] {
  const path = join(folder, name);
  const found = lstatSync(path);
  const ageMs = ageMsOf(found);
  if (isJudgeable(name, relation, ageMs)) {
    const entry = readEntry(path, name, found);
    if (entry === "unreadable") {
      // So it is logged once, and its member, if it lives, restores it.
      renameSync(path, `${path}.unreadable`);
      log.warn({ path }, "file of the ledger cannot be read: its cards, if any, stay open");
      return [];
    }
    if (!isConnected(entry.memberID) && isDead(entry, relation)) return [claim(path, folder, entry, log)];
  }
  if (ageMs > KEEP_LIMIT_MS) rmSync(path);
  return [];
}

/** A claim is the mark of one who has judged already, so it is younger than what it is about. */
function isJudgeable(name: string, relation: Relation, ageMs: number): boolean {
  if (relation === "unrelated") return false;
  if (name.endsWith(".closing")) return ageMs > CLAIM_LIMIT_MS;
  return name.endsWith(".json") && (relation === "same-boot" || ageMs > uptime() * 1_000);
}

function isDead({ pid, start, saidGoodbye }: Entry, relation: Relation): boolean {
  if (saidGoodbye || relation === "earlier-boot") return true;
  const state = lookUpProcess(pid);
  switch (state.kind) {
    case "gone":
      return true;
    case "running":
      return start !== undefined && state.start !== undefined && start !== state.start;
    case "unknown":
      return false;
  }
}

/** Of several processes that see the same file, only the first can rename it. */
function claim(path: string, folder: string, { memberID, cards }: Entry, log: Log): DeadMember {
  const claimed = join(folder, `${memberID}.${randomBytes(4).toString("hex")}.closing`);
  const now = new Date();
  utimesSync(path, now, now);
  renameSync(path, claimed);
  return {
    memberID,
    cards,
    bury() {
      try {
        rmSync(claimed, { force: true });
      } catch (err) {
        log.warn({ err, path: claimed }, "ledger of a dead process cannot be removed");
      }
    },
  };
}

function readEntry(path: string, name: string, found: Stats): Entry | "unreadable" {
  if (!found.isFile() || found.size > FILE_LIMIT_BYTES) return "unreadable";
  const text = readFileSync(path, "utf8");
  try {
    const entry = entrySchema.parse(JSON.parse(text));
    return name.startsWith(`${entry.memberID}.`) ? entry : "unreadable";
  } catch {
    return "unreadable";
  }
}

/** Nothing where there is no folder, or none that can be read: either way nobody can be judged. */
function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** There is one for each boot and each container. */
function removeOldFolder(folder: string, log: Log): void {
  try {
    if (ageMsOf(lstatSync(folder)) > KEEP_LIMIT_MS) rmdirSync(folder);
  } catch (err) {
    log.debug({ err, folder }, "folder of the ledger cannot be removed");
  }
}

/** Of a time in the future too, as when a clock was wrong. */
function ageMsOf({ mtimeMs }: Stats): number {
  return Math.abs(Date.now() - mtimeMs);
}

/** Whether a member of this machine has open cards by its own account. */
export function isNoted(directory: string, memberID: string): boolean {
  return existsSync(join(directory, "ledger", machineKeyOf(memberID), `${memberID}.json`));
}
