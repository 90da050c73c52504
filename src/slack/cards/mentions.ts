/**
 * Whom a message notifies. In a channel Slack rings a phone for mentions only, and an edit never rings: so what is posted
 * mentions people, and what is drawn later mentions nobody.
 *
 * "If the mention is included in an app-published message, the mentioned user will also be notified about the reference":
 * https://docs.slack.dev/messaging/formatting-message-text#mentioning-users. Pure.
 */

import type { KnownBlock, RichTextElement } from "@slack/web-api";
import type { RenderedCard } from "./card-parts.ts";
import { richText } from "./rich-text.ts";

/** People (`U…`, `W…`) and user groups (`S…`), by their IDs. */
export type Mention = readonly string[];

/**
 * Notifies these people: last in the text, which a phone shows, so that what is asked comes first; and below all else on
 * the card, so that no button moves when it is drawn again without them. A card leaves room for that.
 */
export function withMention({ text, blocks }: RenderedCard, mention: Mention): RenderedCard {
  if (mention.length === 0) return { text, blocks };
  return { text: `${text} ${mentionText(mention)}`, blocks: [...blocks, renderMention(mention)] };
}

function renderMention(mention: Mention): KnownBlock {
  return richText(...mentionElements(mention));
}

/** Within a line of a `rich_text` block. */
export function mentionElements(mention: Mention): RichTextElement[] {
  return mention.flatMap((id, index): RichTextElement[] => [
    ...(index === 0 ? [] : [{ type: "text" as const, text: " " }]),
    isGroup(id) ? { type: "usergroup", usergroup_id: id } : { type: "user", user_id: id },
  ]);
}

/** In mrkdwn. */
export function mentionText(mention: Mention): string {
  return mention.map((id) => (isGroup(id) ? `<!subteam^${id}>` : `<@${id}>`)).join(" ");
}

function isGroup(id: string): boolean {
  return id.startsWith("S");
}
