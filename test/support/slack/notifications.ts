import type { Channel, Message } from "./slack-objects.ts";

/** People, groups and whole channels that a message speaks to; an edit of it speaks to nobody. */
const MRKDWN_MENTION =
  /<@([UW][A-Z0-9]+)[^<>]*>|<!subteam\^(S[A-Z0-9]+)[^<>]*>|<!(channel|here|everyone)[^<>]*>/g;

/**
 * Whom Slack notifies of a new message: in direct messages the person, in a channel those of its members who are
 * mentioned in what it shows. The text beside blocks is what a notification says, and notifies nobody by itself.
 *
 * https://docs.slack.dev/messaging/formatting-message-text#mentioning-users
 */
export function notifiedOf(
  { text, blocks = [] }: Pick<Message, "text" | "blocks">,
  channel: Channel,
  groups: ReadonlyMap<string, readonly string[]>,
  sender: string,
): readonly string[] {
  const members = [...channel.members].filter((id) => id !== sender);
  if (channel.kind === "im") return members;
  const mentions = blocks.length > 0 ? mentionsIn(blocks) : mentionsInMrkdwn(text);
  const named = mentions.flatMap((id) => (EVERYBODY.has(id) ? members : (groups.get(id) ?? [id])));
  return [...new Set(named)].filter((id) => members.includes(id));
}

const EVERYBODY: ReadonlySet<string> = new Set(["channel", "here", "everyone"]);

/** Nothing in a plain text mentions anybody. */
function mentionsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(mentionsIn);
  const { type, text, user_id, usergroup_id, range } = value as Record<string, unknown>;
  if (type === "mrkdwn") return mentionsInMrkdwn(String(text));
  if (type === "user") return [String(user_id)];
  if (type === "usergroup") return [String(usergroup_id)];
  if (type === "broadcast") return [String(range)];
  return Object.values(value).flatMap(mentionsIn);
}

function mentionsInMrkdwn(mrkdwn: string): string[] {
  return [...mrkdwn.matchAll(MRKDWN_MENTION)].map(([, user, group, range]) => user ?? group ?? range ?? "");
}
