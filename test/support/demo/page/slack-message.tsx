import { useState, type MouseEvent } from "react";
import type { Button } from "../../slack/block-elements.ts";
import type { Block } from "../../slack/block-kit.ts";
import type { Ephemeral, FileObject, Message, Person } from "../../slack/slack-objects.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { DrawnBlocks } from "./drawn-blocks.tsx";

/** Slack's own names of a button. */
export interface ButtonIDs {
  readonly blockID: string;
  readonly actionID: string;
}

/** A message with its sender, as Slack draws it. */
export function SlackMessage({
  message,
  people,
  isEphemeral,
  press,
}: {
  message: Message | Ephemeral;
  people: readonly Person[];
  isEphemeral: boolean;
  press: (button: ButtonIDs) => Promise<void>;
}) {
  const sender = people.find(({ id }) => id === message.user);
  const isByApp = isEphemeral || sender?.isBot;
  const time = new Date(Number(message.ts) * 1000);
  return (
    <article className={isEphemeral ? "message ephemeral" : "message"}>
      <span className="avatar" aria-hidden="true">
        {isByApp ? "⌁" : sender?.realName.slice(0, 1)}
      </span>
      <div className="body">
        {isEphemeral ? <p className="only-you">Only visible to you</p> : null}
        <p className="sender">
          <b>{isByApp ? "OpenCode" : sender?.realName}</b>
          {isByApp ? <small>APP</small> : null}
          <time dateTime={time.toISOString()}>
            {time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}
          </time>
        </p>
        <PressableBlocks blocks={blocksOf(message)} people={people} press={press} />
        {filesOf(message).map(({ id, title, content }) => (
          <details key={id} className="file">
            <summary>{title}</summary>
            <pre>{content}</pre>
          </details>
        ))}
        {"edited" in message && message.edited ? <small className="edited">(edited)</small> : null}
      </div>
    </article>
  );
}

function filesOf(message: Message | Ephemeral): readonly FileObject[] {
  return "files" in message ? (message.files ?? []) : [];
}

function blocksOf({ blocks, text }: Message | Ephemeral): readonly Block[] {
  return blocks ?? [{ type: "section", block_id: "text", text: { type: "mrkdwn", text, verbatim: false } }];
}

/** slack-blocks-to-jsx draws buttons and tells nobody that they are pressed: their IDs are read from what it draws. */
function PressableBlocks({
  blocks,
  people,
  press,
}: {
  blocks: readonly Block[];
  people: readonly Person[];
  press: (button: ButtonIDs) => Promise<void>;
}) {
  const [confirming, setConfirming] = useState<{ ids: ButtonIDs; confirm: NonNullable<Button["confirm"]> }>();

  const pressed = (event: MouseEvent) => {
    const drawn = (event.target as Element).closest(".slack_blocks_to_jsx__button_element");
    const blockID = drawn?.parentElement?.closest("[id]")?.id;
    if (!drawn || blockID === undefined) return;
    event.stopPropagation();
    const ids = { blockID, actionID: drawn.id };
    const { confirm } = findButton(blocks, ids) ?? {};
    if (confirm) setConfirming({ ids, confirm });
    else void press(ids);
  };

  return (
    <div onClickCapture={pressed}>
      <DrawnBlocks blocks={blocks} people={people} />
      {confirming ? (
        <ConfirmDialog
          confirm={confirming.confirm}
          close={(isConfirmed) => {
            setConfirming(undefined);
            if (isConfirmed) void press(confirming.ids);
          }}
        />
      ) : null}
    </div>
  );
}

function findButton(blocks: readonly Block[], { blockID, actionID }: ButtonIDs): Button | undefined {
  const block = blocks.find((candidate) => candidate.block_id === blockID);
  if (block?.type === "section") return block.accessory?.type === "button" ? block.accessory : undefined;
  if (block?.type !== "actions") return undefined;
  return block.elements
    .filter((element) => element.type === "button")
    .find((element) => element.action_id === actionID);
}
