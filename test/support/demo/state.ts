import type { SlackSnapshot } from "../slack/snapshot.ts";
import { createFirstSteps, type FirstStep } from "./first-steps.ts";
import type { Outage } from "./outage.ts";
import type { SlackPlace } from "./slack-place.ts";
import type { StartupView } from "./startup.ts";
import type { Task, TaskGroup } from "./tasks.ts";
import type { OpenCodeView, Workplace } from "./workplace.ts";

/** Everything that the page shows. */
export interface DemoState {
  readonly startup: StartupView;
  readonly firstSteps: readonly FirstStep[];
  readonly channelID: string;
  /** Undefined where real Slack is used. */
  readonly slack: SlackSnapshot | undefined;
  readonly isSlackAway: boolean;
  readonly approverIDs: readonly string[];
  readonly groups: readonly TaskGroupView[];
  /** None before the start is done. */
  readonly opencodes: readonly OpenCodeView[];
}

/** Tasks that belong together, as the page lists them. */
export interface TaskGroupView extends Pick<TaskGroup, "title" | "about"> {
  readonly tasks: readonly Pick<Task, "label">[];
}

/** Gives the state as it is at each call. */
export function createState({
  slack: { channelID, standIn, approverIDs },
  startup,
  outage,
  groups,
  workplaces,
}: {
  slack: SlackPlace;
  startup: () => StartupView;
  outage: Outage;
  groups: readonly TaskGroup[];
  workplaces: readonly Workplace[];
}): () => DemoState {
  const firstSteps = createFirstSteps(groups);
  const shownGroups = groups.map(({ title, about, tasks }) => ({
    title,
    about,
    tasks: tasks.map(({ label }) => ({ label })),
  }));
  return () => {
    const slack = standIn?.snapshot();
    const opencodes = workplaces.map((workplace) => workplace.view());
    const sessions = opencodes.flatMap((opencode) => opencode.sessions);
    return {
      startup: startup(),
      firstSteps: firstSteps({ sessions, slack, approverIDs }),
      channelID,
      slack,
      isSlackAway: outage.isAway(),
      approverIDs,
      groups: shownGroups,
      opencodes,
    };
  };
}
