/** Whether somebody wants no new cards: whoever asks why none comes has perhaps forgotten it. */

import { muteFile } from "../../composition/paths.ts";
import { readMute } from "../../machine/mute-note.ts";
import { sayClockTime } from "../clock-time.ts";
import { wrong, type Check } from "./check.ts";

/** Nothing, where new cards come. */
export function checkMute(stateDirectory: string): readonly Check[] {
  const mute = readMute(muteFile(stateDirectory));
  switch (mute.kind) {
    case "none":
      return [];
    case "muted":
      return [
        wrong(
          `New cards are muted until ${sayClockTime(mute.until, new Date())}, so what is asked waits in OpenCode`,
          "Wait, or run: opencode-slack-gateway mute off",
        ),
      ];
    case "doubtful":
      return [
        wrong(
          `The mute cannot be read, so nothing is muted: ${mute.why}`,
          "Mute again, or take it away: opencode-slack-gateway mute off",
        ),
      ];
  }
}
