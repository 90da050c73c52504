/** Cards that were not seen as they were posted: what differs is logged, by its place and without a word of it. */

import type { Log } from "../system/log.ts";
import type { CardRef } from "./domain/card.ts";
import { describe, type Pressed } from "./pressed.ts";

/** Kinds of differences that are remembered: more of them are no habit of Slack's. */
const KINDS_LIMIT = 100;

/** Paths that are logged: more of them say no more. */
const PATHS_LIMIT = 20;

/** What somebody rewrites differs from card to card; what Slack writes in its own way is the same on each of them. */
const SAME_ON_TWO_CARDS =
  "Two cards in Slack were not as the gateway posted them, so no Allow on them counted. Both differ in the same fields: the log names them. Somebody may have rewritten the cards, or Slack writes them in a way that the check does not know. See OPENCODE_SLACK_GATEWAY_CARD_CHECK.";

interface AlteredCardsOptions {
  /** Says something to the user of OpenCode. */
  readonly toast: (message: string) => void;
  readonly log: Log;
}

export interface AlteredCards {
  /** @param paths of what differs on the card that was pressed. */
  note(pressed: Pressed, paths: readonly string[]): void;
}

export function createAlteredCards({ toast, log }: AlteredCardsOptions): AlteredCards {
  /** The card where each kind was first seen. */
  const first = new Map<string, string>();
  let isTold = false;

  return {
    note(pressed, all) {
      const paths = all.slice(0, PATHS_LIMIT);
      log.warn(
        { ...describe(pressed), paths, differing: all.length },
        "this card in Slack is not as the gateway posted it",
      );
      const kind = kindOf(paths);
      const card = nameOf(pressed.card);
      const seenOn = first.get(kind);
      if (seenOn === undefined && first.size < KINDS_LIMIT) first.set(kind, card);
      if (isTold || kind === "" || seenOn === undefined || seenOn === card) return;
      isTold = true;
      log.warn(SAME_ON_TWO_CARDS);
      toast(SAME_ON_TWO_CARDS);
    },
  };
}

/** The same fields stand in other places where a card has more of them. */
function kindOf(paths: readonly string[]): string {
  return [...new Set(paths.map((path) => path.replaceAll(/\[\d+\]/g, "[]")))].sort().join(" ");
}

function nameOf({ channel, ts }: CardRef): string {
  return `${channel} ${ts}`;
}
