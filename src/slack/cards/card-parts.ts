/** What stands around the requests of a card. Pure. */

import type { Block, KnownBlock } from "@slack/web-api";
import type { CardFace } from "../../gateway/domain/card.ts";
import { isClosed } from "../../gateway/domain/state.ts";
import { renderControls } from "./card-buttons.ts";
import { renderLine } from "./origin.ts";

/** A card as Slack's `chat.postMessage` and `chat.update` take it. */
export interface RenderedCard {
  readonly text: string;
  readonly blocks: (KnownBlock | Block)[];
}

/** Those of the whole card: what only answers all of it says no more than the controls of the last row that is open. */
export function renderCardControls({ rows, controls }: CardFace, memberID: string): KnownBlock[] {
  const open = rows.filter(({ state }) => !isClosed(state)).length;
  const left = controls.filter(({ effect }) => open > 1 || (open === 1 && effect.kind !== "submit"));
  return renderControls(left, memberID);
}

export function renderWaiting(waiting = 0): KnownBlock[] {
  if (waiting === 0) return [];
  const more =
    waiting === 1 ? "1 more request of this session waits" : `${waiting} more requests of this session wait`;
  return [renderLine(`${more} until one of its open cards is closed.`)];
}

/** One line for a whole card: a head covers all that was recorded before it. */
export function renderHead(head: string | undefined): KnownBlock[] {
  return head === undefined ? [] : [renderLine(`Audit ${head}`)];
}
