import type { Block } from "./block-kit.ts";
import type { View } from "./slack-objects.ts";
import type { StateValues } from "./view-payload.ts";

type Input = Extract<Block, { type: "input" }>;

/** What a person enters: by `block_id`, `action_id` or label; a choice by its label, several as an array. */
export type Entries = Readonly<Record<string, string | readonly string[]>>;

/**
 * Fills a modal in, as Slack's own form would.
 * @param typed what Slack makes of a text
 * @throws where the form would not let the person submit: a required field left empty, a text too short or too long,
 * a choice that is not offered, an entry for which there is no field
 */
export function fillIn(
  view: View,
  entries: Entries,
  typed: (text: string) => string = (text) => text,
): StateValues {
  const inputs = view.blocks.filter((block): block is Input => block.type === "input");
  const names = inputs.map(namesOf);
  const unknown = Object.keys(entries).filter((entry) => !names.flat().includes(entry));
  if (unknown.length > 0) {
    throw new Error(
      `The modal has no field ${unknown.join(", ")}. It has: ${names.map(([id]) => id).join(", ")}`,
    );
  }

  return Object.fromEntries(
    inputs.map((input) => {
      const entered = namesOf(input)
        .map((name) => entries[name])
        .find((entry) => entry !== undefined);
      return [input.block_id, { [input.element.action_id]: stateOf(input, entered, typed) }];
    }),
  );
}

function namesOf({ block_id, element, label }: Input): string[] {
  return [block_id, element.action_id, label.text];
}

function stateOf(input: Input, entered: Entries[string] | undefined, typed: (text: string) => string) {
  const { element, optional, label } = input;
  const texts = entered === undefined ? [] : [entered].flat().filter((text) => text !== "");
  if (texts.length === 0 && !optional)
    throw new Error(`Slack's form asks for "${label.text}" before it submits`);

  if (element.type === "plain_text_input") {
    const value = texts[0] ?? null;
    const { min_length = 0, max_length = 3000 } = element;
    if (value !== null && (value.length < min_length || value.length > max_length)) {
      throw new Error(`Slack's form takes ${min_length} to ${max_length} characters for "${label.text}"`);
    }
    return { type: element.type, value: value && typed(value) };
  }

  const chosen = texts.map((text) => {
    const option = element.options.find((candidate) => candidate.text.text === text);
    if (!option) throw new Error(`"${label.text}" does not offer "${text}"`);
    return option;
  });
  if (chosen.length > 1 && (element.type === "radio_buttons" || element.type === "static_select"))
    throw new Error(`"${label.text}" takes one of its options`);
  return element.type === "checkboxes" || element.type === "multi_static_select"
    ? { type: element.type, selected_options: chosen }
    : { type: element.type, selected_option: chosen[0] ?? null };
}
