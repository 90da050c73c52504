import { renderPlain } from "./plain.ts";
import type { Channel, Ephemeral, Identity, Message, Person, View } from "./slack-objects.ts";
import type { SocketMode } from "./socket-mode.ts";
import type { Call } from "./web-api.ts";
import type { Workspace } from "./workspace.ts";

/** Everything that a page needs to draw what people see, as plain JSON. */
export interface SlackSnapshot {
  readonly identity: Identity;
  readonly people: readonly Person[];
  readonly channels: readonly (Pick<Channel, "id" | "name" | "kind"> & {
    readonly members: readonly string[];
    readonly messages: readonly Message[];
  })[];
  readonly ephemerals: readonly Ephemeral[];
  /** Whom Slack notified of each message, by its `ts`. */
  readonly notified: Readonly<Record<string, readonly string[]>>;
  readonly views: readonly View[];
  /** How many connections the app has open. */
  readonly connections: number;
  /** The payloads that nobody acked in time. */
  readonly unacked: readonly Record<string, unknown>[];
}

/** What Slack holds at this moment. */
export function snapshotOf(workspace: Workspace, socketMode: SocketMode): SlackSnapshot {
  return {
    identity: workspace.identity,
    people: [...workspace.people.values()],
    channels: [...workspace.channels.values()].map(({ id, name, kind, members }) => ({
      id,
      name,
      kind,
      members: [...members],
      messages: workspace.messages(id),
    })),
    ephemerals: [...workspace.ephemerals],
    notified: Object.fromEntries(workspace.notified),
    views: [...workspace.views.values()],
    connections: socketMode.open().length,
    unacked: unackedOf(socketMode).map(({ payload }) => payload),
  };
}

/** What Slack holds at this moment, to be read in a failed test. */
export function describeSlack({
  workspace,
  socketMode,
  calls,
}: {
  workspace: Workspace;
  socketMode: SocketMode;
  calls: readonly Call[];
}): string {
  const { channels, ephemerals, views, complaints } = workspace;
  return [
    ...[...channels.values()].flatMap(({ id, name }) =>
      workspace
        .messages(id)
        .map((message) => `#${name} ${message.ts} ${message.user}:\n${renderPlain(message)}`),
    ),
    ...ephemerals.map((ephemeral) => `only ${ephemeral.user} sees:\n${renderPlain(ephemeral)}`),
    ...[...views.values()].map(({ user, title, id }) => `${user} has the modal ${id} "${title.text}" open`),
    `calls: ${calls.map(({ method, answer }) => `${method} ${outcomeOf(answer)}`).join(", ") || "none"}`,
    `open connections: ${socketMode.open().length}`,
    `envelopes: ${socketMode.envelopes().length}, unacked: ${unackedOf(socketMode).length}`,
    ...complaints.map((complaint) => `complaint: ${complaint}`),
  ].join("\n");
}

function unackedOf(socketMode: SocketMode) {
  return socketMode.envelopes().filter(({ state }) => state === "unacked");
}

function outcomeOf(answer: Call["answer"]): string {
  if (!answer) return "unanswered";
  return answer.ok ? "ok" : answer.error;
}
