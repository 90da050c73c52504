import { z } from "zod";
import {
  type Button,
  actionsElement,
  blockID,
  checkboxes,
  image,
  multiStaticSelect,
  plainTextInput,
  radioButtons,
  staticSelect,
} from "./block-elements.ts";
import { richTextElement } from "./rich-text.ts";
import { schemaMessages } from "./schema-messages.ts";
import { anyText, mrkdwn, plainText } from "./text-objects.ts";
import { escapePlainText } from "./text.ts";

/**
 * Undocumented; met in the wild at about this size (slackapi/bolt-js#2509, #2867). Counted here over the whole JSON,
 * containers included, which is on the strict side of every figure reported there.
 */
const BLOCKS_TOTAL_LIMIT = 13_200;

const section = z
  .strictObject({
    type: z.literal("section"),
    block_id: blockID,
    text: anyText(3000).optional(),
    fields: z.array(anyText(2000)).min(1).max(10).optional(),
    accessory: z.discriminatedUnion("type", [...actionsElement.options, image]).optional(),
    expand: z.boolean().optional(),
  })
  .refine(({ text, fields }) => text !== undefined || fields !== undefined, {
    error: "missing required field: text or fields",
  });

const block = z.discriminatedUnion("type", [
  section,
  z.strictObject({ type: z.literal("header"), block_id: blockID, text: plainText(150) }),
  z.strictObject({ type: z.literal("divider"), block_id: blockID }),
  z.strictObject({
    type: z.literal("context"),
    block_id: blockID,
    elements: z
      .array(z.discriminatedUnion("type", [plainText(3000), mrkdwn(3000), image]))
      .min(1)
      .max(10),
  }),
  z
    .strictObject({
      type: z.literal("actions"),
      block_id: blockID,
      elements: z.array(actionsElement).min(1).max(25),
    })
    .refine(({ elements }) => unique(elements.map((element) => element.action_id)), {
      error: "`action_id` must be unique within its block",
    }),
  z.strictObject({
    type: z.literal("rich_text"),
    block_id: blockID,
    elements: z.array(richTextElement).min(1),
  }),
  z.strictObject({
    type: z.literal("input"),
    block_id: blockID,
    label: plainText(2000),
    hint: plainText(2000).optional(),
    optional: z.boolean().default(false),
    dispatch_action: z.boolean().default(false),
    element: z.discriminatedUnion("type", [
      plainTextInput,
      staticSelect,
      multiStaticSelect,
      radioButtons,
      checkboxes,
    ]),
  }),
]);

const isFocused = (one: z.output<typeof block>) => one.type === "input" && one.element.focus_on_load === true;

const blocks = (limit: number) =>
  z
    .array(block)
    .max(limit)
    .refine((list) => unique(list.map(({ block_id }) => block_id)), { error: "`block_id` must be unique" });

const modal = z
  .strictObject({
    type: z.literal("modal"),
    title: plainText(24),
    blocks: blocks(100),
    submit: plainText(24).optional(),
    close: plainText(24).optional(),
    private_metadata: z.string().max(3000).default(""),
    callback_id: z.string().max(255).default(""),
    external_id: z.string().max(255).default(""),
    clear_on_close: z.boolean().default(false),
    notify_on_close: z.boolean().default(false),
  })
  .refine(({ blocks, submit }) => submit !== undefined || blocks.every(({ type }) => type !== "input"), {
    error: "missing required field: submit",
  })
  .refine(({ blocks }) => blocks.filter(isFocused).length <= 1, {
    error: "only one element can have `focus_on_load`",
  });

/** A block as Slack keeps it: escaped, with a `block_id`, an `action_id`, and defaults written out. */
export type Block = z.output<typeof block>;
/** The state and layout that an app gives a modal. */
export type Modal = z.output<typeof modal>;

/** What became of blocks or a view that an app sent: kept, or refused in Slack's words. */
export type Checked<T> = { ok: true; value: T } | { ok: false; error: string; messages: string[] };

/**
 * Checks a message's blocks and normalises them as Slack does. Block types that are no part of this project are
 * refused like unknown ones.
 * Limits: https://docs.slack.dev/reference/block-kit/blocks, counted after escaping.
 */
export function checkBlocks(sent: unknown): Checked<Block[]> {
  const parsed = blocks(50).safeParse(sent, { reportInput: true });
  if (!parsed.success) {
    return { ok: false, error: "invalid_blocks", messages: schemaMessages(parsed.error, "/blocks") };
  }
  if (escapePlainText(JSON.stringify(sent)).length > BLOCKS_TOTAL_LIMIT) {
    return { ok: false, error: "msg_blocks_too_long", messages: [] };
  }
  return { ok: true, value: parsed.data };
}

/** Checks a modal: https://docs.slack.dev/reference/views/modal-views */
export function checkModal(sent: unknown): Checked<Modal> {
  const parsed = modal.safeParse(sent, { reportInput: true });
  if (!parsed.success) {
    return { ok: false, error: "invalid_arguments", messages: schemaMessages(parsed.error, "/view") };
  }
  return { ok: true, value: parsed.data };
}

/** Every button of a message or view with the block it stands in, from top to bottom. */
export function buttonsOf(blocks: readonly Block[]): { block: Block; button: Button }[] {
  return blocks.flatMap((block) => buttonsIn(block).map((button) => ({ block, button })));
}

function buttonsIn(block: Block): Button[] {
  if (block.type === "actions") return block.elements.filter((element) => element.type === "button");
  if (block.type === "section" && block.accessory?.type === "button") return [block.accessory];
  return [];
}

function unique(ids: readonly string[]): boolean {
  return new Set(ids).size === ids.length;
}
