/** What a press of one of our controls leads to: its effect, or a word to whoever pressed why there is none. */

import type { AlteredCards } from "./altered-cards.ts";
import { isOpen, type AskedRow } from "./asked.ts";
import type { Button } from "./buttons.ts";
import type { Card } from "./card.ts";
import type { CardRef } from "./domain/card.ts";
import { allows, answerOf, type ModalKind, type ModalResult } from "./domain/control.ts";
import type { Press, PressOutcome, Submission, WholePress } from "./domain/interaction.ts";
import type { Expiry } from "./expiry.ts";
import type { Grants } from "./grants/grants.ts";
import { createMutePresses, type MutePressesOptions } from "./mute-presses.ts";
import type { OpenedModals } from "./opened-modals.ts";
import { beingReplied, describe, pressedOf, recordOf, tooLate, type Pressed } from "./pressed.ts";
import type { Renewal } from "./renewal.ts";
import { rootOf } from "./room.ts";
import { createSubmitting, type SubmittingOptions } from "./submitting.ts";
import type { Sight } from "./optimistic-check.ts";

/** How old an Allow may be when it is handled: people remember for about as long what they pressed. */
const ALLOW_LIMIT_MS = 60_000;

interface PressHandlerOptions extends SubmittingOptions {
  readonly muting: MutePressesOptions["muting"];
  /** The card of ours that Slack has at this address. */
  readonly cardAt: (address: CardRef) => Card<AskedRow> | undefined;
  readonly modals: Pick<OpenedModals, "open">;
  readonly renewal: Renewal;
  readonly altered: AlteredCards;
  readonly grants: Pick<Grants, "rejectedAll" | "revoke">;
  readonly expiry: Pick<Expiry, "attended" | "during">;
}

export interface PressHandler {
  /** @param button the one that was found by the press's value. */
  pressed(press: Press, button: Button): Promise<void>;
  /** @param button the one whose modal was submitted, by whom it was opened for. */
  submitted(submission: Submission, button: Button): Promise<void>;
}

export function createPressHandler(options: PressHandlerOptions): PressHandler {
  const { hooks, cardAt, modals, renewal, altered, grants, expiry, tell, audit, log } = options;
  const submitting = createSubmitting(options);
  const takeMutePress = createMutePresses(options);

  async function handle(press: Press, button: Button): Promise<void> {
    const { card, control, rows } = button;
    const { kind } = control.effect;
    const pressed = pressedOf(press, press.card, button);
    log.info(describe(pressed), "press");
    if (kind === "revoke") return revoke(pressed);

    // A press can come before Slack has told us that the card is posted.
    await card.outcome;
    const seen = cardAt(press.card);
    if (seen === undefined) return refuseVoid(pressed);
    // No press that Slack brings is like that; a process that forges presses could close others' cards with it.
    if (seen !== card) return refuse(pressed, { kind: "unknown-button" }, "other-card");

    if (await refuseStranger(pressed)) return;
    if (await refuseUnseen(press, pressed)) return;
    // Looking at cards and files takes time.
    if (await refuseLate(pressed)) return;
    if (kind === "mute" || kind === "unmute") return takeMutePress(pressed, kind);
    const first = beingReplied(rows);
    if (first !== undefined) return refuse(pressed, first);
    return take(press, pressed);
  }

  /** As it takes away: whatever the card shows, wherever it is, and before anything is written down. */
  async function revoke(pressed: Pressed): Promise<void> {
    if (await refuseStranger(pressed)) return;
    const [row] = pressed.button.rows;
    if (row === undefined) throw new Error("A card shows at least one request.");
    const outcome = grants.revoke(row.asked, pressed.userID);
    if (outcome.kind === "grant-over") return refuse(pressed, outcome);
    void audit.pressed(recordOf(pressed));
    return tell(pressed, outcome);
  }

  async function take(press: Press, pressed: Pressed): Promise<void> {
    const { card, control, rows } = pressed.button;
    const { effect } = control;
    expiry.attended(rows);
    // Whoever rejects all that is asked wants nothing of it to go on.
    if (card.controls.includes(control)) grants.rejectedAll(card.rows.map(rootOf), pressed.userID);
    switch (effect.kind) {
      case "revoke":
        return revoke(pressed);
      case "mute":
      case "unmute":
        return takeMutePress(pressed, effect.kind);
      case "submit":
        return effect.entered === undefined
          ? submitting.submit(pressed, effect.answer)
          : submitEntered(pressed, effect.entered);
      case "open":
        return openModal(effect.modal, press, pressed);
      case "stop":
        return submitting.stop(pressed, effect.answer);
    }
  }

  /** Time has passed since the press that opened the modal: what can have changed is looked at again. */
  async function submitted(submission: Submission, button: Button): Promise<void> {
    const { card, rows } = button;
    const pressed = pressedOf(submission, card.address() ?? submission.card, button);
    log.info(describe(pressed), "modal submitted");

    if (await refuseStranger(pressed)) return;
    if (await refuseLate(pressed)) return;
    expiry.attended(rows);
    const first = beingReplied(rows);
    if (first !== undefined) return refuse(pressed, first);
    return submitEntered(pressed, submission.result);
  }

  /** Only controls of one row let anybody enter something. */
  async function submitEntered(pressed: Pressed, result: ModalResult): Promise<void> {
    const { button } = pressed;
    const [row, ...others] = button.rows;
    if (row === undefined || others.length > 0) return refuse(pressed, { kind: "not-understood" });
    const opened = answerOf(button.control.effect);
    if (opened === undefined) return refuse(pressed, { kind: "not-understood" });
    const answer = hooks[row.asked.request.kind].enter(row.asked, opened, result);
    return typeof answer === "string"
      ? refuse(pressed, { kind: answer })
      : submitting.submit(pressed, answer);
  }

  async function refuse(
    pressed: Pressed,
    outcome: PressOutcome,
    refusal: string = outcome.kind,
  ): Promise<void> {
    log.warn({ ...describe(pressed), reason: refusal }, "press refused");
    // Only what goes to OpenCode has to be on the disk before.
    void audit.pressed({ ...recordOf(pressed), refusal });
    return tell(pressed, outcome);
  }

  /** The message is not this card: of an attempt that was given up, or a second one of one that was not. */
  async function refuseVoid(pressed: Pressed): Promise<void> {
    const { card, rows } = pressed.button;
    const again = { kind: "gone", reason: "posted-again", at: new Date() } as const;
    // Side by side: whoever pressed does not wait for a card that Slack may take long to change.
    await Promise.all([
      refuse(pressed, tooLate(rows) ?? { kind: "closed", state: again }),
      card.closeVoid(pressed.card, again),
    ]);
  }

  /** @returns whether the person may not reply, and has been told. */
  async function refuseStranger(pressed: Pressed): Promise<boolean> {
    const { userID, button } = pressed;
    const reason = await button.card.connection.approvers.refusal(pressed);
    if (reason !== undefined) await refuse(pressed, { kind: "not-approver", userID, reason }, reason);
    return reason !== undefined;
  }

  /** @returns whether what they pressed is not what they saw, or nobody can tell, and they have been told. */
  async function refuseUnseen(press: Press, pressed: Pressed): Promise<boolean> {
    const { card, rows, control } = pressed.button;
    const isAllow = allows(control.effect);
    // What only rejects.
    const harmsNobody = !isAllow && ["submit", "open"].includes(control.effect.kind);
    if (!isWhole(press) && isAllow) return refused(pressed, { kind: "incomplete" });
    const mayLook = isWhole(press) && rows.some(isOpen);
    const sight = mayLook ? await card.sight(press, rows, control, !harmsNobody) : "latest";
    if (await refuseLate(pressed)) return true;
    if (sight === "other-app") return refused(pressed, { kind: sight });
    if (sight === "altered") return refuseAltered(press, pressed, harmsNobody);
    if (!isAllow) return false;
    const because = whyStale(press, sight, card.connection.now());
    if (because !== undefined) return refused(pressed, { kind: "stale", because }, because);
    if (await renewal.isCurrent(pressed.button)) return false;
    // Somebody may have answered meanwhile, and then nothing can be pressed again.
    if (await refuseLate(pressed)) return true;
    return refused(pressed, { kind: "stale", because: "files" }, "files");
  }

  /**
   * Restores the card. A reject that somebody was brought to by other words counts all the same, and at once: refusing it
   * would lock everybody out where Slack, and nobody else, writes the card in another way.
   */
  async function refuseAltered({ wording }: Press, pressed: Pressed, harmsNobody: boolean): Promise<boolean> {
    const { card } = pressed.button;
    altered.note(pressed, wording === undefined ? [] : card.differences(wording));
    if (harmsNobody) {
      Promise.all([card.show(), tell(pressed, { kind: "restored" })]).catch((err: unknown) =>
        log.error({ ...describe(pressed), err }, "card could not be restored"),
      );
      return false;
    }
    await Promise.all([refuse(pressed, { kind: "altered" }), card.show()]);
    return true;
  }

  async function refused(...refusal: Parameters<typeof refuse>): Promise<true> {
    await refuse(...refusal);
    return true;
  }

  /** @returns whether nothing is left to answer, and the person has been told. */
  async function refuseLate(pressed: Pressed): Promise<boolean> {
    const { rows, card } = pressed.button;
    const late = tooLate(rows);
    if (late === undefined) return false;
    await refuse(pressed, late);
    // A card that can be pressed does not show that its requests are closed: not yet, or not any more.
    await card.show();
    return true;
  }

  async function openModal(modal: ModalKind, press: Press, pressed: Pressed): Promise<void> {
    if (!(await modals.open(modal, press, pressed.button))) return refuse(pressed, { kind: "no-modal" });
    log.info(describe(pressed), "modal opened");
    void audit.pressed({ ...recordOf(pressed), refusal: `${modal}-asked` });
  }

  return {
    pressed: async (press, button) => expiry.during(button.rows, handle(press, button)),
    submitted: async (submission, button) => expiry.during(button.rows, submitted(submission, button)),
  };
}

/**
 * Why an Allow is no longer what whoever pressed wants.
 *
 * @param now Slack's time, or this machine's as long as Slack has not told its own.
 */
function whyStale(
  { at = 0 }: Pick<Press, "at">,
  sight: Sight,
  now = Date.now(),
): "changed" | "late" | undefined {
  if (sight === "earlier") return "changed";
  return now - at > ALLOW_LIMIT_MS ? "late" : undefined;
}

function isWhole(press: Press): press is WholePress {
  return press.at !== undefined && press.wording !== undefined && press.appID !== "";
}
