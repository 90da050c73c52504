/** This machine's Socket Mode connection, for ever: the next one is open before the one before it is let go. */

import { backoffMs } from "../../system/backoff.ts";
import { onAbort, pause, unlessAborted } from "../../system/pause.ts";
import { watchSleep } from "../../system/sleep.ts";
import { openConnection, type Connection, type ConnectionOptions, type Hello } from "./connection.ts";
import { adviceFor, isFatal, parseSlackFailure, SlackRefusalError } from "./errors.ts";

/** A connection that expires sooner counts as a failure: opening the next one at once would be a storm. */
const STEADY_MS = 10_000;

/**
 * How long a connection is still served when its replacement is open. Slack ends it sooner, 10 s after a `disconnect`
 * frame, and then sends it no more presses; one that crosses a close frame of ours could not be acked any more.
 */
const LINGER_MS = 45_000;

/** Slack's count when it says `hello`; undefined when it does not say. */
export interface Count {
  /** All connections of the app. */
  readonly connections: number | undefined;
  /** Those that are not of this run: another machine's, or dead ones that Slack still sends presses to. */
  readonly others: number | undefined;
}

interface SocketModeOptions extends ConnectionOptions {
  /** Slack has said `hello`: presses can come from now on. Called for each connection. */
  readonly connected: (count: Count) => void;
  /** A connection that said so has ended. */
  readonly disconnected?: () => void;
  /** Called each time that a connection does not open, and another one will be tried. */
  readonly failing?: () => void;
  readonly signal: AbortSignal;
}

/**
 * Stays connected until `signal` aborts; resolves when every connection that it began to open is gone.
 *
 * Whenever a connection needs a replacement, both are served for a while; Slack sends each press to one of them. What fails is tried again for ever, see {@link backoffMs}, and at once after a sleep.
 *
 * @throws Slack's error when connecting again is useless: see {@link isFatal}.
 */
export async function runSocketMode(options: SocketModeOptions): Promise<void> {
  const { signal, connected, log } = options;
  /** Each from the moment it began to open until nothing is left of it. */
  const connections = new Set<Connection>();
  let current: Connection | undefined;
  let failures = 0;
  let waitMs = 0;

  const failed = (retryAfterMs = 0): void => {
    waitMs = retryAfterMs + backoffMs(failures);
    failures += 1;
  };
  const recovered = (): void => {
    waitMs = 0;
    failures = 0;
  };

  /** @returns undefined when it did not open, or `awake` aborted first. */
  const open = async (awake: AbortSignal): Promise<Connection | undefined> => {
    const connection = openConnection(options);
    connections.add(connection);
    void connection.ended.then(() => connections.delete(connection));
    try {
      const hello = await unlessAborted(connection.opened, awake);
      if (hello !== undefined) {
        connected(countOthers(hello, connections.size));
        void connection.ended.then(options.disconnected);
        return connection;
      }
    } catch (err) {
      const failure = parseSlackFailure(err);
      if (isFatal(failure)) throw err;
      const advice = adviceFor(failure, "SLACK_APP_TOKEN");
      log.warn({ failure, err, failures, advice }, "could not connect to Slack");
      failed(failure.kind === "limited" ? failure.retryAfterMs : 0);
      options.failing?.();
    }
    connection.close();
    return undefined;
  };

  /** Opens the next connection, lets the one before it go, and serves until a replacement is needed. */
  const serve = async (awake: AbortSignal): Promise<void> => {
    await pause(waitMs, awake);
    if (awake.aborted) return;
    const next = await open(awake);
    if (next === undefined) return;
    if (current !== undefined) letGo(current);
    current = next;

    const openedAt = performance.now();
    const reason = await unlessAborted(next.expiring, awake);
    if (reason === undefined) return;
    log.info({ reason }, "the connection to Slack will be replaced");
    const refusal = new SlackRefusalError(reason);
    if (isFatal(parseSlackFailure(refusal))) throw refusal;
    if (performance.now() - openedAt > STEADY_MS) recovered();
    else failed();
  };

  // One for each stretch of being awake: signals that are made of others are kept as long as these.
  let awake = new AbortController();
  const forget = onAbort([signal], () => awake.abort());
  const stopWatch = watchSleep(() => {
    log.info("this process slept: connecting again");
    recovered();
    awake.abort();
    awake = new AbortController();
  });
  try {
    while (!signal.aborted) await serve(awake.signal);
  } finally {
    forget();
    stopWatch();
    const ending = [...connections];
    for (const { close } of ending) close();
    await Promise.all(ending.map(async ({ ended }) => ended));
  }
}

function letGo({ close, ended }: Connection): void {
  const limit = setTimeout(close, LINGER_MS).unref();
  void ended.then(() => clearTimeout(limit));
}

/** Slack may have forgotten already one of ours that is still closing here. */
function countOthers({ connections }: Hello, ours: number): Count {
  return { connections, others: connections === undefined ? undefined : Math.max(0, connections - ours) };
}
