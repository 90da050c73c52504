/** OpenCode 2's events, for as long as the plugin is loaded. */

import { backoffMs } from "../../system/backoff.ts";
import { pause, unlessAborted } from "../../system/pause.ts";
import type { Host } from "./host.ts";

interface ListeningOptions {
  readonly subscribe: Host["subscribe"];
  /** Does not throw. */
  readonly hear: (event: unknown) => void;
  /** The stream had ended, and goes on now: what was told meanwhile is lost. Does not throw. */
  readonly resumed: () => void;
  /** A stream failed or ended although nobody wanted that. Does not throw. */
  readonly broken: (error: unknown) => void;
  readonly signal: AbortSignal;
}

/**
 * Hears from its call on: OpenCode tells nothing again. Resolves when `signal` has aborted.
 *
 * What is heard must never wait for Slack: OpenCode keeps all that is not taken.
 */
export async function runListening({ hear, resumed, broken, ...options }: ListeningOptions): Promise<void> {
  const { signal } = options;
  for (let failures = 0; !signal.aborted; failures += 1) {
    if (failures > 0) await pause(backoffMs(failures - 1), signal);
    try {
      const stream = options.subscribe(signal);
      // OpenCode begins to listen with the first of these.
      let next = stream.next();
      if (failures > 0) resumed();
      for (;;) {
        const event = await unlessAborted(next, signal);
        if (event === undefined || event.done === true) break;
        failures = 0;
        hear(event.value);
        next = stream.next();
      }
      if (!signal.aborted) broken("it ended");
    } catch (error) {
      if (!signal.aborted) broken(error);
    }
  }
}
