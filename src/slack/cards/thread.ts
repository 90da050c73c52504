/** A request that its card has no room for, divided among the messages of the card's thread. Pure. */

import { isAllowing } from "../../gateway/domain/ask.ts";
import type { ThreadForm } from "../../gateway/domain/card.ts";
import type { CardContent, ShownDetail } from "../../gateway/domain/content.ts";
import type { RenderedCard } from "./card-parts.ts";
import { isWithinLimits } from "./limits.ts";
import { isWhole, lengthOf, renderDetails } from "./card-details.ts";
import { fits } from "./readable.ts";
import { plainText } from "./rich-text.ts";
import { renderSnippet } from "./snippet.ts";
import { cutToLength, jsonLength } from "./text.ts";

/** More messages than these nobody reads before an answer. */
const MESSAGES_LIMIT = 3;
/** Characters of the details of a message, blocks and all; the rest is for what stands around them. */
const MESSAGE_LIMIT = 9_500;
/** Characters of the blocks around a label and a text. */
const AROUND_DETAIL = 250;

/**
 * How the card's thread shows a request that could be allowed if only the card had room for it. Undefined for any
 * other, and for one that the thread has no room for either.
 *
 * @param mayUpload whether the thread may have a file.
 */
export function findThreadForm(content: CardContent, mayUpload: boolean): ThreadForm | undefined {
  const isAllowable =
    content.doubt === undefined && content.offers.replies.some((reply) => isAllowing({ reply }));
  if (!isAllowable || fits(content)) return undefined;
  if (renderThread(content) !== undefined) return "messages";
  return mayUpload && renderSnippet(content) !== undefined ? "snippet" : undefined;
}

/** @returns undefined where more is to be read than the messages have room for. */
export function renderThread(content: CardContent): readonly RenderedCard[] | undefined {
  const mayFit = isWhole(content) && lengthOf(content.details) <= MESSAGES_LIMIT * MESSAGE_LIMIT;
  const parts = mayFit ? divideDetails(content.details, MESSAGE_LIMIT, MESSAGES_LIMIT) : undefined;
  const messages = parts?.map((details, index) => renderMessage(details, index + 1, parts.length));
  return messages?.every(({ blocks }) => isWithinLimits(blocks)) === true ? messages : undefined;
}

function renderMessage(details: readonly ShownDetail[], number: number, count: number): RenderedCard {
  const text = `The whole request, ${number} of ${count}`;
  return {
    text,
    blocks: [{ type: "header", text: plainText(text) }, ...renderDetails(details)],
  };
}

/**
 * Divides details among messages with room for `limit` characters each, which is to be some thousands. Every
 * character is in one of them, in order; a label says what goes on from the message before.
 *
 * @returns undefined when that takes more than `most` messages.
 */
export function divideDetails(
  details: readonly ShownDetail[],
  limit: number,
  most: number,
): readonly (readonly ShownDetail[])[] | undefined {
  // A label is never divided: one that leaves no room for its text is no name.
  if (details.some(({ label }) => sizeOf({ label, text: "" }) > limit / 2)) return undefined;
  const messages: ShownDetail[][] = [[]];
  let left = limit;
  for (const detail of details) {
    let rest = detail;
    while (sizeOf(rest) > left) {
      const begun = beginningOf(rest.text, left - sizeOf({ ...rest, text: "" }));
      if (begun !== "") messages.at(-1)?.push({ ...rest, text: begun });
      rest = begun === "" ? rest : goOn(detail, rest.text.slice(begun.length), begun);
      if (messages.push([]) > most) return undefined;
      left = limit;
    }
    messages.at(-1)?.push(rest);
    left -= sizeOf(rest);
  }
  return messages;
}

function goOn({ label, ...detail }: ShownDetail, text: string, before: string): ShownDetail {
  const where = before.endsWith("\n") ? "continued" : "continued on the same line";
  return { ...detail, label: `${label} (${where})`, text };
}

function sizeOf({ label, text }: ShownDetail): number {
  return AROUND_DETAIL + jsonLength(label) + jsonLength(text);
}

/** At most `limit` characters: whole lines, if there is one. */
function beginningOf(text: string, limit: number): string {
  const beginning = cutToLength(text, limit, jsonLength);
  return beginning.slice(0, beginning.lastIndexOf("\n") + 1) || beginning;
}
