/** The modals in which approvers write why they reject: which of them this process has opened, for whom, about what. */

import type { Asked } from "./asked.ts";
import type { Button } from "./buttons.ts";
import type { Click, Submission } from "./domain/interaction.ts";

/** A modal of ours. */
interface Opened {
  /** The one whose press opened it. */
  readonly button: Button;
  readonly userID: string;
  readonly appID: string;
  /** Slack's own name for it; undefined when Slack did not say that it is open. */
  readonly viewID: Promise<string | undefined>;
}

export interface Reasons {
  /**
   * Asks the clicker for a reason, in a modal that counts once.
   *
   * @returns whether Slack has opened it.
   */
  open(click: Click, button: Button): Promise<boolean>;
  /** What a submission rejects: undefined unless this process opened that very modal for that person. */
  take(submission: Submission): Promise<Button | undefined>;
  forget(asked: Asked): void;
}

/** @param mint makes a value that nobody can guess. */
export function createReasons(mint: () => string): Reasons {
  const opened = new Map<string, Opened>();

  return {
    async open(click, button) {
      const { userID, appID } = click;
      const value = mint();
      const viewID = button.card.presence.modals.askReason(click, value);
      opened.set(value, { button, userID, appID, viewID });
      if ((await viewID) !== undefined) return true;
      opened.delete(value);
      return false;
    },
    async take({ value, userID, appID, viewID }) {
      const modal = opened.get(value);
      if (modal?.userID !== userID || modal.appID !== appID) return undefined;
      if ((await modal.viewID) !== viewID) return undefined;
      // Of two submissions that waited here, one finds it.
      return opened.delete(value) ? modal.button : undefined;
    },
    forget(asked) {
      for (const [value, { button }] of opened) {
        if (button.rows.some((row) => row.asked === asked)) opened.delete(value);
      }
    },
  };
}
