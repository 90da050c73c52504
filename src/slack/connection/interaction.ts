/**
 * What Slack sends when somebody does something with a card or a modal: `unknown` in, words of ours out.
 *
 * Three readers, because releases meet here. Whoever holds Slack's connection reads the address alone; the process that
 * is addressed reads the rest; and who did it, everybody reads as well as possible, since they are to be told.
 */

import * as z from "zod";
import type { CardRef } from "../../gateway/domain/card.ts";
import type { Press, Presser, Submission } from "../../gateway/domain/interaction.ts";
import { submittedSchema } from "../cards/modals.ts";
import { parseSeen } from "../cards/card-check.ts";
import type { CardCheck } from "../cards/check-setting.ts";
import { timestampSchema } from "../cards/message-content.ts";

/** What a process is addressed by: a machine's key and random characters. */
const MEMBER_ID = /^[a-z0-9.-]{1,100}_[a-z0-9]{1,40}$/;

/** The address stands before the first blank of an element's `action_id`, and of a modal's `private_metadata`. */
const addressSchema = z
  .union([
    z.object({ actions: z.tuple([z.object({ action_id: z.string() })], z.unknown()) }),
    z.object({ view: z.object({ private_metadata: z.string() }) }),
  ])
  .transform((payload) =>
    "actions" in payload ? payload.actions[0].action_id : payload.view.private_metadata,
  )
  .transform((text) => text.split(" ", 1)[0] ?? "")
  .pipe(z.string().regex(MEMBER_ID));

/** Who, wherever it was. */
const personSchema = z
  .object({
    user: z.object({ id: z.string().min(1), team_id: z.string().min(1).optional().catch(undefined) }),
  })
  .transform(({ user }) => ({ userID: user.id, teamID: user.team_id }));

/** For which app. */
const appSchema = z.object({ api_app_id: z.string().catch("") });

const wordSchema = z.string().min(1);

/** Wherever Slack says with which card somebody did something; a modal of ours says it itself, behind its bits. */
const cardSchema = z.union([
  z
    .object({ container: z.object({ channel_id: wordSchema, message_ts: wordSchema }) })
    .transform(({ container }): CardRef => ({ channel: container.channel_id, ts: container.message_ts })),
  z
    .object({ channel: z.object({ id: wordSchema }), message: z.object({ ts: wordSchema }) })
    .transform(({ channel, message }): CardRef => ({ channel: channel.id, ts: message.ts })),
  z
    .object({ view: z.object({ private_metadata: z.string() }) })
    .transform(({ view }) => view.private_metadata.split(" "))
    .pipe(z.tuple([wordSchema, wordSchema, wordSchema, wordSchema], z.string()))
    .transform(([, , channel, ts]): CardRef => ({ channel, ts })),
]);

/** The parts of a `block_actions` payload that we use: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
const blockActionsSchema = z.object({
  type: z.literal("block_actions"),
  container: z.object({ type: z.literal("message"), channel_id: z.string(), message_ts: z.string() }),
  trigger_id: z.string().catch(""),
  /** As it was when the button was pressed. */
  message: z.unknown().optional(),
  actions: z.tuple([
    z.object({
      type: z.literal("button"),
      value: z.string(),
      action_ts: timestampSchema.optional().catch(undefined),
    }),
  ]),
});

const viewSubmissionSchema = z.object({ type: z.literal("view_submission"), view: submittedSchema });

/** What this release knows of what somebody did. */
export type ParsedInteraction =
  | { readonly kind: "press"; readonly press: Press }
  | { readonly kind: "submission"; readonly submission: Submission }
  /** Something that another release may understand; by nobody, where Slack does not say by whom, or with which card. */
  | { readonly kind: "not-understood"; readonly presser: Presser | undefined };

/** Whose card or modal it is, by its `memberID`. @returns undefined for everything that is of no gateway. */
export function addressOf(payload: unknown): string | undefined {
  return addressSchema.safeParse(payload).data;
}

/** Who did something, and with which card, of whatever release that card is. */
export function parsePresser(payload: unknown): Presser | undefined {
  const { data: person } = personSchema.safeParse(payload);
  const { data: card } = cardSchema.safeParse(payload);
  return person && card && { ...person, card };
}

/** Reads what is addressed to this process. */
export function parseInteraction(check: CardCheck, payload: unknown): ParsedInteraction {
  const press = parsePress(check, payload);
  if (press !== undefined) return { kind: "press", press };
  const submission = parseSubmission(payload);
  if (submission !== undefined) return { kind: "submission", submission };
  return { kind: "not-understood", presser: parsePresser(payload) };
}

/** One press of a button with a value on a message. All but the person, the card and the value may be missing. */
function parsePress(check: CardCheck, payload: unknown): Press | undefined {
  const { data: person } = personSchema.safeParse(payload);
  const { data: app } = appSchema.safeParse(payload);
  const { data } = blockActionsSchema.safeParse(payload);
  if (person === undefined || app === undefined || data === undefined) return undefined;
  const [{ value, action_ts: at }] = data.actions;
  return {
    ...person,
    appID: app.api_app_id,
    card: { channel: data.container.channel_id, ts: data.container.message_ts },
    value,
    at,
    wording: parseSeen(check, data.message),
    triggerID: data.trigger_id,
  };
}

/** The submission of a modal as this release opens it. */
function parseSubmission(payload: unknown): Submission | undefined {
  const { data: person } = personSchema.safeParse(payload);
  const { data: app } = appSchema.safeParse(payload);
  const { data } = viewSubmissionSchema.safeParse(payload);
  return person && app && data && { ...person, appID: app.api_app_id, ...data.view };
}

const describedSchema = z.object({
  type: z.string().optional().catch(undefined),
  actions: z.array(z.record(z.string(), z.unknown())).optional().catch(undefined),
  view: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

/** For the log: the names of a payload's fields, and no value of any but what Slack calls it. */
export function describePayload(payload: unknown) {
  const { type, actions, view } = describedSchema.safeParse(payload).data ?? {};
  return {
    type,
    fields: namesIn(payload),
    actions: actions?.map((action) => ({ type: action["type"], fields: namesIn(action) })),
    view: view && { callbackID: view["callback_id"], fields: namesIn(view) },
  };
}

function namesIn(value: unknown): string[] {
  return typeof value === "object" && value !== null ? Object.keys(value) : [];
}
