import type { FormEvent } from "react";
import type { Block } from "../../slack/block-kit.ts";
import type { View } from "../../slack/slack-objects.ts";
import { readable } from "../../slack/text.ts";
import type { Action } from "../actions.ts";
import { DrawnBlocks } from "./drawn-blocks.tsx";
import { OpenDialog } from "./open-dialog.tsx";

type Input = Extract<Block, { type: "input" }>;

/** A modal. Its fields are the browser's own: what is entered in those of slack-blocks-to-jsx cannot be read. */
export function ModalDialog({ view, act }: { view: View; act: (action: Action) => Promise<void> }) {
  const { id: viewID, user: userID } = view;
  const close = () => void act({ kind: "close", userID, viewID });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    void act({ kind: "submit", userID, viewID, entries: entriesOf(view, new FormData(event.currentTarget)) });
  };
  return (
    <OpenDialog onCancel={close}>
      <form onSubmit={submit}>
        <h2>{readable(view.title.text)}</h2>
        {view.blocks.map((block) =>
          block.type === "input" ? (
            <Field key={block.block_id} input={block} error={view.errors[block.block_id]} />
          ) : (
            <DrawnBlocks key={block.block_id} blocks={[block]} />
          ),
        )}
        <footer>
          <button type="button" onClick={close}>
            {readable(view.close?.text ?? "Cancel")}
          </button>
          {view.submit ? <button className="primary">{readable(view.submit.text)}</button> : null}
        </footer>
      </form>
    </OpenDialog>
  );
}

function Field({ input, error }: { input: Input; error: string | undefined }) {
  return (
    <fieldset className="field">
      <legend>
        {readable(input.label.text)} {input.optional ? <small>(optional)</small> : null}
      </legend>
      <Control input={input} />
      {input.hint ? <small>{readable(input.hint.text)}</small> : null}
      {error === undefined ? null : <p className="error">{error}</p>}
    </fieldset>
  );
}

function Control({ input: { block_id: name, element, label, optional } }: { input: Input }) {
  switch (element.type) {
    case "plain_text_input":
      return (
        <textarea
          name={name}
          aria-label={label.text}
          rows={element.multiline ? 4 : 1}
          required={!optional}
          minLength={element.min_length}
          maxLength={element.max_length}
          placeholder={element.placeholder?.text}
          defaultValue={element.initial_value}
        />
      );
    case "static_select":
      return (
        <select name={name} aria-label={label.text} required={!optional} defaultValue="">
          <option value="">{element.placeholder?.text ?? "Select an item"}</option>
          {element.options.map(({ text, value }) => (
            <option key={value}>{text.text}</option>
          ))}
        </select>
      );
    case "multi_static_select":
      return (
        <select name={name} aria-label={label.text} required={!optional} multiple>
          {element.options.map(({ text, value }) => (
            <option key={value}>{text.text}</option>
          ))}
        </select>
      );
    case "radio_buttons":
    case "checkboxes":
      return element.options.map(({ text, value }) => (
        <label key={value}>
          <input
            type={element.type === "checkboxes" ? "checkbox" : "radio"}
            name={name}
            value={text.text}
            required={element.type === "radio_buttons" && !optional}
          />
          {text.text}
        </label>
      ));
  }
}

function entriesOf({ blocks }: View, form: FormData): Record<string, string[]> {
  const names = blocks.filter((block) => block.type === "input").map(({ block_id }) => block_id);
  return Object.fromEntries(names.map((name) => [name, form.getAll(name).map(String)]));
}
