/**
 * What Slack sends when somebody presses a button or submits a modal: `unknown` in, one of our words or nothing out.
 *
 * Whoever pressed is to be told, whatever else Slack leaves out: so all but the person, the card and the button's value
 * may be missing.
 */

import * as z from "zod";
import type { Click, Interaction, Submission } from "../../gateway/domain/permission.ts";
import { reasonSchema } from "../cards/modals.ts";
import { contentSchema, digestContent, timestampSchema } from "../cards/version.ts";

/** What both payloads say: who, and for which app. */
const personSchema = z
  .object({
    user: z.object({
      id: z.string().min(1),
      team_id: z.string().min(1).optional().catch(undefined),
    }),
    api_app_id: z.string().catch(""),
  })
  .transform(({ user, api_app_id: appID }) => ({ userID: user.id, teamID: user.team_id, appID }));

/** The parts of a `block_actions` payload that we use: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
const blockActionsSchema = z.object({
  type: z.literal("block_actions"),
  container: z.object({ type: z.literal("message"), channel_id: z.string(), message_ts: z.string() }),
  trigger_id: z.string().catch(""),
  /** As it was when the button was pressed. */
  message: contentSchema.optional().catch(undefined),
  actions: z.tuple([
    z.object({
      type: z.literal("button"),
      value: z.string(),
      action_ts: timestampSchema.optional().catch(undefined),
    }),
  ]),
});

const viewSubmissionSchema = z.object({ type: z.literal("view_submission"), view: reasonSchema });

/** @returns undefined for every payload that is not one press of a button with a value on a message. */
export function parseClick(payload: unknown): Click | undefined {
  const { data: person } = personSchema.safeParse(payload);
  const { data } = blockActionsSchema.safeParse(payload);
  if (person === undefined || data === undefined) return undefined;
  const [{ value, action_ts: at }] = data.actions;
  return {
    ...person,
    card: { channel: data.container.channel_id, ts: data.container.message_ts },
    value,
    at,
    digest: data.message && digestContent(data.message),
    triggerID: data.trigger_id,
  };
}

/** @returns undefined for every payload that is not the submission of a modal like ours. */
export function parseSubmission(payload: unknown): Submission | undefined {
  const { data: person } = personSchema.safeParse(payload);
  const { data } = viewSubmissionSchema.safeParse(payload);
  return person && data && { ...person, ...data.view };
}

/** A button's or modal's value: whose it is, readable for every process that gets it, and bits that only its owner knows. */
export function ownerOf({ value }: Interaction): string {
  return value.slice(0, value.lastIndexOf(":"));
}
