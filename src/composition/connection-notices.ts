/** What the user of OpenCode is told of the connection to Slack: that it is there, that it does not come, that it is lost. */

import { join } from "node:path";
import type { Config } from "./config.ts";
import { appKey } from "./paths.ts";
import { readNote, writeNote } from "../machine/once.ts";
import { callBare, type BareAnswer } from "../slack/connection/bare-call.ts";
import type { Log } from "../system/log.ts";
import { onAbort } from "../system/pause.ts";
import { startStopwatch } from "../system/stopwatch.ts";

/** How long joining may take before its user is told why it may. */
const LATE_MS = 10_000;
/** How long a connection may be away before its user is told: each is renewed now and then. */
const LOST_MS = 60_000;

const LOST =
  "The connection to Slack has been lost for more than a minute: presses may not arrive. It is tried again.";

interface NoticesOptions {
  readonly config: Config;
  /** Tells the user of OpenCode what to fix. */
  readonly advise: (advice: string) => void;
  /** Tells them something good. */
  readonly greet: (message: string) => void;
  readonly log: Log;
}

export interface ConnectionNotices {
  /** Joining begins; `signal` ends it. */
  joining(signal: AbortSignal): void;
  /** Presses arrive. */
  joined(): void;
  /** An attempt to connect has failed. */
  failing(): void;
  /** Slack has refused the connection, and its user is told so. */
  refused(): void;
}

export function createConnectionNotices({ config, advise, greet, log }: NoticesOptions): ConnectionNotices {
  let stopWaiting: (() => void) | undefined;
  let failingMs: (() => number) | undefined;
  let wasJoined = false;
  let isLostSaid = false;

  async function explain(signal: AbortSignal): Promise<void> {
    const answer = await callBare({ ...config, method: "auth.test", token: config.botToken, signal });
    if (signal.aborted) return;
    const why = whyLate(answer);
    log.warn({ why }, "Slack could not be joined in ten seconds: it is tried again");
    advise(`Slack cannot be reached. ${why}`);
  }

  return {
    joining(signal) {
      stopWaiting?.();
      const waiting = new AbortController();
      const timer = setTimeout(() => void explain(waiting.signal), LATE_MS).unref();
      const forget = onAbort([signal], () => stopWaiting?.());
      stopWaiting = () => {
        clearTimeout(timer);
        waiting.abort();
        forget();
        stopWaiting = undefined;
      };
    },
    joined() {
      stopWaiting?.();
      failingMs = undefined;
      if (wasJoined) return;
      wasJoined = true;
      if (isFirstTime(config))
        greet("Connected to Slack for the first time: what OpenCode asks comes there, too.");
    },
    failing() {
      failingMs ??= startStopwatch();
      if (!wasJoined || isLostSaid || failingMs() < LOST_MS) return;
      isLostSaid = true;
      log.warn(LOST);
      advise(LOST);
    },
    refused: () => stopWaiting?.(),
  };
}

/** The likely cause, as a sentence. */
function whyLate(answer: BareAnswer): string {
  switch (answer.kind) {
    case "unreachable":
      return answer.why;
    case "unclear":
      return `Slack is in trouble, or something else answers in its place (HTTP ${answer.status}).`;
    case "answered":
      return "It answers calls, but its WebSocket does not open: a firewall or a proxy may be in the way.";
  }
}

/** Of this app, on this machine. Where nothing can be noted it is no reason to say it each time. */
function isFirstTime(config: Config): boolean {
  const file = join(config.stateDirectory, appKey(config), "connected");
  return readNote(file) === undefined && writeNote(file, "");
}
