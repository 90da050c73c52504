import { randomBytes } from "node:crypto";
import { z } from "zod";
import { anyText, plainText } from "./text-objects.ts";

/** What Slack makes up where an app gives no ID. */
const generatedID = () => randomBytes(4).toString("base64url").slice(0, 5);

/** Unique within its message or view; made up by Slack where it is missing. */
export const blockID = z.string().min(1).max(255).default(generatedID);

const actionID = z.string().min(1).max(255).default(generatedID);

const confirm = z.strictObject({
  title: plainText(100),
  text: plainText(300),
  confirm: plainText(30),
  deny: plainText(30),
  style: z.enum(["primary", "danger"]).optional(),
});

const button = z.strictObject({
  type: z.literal("button"),
  action_id: actionID,
  text: plainText(75),
  value: z.string().max(2000).optional(),
  url: z.string().max(3000).optional(),
  style: z.enum(["primary", "danger"]).optional(),
  confirm: confirm.optional(),
  accessibility_label: z.string().max(75).optional(),
});

const option = z.strictObject({
  text: anyText(75),
  value: z.string().min(1).max(150),
  description: plainText(75).optional(),
});

/** https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element */
export const staticSelect = z.strictObject({
  type: z.literal("static_select"),
  action_id: actionID,
  placeholder: plainText(150).optional(),
  options: z.array(option).min(1).max(100),
  initial_option: option.optional(),
  confirm: confirm.optional(),
});

/** https://docs.slack.dev/reference/block-kit/block-elements/radio-button-group-element, and checkboxes */
export const choices = <T extends "radio_buttons" | "checkboxes">(type: T) =>
  z.strictObject({
    type: z.literal(type),
    action_id: actionID,
    options: z.array(option).min(1).max(10),
    confirm: confirm.optional(),
  });

const overflow = z.strictObject({
  type: z.literal("overflow"),
  action_id: actionID,
  options: z.array(option).min(1).max(5),
  confirm: confirm.optional(),
});

/** https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element */
export const plainTextInput = z.strictObject({
  type: z.literal("plain_text_input"),
  action_id: actionID,
  placeholder: plainText(150).optional(),
  initial_value: z.string().max(3000).optional(),
  multiline: z.boolean().default(false),
  min_length: z.int().min(0).max(3000).optional(),
  max_length: z.int().min(1).max(3000).optional(),
  focus_on_load: z.boolean().optional(),
});

/** https://docs.slack.dev/reference/block-kit/block-elements/image-element */
export const image = z.strictObject({
  type: z.literal("image"),
  image_url: z.string().min(1).max(3000),
  alt_text: z.string().min(1).max(2000),
});

/** What can stand in an `actions` block or beside a section. */
export const actionsElement = z.discriminatedUnion("type", [
  button,
  staticSelect,
  overflow,
  choices("radio_buttons"),
  choices("checkboxes"),
]);

/** A button as Slack keeps it. */
export type Button = z.output<typeof button>;
