/** Messages of the set-up in Slack, by bare calls. */

import * as z from "zod";
import { callBare, type BareAnswer } from "../../slack/connection/bare-call.ts";
import { adviceForCode } from "../../slack/connection/error-codes.ts";
import type { ProxySettings } from "../../slack/connection/proxy.ts";

export interface SlackPlace extends ProxySettings {
  readonly botToken: string;
}

/** A message of ours, where Slack has put it. */
export interface PostedMessage {
  readonly channel: string;
  readonly ts: string;
  /** Of the app that the bot token belongs to; undefined where Slack does not say. */
  readonly appID: string | undefined;
}

export type Posted =
  | { readonly kind: "posted"; readonly message: PostedMessage }
  /** `why` is a sentence, with what to do. */
  | { readonly kind: "failed"; readonly why: string };

const wordSchema = z.string().min(1).optional().catch(undefined);
const postedSchema = z.object({
  channel: z.string(),
  ts: z.string(),
  message: z
    .object({
      app_id: wordSchema,
      bot_profile: z.object({ app_id: wordSchema }).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});

/** Does not reject. @param channel a channel's ID, or a person's for a direct message. */
export async function postMessage(
  place: SlackPlace,
  channel: string,
  { text, blocks }: { readonly text: string; readonly blocks?: readonly object[] },
): Promise<Posted> {
  const plain = { channel, text, unfurl_links: "false", unfurl_media: "false" };
  const parameters = blocks === undefined ? plain : { ...plain, blocks: JSON.stringify(blocks) };
  const answer = await call(place, "chat.postMessage", parameters);
  const { data } = postedSchema.safeParse(answer.kind === "answered" ? answer.body : undefined);
  if (data === undefined || !isOk(answer)) return { kind: "failed", why: whyNot(answer) };
  const { message } = data;
  const appID = message?.app_id ?? message?.bot_profile?.app_id;
  return { kind: "posted", message: { channel: data.channel, ts: data.ts, appID } };
}

/** Does not reject. @returns whether it is gone. */
export async function deleteMessage(place: SlackPlace, { channel, ts }: PostedMessage): Promise<boolean> {
  return isOk(await call(place, "chat.delete", { channel, ts }));
}

/** Says something that only one person sees. Does not reject. @returns whether Slack has taken it. */
export async function tellPrivately(
  place: SlackPlace,
  channel: string,
  user: string,
  text: string,
): Promise<boolean> {
  return isOk(await call(place, "chat.postEphemeral", { channel, user, text }));
}

async function call(
  place: SlackPlace,
  method: string,
  parameters: Readonly<Record<string, string>>,
): Promise<BareAnswer> {
  return callBare({ ...place, method, token: place.botToken, parameters });
}

function isOk(answer: BareAnswer): boolean {
  return answer.kind === "answered" && answer.body.ok;
}

function whyNot(answer: BareAnswer): string {
  switch (answer.kind) {
    case "unreachable":
      return answer.why;
    case "unclear":
      return `Something else than Slack answered, with HTTP ${answer.status}.`;
    case "answered": {
      const { error = "nothing that can be read" } = answer.body;
      return adviceForCode(error, "SLACK_BOT_TOKEN") ?? `Slack answers ${error}.`;
    }
  }
}
