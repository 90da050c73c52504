/** What Slack sends when somebody presses a button: `unknown` in, a click or nothing out. */

import * as z from "zod";
import type { Click } from "../permission.ts";
import { contentSchema, digestContent, timestampSchema } from "./version.ts";

/** The parts of a `block_actions` payload that we use: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
const blockActionsSchema = z.object({
  type: z.literal("block_actions"),
  user: z.object({ id: z.string().min(1), team_id: z.string().min(1) }),
  api_app_id: z.string().min(1),
  container: z.object({ type: z.literal("message"), channel_id: z.string(), message_ts: z.string() }),
  /** As it was when the button was pressed. */
  message: contentSchema,
  actions: z.tuple([z.object({ type: z.literal("button"), value: z.string(), action_ts: timestampSchema })]),
});

/** @returns undefined for every payload that is not one press of a button with a value on a message. */
export function parseClick(payload: unknown): Click | undefined {
  const { data } = blockActionsSchema.safeParse(payload);
  if (data === undefined) return undefined;
  const [{ value, action_ts: at }] = data.actions;
  return {
    userID: data.user.id,
    teamID: data.user.team_id,
    appID: data.api_app_id,
    card: { channel: data.container.channel_id, ts: data.container.message_ts },
    value,
    at,
    digest: digestContent(data.message),
  };
}

/** A button's value: whose it is, readable for every process that gets the click, and bits that only its owner knows. */
export function ownerOf({ value }: Click): string {
  return value.slice(0, value.lastIndexOf(":"));
}
