/** How the end of a card looks whose process is gone: nothing of its requests was kept. Pure. */

import type { Orphan } from "../../gateway/domain/card.ts";
import type { GoneState } from "../../gateway/domain/state.ts";
import type { RenderedCard } from "./card-parts.ts";
import { projectOf, whatFor } from "./head.ts";
import { LINE_LIMIT, renderLine } from "./origin.ts";
import { goneWords, renderOutcome } from "./outcomes.ts";
import { escapeMrkdwn } from "./text.ts";

export function renderOrphan(orphan: Orphan, state: GoneState): RenderedCard {
  const { permission = "" } = orphan;
  // Slack takes no empty text.
  const directory = orphan.directory === "" ? undefined : orphan.directory;
  const what = nameOrphan(orphan);
  const project = directory === undefined ? undefined : projectOf(directory);
  const head = project === undefined ? what : `${project} · ${what}`;
  return {
    text: `${goneWords(state)} ${escapeMrkdwn(head)}`,
    blocks: [
      renderOutcome(
        state,
        { request: { kind: "permission", permission, always: [] } },
        { limit: LINE_LIMIT, ...(project !== undefined && { project }) },
      ),
      renderLine(what),
      ...(orphan.granted === true
        ? [renderLine("It was allowed for a time. That grant ended with OpenCode.")]
        : []),
      ...(directory === undefined ? [] : [renderLine(directory)]),
    ],
  };
}

/** What a later release asked has another kind, and nothing here knows what that is called. */
function nameOrphan({ kind, permission, requests = 1 }: Orphan): string {
  const isPermission = kind === "permission";
  if (requests > 1) return isPermission ? `${requests} permission requests` : `${requests} requests`;
  const isKnown = isPermission || kind === "question";
  return isKnown && permission !== undefined ? whatFor(permission) : "A request of OpenCode";
}
