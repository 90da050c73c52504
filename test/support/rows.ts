import type { ButtonName } from "./slack/actors.ts";
import { buttonsOf, type Block } from "./slack/block-kit.ts";
import { renderPlain } from "./slack/plain.ts";
import { readable } from "./slack/text.ts";

/**
 * What a card shows of one request: its blocks down to its buttons or, once it is closed, to its outcome line. Where a
 * card's only request is closed, that line stands at the top.
 */
export interface Row {
  /** Everything but the buttons and the outcome line, as a person reads it. */
  readonly text: string;
  /** By their labels; empty when the row is closed. */
  readonly buttons: ReadonlyMap<string, RowButton>;
  /** How the request ended; undefined while it is open. */
  readonly outcome: string | undefined;
}

/** A button by Slack's own IDs. */
export type RowButton = Exclude<ButtonName, string>;

interface BlockMessage {
  readonly blocks?: readonly Block[];
}

/** A card's rows, from the top: one on a card with one request, whose heading and origin count to it. */
export function rowsOf({ blocks = [] }: BlockMessage): Row[] {
  const [top, ...others] = blocks;
  if (top !== undefined && isOutcome(top)) return [endRow(others, top)];
  const rows: Row[] = [];
  let above: Block[] = [];
  for (const block of blocks) {
    const isEnd = block.type === "actions" || isOutcome(block);
    if (!isEnd) {
      above.push(block);
      continue;
    }
    // Buttons without a request above them are the whole card's.
    if (above.some(({ type }) => type === "rich_text")) rows.push(endRow(above, block));
    above = [];
  }
  return rows;
}

/**
 * The button of the open row whose text contains `what`, to be pressed.
 *
 * @throws when no row contains it, when the row is closed, or when it has no such button
 */
export function buttonOf(message: BlockMessage, what: string, label: string): RowButton {
  const rows = rowsOf(message).filter(({ text }) => text.includes(what));
  const row = rows.find(({ outcome }) => outcome === undefined) ?? rows[0];
  const button = row?.buttons.get(label);
  if (button !== undefined) return button;
  throw new Error(`${whyNoButton(row, what, label)}:\n${renderPlain(message)}`);
}

function whyNoButton(row: Row | undefined, what: string, label: string): string {
  if (row === undefined) return `No row of this card says "${what}"`;
  if (row.outcome !== undefined) return `The row "${what}" is closed ("${row.outcome}") and has no buttons`;
  return `The row "${what}" has no button "${label}", only ${[...row.buttons.keys()].join(", ") || "none"}`;
}

function endRow(above: readonly Block[], end: Block): Row {
  const buttons = buttonsOf([end]).map(({ block, button }): [string, RowButton] => [
    readable(button.text.text),
    { blockID: block.block_id, actionID: button.action_id },
  ]);
  return {
    text: renderPlain({ blocks: above.map(withLineForCommand) }),
    buttons: new Map(buttons),
    outcome: isOutcome(end) ? renderPlain({ blocks: [end] }) : undefined,
  };
}

/** A short command stands behind what a row is for, in the same line: `1. Run a command ls`. Here it has one of its own. */
function withLineForCommand(block: Block): Block {
  if (block.type !== "rich_text") return block;
  const elements = block.elements.map((element) => {
    if (element.type !== "rich_text_section") return element;
    const [head, blank, ...others] = element.elements;
    const isRowHead = head?.type === "text" && /^(?:⚠ )?\d+\. /.test(head.text);
    if (!isRowHead || blank?.type !== "text" || blank.text !== " ") return element;
    return Object.assign({}, element, { elements: [head, { ...blank, text: "\n" }, ...others] });
  });
  return { ...block, elements };
}

/** An outcome line is the only text on a card that begins with one of these marks. */
function isOutcome(block: Block): boolean {
  return block.type === "rich_text" && /^(?:✅|❌|⏹) /.test(renderPlain({ blocks: [block] }));
}
