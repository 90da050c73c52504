/** How a card looks: content and state → Slack's blocks. Pure. */

import type { CardFace, Row } from "../../gateway/domain/card.ts";
import { renderCardControls, renderHead, renderWaiting, type RenderedCard } from "./card-parts.ts";
import { renderLastPress } from "./last-press.ts";
import { isWithinLimits } from "./limits.ts";
import { renderMute, withoutMute } from "./mute-line.ts";
import { asReadable } from "./readable.ts";
import { renderRequest, renderText } from "./request-blocks.ts";
import { renderShared } from "./shared-card.ts";

/**
 * Draws a card. A request in the state `asked` has its controls.
 *
 * @param memberID by which presses find their way to this process.
 */
export function renderCard(face: CardFace, memberID: string): RenderedCard {
  const card = draw(face, memberID);
  return isWithinLimits(card.blocks) ? card : draw(withoutMute(face), memberID);
}

function draw(face: CardFace, memberID: string): RenderedCard {
  const [row, ...others] = face.rows;
  return row !== undefined && others.length === 0
    ? renderAlone(row, face, memberID)
    : renderShared(face, memberID);
}

function renderAlone(row: Row, face: CardFace, memberID: string): RenderedCard {
  const { content, state } = row;
  return {
    text: renderText(content, state),
    blocks: [
      ...renderRequest(asReadable(row), memberID),
      ...renderCardControls(face, memberID),
      ...renderWaiting(face.waiting),
      ...renderMute(face),
      ...renderLastPress(face.lastPress),
      ...renderHead(face.head),
    ],
  };
}
