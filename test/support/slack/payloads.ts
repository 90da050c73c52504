import type { Button } from "./block-elements.ts";
import type { Block } from "./block-kit.ts";
import { type FieldChange, withChange } from "./field-changes.ts";
import type { Habits } from "./habits.ts";
import type { ResponseURLs } from "./response-urls.ts";
import type { Ephemeral, Message, Person, View } from "./slack-objects.ts";
import type { Triggers } from "./triggers.ts";
import { type StateValues, wireView } from "./view-payload.ts";
import type { Workspace } from "./workspace.ts";

/** Slack's deprecated verification token: it is in every payload, and worth nothing. */
const VERIFICATION_TOKEN = "deprecated-verification-token";

/** Builds what Slack sends when a person does something. */
export interface Payloads {
  /** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
  blockActions(
    person: Person,
    on: Message | Ephemeral,
    block: Block,
    button: Button,
  ): Record<string, unknown>;
  /** https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
  viewSubmission(person: Person, view: View, values: StateValues): Record<string, unknown>;
  viewClosed(person: Person, view: View): Record<string, unknown>;
  /** From now on the message that a press carries differs in one field; without a change no more. */
  readonly changePresses: (change?: FieldChange) => void;
}

/** Payload builders for one workspace. */
export function createPayloads({
  workspace,
  habits,
  triggers,
  responseURLs,
  httpURL,
}: {
  workspace: Workspace;
  habits: Habits;
  triggers: Triggers;
  responseURLs: ResponseURLs;
  httpURL: () => string;
}): Payloads {
  let change: FieldChange | undefined;

  const pressed = (on: Message) => {
    const message = habits.shown(on);
    return change === undefined ? message : withChange(message, change);
  };

  const common = (person: Person) => {
    const { team, enterprise, appID } = workspace.identity;
    return {
      user: { id: person.id, username: person.name, name: person.name, team_id: person.teamID },
      api_app_id: appID,
      token: VERIFICATION_TOKEN,
      team: {
        id: team.id,
        domain: team.domain,
        ...(enterprise && { enterprise_id: enterprise.id, enterprise_name: enterprise.name }),
      },
      enterprise: enterprise ?? null,
      is_enterprise_install: false,
    };
  };

  return {
    blockActions(person, on, block, button) {
      const isEphemeral = !("type" in on);
      const channel = workspace.channels.get(on.channel);
      const { text, value, style, action_id } = button;
      const place = { channel: on.channel, ts: on.ts, userID: person.id, isEphemeral };
      return {
        type: "block_actions",
        ...common(person),
        container: {
          type: "message",
          message_ts: on.ts,
          channel_id: on.channel,
          is_ephemeral: isEphemeral,
          ...(on.thread_ts !== undefined && { thread_ts: on.thread_ts }),
        },
        trigger_id: triggers.issue(person.id),
        channel: { id: on.channel, name: channel?.kind === "private" ? "privategroup" : channel?.name },
        ...(!isEphemeral && { message: pressed(on) }),
        state: { values: {} },
        response_url: new URL(responseURLs.issue(place), httpURL()).href,
        actions: [
          {
            action_id,
            block_id: block.block_id,
            text: habits.part(text),
            ...(value !== undefined && { value }),
            ...(style !== undefined && { style }),
            type: "button",
            action_ts: workspace.nextTs(),
          },
        ],
      };
    },
    viewSubmission: (person, view, values) => ({
      type: "view_submission",
      ...common(person),
      trigger_id: triggers.issue(person.id),
      view: wireView(view, workspace.identity, values),
      response_urls: [],
    }),
    viewClosed: (person, view) => ({
      type: "view_closed",
      ...common(person),
      view: wireView(view, workspace.identity),
      is_cleared: false,
    }),
    changePresses: (next) => void (change = next),
  };
}
