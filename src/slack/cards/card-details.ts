/** What will be done, as a card shows it: whole, its beginning, or one line. Pure. */

import type { KnownBlock, RichTextElement, RichTextSection } from "@slack/web-api";
import type { CardContent, ShownDetail } from "../../gateway/domain/content.ts";
import { quote, section, type RichTextElementOf } from "./rich-text.ts";
import { abbreviate, cutToLength, jsonLength, toOneLine } from "./text.ts";

/** Characters of a label that has to be cut. */
const LABEL_LIMIT = 150;
/** Details that are shown when they have to be cut: their labels take place, too. */
const CUT_DETAILS_COUNT = 20;
/** Characters left for details when they have to be cut; the rest is for everything else on the card. */
const CUT_DETAILS_LIMIT = 6_000;

type DetailElement = RichTextSection | RichTextElementOf<"rich_text_preformatted" | "rich_text_quote">;

/** All details in one block; Slack takes none without elements. */
export function renderDetails(details: readonly ShownDetail[]): KnownBlock[] {
  return details.length === 0 ? [] : [{ type: "rich_text", elements: details.flatMap(renderDetail) }];
}

/** A detail's name and its text. */
export function renderDetail(detail: ShownDetail): DetailElement[] {
  return [section(nameDetail(detail)), ...renderDetailText(detail)];
}

/** A detail's name; a text that is not there cannot be told from one that is empty. Slack refuses an empty name. */
export function nameDetail({ label, text, isWhole }: ShownDetail): RichTextElement {
  const isEmpty = text === "" && isWhole === true;
  const name = label === "" ? "Without a name" : label;
  return { type: "text", text: isEmpty ? `${name} (empty)` : name, style: { bold: true } };
}

/** A detail's text, as it is; nothing for an empty one, which Slack refuses. What is only said looks otherwise than what is done. */
export function renderDetailText({ text, isRemark }: ShownDetail): DetailElement[] {
  if (text === "") return [];
  return isRemark === true
    ? [quote(text)]
    : [{ type: "rich_text_preformatted", elements: [{ type: "text", text }] }];
}

/** Characters of details, at least: what is escaped takes more. */
export function lengthOf(details: readonly ShownDetail[]): number {
  return details.reduce((sum, { label, text }) => sum + label.length + text.length, 0);
}

/** What will be done in one line, for whoever knows the rest. */
export function summarize({ request, details }: CardContent, limit: number): string {
  return abbreviate(toOneLine(details[0]?.text ?? "") || request.permission, limit);
}

/**
 * Only the beginning of a request that its card has no room for.
 *
 * @param why it cannot be allowed with that alone, as a sentence.
 */
export function withCutDetails(content: CardContent, why: string): CardContent {
  let left = CUT_DETAILS_LIMIT;
  const details = content.details.slice(0, CUT_DETAILS_COUNT).map((detail) => {
    const cut = cutDetail(detail, left);
    left -= jsonLength(cut.text);
    return cut;
  });
  const missing = content.details.length - details.length + content.furtherDetails;
  const rest = missing > 0 ? [{ label: "Not shown", text: `${missing} further parts` }] : [];
  return { ...content, details: [...details, ...rest], doubt: content.doubt ?? why };
}

function cutDetail(detail: ShownDetail, limit: number): ShownDetail {
  const label = abbreviate(detail.label, LABEL_LIMIT);
  const text = cutToLength(detail.text, limit, jsonLength);
  if (detail.isWhole === true && text === detail.text) return { ...detail, label };
  const part = text === "" ? "not shown" : `the first ${text.length} characters`;
  const { isWhole: _part, ...shown } = detail;
  return { ...shown, label: `${label} (${part})`, text };
}
