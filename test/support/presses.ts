import type { Reply } from "./opencode/opencode.ts";
import { rowsOf } from "./rows.ts";
import type { Block } from "./slack/block-kit.ts";
import { readable } from "./slack/text.ts";

/** A press of a card's button, as Slack tells the app of it. */
export interface Press {
  readonly userID: string;
  /** The card's. */
  readonly ts: string;
  readonly reply: Reply;
  /** What the person saw of each request that the button is about. */
  readonly texts: readonly string[];
  /** The row's place on the card, counted from 0 at the top; undefined for a button of the whole card. */
  readonly row: number | undefined;
}

const REPLIES: ReadonlyMap<string, Reply> = new Map([
  ["Allow once", "once"],
  ["Allow always", "always"],
  ["Reject", "reject"],
  ["Reject all", "reject"],
]);

/** Reads an envelope's payload; undefined when it is about no button of a card's request. */
export function parsePress(payload: Readonly<Record<string, unknown>>): Press | undefined {
  if (payload["type"] !== "block_actions") return undefined;
  const {
    user,
    message,
    actions: [action],
  } = payload as unknown as BlockActions;
  const reply = REPLIES.get(readable(action.text.text));
  if (reply === undefined || message === undefined) return undefined;

  const rows = rowsOf(message);
  const row = rows.findIndex(({ buttons }) =>
    [...buttons.values()].some(
      (name) => name.blockID === action.block_id && name.actionID === action.action_id,
    ),
  );
  const pressed = row === -1 ? rows.filter(({ outcome }) => outcome === undefined) : rows.slice(row, row + 1);
  return {
    userID: user.id,
    ts: message.ts,
    reply,
    texts: pressed.map(({ text }) => text),
    row: row === -1 ? undefined : row,
  };
}

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
interface BlockActions {
  readonly user: { readonly id: string };
  /** Missing when the button stood on a message that only one person sees. */
  readonly message?: { readonly ts: string; readonly blocks?: readonly Block[] };
  readonly actions: readonly [
    { readonly block_id: string; readonly action_id: string; readonly text: { readonly text: string } },
  ];
}
