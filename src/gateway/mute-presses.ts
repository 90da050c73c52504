/** What a press of "Mute 1 h" or "Unmute" leads to: the same note as the command's, a line in the record, and the card. */

import type { MuteChange, Muting } from "./muting.ts";
import { describe, recordOf, type Pressed } from "./pressed.ts";
import type { Audit, AuditedPress } from "./ports.ts";
import type { Tell } from "./press-notes.ts";
import type { Log } from "../system/log.ts";

const MUTE_FAILED = { kind: "mute-failed" } as const;

export interface MutePressesOptions {
  readonly muting: Pick<Muting, "mute" | "unmute">;
  readonly tell: Tell;
  readonly audit: Pick<Audit, "pressed">;
  readonly log: Log;
}

/** By somebody who may. Resolves when the card says how it stands now. */
export type TakeMutePress = (pressed: Pressed, effect: "mute" | "unmute") => Promise<void>;

export function createMutePresses({ muting, tell, audit, log }: MutePressesOptions): TakeMutePress {
  return async (pressed, effect) => {
    const { userID, button } = pressed;
    const change = effect === "mute" ? muting.mute(userID) : muting.unmute();
    void audit.pressed({ ...recordOf(pressed), ...factsOf(change) });
    // Where somebody was faster, it says what they did.
    if (change.kind !== "failed") return void (await button.card.show());
    log.warn({ ...describe(pressed), reason: MUTE_FAILED.kind }, "press refused");
    return tell(pressed, MUTE_FAILED);
  };
}

function factsOf(change: MuteChange): Pick<AuditedPress, "mutesUntil" | "unmutes" | "refusal"> {
  switch (change.kind) {
    case "muted":
      return { mutesUntil: change.until };
    case "unmuted":
      return { unmutes: true };
    case "known":
      return { refusal: "no-change" };
    case "failed":
      return { refusal: MUTE_FAILED.kind };
  }
}
