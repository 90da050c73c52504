/**
 * A sign of life where nobody can look for the process: a container's process IDs mean nothing in another container, and
 * the next one, on the same volume, is another one. So a member whose machine is of no installation touches its notes
 * now and then, and whoever sees them untouched for long enough takes it for dead.
 */

import type { Machine } from "./identity.ts";
import { installationOf } from "./identity.ts";

/** How often a member touches its notes. */
export const BEAT_MS = 10_000;

/** Whose notes are not touched for so long is dead: much longer than a volume, or a busy OpenCode, makes anybody wait. */
export const SILENCE_MS = 60_000;

/** What counts at most between two looks: whoever stood still, or slept along with the member, has not listened. */
const LOOK_LIMIT_MS = 5_000;

/** Whether a process of this machine must give a sign of life, since its boot is over before the kernel's is. */
export function mustBeat({ key }: Machine): boolean {
  return installationOf(key) === undefined;
}

/** Who has not been touched for how long, as one process has seen it: no two clocks are compared. */
export interface SilenceWatch {
  /**
   * To be called at every look.
   *
   * @param mtimeMs of the file, by whichever clock: only whether it is another one counts.
   * @returns whether it has stayed the same for {@link SILENCE_MS} of looking.
   */
  isSilent(path: string, mtimeMs: number): boolean;
}

interface Seen {
  readonly mtimeMs: number;
  readonly at: number;
  readonly silentMs: number;
}

export function createSilenceWatch(): SilenceWatch {
  const seen = new Map<string, Seen>();
  return {
    isSilent(path, mtimeMs) {
      const at = performance.now();
      const last = seen.get(path);
      const silentMs = last?.mtimeMs === mtimeMs ? last.silentMs + Math.min(at - last.at, LOOK_LIMIT_MS) : 0;
      seen.set(path, { mtimeMs, at, silentMs });
      return silentMs >= SILENCE_MS;
    },
  };
}
