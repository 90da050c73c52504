/** What will be done, as a card shows it: whole, its beginning, or one line. Pure. */

import type { KnownBlock, RichTextElement, RichTextSection } from "@slack/web-api";
import type { CardContent, ShownDetail } from "../../gateway/domain/content.ts";
import { runToEnd } from "../../system/sliced.ts";
import { sizeOf } from "../../sanitize/visible.ts";
import { saysWhole } from "./head.ts";
import { quote, section, type RichTextElementOf } from "./rich-text.ts";
import { abbreviate, cutToLength, jsonLength, quoted, slackLength, toOneLine } from "./text.ts";

/** Characters of a label that has to be cut. */
const LABEL_LIMIT = 150;
/** Lines that are shown of what the card has no room for: about half of a phone. */
const CUT_LINES = 15;
/** Characters of the same. */
const CUT_LIMIT = 2_000;
/** Characters of what the agent says of what has to be cut. */
const CUT_REMARK_LIMIT = 300;
/** Characters of what runs, in a dialog and on a lock screen. */
const SUMMARY_LIMIT = 120;
/** Characters that are put into one line, of which the most is shown that there is room for. */
const ONE_LINE_LIMIT = 1_000;
const CUT_MARK = "… (cut: read the card)";

type DetailElement = RichTextSection | RichTextElementOf<"rich_text_preformatted" | "rich_text_quote">;

/** All of these in one block; Slack takes none without elements. */
export function renderDetails(details: readonly ShownDetail[]): KnownBlock[] {
  return details.length === 0 ? [] : [{ type: "rich_text", elements: details.flatMap(renderDetail) }];
}

/** What will be done, below the head that names it: what that says needs neither to be repeated nor named. */
export function drawnDetails(content: CardContent): readonly ShownDetail[] {
  const [first, ...others] = content.details.filter(({ isRemark }) => isRemark !== true);
  if (first === undefined) return [];
  const isSaid = first.isWhole === true && saysWhole(content, first.text);
  return isSaid ? others : [first, ...others];
}

/** The same as elements: right below the head, what that speaks of stands without a label. */
export function renderBelowHead(details: readonly ShownDetail[]): DetailElement[] {
  const [first, ...others] = details;
  if (first === undefined) return [];
  const isNamed = first.isSubject === true && first.text !== "";
  return [...(isNamed ? renderDetailText(first) : renderDetail(first)), ...others.flatMap(renderDetail)];
}

/** What the agent says of it: in quotation, without a box. */
export function remarksOf(content: CardContent): DetailElement[] {
  return content.details.filter(({ isRemark }) => isRemark === true).flatMap(renderDetailText);
}

/** A detail's name and its text. */
function renderDetail(detail: ShownDetail): DetailElement[] {
  // The options of a question stand behind it.
  if (detail.isAsked === true && detail.label === "") return renderDetailText(detail);
  return [section(nameDetail(detail)), ...renderDetailText(detail)];
}

/** A detail's name; a text that is not there cannot be told from one that is empty. Slack refuses an empty name. */
function nameDetail({ label, text, isWhole }: ShownDetail): RichTextElement {
  const isEmpty = text === "" && isWhole === true;
  const name = label === "" ? "Without a name" : label;
  return { type: "text", text: isEmpty ? `${name} (empty)` : name, style: { bold: true } };
}

/** A detail's text, as it is; nothing for an empty one, which Slack refuses. What is only said looks otherwise than what is done. */
function renderDetailText({ text, isRemark, isAsked }: ShownDetail): DetailElement[] {
  if (text === "") return [];
  return isRemark === true || isAsked === true
    ? [quote(text)]
    : [{ type: "rich_text_preformatted", elements: [{ type: "text", text }] }];
}

/** Whether all that will be done was read, however long it is. */
export function isWhole({ details, furtherDetails }: CardContent): boolean {
  return furtherDetails === 0 && details.every((detail) => detail.isWhole);
}

/** Characters of details, at least: what is escaped takes more. */
export function lengthOf(details: readonly ShownDetail[]): number {
  return details.reduce((sum, { label, text }) => sum + label.length + text.length, 0);
}

/** What will be done in one line, for whoever knows the rest. */
export function summarize(content: CardContent, limit: number): string {
  return abbreviate(oneLineOf(content).line, limit);
}

/**
 * The same, in quotation, for whoever may not have read the rest: where something is missing, that is said.
 *
 * @param limit characters, with the quotation marks and with what says that something is missing.
 * @returns nothing for an edit: the head of its card says what becomes of which file.
 */
export function quoteToDecide(content: CardContent, limit: number): string {
  if (content.headline?.lines !== undefined) return "";
  const { line, isAll } = oneLineOf(content);
  const room = limit - slackLength(quoted(""));
  if (isAll && slackLength(line) <= Math.min(SUMMARY_LIMIT, room)) return quoted(line);
  return quoted(cutToLength(line, Math.min(SUMMARY_LIMIT, room - slackLength(CUT_MARK)))) + CUT_MARK;
}

function oneLineOf(content: CardContent): { line: string; isAll: boolean } {
  const details = drawnDetails(content);
  const first = details.find(({ isSubject }) => isSubject) ?? details[0];
  const { text = "" } = first ?? {};
  // Of what is longer nobody reads more in one line.
  const beginning = cutToLength(text, ONE_LINE_LIMIT, ({ length }) => length);
  const line = toOneLine(beginning) || (content.headline?.name ?? content.request.permission);
  return { line, isAll: beginning === text && (first === undefined || first.isWhole === true) };
}

/** Only the beginning of a request that its card has no room for, and how much more there is. */
export function withCutDetails(content: CardContent): { content: CardContent; more: string } {
  let [linesLeft, left] = [CUT_LINES, CUT_LIMIT];
  const details: ShownDetail[] = [];
  for (const detail of content.details) {
    if (detail.isRemark === true) {
      details.push({ ...detail, text: abbreviate(detail.text, CUT_REMARK_LIMIT) });
      continue;
    }
    if (linesLeft <= 0 || left <= 0) continue;
    const { isWhole, ...cut } = { ...detail, label: abbreviate(detail.label, LABEL_LIMIT) };
    const text = cutToLength(firstLines(detail.text, linesLeft), left, jsonLength);
    details.push({ ...cut, text, ...(isWhole === true && text === detail.text && { isWhole }) });
    linesLeft -= text.split("\n").length;
    left -= jsonLength(text);
  }
  const shown = details.filter(({ isRemark, isLine }) => isRemark !== true && isLine !== true);
  const lines = content.size.lines - runToEnd(sizeOf(shown.map(({ text }) => text))).lines;
  return { content: { ...content, details }, more: nameMore(lines) };
}

function firstLines(text: string, count: number): string {
  let end = -1;
  for (let line = 0; line < count; line += 1) {
    end = text.indexOf("\n", end + 1);
    if (end === -1) return text;
  }
  return text.slice(0, end);
}

function nameMore(lines: number): string {
  if (lines <= 0) return "The rest of the last line";
  return lines === 1 ? "1 more line" : `${lines.toLocaleString("en")} more lines`;
}
