/**
 * Until when this user wants no new cards: one small file in the state directory, which each of their OpenCodes reads when
 * a card would be posted. Nothing in it can answer. On any doubt nothing is muted, as a card is what people are here for.
 */

import { existsSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import * as z from "zod";
import type { Mute, MuteNote, MuteReading } from "../gateway/domain/mute.ts";
import { replaceFile } from "../system/atomic-file.ts";
import type { Log } from "../system/log.ts";
import { makeDirectory } from "../system/make-directory.ts";
import { readOwnFile, type FileRefusal } from "../system/own-file.ts";

/** A day: longer than that, nobody remembers. */
export const MUTE_LIMIT_MS = 24 * 60 * 60_000;

/** So far two clocks may differ, as of machines that share a home. */
const SKEW_LIMIT_MS = 60_000;

/** Many times what we write. */
const FILE_LIMIT_BYTES = 4 * 1024;

/** Whoever may write to it, besides its user, could keep cards back. */
const WRITABLE_BY_OTHERS = 0o022;

const REFUSALS: Readonly<Record<FileRefusal, string>> = {
  "no-file": "it is not a file",
  "too-large": "the file is too large",
  foreign: "the file belongs to another user",
  "open-to-others": "other users may write to the file",
};

/** Releases read each other's: a later one may add fields, and never changes these. */
const noteSchema = z.object({
  since: z.iso.datetime().transform((text) => new Date(text)),
  until: z.iso.datetime().transform((text) => new Date(text)),
  /** As Slack takes it: it is drawn on cards. */
  userID: z
    .string()
    .regex(/^[UW][A-Z0-9]{1,20}$/)
    .optional()
    .catch(undefined),
});

/** @param file absolute. */
export function createMuteNote(file: string, log: Log): MuteNote {
  function tried(change: () => unknown): boolean {
    try {
      change();
      return true;
    } catch (err) {
      log.error({ err, file }, "the mute cannot be noted");
      return false;
    }
  }

  return {
    read: () => readMute(file),
    write: (mute) => tried(() => writeMute(file, mute)),
    remove: () => tried(() => removeMute(file)),
  };
}

/** Does not throw. @param now in milliseconds since 1970. */
export function readMute(file: string, now = Date.now()): MuteReading {
  const found = readOwnFile(file, { limitBytes: FILE_LIMIT_BYTES, forbiddenMode: WRITABLE_BY_OTHERS });
  switch (found.kind) {
    case "read":
      return parse(found.text, now);
    case "missing":
      return { kind: "none" };
    case "refused":
      return doubtful(REFUSALS[found.why]);
    case "unreadable":
      return doubtful(`the file cannot be read (${found.code})`);
  }
}

/** @throws when it cannot be written; then what was there before still counts. */
export function writeMute(file: string, { since, until, userID }: Mute): void {
  makeDirectory(dirname(file), 0o700);
  replaceFile(file, `${JSON.stringify({ since, until, userID })}\n`);
}

/** Whatever the file holds. @returns whether there was one. @throws when it cannot be removed. */
export function removeMute(file: string): boolean {
  const wasThere = existsSync(file);
  rmSync(file, { force: true });
  return wasThere;
}

function parse(text: string, now: number): MuteReading {
  const mute = readNote(text);
  if (mute === undefined) return doubtful("the file is not as the gateway writes it");
  const [since, until] = [mute.since.getTime(), mute.until.getTime()];
  if (until - since > MUTE_LIMIT_MS) return doubtful("it is for more than 24 hours");
  // A clock that was set back would make it longer.
  if (since - now > SKEW_LIMIT_MS) return doubtful("it begins in the future");
  return now < until ? { kind: "muted", ...mute } : { kind: "none" };
}

function readNote(text: string): Mute | undefined {
  try {
    return noteSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function doubtful(why: string): MuteReading {
  return { kind: "doubtful", why };
}
