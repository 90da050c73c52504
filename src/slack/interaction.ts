/** What Slack sends when somebody presses a button: `unknown` in, a click or nothing out. */

import * as z from "zod";
import type { Click } from "../permission.ts";

/** The parts of a `block_actions` payload that we use: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
const blockActionsSchema = z.object({
  type: z.literal("block_actions"),
  user: z.object({ id: z.string() }),
  container: z.object({ type: z.literal("message"), channel_id: z.string(), message_ts: z.string() }),
  actions: z.tuple([z.object({ type: z.literal("button"), value: z.string() })]),
});

/** @returns undefined for every payload that is not one press of a button with a value on a message. */
export function parseClick(payload: unknown): Click | undefined {
  const { data } = blockActionsSchema.safeParse(payload);
  if (data === undefined) return undefined;
  const [{ value }] = data.actions;
  return {
    userID: data.user.id,
    card: { channel: data.container.channel_id, ts: data.container.message_ts },
    value,
  };
}

/** A button's value: whose it is, readable for every process that gets the click, and bits that only its owner knows. */
export function ownerOf({ value }: Click): string {
  return value.slice(0, value.lastIndexOf(":"));
}
