/** The modals that cards open, and what people enter there. */

import type { KnownBlock, ModalView, WebClient } from "@slack/web-api";
import * as z from "zod";
import type { Log } from "../../system/log.ts";
import type { CardContent } from "../../gateway/domain/content.ts";
import type { ModalKind, ModalResult } from "../../gateway/domain/control.ts";
import type { Modals } from "../../gateway/ports.ts";
import { adviceFor, parseSlackFailure } from "../connection/errors.ts";
import { FIELD_LIMIT, renderTextField, stateSchema, textOf, type State } from "./modal-fields.ts";
import { readAnswers, readOwnWords, renderAnswers, renderOwnWords } from "./question-modals.ts";
import { renderBriefly } from "./request-blocks.ts";
import { plainText } from "./rich-text.ts";

/** Of the block and of the field in it. */
const REASON = "reason";

/** Requests that a modal names: the button is of one. */
const ABOUT_LIMIT = 1;

/** @param memberID by which what is submitted finds its way to this process. */
export function createModals(client: WebClient, memberID: string, log: Log): Modals {
  return {
    async open(modal, { triggerID, userID, card }, value, about) {
      try {
        const metadata = [memberID, value, card.channel, card.ts].join(" ");
        const view = renderModal(modal, memberID, metadata, about);
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

/** What stands in a modal, and what comes back of it. */
interface Form {
  /** By which its submission is known again. */
  readonly callbackID: string;
  readonly title: string;
  readonly submit: string;
  readonly render: (memberID: string, about: CardContent) => KnownBlock[];
  /** @returns undefined where there is no field of it. */
  readonly read: (values: State) => ModalResult | undefined;
}

const FORMS: Readonly<Record<ModalKind, Form>> = {
  reason: {
    callbackID: "reject_with_reason",
    title: "Reject with reason",
    submit: "Reject",
    render: renderReason,
    read: readReason,
  },
  answers: {
    callbackID: "answer_questions",
    title: "Answer",
    submit: "Send answer",
    render: renderAnswers,
    read: readAnswers,
  },
  "own-words": {
    callbackID: "answer_in_own_words",
    title: "Other answer",
    submit: "Send answer",
    render: renderOwnWords,
    read: readOwnWords,
  },
};

/** @param metadata comes back with the submission: whose it is, bits that only its process knows, and of which card. */
function renderModal(
  modal: ModalKind,
  memberID: string,
  metadata: string,
  about: readonly CardContent[],
): ModalView {
  const { callbackID, title, submit, render } = FORMS[modal];
  return {
    type: "modal",
    callback_id: callbackID,
    private_metadata: metadata,
    title: plainText(title),
    submit: plainText(submit),
    close: plainText("Cancel"),
    blocks: about.slice(0, ABOUT_LIMIT).flatMap((content) => render(memberID, content)),
  };
}

/** Asks why a request is rejected, and says in short which one that is. All of it stands on the card. */
function renderReason(memberID: string, about: CardContent): KnownBlock[] {
  const hint = `The agent reads it as you write it, and may go on. The card shows it, too. ${FIELD_LIMIT.toLocaleString("en")} characters at most.`;
  return [...renderBriefly(about), renderTextField(memberID, { id: REASON, label: "Reason", hint }, true)];
}

function readReason(values: State): ModalResult | undefined {
  const reason = textOf(values, REASON);
  return reason === undefined ? undefined : { kind: "reason", reason };
}

/** `view` of a `view_submission` payload: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
export const submittedSchema = z
  .object({
    id: z.string().min(1),
    callback_id: z.string(),
    private_metadata: z
      .string()
      .transform((metadata) => metadata.split(" "))
      .pipe(z.tuple([z.string(), z.string().min(1), z.string().min(1), z.string().min(1)])),
    state: stateSchema,
  })
  .transform(({ id: viewID, callback_id, private_metadata: [, value, channel, ts], state }, context) => {
    const form = Object.values(FORMS).find(({ callbackID }) => callbackID === callback_id);
    const result = form?.read(state.values);
    if (result !== undefined) return { viewID, value, card: { channel, ts }, result };
    context.addIssue("is no modal of this release");
    return z.NEVER;
  });
