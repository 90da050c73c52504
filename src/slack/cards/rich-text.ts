/** The elements of Slack's that cards are made of. Pure. */

import type { KnownBlock, RichTextElement, RichTextSection } from "@slack/web-api";

/** One kind of what a `rich_text` block is made of: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
export type RichTextElementOf<T> = Extract<
  Extract<KnownBlock, { type: "rich_text" }>["elements"][number],
  { type: T }
>;

/** Text that Slack does not parse, with no emoji made of `:words:`. */
export function plainText(text: string) {
  return { type: "plain_text" as const, text, emoji: false };
}

/** Text and what stands within text. */
export function section(...elements: RichTextElement[]): RichTextSection {
  return { type: "rich_text_section", elements };
}

/** A block of one section. */
export function richText(...elements: RichTextElement[]): KnownBlock {
  return { type: "rich_text", elements: [section(...elements)] };
}

/** What others wrote, apart from all that is ours: Slack draws a bar beside each of its lines. */
export function quote(text: string): RichTextElementOf<"rich_text_quote"> {
  return { type: "rich_text_quote", elements: [{ type: "text", text }] };
}

/** Lines of one section: whether sections that follow each other have a line each is up to Slack's apps. */
export function lines(...all: readonly RichTextElement[][]): RichTextSection[] {
  const lineBreak: RichTextElement[] = [{ type: "text", text: "\n" }];
  const elements = all.flatMap((line, index) => (index === 0 ? line : lineBreak.concat(line)));
  return elements.length === 0 ? [] : [section(...elements)];
}

/** A sentence that nobody is to overlook. What stands between backticks in it is the name of something. */
export function warning(sentence: string): RichTextElement[] {
  return `⚠ ${sentence}`
    .split("`")
    .map((text, index) => ({
      type: "text" as const,
      text,
      style: { bold: true, ...(index % 2 === 1 && { code: true }) },
    }))
    .filter(({ text }) => text !== "");
}

/** A time as each reader's own clock says it. The day stands above each message. */
export function renderTime(at: Date): RichTextElement {
  return {
    type: "date",
    timestamp: Math.floor(at.getTime() / 1000),
    format: "{time}",
    fallback: at.toISOString(),
  };
}
