/**
 * The fields of modals: what Slack takes, and what comes back of them. Slack's limits, by
 * https://docs.slack.dev/reference/block-kit and the pages below it: of a modal 100 blocks; of an `input` a label and a
 * hint of 2,000 characters each; of a `plain_text_input` 3,000 characters; of `radio_buttons` and `checkboxes` 10 options,
 * of `static_select` and `multi_static_select` 100, at least one each; of an option 75 characters of text and 150 of value.
 */

import type { KnownBlock, PlainTextOption } from "@slack/web-api";
import * as z from "zod";
import { actionID } from "./action-id.ts";
import { plainText } from "./rich-text.ts";
import { abbreviate, cutToLength } from "./text.ts";

/** Characters that somebody can type. */
export const FIELD_LIMIT = 3_000;
/** Options that all stand in view. */
const IN_VIEW_LIMIT = 10;
/** Options that are to be unfolded. */
export const OPTIONS_LIMIT = 100;
const OPTION_TEXT_LIMIT = 75;

export interface Field {
  /** Of its block, and of the element in it. */
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly isOptional?: boolean;
}

/** @param isFocused whether whoever opens the modal can type at once. */
export function renderTextField(memberID: string, { id, ...field }: Field, isFocused: boolean): KnownBlock {
  return {
    ...renderInput(id, field),
    element: {
      type: "plain_text_input",
      action_id: actionID(memberID, id),
      multiline: true,
      max_length: FIELD_LIMIT,
      ...(isFocused && { focus_on_load: true }),
    },
  };
}

/** Something to choose, by its place among all, which its label need not be. */
export interface Choice {
  readonly place: number;
  readonly label: string;
}

/** @param choices 1 to {@link OPTIONS_LIMIT} of them. */
export function renderChoices(
  memberID: string,
  { id, ...field }: Field,
  choices: readonly Choice[],
  isMultiple: boolean,
): KnownBlock {
  const options = choices.map(renderOption);
  const isInView = options.length <= IN_VIEW_LIMIT;
  const common = { action_id: actionID(memberID, id), options };
  const input = renderInput(id, field);
  if (isMultiple)
    return { ...input, element: { type: isInView ? "checkboxes" : "multi_static_select", ...common } };
  return { ...input, element: { type: isInView ? "radio_buttons" : "static_select", ...common } };
}

function renderInput(id: string, { label, hint, isOptional }: Omit<Field, "id">) {
  return {
    type: "input" as const,
    block_id: id,
    label: plainText(label),
    ...(hint !== undefined && { hint: plainText(hint) }),
    ...(isOptional === true && { optional: true }),
  };
}

function renderOption({ place, label }: Choice): PlainTextOption {
  return { text: plainText(abbreviate(label, OPTION_TEXT_LIMIT)), value: String(place) };
}

const optionSchema = z
  .object({ value: z.string().regex(/^\d{1,3}$/) })
  .transform(({ value }) => Number(value));

const fieldSchema = z.object({
  value: z.string().nullish(),
  selected_option: optionSchema.nullish(),
  selected_options: z.array(optionSchema).nullish(),
});

/** `state` of a view, by its blocks; each has one element. */
export const stateSchema = z.object({
  values: z.record(
    z.string(),
    z
      .record(z.string(), fieldSchema)
      .refine((fields) => Object.keys(fields).length === 1)
      .transform((fields) => Object.values(fields)[0]),
  ),
});

export type State = z.output<typeof stateSchema>["values"];

/** What somebody typed: empty where it is nothing, undefined where there is no such field. */
export function textOf(values: State, id: string): string | undefined {
  const field = values[id];
  return field && cutTyped(field.value ?? "");
}

/** The places of what somebody chose; undefined where there is no such field. */
export function placesOf(values: State, id: string): readonly number[] | undefined {
  const field = values[id];
  if (field === undefined) return undefined;
  const { selected_option: one, selected_options: several } = field;
  return several ?? (one === null || one === undefined ? [] : [one]);
}

/**
 * Slack counts what is typed, and may write an emoji out as its name: what comes back can be longer than what it let
 * somebody type.
 */
function cutTyped(text: string): string {
  const typed = text.trim();
  if (typed.length <= FIELD_LIMIT) return typed;
  return `${cutToLength(typed, FIELD_LIMIT - 1, ({ length }) => length)}…`;
}
