import type { SlackSnapshot } from "../slack/snapshot.ts";
import type { Outage } from "./outage.ts";
import type { SlackPlace } from "./slack-place.ts";
import type { Task } from "./tasks.ts";
import type { OpenCodeView, Workplace } from "./workplace.ts";

/** Everything that the page shows. */
export interface DemoState {
  readonly channelID: string;
  /** Undefined where real Slack is used. */
  readonly slack: SlackSnapshot | undefined;
  readonly isSlackAway: boolean;
  readonly approverIDs: readonly string[];
  readonly tasks: readonly Pick<Task, "label">[];
  readonly opencodes: readonly OpenCodeView[];
}

/** Gives the state as it is at each call. */
export function createState({
  slack: { channelID, standIn, approverIDs },
  outage,
  tasks,
  workplaces,
}: {
  slack: SlackPlace;
  outage: Outage;
  tasks: readonly Task[];
  workplaces: readonly Workplace[];
}): () => DemoState {
  return () => ({
    channelID,
    slack: standIn?.snapshot(),
    isSlackAway: outage.isAway(),
    approverIDs,
    tasks: tasks.map(({ label }) => ({ label })),
    opencodes: workplaces.map((workplace) => workplace.view()),
  });
}
