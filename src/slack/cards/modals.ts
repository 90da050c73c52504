/** The modals that cards open, and what people enter there. */

import type { ModalView, WebClient } from "@slack/web-api";
import * as z from "zod";
import type { Log } from "../../system/log.ts";
import type { CardContent } from "../../gateway/domain/content.ts";
import type { ModalKind, ModalResult } from "../../gateway/domain/control.ts";
import type { Modals } from "../../gateway/ports.ts";
import { adviceFor, parseSlackFailure } from "../connection/errors.ts";
import { actionID } from "./action-id.ts";
import { renderBriefly } from "./request-blocks.ts";
import { plainText } from "./rich-text.ts";
import { cutToLength } from "./text.ts";

const CALLBACK_ID = "reject_with_reason";
/** Of the block and of the field in it. */
const REASON = "reason";
/** Slack's limit for a field: https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element */
const REASON_LIMIT = 3_000;

/** Requests that a modal names: the button is of one. */
const ABOUT_LIMIT = 1;

/** @param memberID by which what is submitted finds its way to this process. */
export function createModals(client: WebClient, memberID: string, log: Log): Modals {
  return {
    async open(modal, { triggerID, userID, card }, value, about) {
      try {
        const view = RENDERED[modal](memberID, [memberID, value, card.channel, card.ts].join(" "), about);
        const opened = await client.views.open({ trigger_id: triggerID, view });
        return opened.view?.id || undefined;
      } catch (err) {
        const failure = parseSlackFailure(err);
        log.warn({ userID, ...card, failure, err, advice: adviceFor(failure) }, "modal could not be opened");
        return undefined;
      }
    },
  };
}

/** @param metadata comes back with the submission: whose it is, bits that only its process knows, and of which card. */
type RenderModal = (memberID: string, metadata: string, about: readonly CardContent[]) => ModalView;

const RENDERED: Readonly<Record<ModalKind, RenderModal>> = { reason: renderReason };

/** Asks why a request is rejected, and says in short which one that is. All of it stands on the card. */
function renderReason(memberID: string, metadata: string, about: readonly CardContent[]): ModalView {
  return {
    type: "modal",
    callback_id: CALLBACK_ID,
    private_metadata: metadata,
    title: plainText("Reject with reason"),
    submit: plainText("Reject"),
    close: plainText("Cancel"),
    blocks: [
      ...about.slice(0, ABOUT_LIMIT).flatMap(renderBriefly),
      {
        type: "input",
        block_id: REASON,
        label: plainText("Reason"),
        hint: plainText(
          `The agent reads it as you write it, and may go on. The card shows it, too. ${REASON_LIMIT.toLocaleString("en")} characters at most.`,
        ),
        element: {
          type: "plain_text_input",
          action_id: actionID(memberID, REASON),
          multiline: true,
          max_length: REASON_LIMIT,
          focus_on_load: true,
        },
      },
    ],
  };
}

/** `view` of a `view_submission` payload: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
export const submittedSchema = z
  .object({
    id: z.string().min(1),
    callback_id: z.literal(CALLBACK_ID),
    private_metadata: z
      .string()
      .transform((metadata) => metadata.split(" "))
      .pipe(z.tuple([z.string(), z.string().min(1), z.string().min(1), z.string().min(1)])),
    state: z.object({
      values: z.object({
        [REASON]: z
          .record(z.string(), z.object({ value: z.string().nullish() }))
          .transform((fields) => Object.values(fields))
          .pipe(z.tuple([z.object({ value: z.string().nullish() })])),
      }),
    }),
  })
  .transform(({ id: viewID, private_metadata: [, value, channel, ts], state: { values } }) => {
    const result: ModalResult = { kind: "reason", reason: cutReason(values[REASON][0].value ?? "") };
    return { viewID, value, card: { channel, ts }, result };
  });

/**
 * Slack counts what is typed, and may write an emoji out as its name: what comes back can be longer than what it let
 * somebody type.
 */
function cutReason(text: string): string {
  const reason = text.trim();
  if (reason.length <= REASON_LIMIT) return reason;
  return `${cutToLength(reason, REASON_LIMIT - 1, ({ length }) => length)}…`;
}
