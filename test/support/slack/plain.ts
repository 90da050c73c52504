import type { Block } from "./block-kit.ts";
import { textOf } from "./emoji.ts";
import type { RichTextElement, RichTextInline } from "./rich-text.ts";
import type { TextObject } from "./text-objects.ts";
import { readable } from "./text.ts";

/**
 * A message as a person sees it, line by line: the blocks' texts and `[Allow once] [Reject]` for its buttons; the
 * top-level text only where there are no blocks.
 */
export function renderPlain({
  text,
  blocks = [],
}: {
  text?: string;
  blocks?: readonly Block[] | undefined;
}): string {
  if (blocks.length === 0) return readable(text ?? "");
  return blocks.map(blockLines).join("\n");
}

function blockLines(block: Block): string {
  if (block.type === "section") {
    return [...texts(block.text), ...(block.fields ?? []).flatMap(texts), ...accessory(block)].join("\n");
  }
  if (block.type === "context") {
    return block.elements
      .map((element) => (element.type === "image" ? imageLabel(element) : shown(element)))
      .join(" ");
  }
  if (block.type === "actions") return block.elements.map(label).join(" ");
  if (block.type === "rich_text") return block.elements.map(richTextLines).join("\n");
  if (block.type === "header") return shown(block.text);
  if (block.type === "input") return `${shown(block.label)}: ____`;
  return "---";
}

function shown({ text }: { text: string }): string {
  return readable(text);
}

function texts(object: TextObject | undefined): string[] {
  return object ? [shown(object)] : [];
}

function accessory({ accessory: element }: Extract<Block, { type: "section" }>): string[] {
  if (!element) return [];
  return [element.type === "image" ? imageLabel(element) : label(element)];
}

function imageLabel({ alt_text }: { alt_text: string }): string {
  return `(${alt_text})`;
}

function label(element: Extract<Block, { type: "actions" }>["elements"][number]): string {
  return element.type === "button" ? `[${shown(element.text)}]` : `[${element.type}]`;
}

function richTextLines(element: RichTextElement): string {
  if (element.type === "rich_text_list")
    return element.elements.map((item) => `• ${richTextLines(item)}`).join("\n");
  return element.elements.map(inline).join("");
}

/** Without the mark that asks for the coloured picture: few write it. */
function renderEmoji({ name, unicode }: Extract<RichTextInline, { type: "emoji" }>): string {
  return unicode === undefined ? `:${name}:` : textOf(unicode).replace("\uFE0F", "");
}

function inline(element: RichTextInline): string {
  if (element.type === "text") return element.text;
  if (element.type === "link") return element.text ?? element.url;
  if (element.type === "emoji") return renderEmoji(element);
  if (element.type === "user") return `@${element.user_id}`;
  if (element.type === "channel") return `#${element.channel_id}`;
  if (element.type === "date") return element.fallback ?? new Date(element.timestamp * 1000).toISOString();
  if (element.type === "usergroup") return `@${element.usergroup_id}`;
  return `@${element.range}`;
}
