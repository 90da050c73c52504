/**
 * Who of this machine is dead and has left cards open, by their own notes in the ledger.
 *
 * Whoever is going to close a dead member's cards renames its file to `<memberID>.<random>.closing`, and removes it
 * when they are closed.
 */

import { randomBytes } from "node:crypto";
import {
  lstatSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  type Stats,
  utimesSync,
} from "node:fs";
import { uptime } from "node:os";
import { join } from "node:path";
import { entrySchema, type Entry, type LedgerCard } from "./ledger.ts";
import type { Log } from "../system/log.ts";
import type { SilenceWatch } from "./beats.ts";
import { lookUpProcess, relationTo, type Machine, type Relation } from "./identity.ts";

/** More than the cards need that a ledger can hold. A longer file is none of ours and is not read. */
const FILE_LIMIT_BYTES = 1024 * 1024;

/** Whoever has not closed a dead member's cards by then has died too, or could not: the next one may try. */
const CLAIM_LIMIT_MS = 60_000;

/** How long files are kept of which nothing can be judged: another machine's, those of a boot that is not ours. */
const KEEP_LIMIT_MS = 30 * 24 * 60 * 60_000;

/** A member that is dead and has left cards open. */
export interface DeadMember {
  readonly memberID: string;
  readonly cards: readonly LedgerCard[];
  /** Its cards are closed, or never can be. Does not throw. */
  bury(): void;
}

/** A member that lives, as far as can be told, and has cards open. */
export interface LivingMember {
  readonly pid: number;
  readonly cards: readonly LedgerCard[];
}

/** The members of this very boot that are not dead, by their own notes. Does not throw. */
export function findLivingMembers({
  directory,
  machine,
}: Pick<SearchOptions, "directory" | "machine">): LivingMember[] {
  const folder = join(directory, "ledger", machine.key);
  return list(folder).flatMap((name) => {
    try {
      const path = join(folder, name);
      if (!name.endsWith(".json")) return [];
      const entry = readEntry(path, name, lstatSync(path));
      return entry === "unreadable" || isDead(entry, "same-boot") ? [] : [entry];
    } catch {
      // It has closed its last card in this moment.
      return [];
    }
  });
}

interface SearchOptions {
  readonly directory: string;
  readonly machine: Machine;
  /** Whether the hub has a connection of this member. */
  readonly isConnected: (memberID: string) => boolean;
  /** What the looks before have seen; without it nobody is dead because of silence. */
  readonly silence?: SilenceWatch;
  readonly log: Log;
}

/**
 * Takes the dead members of this machine that nobody else has taken. Cheap enough for every few seconds; does not throw.
 *
 * Dead is a member that has no connection to the hub, and that said goodbye, or whose process is gone, or whose
 * boot is over. Boots are told apart from machines by {@link relationTo}; against clones, which are told apart by
 * nothing, a file that was written since we booted is of no earlier boot. Of a machine whose processes we cannot see, as
 * another container with the same volume, dead is who has promised to touch its notes and does not. Everything else is
 * left alone, and removed when it is 30 days old.
 *
 * Who is not buried within a minute is found again, here or by another process: what is closed twice looks the same.
 */
export function findDeadMembers(options: SearchOptions): DeadMember[] {
  const { directory, machine, log } = options;
  const root = join(directory, "ledger");
  return list(root).flatMap((key) => {
    const folder = join(root, key);
    const relation = relationTo(key, machine);
    const names = list(folder);
    if (names.length === 0) removeOldFolder(folder, log);
    return names.flatMap((name) => {
      try {
        return inspect(folder, name, relation, options);
      } catch (err) {
        // Another process may have taken it; whatever else it is, the next search meets it again.
        log.debug({ err, folder, name }, "a file of the ledger cannot be checked");
        return [];
      }
    });
  });
}

function inspect(folder: string, name: string, relation: Relation, options: SearchOptions): DeadMember[] {
  const { isConnected, silence, log } = options;
  const path = join(folder, name);
  const found = lstatSync(path);
  const ageMs = ageMsOf(found);
  const isSilent =
    relation === "unrelated" && isNotes(name) && silence?.isSilent(path, found.mtimeMs) === true;
  if (isSilent || isJudgeable(name, relation, ageMs)) {
    const entry = readEntry(path, name, found);
    if (entry === "unreadable") {
      if (isSilent) return [];
      // So it is logged once, and its member, if it lives, restores it.
      renameSync(path, `${path}.unreadable`);
      log.warn({ path }, "file of the ledger cannot be read: its cards, if any, stay open");
      return [];
    }
    const dead = isSilent ? isStillSilent(path, entry, found) : isDead(entry, relation);
    if (dead && !isConnected(entry.memberID)) return [claim(path, folder, entry, log)];
  }
  if (ageMs > KEEP_LIMIT_MS) rmSync(path);
  return [];
}

function isNotes(name: string): boolean {
  return name.endsWith(".json") || name.endsWith(".closing");
}

/** A claim is the mark of one who has judged already, so it is younger than what it is about. */
function isJudgeable(name: string, relation: Relation, ageMs: number): boolean {
  if (relation === "unrelated") return false;
  if (name.endsWith(".closing")) return ageMs > CLAIM_LIMIT_MS;
  return name.endsWith(".json") && (relation === "same-boot" || ageMs > uptime() * 1_000);
}

/** A disk of the network may tell the time of a file as it was a minute ago, until the file is read. */
function isStillSilent(path: string, { beats }: Entry, found: Stats): boolean {
  return beats === true && lstatSync(path).mtimeMs === found.mtimeMs;
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
