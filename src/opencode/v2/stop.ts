/** Stops a session of OpenCode 2: only its own `session.execution.interrupted` says that it worked. */

import type { StopSession } from "../../gateway/ports.ts";
import type { Log } from "../../system/log.ts";
import { pause } from "../../system/pause.ts";
import type { Host } from "./host.ts";

/** How long a session may take to end: its tools are ended first. */
const STOP_LIMIT_MS = 3_000;

export function createStop({ interrupt }: Host, log: Log): StopSession {
  return async (sessionID, ended) => {
    const failed = (err: unknown): void => log.warn({ sessionID, err }, "OpenCode did not take a stop");
    if (!ended.aborted && interrupt !== undefined) interrupt({ sessionID }).catch(failed);
    await pause(STOP_LIMIT_MS, ended);
    if (ended.aborted) return "stopped";
    log.warn({ sessionID }, "OpenCode did not confirm a stop");
    return "unconfirmed";
  };
}
