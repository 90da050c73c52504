/** What a gateway has open at a moment, in IDs and OpenCode's names: nothing of what is asked, and nothing that answers. */

import type { Asked } from "./asked.ts";
import type { Ask } from "./domain/ask.ts";
import type { Grant } from "./grants/register.ts";

/** What waits in OpenCode for a human. */
export interface OpenAsk extends Pick<Ask, "kind" | "requestID" | "sessionID" | "permission"> {
  readonly ageMs: number;
  /** Whether Slack has a card of it. */
  readonly isOnCard: boolean;
}

/** What an approver has allowed for a time, with this request. */
export interface OpenGrant extends Pick<Ask, "requestID" | "sessionID" | "permission"> {
  readonly leftMs: number;
  /** How many further requests it has answered. */
  readonly uses: number;
}

export interface Standing {
  /** The oldest first. */
  readonly asks: readonly OpenAsk[];
  readonly grants: readonly OpenGrant[];
}

export function openAsk({ request, ageMs, attempts }: Asked): OpenAsk {
  const { kind, requestID, sessionID, permission } = request;
  const isOnCard = attempts.some((attempt) => attempt.address() !== undefined);
  return { kind, requestID, sessionID, permission, ageMs: ageMs(), isOnCard };
}

export function openGrant(grant: Grant): OpenGrant {
  const { requestID, sessionID, permission } = grant.request;
  return { requestID, sessionID, permission, leftMs: grant.leftMs(), uses: grant.uses().length };
}
