/** What a press of "Mute 1 h" or "Unmute" leads to: the same note as the command's, a line in the record, and the card. */

import type { PressOutcome } from "./domain/interaction.ts";
import type { Muting } from "./muting.ts";
import { describe, recordOf, type Pressed } from "./pressed.ts";
import type { Audit } from "./ports.ts";
import type { Tell } from "./press-notes.ts";
import type { Log } from "../system/log.ts";

export interface MutePressesOptions {
  readonly muting: Pick<Muting, "mute" | "unmute">;
  readonly tell: Tell;
  readonly audit: Pick<Audit, "pressed">;
  readonly log: Log;
}

/** By somebody who may. Resolves when the card says how it stands now. */
export type TakeMutePress = (pressed: Pressed, effect: "mute" | "unmute") => Promise<void>;

export function createMutePresses({ muting, tell, audit, log }: MutePressesOptions): TakeMutePress {
  async function refuse(pressed: Pressed, outcome: PressOutcome): Promise<void> {
    log.warn({ ...describe(pressed), reason: outcome.kind }, "press refused");
    void audit.pressed({ ...recordOf(pressed), refusal: outcome.kind });
    return tell(pressed, outcome);
  }

  return async (pressed, effect) => {
    const { userID, button } = pressed;
    const change = effect === "mute" ? muting.mute(userID) : muting.unmute();
    if (change.kind === "failed") return refuse(pressed, { kind: "mute-failed" });
    // Where somebody was faster, the card says what they did.
    if (change.kind === "muted") void audit.pressed({ ...recordOf(pressed), mutesUntil: change.until });
    if (change.kind === "unmuted") void audit.pressed({ ...recordOf(pressed), unmutes: true });
    await button.card.show();
  };
}
