/** How a card looks that several requests share. Pure. */

import type { CardFace } from "../../gateway/domain/card.ts";
import { isClosed } from "../../gateway/domain/state.ts";
import { renderCardControls, renderHead, renderWaiting, type RenderedCard } from "./card-parts.ts";
import { renderMute } from "./mute-line.ts";
import { renderLastPress } from "./last-press.ts";
import { isRisky, projectOf, renderHeader, RISK } from "./head.ts";
import { isSameOrigin, renderOrigin, renderPlace } from "./origin.ts";
import { renderNoApprover, renderReach, renderRow, renderRowText } from "./request-blocks.ts";
import { escapeMrkdwn } from "./text.ts";

/** Requests on one card: more cannot be found again on a phone. */
export const ROWS_LIMIT = 20;
/** Characters of all rows in a message's `text`, of which `chat.update` refuses more than 4,000; how each ended adds to it. */
const SHARED_TEXT_LIMIT = 2_000;

/** A card with several requests. Each takes two blocks, so that {@link ROWS_LIMIT} of them stay within Slack's limit. */
export function renderShared(face: CardFace, memberID: string): RenderedCard {
  const { rows, waiting, head, lastPress } = face;
  const [first, ...others] = rows.map(({ content }) => content);
  if (first === undefined) throw new Error("A card shows at least one request.");
  const open = rows.filter(({ state }) => !isClosed(state));
  const isOneSession = others.every((other) => isSameOrigin(other, first));
  const risk = open.some(({ content }) => isRisky(content)) ? RISK : "";
  const isEachPermission = rows.every(({ content }) => content.request.kind === "permission");
  const what = isEachPermission ? "permission requests" : "requests";
  const title = `${risk}${projectOf(first.directory)} · ${rows.length} ${what}`;
  const limit = Math.floor(SHARED_TEXT_LIMIT / rows.length);
  const texts = rows.map(({ content, state }) => renderRowText(content, state, limit));
  return {
    text: `${escapeMrkdwn(title)}, ${open.length} open: ${texts.join(" · ")}`,
    blocks: [
      renderHeader(title),
      isOneSession ? renderOrigin(first) : renderPlace(first),
      ...(open.length > 0 && first.noApprover ? [renderNoApprover(first.noApprover)] : []),
      ...rows.flatMap((row, index) => renderRow(row, index + 1, isOneSession, memberID)),
      ...renderCardControls(face, memberID),
      ...(open.some(({ hasOthers }) => hasOthers) ? [renderReach()] : []),
      ...renderWaiting(waiting),
      ...renderMute(face),
      ...renderLastPress(lastPress),
      ...renderHead(head),
    ],
  };
}
