/** What people do with cards, as it comes in: each goes to the control that it is about, or to nobody. */

import type { Buttons } from "./buttons.ts";
import type { Press, Presser, Submission } from "./domain/interaction.ts";
import type { OpenedModals } from "./opened-modals.ts";
import type { Audit, Connection } from "./ports.ts";
import type { PressHandler } from "./press-handler.ts";
import type { Log } from "../system/log.ts";

/** No method throws. */
export interface Incoming {
  /** Somebody pressed a control of a card of ours. */
  pressed(press: Press): void;
  /** Somebody submitted a modal, of ours as it says. */
  submitted(submission: Submission): void;
  /** Somebody did with a card of ours what this release does not know. */
  notUnderstood(presser: Presser): void;
}

interface IncomingOptions {
  readonly buttons: Pick<Buttons, "find">;
  readonly modals: Pick<OpenedModals, "take">;
  readonly handler: PressHandler;
  readonly join: () => Promise<Connection>;
  readonly audit: Pick<Audit, "pressed">;
  readonly log: Log;
}

export function createIncoming(options: IncomingOptions): Incoming {
  const { buttons, modals, handler, join, audit, log } = options;

  async function handlePress(press: Press): Promise<void> {
    const button = buttons.find(press.value);
    if (button === undefined) return answerUnknown(press, "unknown-button");
    return handler.pressed(press, button);
  }

  async function handleSubmission(submission: Submission): Promise<void> {
    const button = await modals.take(submission);
    if (button === undefined) return answerUnknown(submission, "unknown-modal");
    return handler.submitted(submission, button);
  }

  /** No request has such a control or modal, or has it any more. */
  async function answerUnknown(
    { userID, teamID, card }: Presser,
    kind: "unknown-button" | "unknown-modal" | "not-understood",
  ): Promise<void> {
    log.warn({ userID, ...card, reason: kind }, "this press is about no open request");
    void audit.pressed({ userID, teamID, card, requests: [], refusal: kind });
    const connection = await join();
    try {
      await connection.cards.tell({ userID, card }, { kind });
    } finally {
      connection.leave();
    }
  }

  function handle({ userID }: Presser, handling: Promise<void>): void {
    handling.catch((err: unknown) => log.error({ userID, err }, "press could not be handled"));
  }

  return {
    pressed: (press) => handle(press, handlePress(press)),
    submitted: (submission) => handle(submission, handleSubmission(submission)),
    notUnderstood: (presser) => handle(presser, answerUnknown(presser, "not-understood")),
  };
}
