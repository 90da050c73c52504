import { z } from "zod";

const style = z.strictObject({
  bold: z.boolean().optional(),
  italic: z.boolean().optional(),
  strike: z.boolean().optional(),
  code: z.boolean().optional(),
});

/** Rich text is literal: Slack escapes nothing in it and brings nothing in it to life. */
const richTextText = z.strictObject({
  type: z.literal("text"),
  text: z.string().min(1),
  style: style.optional(),
});

const richTextLink = z.strictObject({
  type: z.literal("link"),
  url: z.string().min(1),
  text: z.string().min(1).optional(),
  style: style.optional(),
});

const richTextInline = z.discriminatedUnion("type", [
  richTextText,
  richTextLink,
  z.strictObject({ type: z.literal("emoji"), name: z.string().min(1), unicode: z.string().optional() }),
  z.strictObject({ type: z.literal("user"), user_id: z.string().min(1), style: style.optional() }),
  z.strictObject({ type: z.literal("channel"), channel_id: z.string().min(1), style: style.optional() }),
  z.strictObject({ type: z.literal("usergroup"), usergroup_id: z.string().min(1), style: style.optional() }),
  /** https://docs.slack.dev/reference/block-kit/block-elements/date-element */
  z.strictObject({
    type: z.literal("date"),
    timestamp: z.int(),
    format: z.string().min(1),
    url: z.string().optional(),
    fallback: z.string().optional(),
    style: style.optional(),
  }),
  z.strictObject({ type: z.literal("broadcast"), range: z.enum(["here", "channel", "everyone"]) }),
]);

const richTextSection = z.strictObject({
  type: z.literal("rich_text_section"),
  elements: z.array(richTextInline),
});

/** https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
export const richTextElement = z.discriminatedUnion("type", [
  richTextSection,
  z.strictObject({
    type: z.literal("rich_text_preformatted"),
    elements: z.array(z.discriminatedUnion("type", [richTextText, richTextLink])),
    border: z.int().min(0).max(1).optional(),
    language: z.string().min(1).optional(),
  }),
  z.strictObject({
    type: z.literal("rich_text_quote"),
    elements: z.array(richTextInline),
    border: z.int().min(0).max(1).optional(),
  }),
  z.strictObject({
    type: z.literal("rich_text_list"),
    style: z.enum(["bullet", "ordered"]),
    elements: z.array(richTextSection),
    indent: z.int().min(0).max(8).optional(),
    offset: z.int().min(0).optional(),
    border: z.int().min(0).max(1).optional(),
  }),
]);

/** One part of a rich text block: a section, preformatted text, a quote or a list. */
export type RichTextElement = z.output<typeof richTextElement>;
/** What stands inside such a part: text, links, mentions. */
export type RichTextInline = z.output<typeof richTextInline>;
