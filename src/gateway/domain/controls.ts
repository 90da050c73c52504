/** What a row can be pressed on, whatever kind of ask it shows. */

import type { CardContent } from "./content.ts";
import type { Offered, PlannedControl } from "./control.ts";
import { planPermissionControls } from "./permission-controls.ts";
import { planQuestionControls } from "./question-controls.ts";

/** Those of one row, from left to right. */
export function planControls(
  { request, offers }: Pick<CardContent, "request" | "offers">,
  offered: Offered,
): readonly PlannedControl[] {
  switch (request.kind) {
    case "permission":
      return planPermissionControls(request, offers, offered);
    case "question":
      return planQuestionControls(request, offers, offered);
  }
}
