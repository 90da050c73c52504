import type { Message } from "./slack-objects.ts";

/**
 * What Slack adds to a message that has been answered in a thread: https://docs.slack.dev/messaging/retrieving-messages
 *
 * @param all of the same conversation.
 */
export function threadCounters({ ts }: Message, all: readonly Message[]): Record<string, unknown> {
  const replies = all.filter((message) => message.thread_ts === ts && message.ts !== ts);
  const latest = replies.at(-1);
  if (latest === undefined) return {};
  const users = [...new Set(replies.map(({ user }) => user))];
  return {
    thread_ts: ts,
    reply_count: replies.length,
    reply_users_count: users.length,
    latest_reply: latest.ts,
    reply_users: users,
    is_locked: false,
    subscribed: false,
  };
}
