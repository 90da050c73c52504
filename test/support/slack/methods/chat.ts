import { z } from "zod";
import { flag, structured } from "../arguments.ts";
import { type Block, type Checked, checkBlocks } from "../block-kit.ts";
import type { Habits, Parsing } from "../habits.ts";
import { type Answer, TIER_3, TIER_4, method, refusal, refusalWith } from "../method.ts";
import { notifiedOf } from "../notifications.ts";
import { type Channel, type Message, directMessagesID } from "../slack-objects.ts";
import { escapeMrkdwn } from "../text.ts";
import type { Workspace } from "../workspace.ts";

/** `chat.postMessage` cuts its text above this many characters, `chat.update` refuses it above the other. */
const POST_TEXT_LIMIT = 40_000;
const UPDATE_TEXT_LIMIT = 4000;

/** How `chat.update` reads a text for which the call names no way, unlike every other method. */
const UPDATE_PARSE = "client";

const content = {
  text: z.string().optional(),
  blocks: structured.optional(),
  attachments: structured.pipe(z.array(z.record(z.string(), z.unknown()))).optional(),
  metadata: structured.optional(),
  link_names: flag.optional(),
  parse: z.enum(["none", "full", "client"]).optional(),
};

/** https://docs.slack.dev/reference/methods/chat.postMessage */
export const postMessage = method({
  token: "bot",
  scope: () => "chat:write",
  limit: { perMinute: 60, burst: 3 },
  limitKey: ({ channel }) => (isPersonID(channel) ? directMessagesID(channel) : channel),
  arguments: z.object({
    channel: z.string(),
    ...content,
    thread_ts: z.string().optional(),
    reply_broadcast: flag.optional(),
    unfurl_links: flag.optional(),
    unfurl_media: flag.optional(),
    mrkdwn: flag.optional(),
  }),
  call(args, { workspace, habits }) {
    const channel = findPostable(workspace, args.channel);
    if ("error" in channel) return channel;
    if (args.thread_ts !== undefined && !workspace.message(channel.id, args.thread_ts)) {
      return refusal("thread_not_found");
    }
    const checked = checkContent(args, habits, parsingOf(args));
    if ("error" in checked) return checked;
    if (workspace.messagesLeft === 0) return refusal("message_limit_exceeded");

    const message: Message = {
      ...ownMessage(workspace, channel.id),
      ...checked,
      text: checked.text.slice(0, POST_TEXT_LIMIT),
      ...(args.attachments?.length && { attachments: args.attachments }),
      ...(args.thread_ts !== undefined && { thread_ts: args.thread_ts }),
      ...(args.metadata !== undefined && { metadata: args.metadata }),
    };
    workspace.notified.set(message.ts, notifiedOf(message, channel, workspace.userGroups, message.user));
    workspace.put(message);
    workspace.messagesLeft -= 1;
    return { ok: true, channel: channel.id, ts: message.ts, message: habits.posted(message, args) };
  },
});

/** https://docs.slack.dev/reference/methods/chat.update */
export const update = method({
  token: "bot",
  scope: () => "chat:write",
  limit: TIER_3,
  arguments: z.object({
    channel: z.string(),
    ts: z.string(),
    ...content,
    reply_broadcast: flag.optional(),
    as_user: flag.optional(),
  }),
  call(args, { workspace, habits }) {
    const old = findOwn(workspace, args.channel, args.ts, "cant_update_message");
    if ("error" in old) return old;
    if (workspace.channels.get(args.channel)?.isArchived === true) return refusal("is_inactive");
    if (escapeMrkdwn(args.text ?? "").length > UPDATE_TEXT_LIMIT) return refusal("msg_too_long");
    const checked = checkContent(args, habits, { parse: UPDATE_PARSE, ...parsingOf(args) });
    if ("error" in checked) return checked;

    // Attachments that an update does not name stay; an empty list takes them away.
    const { blocks: _, edited: __, attachments: before = [], ...kept } = old;
    const { attachments = before } = args;
    const message: Message = {
      ...kept,
      ...checked,
      ...(attachments.length > 0 && { attachments }),
      text: args.text === undefined && checked.blocks ? old.text : checked.text,
      edited: habits.edited(),
      ...(args.metadata !== undefined && { metadata: args.metadata }),
    };
    workspace.put(message);
    const answered = habits.updated(message, args);
    return { ok: true, channel: message.channel, ts: message.ts, text: answered["text"], message: answered };
  },
});

/** https://docs.slack.dev/reference/methods/chat.delete */
export const remove = method({
  token: "bot",
  scope: () => "chat:write",
  limit: TIER_3,
  arguments: z.object({ channel: z.string(), ts: z.string() }),
  call({ channel, ts }, { workspace }) {
    const message = findOwn(workspace, channel, ts, "cant_delete_message");
    if ("error" in message) return message;
    workspace.remove(message);
    return { ok: true, channel, ts };
  },
});

/** https://docs.slack.dev/reference/methods/chat.postEphemeral */
export const postEphemeral = method({
  token: "bot",
  scope: () => "chat:write",
  limit: TIER_4,
  arguments: z.object({
    channel: z.string(),
    user: z.string(),
    ...content,
    thread_ts: z.string().optional(),
  }),
  call(args, { workspace, habits }) {
    const channel = findPostable(workspace, args.channel);
    if ("error" in channel) return channel;
    if (!channel.members.has(args.user)) return refusal("user_not_in_channel");
    const checked = checkContent(args, habits, parsingOf(args));
    if ("error" in checked) return checked;

    const ts = workspace.nextTs();
    const thread = args.thread_ts === undefined ? {} : { thread_ts: args.thread_ts };
    workspace.tell({ channel: channel.id, ts, user: args.user, ...checked, ...thread });
    return { ok: true, message_ts: ts };
  },
});

/** Text and blocks as Slack keeps them, or why it refuses them. */
export function checkContent(
  { text, blocks }: { text?: string | undefined; blocks?: unknown },
  habits: Habits,
  parsing: Parsing = {},
): { text: string; blocks?: Block[] } | (Answer & { ok: false }) {
  const checked: Checked<Block[]> = blocks === undefined ? { ok: true, value: [] } : checkBlocks(blocks);
  if (!checked.ok) return refusalWith(checked.error, checked.messages);
  if (checked.value.length === 0 && (text ?? "") === "") return refusal("no_text");
  return {
    text: habits.text(text ?? "", parsing),
    ...(checked.value.length > 0 && { blocks: checked.value }),
  };
}

/** Only what the call names: what it leaves out has another default for each method. */
function parsingOf({
  parse,
  link_names,
}: {
  parse?: Parsing["parse"];
  link_names?: boolean | undefined;
}): Parsing {
  return { ...(parse && { parse }), ...(link_names !== undefined && { linkNames: link_names }) };
}

/** The fields of a message that the app itself posts now. */
export function ownMessage(workspace: Workspace, channel: string) {
  const { team, appID, botID, botUserID } = workspace.identity;
  return {
    type: "message" as const,
    channel,
    ts: workspace.nextTs(),
    user: botUserID,
    bot_id: botID,
    app_id: appID,
    team: team.id,
  };
}

/** Where a post to this ID goes: a conversation, or a person's direct messages; or why it goes nowhere. */
export function findPostable(workspace: Workspace, id: string): Channel | (Answer & { ok: false }) {
  const channel = isPersonID(id)
    ? workspace.people.has(id) && workspace.directMessages(id)
    : workspace.channels.get(id);
  if (!channel) return refusal("channel_not_found");

  if (!channel.members.has(workspace.identity.botUserID)) {
    // What the app is no member of, it may not even know to exist.
    return refusal(channel.kind === "public" ? "not_in_channel" : "channel_not_found");
  }
  if (channel.isArchived) return refusal("is_archived");
  if (channel.kind === "im" && !workspace.hasMessagesTab) return refusal("messages_tab_disabled");
  if (channel.isReadOnly) return refusal("restricted_action");
  return channel;
}

function isPersonID(id: string): boolean {
  return /^[UW]/.test(id);
}

function findOwn(workspace: Workspace, channelID: string, ts: string, foreign: string) {
  if (!workspace.channels.has(channelID)) return refusal("channel_not_found");
  const message = workspace.message(channelID, ts);
  if (!message) return refusal("message_not_found");
  if (message.bot_id !== workspace.identity.botID) return refusal(foreign);
  return message;
}
