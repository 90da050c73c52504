import type { EventLog } from "../opencode/events.ts";
import type { SlackSnapshot } from "../slack/snapshot.ts";
import type { SlackStandIn } from "../slack/stand-in.ts";
import { describeSessions, type SessionView } from "./sessions.ts";
import type { Task } from "./tasks.ts";

/** Everything that the page shows. */
export interface DemoState {
  readonly channelID: string;
  /** Undefined where real Slack is used. */
  readonly slack: SlackSnapshot | undefined;
  readonly approverIDs: readonly string[];
  readonly tasks: readonly Pick<Task, "label">[];
  readonly sessions: readonly SessionView[];
}

/** Gives the state as it is at each call. */
export function createState({
  channelID,
  standIn,
  approverIDs,
  tasks,
  events,
}: {
  channelID: string;
  standIn: SlackStandIn | undefined;
  approverIDs: readonly string[];
  tasks: readonly Task[];
  events: EventLog;
}): () => DemoState {
  return () => ({
    channelID,
    slack: standIn?.snapshot(),
    approverIDs,
    tasks: tasks.map(({ label }) => ({ label })),
    sessions: describeSessions(events.seen),
  });
}
