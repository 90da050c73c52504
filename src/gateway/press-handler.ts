/** What a press of one of our controls leads to: its effect, or a word to the clicker why there is none. */

import type { AskedRow } from "./asked.ts";
import type { Button } from "./buttons.ts";
import type { Card } from "./card.ts";
import { isGrant } from "./domain/ask.ts";
import type { CardRef } from "./domain/card.ts";
import type { ModalKind } from "./domain/control.ts";
import type { Click, ClickOutcome, Submission, WholeClick } from "./domain/interaction.ts";
import type { OpenedModals } from "./opened-modals.ts";
import { answerOf, beingReplied, describe, isOpen, pressOf, recordOf, tooLate, type Press } from "./press.ts";
import type { Renewal } from "./renewal.ts";
import { createSubmitting, type SubmittingOptions } from "./submitting.ts";
import type { Sight } from "./versions.ts";

/** How old an Allow may be when it is handled: people remember for about as long what they pressed. */
const ALLOW_LIMIT_MS = 60_000;

interface ClickHandlerOptions extends SubmittingOptions {
  /** The card of ours that Slack has at this address. */
  readonly cardAt: (address: CardRef) => Card<AskedRow> | undefined;
  readonly modals: Pick<OpenedModals, "open">;
  readonly renewal: Renewal;
}

export interface ClickHandler {
  /** @param button the one that was found by the click's value. */
  clicked(click: Click, button: Button): Promise<void>;
  /** @param button the one whose modal was submitted, by whom it was opened for. */
  submitted(submission: Submission, button: Button): Promise<void>;
}

export function createClickHandler(options: ClickHandlerOptions): ClickHandler {
  const { hooks, cardAt, modals, renewal, audit, log } = options;
  const submitting = createSubmitting(options);

  async function clicked(click: Click, button: Button): Promise<void> {
    const { card, rows } = button;
    const press = pressOf(click, click.card, button);
    log.info(describe(press), "click");

    // A click can come before Slack has told us that the card is posted.
    await card.outcome;
    const seen = cardAt(click.card);
    if (seen === undefined) return refuseVoid(press);
    // No click that Slack brings is like that; a process that forges clicks could close others' cards with it.
    if (seen !== card) return refuse(press, { kind: "unknown-button" }, "other-card");

    if (await refuseStranger(press)) return;
    if (await refuseUnseen(click, press)) return;
    // Looking at cards and files takes time.
    if (await refuseLate(press)) return;
    const first = beingReplied(rows);
    if (first !== undefined) return refuse(press, { kind: "being-replied", userID: first });
    return take(click, press);
  }

  async function take(click: Click, press: Press): Promise<void> {
    const { effect } = press.button.control;
    switch (effect.kind) {
      case "submit":
        return submitting.submit(press, effect.answer);
      case "open":
        return openModal(effect.modal, click, press);
      case "stop":
        return submitting.stop(press, effect.answer);
    }
  }

  /** Time has passed since the press that opened the modal: what can have changed is looked at again. */
  async function submitted(submission: Submission, button: Button): Promise<void> {
    const { card, rows } = button;
    const press = pressOf(submission, card.address() ?? submission.card, button);
    log.info(describe(press), "modal submitted");

    if (await refuseStranger(press)) return;
    if (await refuseLate(press)) return;
    const opened = answerOf(button);
    const answer = hooks[opened.kind].enter(opened, submission.result);
    if (answer === undefined) return refuse(press, { kind: "no-reason" });
    const first = beingReplied(rows);
    if (first !== undefined) return refuse(press, { kind: "being-replied", userID: first });
    return submitting.submit(press, answer);
  }

  async function refuse(press: Press, outcome: ClickOutcome, refusal: string = outcome.kind): Promise<void> {
    log.warn({ ...describe(press), reason: refusal }, "click refused");
    // Only what goes to OpenCode has to be on the disk before.
    void audit.clicked({ ...recordOf(press), refusal });
    return press.button.card.presence.cards.tell(press, outcome);
  }

  /** The message is not this card: of an attempt that was given up, or a second one of one that was not. */
  async function refuseVoid(press: Press): Promise<void> {
    const { card, rows } = press.button;
    const again = { kind: "gone", reason: "posted-again", at: new Date() } as const;
    // Side by side: the clicker does not wait for a card that Slack may take long to change.
    await Promise.all([
      refuse(press, tooLate(rows) ?? { kind: "closed", state: again }),
      card.closeVoid(press.card, again),
    ]);
  }

  /** @returns whether the person may not reply, and has been told. */
  async function refuseStranger(press: Press): Promise<boolean> {
    const { userID, button } = press;
    const reason = await button.card.presence.approvers.refusal(press);
    if (reason !== undefined) await refuse(press, { kind: "not-approver", userID, reason }, reason);
    return reason !== undefined;
  }

  /** @returns whether what they pressed is not what they saw, or nobody can tell, and they have been told. */
  async function refuseUnseen(click: Click, press: Press): Promise<boolean> {
    const { card, rows, control } = press.button;
    const isAllow = isGrant(answerOf(press.button));
    if (!isWhole(click) && isAllow) return refused(press, { kind: "incomplete" });
    const sight = isWhole(click) && rows.some(isOpen) ? await card.sight(click, rows, control) : "latest";
    if (await refuseLate(press)) return true;
    if (sight === "other-app") return refused(press, { kind: sight });
    if (sight === "altered") {
      await Promise.all([refuse(press, { kind: sight }), card.show()]);
      return true;
    }
    if (!isAllow) return false;
    const because = whyStale(click, sight, card.presence.now());
    if (because !== undefined) return refused(press, { kind: "stale", because }, because);
    if (await renewal.isCurrent(press.button)) return false;
    return refused(press, { kind: "stale", because: "files" }, "files");
  }

  async function refused(...refusal: Parameters<typeof refuse>): Promise<true> {
    await refuse(...refusal);
    return true;
  }

  /** @returns whether nothing is left to answer, and the person has been told. */
  async function refuseLate(press: Press): Promise<boolean> {
    const { rows, card } = press.button;
    const late = tooLate(rows);
    if (late === undefined) return false;
    await refuse(press, late);
    // A card that can be clicked does not show that its requests are closed: not yet, or not any more.
    await card.show();
    return true;
  }

  async function openModal(modal: ModalKind, click: Click, press: Press): Promise<void> {
    if (!(await modals.open(modal, click, press.button))) return refuse(press, { kind: "no-modal" });
    log.info(describe(press), "modal opened");
    void audit.clicked({ ...recordOf(press), refusal: `${modal}-asked` });
  }

  return { clicked, submitted };
}

/**
 * Why an Allow is no longer what the clicker wants, as far as can be known; before Slack has told its time, only that
 * the card has changed.
 */
function whyStale({ at = 0 }: Pick<Click, "at">, sight: Sight, now = at): "changed" | "late" | undefined {
  if (sight === "earlier") return "changed";
  return now - at > ALLOW_LIMIT_MS ? "late" : undefined;
}

function isWhole(click: Click): click is WholeClick {
  return click.at !== undefined && click.digest !== undefined && click.appID !== "";
}
