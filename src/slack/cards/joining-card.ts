/** A message with one button, by whose press somebody says which of Slack's people they are. It asks for nothing. Pure. */

import { actionID } from "./action-id.ts";

interface JoiningCard {
  /** By which the press finds its way to this process. */
  readonly memberID: string;
  /** Of the button. */
  readonly value: string;
}

const TEXT =
  "opencode-slack-gateway is being set up for this channel. Whoever does that at the terminal: press the button.";

/** For `chat.postMessage`. */
export function renderJoiningCard({ memberID, value }: JoiningCard): { text: string; blocks: object[] } {
  const button = {
    type: "button",
    text: { type: "plain_text", text: "I set it up", emoji: false },
    action_id: actionID(memberID, "joining"),
    value,
  };
  return {
    text: TEXT,
    blocks: [
      { type: "section", text: { type: "plain_text", text: TEXT, emoji: false } },
      { type: "actions", elements: [button] },
    ],
  };
}
