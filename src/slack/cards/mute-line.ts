/** What a card says while new cards are muted, so that whoever looks at Slack knows why nothing comes. Pure. */

import type { KnownBlock, RichTextElement } from "@slack/web-api";
import type { CardFace } from "../../gateway/domain/card.ts";
import { isClosed } from "../../gateway/domain/state.ts";
import { renderTime, richText } from "./rich-text.ts";

/** A card that says nothing of the mute, and cannot mute: where it has no room for that. */
export function withoutMute({ mute: _mute, ...face }: CardFace): CardFace {
  const controls = face.controls.filter(({ effect: { kind } }) => kind !== "mute" && kind !== "unmute");
  return { ...face, controls };
}

/** One line for a whole card. On a closed one it stays, so it says how things stood then. */
export function renderMute({ mute, rows }: Pick<CardFace, "mute" | "rows">): KnownBlock[] {
  if (mute === undefined) return [];
  const isOver = rows.every(({ state }) => isClosed(state));
  const [before, behind] = isOver
    ? ["When this was closed, new cards were muted until ", "."]
    : ["New cards are muted until ", ": what is asked meanwhile waits in OpenCode."];
  const by: RichTextElement[] =
    mute.userID === undefined
      ? []
      : [
          { type: "text", text: " by " },
          { type: "user", user_id: mute.userID },
        ];
  return [
    richText({ type: "text", text: before }, renderTime(mute.until), ...by, { type: "text", text: behind }),
  ];
}
