import { z } from "zod";
import { flag } from "./arguments.ts";
import type { Block } from "./block-kit.ts";
import type { Habits } from "./habits.ts";
import { checkContent, ownMessage } from "./methods/chat.ts";
import type { Times } from "./times.ts";
import type { Workspace } from "./workspace.ts";

const USES_LIMIT = 5;

/** Where a press happened: the message, and who pressed. */
export interface PressedPlace {
  readonly channel: string;
  readonly ts: string;
  readonly userID: string;
  readonly isEphemeral: boolean;
}

type Content = { text: string; blocks?: Block[] };

/** The `response_url`s that interactions carry. They need no token, and work five times within 30 minutes. */
export interface ResponseURLs {
  /** A path below the stand-in's address. */
  issue(place: PressedPlace): string;
  /** Does what was posted there, and gives Slack's answer. */
  respond(path: string, body: unknown): { status: number; body: string };
}

const response = z.strictObject({
  text: z.string().optional(),
  blocks: z.unknown().optional(),
  response_type: z.enum(["ephemeral", "in_channel"]).default("ephemeral"),
  replace_original: flag.default(false),
  delete_original: flag.default(false),
  thread_ts: z.string().optional(),
  unfurl_links: flag.optional(),
  unfurl_media: flag.optional(),
});

/** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
export function createResponseURLs(workspace: Workspace, habits: Habits, times: Times): ResponseURLs {
  const issued = new Map<string, PressedPlace & { at: number; uses: number }>();

  return {
    issue(place) {
      const path = `/response/${workspace.nextID("R")}`;
      issued.set(path, { ...place, at: workspace.now(), uses: 0 });
      return path;
    },
    respond(path, body) {
      const place = issued.get(path);
      if (!place) return refused("invalid_url");
      if (workspace.now() - place.at > times.responseURLLifeMs) return refused("expired_url");
      if (place.uses >= USES_LIMIT) return refused("used_url");

      const parsed = response.safeParse(body);
      if (!parsed.success) return refused("invalid_payload");
      const { delete_original, replace_original, response_type, thread_ts } = parsed.data;
      const content = delete_original ? { text: "" } : checkContent(parsed.data, habits);
      if ("error" in content) return refused(content.error);
      place.uses += 1;

      const thread = thread_ts === undefined ? {} : { thread_ts };
      if (delete_original || replace_original) removeOrReplace(place, delete_original ? undefined : content);
      else if (response_type === "in_channel") {
        workspace.put({ ...ownMessage(workspace, place.channel), ...content, ...thread });
      } else {
        const ts = workspace.nextTs();
        workspace.tell({ channel: place.channel, ts, user: place.userID, ...content, ...thread });
      }
      workspace.changed();
      return { status: 200, body: "ok" };
    },
  };

  function removeOrReplace(place: PressedPlace, content: Content | undefined) {
    if (place.isEphemeral) {
      const index = workspace.ephemerals.findIndex(({ ts }) => ts === place.ts);
      const old = workspace.ephemerals[index];
      if (old)
        workspace.ephemerals.splice(index, 1, ...(content ? [{ ...withoutBlocks(old), ...content }] : []));
      return;
    }
    const old = workspace.message(place.channel, place.ts);
    if (!old) return;
    if (content) workspace.put({ ...withoutBlocks(old), ...content });
    else workspace.remove(old);
  }
}

function withoutBlocks<T extends { blocks?: Block[] }>(message: T) {
  const { blocks: _, ...rest } = message;
  return rest;
}

function refused(error: string): { status: number; body: string } {
  return { status: 404, body: JSON.stringify({ ok: false, error }) };
}
