import { z } from "zod";
import type { Button } from "./block-elements.ts";
import { type Block, buttonsOf, checkModal } from "./block-kit.ts";
import type { Connection } from "./connection.ts";
import type { Habits } from "./habits.ts";
import { type Entries, fillIn } from "./form.ts";
import type { Payloads } from "./payloads.ts";
import { renderPlain } from "./plain.ts";
import type { Ephemeral, Message, Person, View } from "./slack-objects.ts";
import type { Outcome, SocketMode } from "./socket-mode.ts";
import { readable } from "./text.ts";
import type { Workspace } from "./workspace.ts";

/** Slack's address of a message: a {@link Message} is one, too. */
export interface MessageAddress {
  readonly channel: string;
  readonly ts: string;
}

/** Which button: by the label that a person reads, or by Slack's own IDs. */
export type ButtonName = string | { readonly blockID: string; readonly actionID: string };

/** How a button is pressed. */
export interface PressOptions {
  /** Goes through the button's "are you sure?" dialog. */
  readonly confirm?: boolean;
  /** Which of several buttons with the same label, from the top, counted from 0. */
  readonly nth?: number;
  /** The connection that Slack sends the press to; otherwise the stand-in's route chooses. */
  readonly via?: Connection;
}

/** A person at Slack: sees what Slack shows them, and does what Slack lets them do. */
export interface Actor {
  readonly person: Person;
  /**
   * Presses a button of a message, as the message stands at this moment. Resolves when Slack knows what came of it:
   * acked, or not in time.
   * @throws if the person cannot see the message, there is no such button, more than one and no `nth`, or the button
   * asks for a confirmation that was not given
   */
  press(message: MessageAddress, button: ButtonName, options?: PressOptions): Promise<Outcome>;
  /**
   * Fills in a modal and submits it. The modal closes unless the ack says otherwise (`response_action`).
   * @throws if Slack's form would not submit, or the modal is not open before this person
   */
  submit(view: { id: string }, entries?: Entries, options?: Pick<PressOptions, "via">): Promise<Outcome>;
  /** Closes a modal. Slack tells the app only if it asked for that (`notify_on_close`). */
  close(view: { id: string }): Promise<Outcome | undefined>;
  /** Looks at Slack or away: whoever is away gets no ephemeral message, then or later. */
  setActive(isActive: boolean): void;
  /** Writes a message of their own. */
  say(channel: string, text: string): Message;
  /** The messages that only this person sees, oldest first. */
  ephemerals(): readonly Ephemeral[];
  /** The modals that stand open before this person. */
  views(): readonly View[];
}

const viewAck = z.object({
  response_action: z.enum(["errors", "update", "push", "clear"]).optional(),
  errors: z.record(z.string(), z.string()).optional(),
  view: z.unknown().optional(),
});

/** A person who acts. */
export function createActor(
  person: Person,
  {
    workspace,
    habits,
    socketMode,
    payloads,
  }: { workspace: Workspace; habits: Habits; socketMode: SocketMode; payloads: Payloads },
): Actor {
  const ephemerals = () => workspace.ephemerals.filter(({ user }) => user === person.id);
  const views = () => [...workspace.views.values()].filter(({ user }) => user === person.id);

  const visible = ({ channel: id, ts }: MessageAddress): Message | Ephemeral => {
    const channel = workspace.channels.get(id);
    if (channel && channel.kind !== "public" && !channel.members.has(person.id)) {
      throw new Error(`${person.id} is no member of ${id} and does not see its messages`);
    }
    const message = workspace.message(id, ts) ?? ephemerals().find((ephemeral) => ephemeral.ts === ts);
    if (!message) throw new Error(`${person.id} sees no message ${ts} in ${id}`);
    return message;
  };

  const openView = ({ id }: { id: string }): View => {
    const view = views().find((candidate) => candidate.id === id);
    if (!view) throw new Error(`No modal ${id} stands open before ${person.id}`);
    return view;
  };

  const settleView = (view: View, { acked, payload }: Outcome) => {
    if (!acked) return;
    const { response_action, errors = {}, view: next } = viewAck.parse(payload);
    switch (response_action) {
      case "errors":
        workspace.views.set(view.id, { ...view, errors });
        break;
      case "update":
      case "push": {
        const checked = checkModal(next);
        if (!checked.ok)
          return workspace.complain(`The ack's view is refused: ${checked.messages.join("; ")}`);
        const id = response_action === "push" ? workspace.nextID("V") : view.id;
        workspace.views.set(id, {
          ...checked.value,
          id,
          hash: workspace.nextTs(),
          user: person.id,
          errors: {},
        });
        break;
      }
      case "clear":
        for (const { id } of views()) workspace.views.delete(id);
        break;
      case undefined:
        workspace.views.delete(view.id);
    }
    return workspace.changed();
  };

  return {
    person,
    async press(address, name, { confirm = false, nth, via } = {}) {
      const message = visible(address);
      const { block, button } = findButton(message, name, nth);
      if (button.confirm && !confirm) {
        throw new Error(`The button asks "${button.confirm.title.text}": press it with { confirm: true }`);
      }
      return socketMode.deliver(payloads.blockActions(person, message, block, button), via && { via });
    },
    async submit(named, entries = {}, options = {}) {
      const view = openView(named);
      const payload = payloads.viewSubmission(person, view, fillIn(view, entries, habits.typed));
      const outcome = await socketMode.deliver(payload, { ...options, acceptsResponsePayload: true });
      settleView(view, outcome);
      return outcome;
    },
    async close(named) {
      const view = openView(named);
      workspace.views.delete(view.id);
      workspace.changed();
      return view.notify_on_close ? socketMode.deliver(payloads.viewClosed(person, view)) : undefined;
    },
    setActive(isActive) {
      if (isActive) workspace.away.delete(person.id);
      else workspace.away.add(person.id);
    },
    say(channel, text) {
      const message: Message = {
        type: "message",
        channel,
        ts: workspace.nextTs(),
        user: person.id,
        team: person.teamID,
        text,
      };
      workspace.put(message);
      return message;
    },
    ephemerals,
    views,
  };
}

function findButton(
  message: Message | Ephemeral,
  name: ButtonName,
  nth: number | undefined,
): { block: Block; button: Button } {
  const all = buttonsOf(message.blocks ?? []);
  const matching = all.filter(({ block, button }) =>
    typeof name === "string"
      ? readable(button.text.text) === name
      : block.block_id === name.blockID && button.action_id === name.actionID,
  );
  if (matching.length > 1 && nth === undefined) {
    throw new Error(`${matching.length} buttons say ${JSON.stringify(name)}: choose with { nth }`);
  }
  const found = matching[nth ?? 0];
  if (!found) throw new Error(`No button ${JSON.stringify(name)} on this message:\n${renderPlain(message)}`);
  return found;
}
