/** What can be set of the check of cards; apart, so that the configuration loads nothing else for it. */

/**
 * How much of a card must be as it was posted. `words`: all that a person reads and presses. `strict`: every field that
 * says something, also the text for notifications. `off`: nothing.
 */
export const CARD_CHECKS = ["words", "strict", "off"] as const;

export type CardCheck = (typeof CARD_CHECKS)[number];
