/** What a card says of what its answer goes on to allow: until when, how often that was used, and how it ended. Pure. */

import type { RichTextElement } from "@slack/web-api";
import type { GrantEnd, GrantEndReason, GrantState } from "../../gateway/domain/grant.ts";
import { renderTime } from "./rich-text.ts";

/** Before who caused it, if somebody did by a press, and when. */
const ENDED: Readonly<Record<GrantEndReason, string>> = {
  time: "has ended",
  revoked: "was revoked",
  "session-rejected": "ended because everything of its session was rejected",
  rejected: "ended because the same request was rejected",
  "granted-again": "ended because the same request was granted again, on another card",
  "not-approver": "ended because whoever gave it is no longer an approver",
  "card-lost": "ended because nobody could revoke it here any more",
  "session-deleted": "ended because its session was deleted",
  "opencode-ended": "ended because OpenCode quit",
};

/** Two lines: how far it goes, or how it ended; and how often it was used. */
export function renderGrant({ until, uses, lastUsedAt, end }: GrantState): RichTextElement[][] {
  const reach =
    end === undefined
      ? [
          text("Until "),
          renderTime(until),
          text(" the same request of this session is allowed without asking."),
        ]
      : renderEnd(end);
  return [reach, ...(lastUsedAt === undefined ? [] : [renderUses(uses, lastUsedAt)])];
}

function renderEnd({ reason, userID, at }: GrantEnd): RichTextElement[] {
  const by = userID === undefined ? [] : [text(" by "), { type: "user" as const, user_id: userID }];
  return [
    text(`The grant ${ENDED[reason]}`),
    ...by,
    text(" "),
    renderTime(at),
    text(". The same request is asked about again."),
  ];
}

function renderUses(uses: number, lastUsedAt: Date): RichTextElement[] {
  const how = uses === 1 ? "Used once, at " : `Used ${uses.toLocaleString("en")} times, last at `;
  return [text(how), renderTime(lastUsedAt), text(".")];
}

function text(words: string): RichTextElement {
  return { type: "text", text: words };
}
