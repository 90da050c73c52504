/**
 * The requests of this location that nobody has answered yet, as far as OpenCode has told. Where something may have been
 * missed, OpenCode is asked what is open: it tells of nothing twice.
 */

import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import type { Log } from "../../system/log.ts";
import { parseAsk, type HostAsk } from "./events.ts";
import type { Host } from "./host.ts";

/** What is under way may tell meanwhile what became of a request. */
const MEANWHILE_MS = 500;

const listSchema = z.array(z.object({ id: z.string() }).loose());

export interface OpenRequests {
  asked(ask: HostAsk): void;
  replied(requestID: string): void;
  /** What a session has asked is asked no more. */
  ended(sessionID: string): void;
  /** Does not reject. */
  check(sessionID: string): Promise<void>;
  /** All sessions that have asked and not ended. */
  checkAll(): void;
}

interface Options {
  readonly host: Pick<Host, "listRequests" | "location">;
  /** A request that was missed. */
  readonly asked: (ask: HostAsk) => void;
  /** Nobody knows what became of a request. */
  readonly lost: (requestID: string) => void;
  readonly log: Log;
}

export function createOpenRequests({ host, asked, lost, log }: Options): OpenRequests {
  /** By session. A session is kept until its turn has ended, with nothing open too: it may ask something that is missed. */
  const sessions = new Map<string, Set<string>>();

  function add({ sessionID, requestID }: HostAsk): void {
    const open = sessions.get(sessionID) ?? new Set();
    sessions.set(sessionID, open.add(requestID));
  }

  async function check(sessionID: string): Promise<void> {
    if (host.listRequests === undefined) return;
    try {
      const listed = listSchema.parse(await host.listRequests({ sessionID }));
      const ids = new Set(listed.map(({ id }) => id));
      const before = sessions.get(sessionID) ?? new Set();
      for (const each of listed) if (!before.has(each.id)) takeMissed(each);
      const gone = [...before].filter((id) => !ids.has(id));
      if (gone.length === 0) return;
      await delay(MEANWHILE_MS, undefined, { ref: false });
      for (const id of gone) if (sessions.get(sessionID)?.delete(id) === true) lost(id);
    } catch (err) {
      log.warn({ sessionID, err }, "OpenCode does not tell what it asks");
    }
  }

  function takeMissed(raw: unknown): void {
    const ask = parseAsk(raw, host.location.directory);
    add(ask);
    asked(ask);
  }

  return {
    asked: add,
    replied(requestID) {
      for (const open of sessions.values()) open.delete(requestID);
    },
    ended: (sessionID) => void sessions.delete(sessionID),
    check,
    checkAll() {
      for (const sessionID of sessions.keys()) void check(sessionID);
    },
  };
}
