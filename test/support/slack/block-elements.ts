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

/** Of options, which are all that can be chosen to begin with. */
const sameOption = (one: z.output<typeof option>, other: z.output<typeof option>) =>
  JSON.stringify(one) === JSON.stringify(other);

/** Menus take no mrkdwn. */
const plainOption = option.extend({ text: plainText(75) });

const choosing = <T extends string, O extends z.ZodType>(type: T, most: number, one: O) => ({
  type: z.literal(type),
  action_id: actionID,
  options: z.array(one).min(1).max(most),
  confirm: confirm.optional(),
  focus_on_load: z.boolean().optional(),
});

interface OneOf {
  readonly options: readonly z.output<typeof option>[];
  readonly initial_option?: z.output<typeof option> | undefined;
}

const isOffered = ({ options, initial_option: initial }: OneOf) =>
  initial === undefined || options.some((one) => sameOption(one, initial));

interface SomeOf {
  readonly options: readonly z.output<typeof option>[];
  readonly initial_options?: readonly z.output<typeof option>[] | undefined;
}

const areOffered = ({ options, initial_options: initial = [] }: SomeOf) =>
  initial.every((each) => options.some((one) => sameOption(one, each)));

const NOT_OFFERED = { error: "what is chosen to begin with must be one of the options" };

/** https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element */
export const staticSelect = z
  .strictObject({
    ...choosing("static_select", 100, plainOption),
    placeholder: plainText(150).optional(),
    initial_option: option.optional(),
  })
  .refine(isOffered, NOT_OFFERED);

/** https://docs.slack.dev/reference/block-kit/block-elements/multi-select-menu-element */
export const multiStaticSelect = z
  .strictObject({
    ...choosing("multi_static_select", 100, plainOption),
    placeholder: plainText(150).optional(),
    initial_options: z.array(option).min(1).optional(),
    max_selected_items: z.int().min(1).optional(),
  })
  .refine(areOffered, NOT_OFFERED);

/** https://docs.slack.dev/reference/block-kit/block-elements/radio-button-group-element */
export const radioButtons = z
  .strictObject({ ...choosing("radio_buttons", 10, option), initial_option: option.optional() })
  .refine(isOffered, NOT_OFFERED);

/** https://docs.slack.dev/reference/block-kit/block-elements/checkboxes-element */
export const checkboxes = z
  .strictObject({
    ...choosing("checkboxes", 10, option),
    initial_options: z.array(option).min(1).optional(),
  })
  .refine(areOffered, NOT_OFFERED);

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
  multiStaticSelect,
  radioButtons,
  checkboxes,
]);

/** A button as Slack keeps it. */
export type Button = z.output<typeof button>;
