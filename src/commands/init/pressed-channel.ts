/** What a press tells of its channel: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */

import * as z from "zod";

const channelSchema = z.object({ channel: z.object({ name: z.string().min(1) }) });

/** @returns undefined where Slack does not say. */
export function channelNameIn(payload: unknown): string | undefined {
  return channelSchema.safeParse(payload).data?.channel.name;
}

/** Slack says no more of a channel that is not public. */
export function isPrivateName(name: string): boolean {
  return name === "privategroup" || name === "directmessage";
}
