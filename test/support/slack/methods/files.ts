import { z } from "zod";
import { count, structured } from "../arguments.ts";
import { TIER_4, method, refusal } from "../method.ts";
import type { FileObject, Message } from "../slack-objects.ts";
import { checkContent, findPostable, ownMessage } from "./chat.ts";

/** Bytes: Slack makes no snippet of more. */
const SNIPPET_LIMIT = 1_000_000;

/** https://docs.slack.dev/reference/methods/files.getUploadURLExternal */
export const getUploadURL = method({
  token: "bot",
  scope: () => "files:write",
  limit: TIER_4,
  arguments: z.object({
    filename: z.string().min(1),
    length: count,
    alt_txt: z.string().optional(),
    snippet_type: z.string().optional(),
  }),
  call({ filename, length, snippet_type }, { uploads, socketMode }) {
    if (length === 0) return refusal("missing_argument");
    if (snippet_type !== undefined && length > SNIPPET_LIMIT) return refusal("snippet_too_large");
    const { id, path } = uploads.announce({ name: filename, size: length });
    return { ok: true, file_id: id, upload_url: new URL(path, socketMode.httpURL()).href };
  },
});

/** https://docs.slack.dev/reference/methods/files.completeUploadExternal: shares the files as a message. */
export const completeUpload = method({
  token: "bot",
  scope: () => "files:write",
  limit: TIER_4,
  arguments: z.object({
    files: structured.pipe(z.array(z.object({ id: z.string(), title: z.string().optional() })).min(1)),
    channel_id: z.string().optional(),
    initial_comment: z.string().optional(),
    thread_ts: z.string().optional(),
    blocks: structured.optional(),
  }),
  call({ files: named, channel_id, initial_comment, thread_ts, blocks }, { workspace, habits, uploads }) {
    if (thread_ts !== undefined && channel_id === undefined) return refusal("invalid_arguments");
    const channel = channel_id === undefined ? undefined : findPostable(workspace, channel_id);
    if (channel && "error" in channel) return channel;
    const content = blocks === undefined ? { text: initial_comment ?? "" } : checkContent({ blocks }, habits);
    if ("error" in content) return content;

    const files = named.map(({ id, title }) => uploads.complete(id, title));
    if (!files.every((file): file is FileObject => file !== undefined)) return refusal("file_not_found");
    if (channel) {
      const thread: Pick<Message, "thread_ts"> = thread_ts === undefined ? {} : { thread_ts };
      workspace.put({ ...ownMessage(workspace, channel.id), ...content, ...thread, files });
    }
    return { ok: true, files: files.map(({ id, title }) => ({ id, title })) };
  },
});
