import type { AnyReply } from "../../src/gateway/domain/ask.ts";
import type { CardContent } from "../../src/gateway/domain/content.ts";
import type { Control, PlannedControl } from "../../src/gateway/domain/control.ts";
import { planControls } from "../../src/gateway/domain/controls.ts";

/** As long as the gateway's. */
const VALUE = "A".repeat(22);

/** What a row of a shared card can be pressed on, when it offers these replies. */
export function controlsFor(content: CardContent, replies: readonly AnyReply[], alsoAnswered = 0): Control[] {
  return planControls(content, { replies, alsoAnswered, isAlone: false }).map(onCard);
}

export function onCard(planned: PlannedControl): Control {
  return { ...planned, value: VALUE };
}
