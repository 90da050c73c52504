/** How the end of a card looks whose process is gone: nothing of its requests was kept. Pure. */

import type { Orphan } from "../../gateway/domain/card.ts";
import type { GoneState } from "../../gateway/domain/state.ts";
import type { RenderedCard } from "./card-parts.ts";
import { LINE_LIMIT, renderLine } from "./origin.ts";
import { goneWords, renderOutcome } from "./outcomes.ts";
import { questionOf, renderQuestion } from "./request-blocks.ts";
import { abbreviate, escapeMrkdwn, quoted } from "./text.ts";

export function renderOrphan(orphan: Orphan, state: GoneState): RenderedCard {
  const { directory } = orphan;
  const question = nameOrphan(orphan);
  const where = directory === undefined ? [] : [`Project: ${quoted(abbreviate(directory, LINE_LIMIT))}`];
  const text = escapeMrkdwn([question, ...where].join(" "));
  return {
    text: `${goneWords(state.reason)}. ${text}`,
    blocks: [
      renderQuestion(question),
      ...(directory === undefined ? [] : [renderLine(`Project: ${directory}`)]),
      renderOutcome(state, LINE_LIMIT),
    ],
  };
}

/** What a later release asked has another kind, and nothing here knows what that is called. */
function nameOrphan({ kind, permission, requests = 1 }: Orphan): string {
  const isPermission = kind === "permission";
  if (requests > 1) return isPermission ? `${requests} permission requests` : `${requests} requests`;
  return isPermission && permission !== undefined ? questionOf(permission) : "A request of OpenCode";
}
