/** Whether Slack can be reached. While it cannot, one small call asks whether it can again, and all others wait. */

import type { WebClient } from "@slack/web-api";
import { backoffMs } from "../../system/backoff.ts";
import type { Log } from "../../system/log.ts";
import { pause, unlessAborted } from "../../system/pause.ts";
import { parseSlackFailure, type SlackFailure } from "./errors.ts";

export interface Reach {
  /** A call has failed: if Slack said nothing to it, it may be away. */
  failed(failure: SlackFailure): void;
  /** Resolves when Slack has answered since, or `signal` aborts. */
  back(signal: AbortSignal): Promise<void>;
}

/** @param signal ends the asking. */
export function createReach(client: WebClient, signal: AbortSignal, log: Log): Reach {
  let coming: Promise<void> | undefined;

  /** Any answer will do, also that the token is refused. */
  async function isAnswering(): Promise<boolean> {
    try {
      await client.auth.test();
      return true;
    } catch (err) {
      log.debug({ err }, "Slack is still away");
      return !isSilence(parseSlackFailure(err));
    }
  }

  async function ask(): Promise<void> {
    for (let failures = 0; !signal.aborted && !(await isAnswering()); failures += 1) {
      if (failures === 0) log.warn("Slack is away: cards wait until it answers");
      await pause(backoffMs(failures), signal);
    }
    coming = undefined;
  }

  return {
    failed(failure) {
      if (isSilence(failure)) coming ??= ask();
    },
    async back(ended) {
      if (coming !== undefined) await unlessAborted(coming, ended);
    },
  };
}

function isSilence({ kind }: SlackFailure): boolean {
  return kind === "unsent" || kind === "unanswered";
}
