/** What a row can be pressed on, whatever kind of ask it shows. */

import type { CardContent } from "./content.ts";
import type { Offered, PlannedControl } from "./control.ts";
import { planPermissionControls, type GrantContent } from "./permission-controls.ts";
import { planQuestionControls } from "./question-controls.ts";

/** Those of one row, from left to right. */
export function planControls(
  content: GrantContent & Pick<CardContent, "request">,
  offered: Offered,
): readonly PlannedControl[] {
  const { request } = content;
  switch (request.kind) {
    case "permission":
      return planPermissionControls(request, content, offered);
    case "question":
      return planQuestionControls(request, content.offers, offered);
  }
}
