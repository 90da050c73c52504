/** How a request ended, in words. Pure. */

import type { KnownBlock, RichTextElement } from "@slack/web-api";
import type { Reply } from "../../gateway/domain/ask.ts";
import type { ClosedState, GoneReason } from "../../gateway/domain/state.ts";
import { summarize } from "./card-details.ts";
import { quote, renderTime, richText, section } from "./rich-text.ts";

/** What was answered. */
export const ANSWERED: Readonly<Record<Reply, string>> = {
  once: "Allowed once",
  always: "Allowed always",
  reject: "Rejected",
};

/**
 * The line that stands where the buttons were.
 *
 * @param limit characters of another request that is named.
 */
export function renderOutcome(state: ClosedState, limit: number): KnownBlock {
  const end: RichTextElement[] = [{ type: "text", text: ", " }, renderTime(state.at)];
  if (state.kind === "gone") return richText({ type: "text", text: goneWords(state.reason) }, ...end);
  const answered: RichTextElement = {
    type: "text",
    text: `${ANSWERED[state.answer.reply]} `,
    style: { bold: true },
  };
  switch (state.by.kind) {
    case "approver":
      return richText(
        answered,
        { type: "text", text: "by " },
        { type: "user", user_id: state.by.userID },
        ...end,
      );
    case "sibling":
      return {
        type: "rich_text",
        elements: [
          section(
            answered,
            { type: "text", text: "with the answer of " },
            { type: "user", user_id: state.by.userID },
            { type: "text", text: " to another request" },
            ...end,
          ),
          quote(summarize(state.by.to, limit)),
        ],
      };
    case "opencode":
      return richText(answered, { type: "text", text: "in OpenCode" }, ...end);
  }
}

/** Why nobody can answer any more. */
export function goneWords(reason: GoneReason): string {
  switch (reason) {
    case "session-idle":
      return "No longer asked: the session has stopped";
    case "session-deleted":
      return "No longer asked: the session was deleted";
    case "retried":
      return "No longer asked: the model's answer broke off, and OpenCode asks the model again";
    case "opencode-ended":
      return "No longer asked: OpenCode has ended, nothing will run";
    case "posted-again":
      return "This card was posted again further down: answer there";
    case "changed":
      return "Not answered here: OpenCode asks something else under the same ID now. Answer in OpenCode";
  }
}
