/** The modals that approvers fill in: which of them this process has opened, for whom, from which control. */

import type { Asked } from "./asked.ts";
import type { Button } from "./buttons.ts";
import type { ModalKind } from "./domain/control.ts";
import type { Press, Submission } from "./domain/interaction.ts";

/** A modal of ours. */
interface Opened {
  /** The one whose press opened it. */
  readonly button: Button;
  readonly modal: ModalKind;
  readonly userID: string;
  readonly appID: string;
  /** Slack's own name for it; undefined when Slack did not say that it is open. */
  readonly viewID: Promise<string | undefined>;
}

export interface OpenedModals {
  /**
   * Opens a modal, which counts once, before whoever pressed.
   *
   * @returns whether Slack has opened it.
   */
  open(modal: ModalKind, press: Press, button: Button): Promise<boolean>;
  /** What a submission is about: undefined unless this process opened that very modal for that person. */
  take(submission: Submission): Promise<Button | undefined>;
  forget(asked: Asked): void;
}

/** @param mint makes a value that nobody can guess. */
export function createOpenedModals(mint: () => string): OpenedModals {
  const opened = new Map<string, Opened>();

  return {
    async open(modal, press, button) {
      const { userID, appID } = press;
      const value = mint();
      const about = button.rows.flatMap(({ asked }) => asked.content ?? []);
      const viewID = button.card.connection.modals.open(modal, press, value, about);
      opened.set(value, { button, modal, userID, appID, viewID });
      if ((await viewID) !== undefined) return true;
      opened.delete(value);
      return false;
    },
    async take({ value, userID, appID, viewID, result }) {
      const found = opened.get(value);
      if (found?.userID !== userID || found.appID !== appID || found.modal !== result.kind) return undefined;
      if ((await found.viewID) !== viewID) return undefined;
      // Of two submissions that waited here, one finds it.
      return opened.delete(value) ? found.button : undefined;
    },
    forget(asked) {
      for (const [value, { button }] of opened) {
        if (button.rows.some((row) => row.asked === asked)) opened.delete(value);
      }
    },
  };
}
