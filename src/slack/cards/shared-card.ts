/** How a card looks that several requests share. Pure. */

import type { CardFace } from "../../gateway/domain/card.ts";
import { isClosed } from "../../gateway/domain/state.ts";
import { renderCardControls, renderHead, renderWaiting, type RenderedCard } from "./card-parts.ts";
import { renderLastPress } from "./last-press.ts";
import { isSameOrigin, nameWhere, renderOrigin, renderPlace } from "./origin.ts";
import {
  isForGood,
  renderNoApprover,
  renderQuestion,
  renderRow,
  renderSharedAlways,
  renderText,
} from "./request-blocks.ts";
import { escapeMrkdwn } from "./text.ts";

/** Requests on one card: more cannot be found again on a phone. */
export const ROWS_LIMIT = 20;
/** Characters of all rows in a message's `text`; how each of them ended, and where they come from, adds to it. */
const SHARED_TEXT_LIMIT = 2_400;

/** A card with several requests. Each takes two blocks, so that {@link ROWS_LIMIT} of them stay within Slack's limit. */
export function renderShared(face: CardFace, memberID: string): RenderedCard {
  const { rows, waiting, head, lastPress } = face;
  const title = `${rows.length} permission requests`;
  const open = rows.filter(({ state }) => !isClosed(state));
  const limit = Math.floor(SHARED_TEXT_LIMIT / rows.length);
  const summaries = rows.map(({ content, state }) => renderText(content, state, limit));
  const [first, ...others] = rows.map(({ content }) => content);
  if (first === undefined) throw new Error("A card shows at least one request.");
  const isOneSession = others.every((other) => isSameOrigin(other, first));
  return {
    text: `${title}, ${open.length} open: ${summaries.join(" · ")}${escapeMrkdwn(` (${nameWhere(first)})`)}`,
    blocks: [
      renderQuestion(title),
      isOneSession ? renderOrigin(first) : renderPlace(first),
      ...(open.length > 0 && first.noApprover ? [renderNoApprover(first.noApprover)] : []),
      ...(open.some(isForGood) ? [renderSharedAlways()] : []),
      ...rows.flatMap((row, index) => renderRow(row, index + 1, isOneSession, memberID)),
      ...renderCardControls(face, memberID),
      ...renderWaiting(waiting),
      ...renderHead(head),
      ...renderLastPress(lastPress),
    ],
  };
}
