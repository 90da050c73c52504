/** What a card shows of files can become untrue: they are looked at again when somebody presses Allow. */

import type { Asked, AskedRow } from "./asked.ts";
import type { Button } from "./buttons.ts";
import type { Card } from "./card.ts";
import type { Log } from "../system/log.ts";
import type { CardContent } from "./domain/content.ts";
import type { Connection } from "./ports.ts";

const OTHER_THREAD = "Its files have changed since its thread was written.";
const NO_ROOM = "Its files have changed, and this card has no room for what it would do now.";
const IN_OPENCODE = "It can be allowed in OpenCode only.";

interface RenewalOptions {
  /** Describes a request as it is now, and remembers how to look at its files again. */
  readonly describe: (asked: Asked, connection: Connection) => Promise<CardContent>;
  readonly redraw: (card: Card<AskedRow>) => void;
  readonly log: Log;
}

export interface Renewal {
  /**
   * Whether a press of Allow is on what would be done: the files are as they were described, and that is what Slack
   * shows. If they are not, the card is drawn anew, with as much Allow as is left then. Does not reject.
   */
  isCurrent(button: Button): Promise<boolean>;
}

export function createRenewal({ describe, redraw, log }: RenewalOptions): Renewal {
  async function renew(card: Card<AskedRow>, row: AskedRow): Promise<void> {
    const { cards } = card.connection;
    const content = await describe(row.asked, card.connection);
    row.content = row.thread === undefined ? content : withDoubt(content, OTHER_THREAD);
    const contents = card.rows.map((each) => each.content);
    if (contents.length > 1 && cards.fit(contents) < contents.length)
      row.content = { ...withDoubt(content, NO_ROOM), details: content.details.slice(0, 1) };
    row.offered = cards.offers(row.content, undefined);
    row.asked.content = row.content;
    redraw(card);
  }

  async function isCurrentRow(card: Card<AskedRow>, row: AskedRow): Promise<boolean> {
    if ((await row.asked.isCurrent?.()) !== false) return true;
    const { requestID, sessionID } = row.asked.request;
    log.info({ requestID, sessionID }, "files have changed since the card was drawn");
    await renew(card, row).catch((err: unknown) =>
      log.error({ requestID, sessionID, err }, "request could not be described again"),
    );
    return false;
  }

  return {
    async isCurrent({ card, rows, control: { name } }) {
      const pressed = card.rows.filter(({ asked }) => rows.some((row) => row.asked === asked));
      const current = await Promise.all(pressed.map(async (row) => isCurrentRow(card, row)));
      return (
        current.every((isCurrent) => isCurrent) &&
        pressed.every((row) => row.controls().some((control) => control.name === name)) &&
        card.shows(pressed)
      );
    },
  };
}

function withDoubt(content: CardContent, why: string): CardContent {
  return { ...content, doubt: content.doubt ?? `${why} ${IN_OPENCODE}` };
}
