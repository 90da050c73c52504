/** Looks into hubs without joining them: which there are, and what their members say that they are doing. */

import { randomUUID } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { connect } from "node:net";
import { join, resolve } from "node:path";
import { createConnection, type Ending } from "./connection.ts";
import { codeOf, refusalOf } from "./directory.ts";

/** A `memberID` and what it said; undefined where it said nothing in time. */
type Statuses = ReadonlyMap<string, string | undefined>;

/** What is seen of a hub. */
export type Sight =
  /** Nobody listens: its holder is dead, and nobody has taken over. */
  | { readonly kind: "empty" }
  /** Somebody holds it, and does not run: it was stopped, or hangs. */
  | { readonly kind: "silent" }
  /** Somebody holds it. `statuses` is undefined where that is of a release that cannot be asked. */
  | { readonly kind: "held"; readonly statuses: Statuses | undefined };

export interface HubPlace {
  /** Shared by the processes that share the connection. */
  readonly key: string;
  /** Of the holder's socket. */
  readonly path: string;
}

/** More members than any machine has. A hostile holder may tell of as many as it likes. */
const MEMBERS_LIMIT = 500;

/**
 * The hubs of a directory, each in its latest term.
 *
 * @returns a sentence's end where the directory must not be used, or cannot be read. Nothing is made.
 */
export function findHubs(path: string): readonly HubPlace[] | string {
  const directory = resolve(path);
  if (!existsSync(directory)) return [];
  const refusal = refusalOf(directory);
  if (refusal !== undefined) return refusal;
  try {
    const latest = new Map<string, number>();
    for (const name of readdirSync(directory)) {
      const [, key, term] = /^([^.]+)\.(\d{1,15})$/.exec(name) ?? [];
      if (key !== undefined) latest.set(key, Math.max(latest.get(key) ?? 0, Number(term)));
    }
    return [...latest].map(([key, term]) => ({ key, path: join(directory, `${key}.${term}`, "socket") }));
  } catch (error) {
    return `cannot be read: ${codeOf(error)}`;
  }
}

/**
 * Asks every member of a hub, and leaves when all have answered, or after `limitMs`: an older release never does. Does
 * not reject, and keeps the process alive until then.
 */
export async function observeHub(path: string, limitMs: number): Promise<Sight> {
  const askID = randomUUID();
  const statuses = new Map<string, string | undefined>();
  let isAlive = false;
  const ending = await new Promise<Ending | undefined>((resolve) => {
    const connection = createConnection(connect({ path }), (frame) => {
      isAlive = true;
      if (frame.type !== "status" || frame.askID !== askID) return;
      const { memberID, status } = frame;
      if (!statuses.has(memberID) && statuses.size >= MEMBERS_LIMIT) return;
      statuses.set(memberID, status ?? statuses.get(memberID));
      if ([...statuses.values()].every((each) => each !== undefined)) connection.close();
    });
    const late = setTimeout(() => {
      connection.close();
      resolve(undefined);
    }, limitMs);
    void connection.ended.then(resolve).finally(() => clearTimeout(late));
    connection.send({ type: "ask-status", askID });
  });
  if (isAlive) return { kind: "held", statuses: statuses.size === 0 ? undefined : statuses };
  return ending?.type === "stale" ? { kind: "empty" } : { kind: "silent" };
}
