import { z } from "zod";
import { count, flag } from "../arguments.ts";
import type { Habits } from "../habits.ts";
import { TIER_3, TIER_4, method, refusal } from "../method.ts";
import type { Channel, Message } from "../slack-objects.ts";
import type { Workspace } from "../workspace.ts";

const SCOPE_PREFIX = { public: "channels", private: "groups", im: "im" } as const;

const ofChannel =
  (right: "read" | "history") =>
  ({ channel }: { channel: string }, { channels }: Workspace): string =>
    `${SCOPE_PREFIX[channels.get(channel)?.kind ?? "public"]}:${right}`;

const page = { cursor: z.string().optional(), limit: count.optional() };
const span = { oldest: z.string().optional(), latest: z.string().optional(), inclusive: flag.optional() };

/** https://docs.slack.dev/reference/methods/conversations.info */
export const info = method({
  token: "bot",
  scope: ofChannel("read"),
  limit: TIER_3,
  arguments: z.object({
    channel: z.string(),
    include_locale: flag.optional(),
    include_num_members: flag.optional(),
  }),
  call({ channel: id, include_num_members }, { workspace }) {
    const channel = findVisible(workspace, id);
    if (!channel) return refusal("channel_not_found");
    return {
      ok: true,
      channel: {
        ...describe(channel, workspace),
        ...(include_num_members === true && { num_members: channel.members.size }),
      },
    };
  },
});

/** https://docs.slack.dev/reference/methods/conversations.members */
export const members = method({
  token: "bot",
  scope: ofChannel("read"),
  limit: TIER_4,
  arguments: z.object({ channel: z.string(), ...page }),
  call({ channel: id, cursor, limit = 100 }, { workspace }) {
    const channel = findVisible(workspace, id);
    if (!channel) return refusal("channel_not_found");
    const { items, next_cursor } = cut([...channel.members], cursor, limit);
    return { ok: true, members: items, response_metadata: { next_cursor } };
  },
});

/** https://docs.slack.dev/reference/methods/conversations.open */
export const open = method({
  token: "bot",
  scope: () => "im:write",
  limit: TIER_3,
  arguments: z.object({
    users: z.string().optional(),
    channel: z.string().optional(),
    return_im: flag.optional(),
    prevent_creation: flag.optional(),
  }),
  call({ users, channel: id }, { workspace }) {
    if (users === undefined) {
      const channel = id === undefined ? undefined : workspace.channels.get(id);
      return channel ? { ok: true, channel: { id: channel.id } } : refusal("channel_not_found");
    }
    if (!workspace.people.has(users)) return refusal("user_not_found");
    const channel = workspace.directMessages(users);
    workspace.changed();
    return { ok: true, channel: { id: channel.id } };
  },
});

/** https://docs.slack.dev/reference/methods/conversations.history: the newest first, replies in threads left out. */
export const history = method({
  token: "bot",
  scope: ofChannel("history"),
  limit: TIER_3,
  arguments: z.object({ channel: z.string(), ...span, ...page }),
  call({ channel: id, ...range }, { workspace, habits }) {
    const channel = findVisible(workspace, id);
    if (!channel) return refusal("channel_not_found");
    const topLevel = workspace
      .messages(channel.id)
      .filter(({ ts, thread_ts = ts }) => thread_ts === ts)
      .toReversed();
    return messagesAnswer(topLevel, habits, range);
  },
});

/** https://docs.slack.dev/reference/methods/conversations.replies: a thread, its first message first. */
export const replies = method({
  token: "bot",
  scope: ofChannel("history"),
  limit: TIER_3,
  arguments: z.object({ channel: z.string(), ts: z.string(), ...span, ...page }),
  call({ channel: id, ts: thread, ...range }, { workspace, habits }) {
    const channel = findVisible(workspace, id);
    if (!channel) return refusal("channel_not_found");
    if (!workspace.message(channel.id, thread)) return refusal("thread_not_found");
    const messages = workspace
      .messages(channel.id)
      .filter(({ ts, thread_ts }) => ts === thread || thread_ts === thread);
    return messagesAnswer(messages, habits, range);
  },
});

/** A conversation that the app may know of: public ones, and those it is a member of. */
function findVisible(workspace: Workspace, id: string): Channel | undefined {
  const channel = workspace.channels.get(id);
  const visible = channel?.kind === "public" || channel?.members.has(workspace.identity.botUserID);
  return visible ? channel : undefined;
}

function describe(channel: Channel, { identity }: Workspace) {
  const person = [...channel.members].find((member) => member !== identity.botUserID);
  if (channel.kind === "im")
    return { id: channel.id, is_im: true, user: person, is_archived: channel.isArchived };
  return {
    id: channel.id,
    name: channel.name,
    is_channel: channel.kind === "public",
    is_group: false,
    is_im: false,
    is_mpim: false,
    is_private: channel.kind === "private",
    is_archived: channel.isArchived,
    is_read_only: channel.isReadOnly,
    is_shared: channel.isExtShared,
    is_ext_shared: channel.isExtShared,
    is_org_shared: false,
    is_member: channel.members.has(identity.botUserID),
  };
}

interface Range {
  oldest?: string | undefined;
  latest?: string | undefined;
  inclusive?: boolean | undefined;
  cursor?: string | undefined;
  limit?: number | undefined;
}

function messagesAnswer(
  messages: readonly Message[],
  habits: Habits,
  { oldest = "0", latest = "9999999999", inclusive = false, cursor, limit = 100 }: Range,
) {
  const inRange = messages.filter(
    ({ ts }) => (ts > oldest && ts < latest) || (inclusive && (ts === oldest || ts === latest)),
  );
  const { items, next_cursor } = cut(inRange, cursor, limit);
  return {
    ok: true as const,
    messages: items.map(habits.shown),
    has_more: next_cursor !== "",
    response_metadata: { next_cursor },
  };
}

function cut<T>(
  all: readonly T[],
  cursor: string | undefined,
  limit: number,
): { items: T[]; next_cursor: string } {
  const start = cursor === undefined || cursor === "" ? 0 : Number(Buffer.from(cursor, "base64").toString());
  const end = start + limit;
  const next_cursor = end < all.length ? Buffer.from(String(end)).toString("base64") : "";
  return { items: all.slice(start, end), next_cursor };
}
