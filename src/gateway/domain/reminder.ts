/** When and where a card reminds that stays open. */

export interface ReminderRule {
  readonly afterMs: number;
  /** Whether it is a message of its own, which goes when the card closes. Otherwise it is a reply in the card's thread. */
  readonly isPassing: boolean;
}
