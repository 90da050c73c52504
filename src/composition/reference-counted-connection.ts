/**
 * The connection to Slack, reference-counted: it begins with the first request that needs a card and ends when nobody
 * needs it any more, so that a machine with nothing to ask takes nobody's presses.
 */

import { setTimeout as delay } from "node:timers/promises";
import { createAppWarnings } from "./app-warnings.ts";
import { createConnectionNotices } from "./connection-notices.ts";
import { runConnection, type ConnectionOptions } from "./slack-connection.ts";
import type { Slack } from "./slack-side.ts";
import type { Connection } from "../gateway/ports.ts";
import { unlessAborted } from "../system/pause.ts";

/** How long leaving may take when Slack does not answer: with the gateway's own 2 s, less than the TUI waits. */
const CLOSE_LIMIT_MS = 2_000;

export interface ReferenceCountedConnection {
  /**
   * Joins Slack, or adds to the connection that is there. Waits as long as Slack is away, or until `signal` aborts.
   *
   * @throws Slack's error when joining is useless until a person has fixed something; the next call tries again.
   */
  join(signal?: AbortSignal): Promise<Connection>;
  /**
   * Somebody may have fixed what Slack refused: a connection that was lost for that is tried again, once. Joining
   * does that too.
   */
  retry(): void;
  /** Leaves Slack, whoever is still there. Resolves when nothing runs any more, after 2 s at most. */
  close(): Promise<void>;
}

/** From the first that joins to the last that leaves. */
interface Shared {
  users: number;
  readonly end: AbortController;
  readonly slack: Promise<Slack>;
}

interface Options extends Omit<ConnectionOptions, "appWarnings"> {
  /** Tells the user of OpenCode something good. */
  readonly greet: (message: string) => void;
}

export function createReferenceCountedConnection(options: Options): ReferenceCountedConnection {
  const appWarnings = createAppWarnings(options.advise, options.log);
  const notices = createConnectionNotices(options);
  const running = new Set<Promise<void>>();
  let current: Shared | undefined;
  /** Connecting is useless until somebody asks for it again. */
  let isRefused = false;

  const mayConnect = (): boolean => !isRefused;
  const retry = (): void => {
    isRefused = false;
  };

  function start(): Shared {
    const end = new AbortController();
    const slack = new Promise<Slack>((resolve, reject) => {
      const failed = (error: unknown): void => {
        isRefused = true;
        notices.refused();
        reject(error);
      };
      const joined = (slack: Slack): void => {
        notices.joined();
        resolve(slack);
      };
      notices.joining(end.signal);
      const failing = (): void => notices.failing();
      const connecting = { joined, failing, failed, mayConnect, signal: end.signal };
      const run = runConnection({ ...options, appWarnings }, connecting)
        .then(() => reject(new Error("The gateway left Slack before the connection was ready")), reject)
        .finally(() => running.delete(run));
      running.add(run);
    });
    return { users: 0, end, slack };
  }

  function leave(shared: Shared): void {
    shared.users -= 1;
    if (shared.users > 0) return;
    shared.end.abort();
    if (current === shared) current = undefined;
  }

  return {
    retry,
    async join(signal = new AbortController().signal) {
      signal.throwIfAborted();
      retry();
      const shared = (current ??= start());
      shared.users += 1;
      try {
        const slack = await unlessAborted(shared.slack, signal);
        if (slack !== undefined) return { ...slack, leave: () => leave(shared) };
      } catch (error) {
        if (current === shared) current = undefined;
        leave(shared);
        throw error;
      }
      // Who does not wait any more keeps nobody looking for Slack.
      leave(shared);
      throw signal.reason;
    },
    async close() {
      current?.end.abort();
      await Promise.race([Promise.all(running), delay(CLOSE_LIMIT_MS, undefined, { ref: false })]);
    },
  };
}
