import type { SlackSnapshot } from "../slack/snapshot.ts";
import type { SessionView } from "./sessions.ts";
import { promptOf, type TaskGroup } from "./tasks.ts";

/** One of the things to try first, and whether somebody has done it. */
export interface FirstStep {
  readonly text: string;
  readonly isDone: boolean;
}

/** What the steps are known by. */
interface Seen {
  readonly sessions: readonly SessionView[];
  /** Undefined where real Slack is used: then there is no Ben to be. */
  readonly slack: SlackSnapshot | undefined;
  readonly approverIDs: readonly string[];
}

/** What to try first, as the terminal says it. */
export const TRY_FIRST = [
  'Try first: press "Run a command" in OpenCode, then "Allow once" on its card in Slack.',
  'Then "Delete files", which asks you twice; and be Ben, who may not answer.',
  "A card that you leave alone for a minute reminds you in its thread.",
].join("\n");

/** Tells at each call what has been done by then. What was done stays done, also if its OpenCode is killed. */
export function createFirstSteps(groups: readonly TaskGroup[]): (seen: Seen) => readonly FirstStep[] {
  const steps = [
    {
      text: "In OpenCode, press “Run a command”.",
      isDone: ({ sessions }: Seen) => sessions.some(asks(promptOf(groups, "Run a command"))),
    },
    {
      text: "In Slack, press “Allow once” on its card.",
      isDone: ({ sessions }: Seen) => sessions.some(isAllowedInSlack),
    },
    {
      text: "Press “Delete files”, then “Allow once”: you are asked twice.",
      isDone: ({ sessions }: Seen) =>
        sessions.filter(asks(promptOf(groups, "Delete files"))).some(isAllowedInSlack),
    },
    {
      text: "Be Ben, who may not answer, and press a button.",
      isDone: ({ slack, approverIDs }: Seen) =>
        slack?.ephemerals.some(({ user }) => !approverIDs.includes(user)) ?? false,
      needsBen: true,
    },
  ];
  const done = new Set<string>();

  return (seen) =>
    steps
      .filter(({ needsBen }) => seen.slack !== undefined || !needsBen)
      .map(({ text, isDone }) => {
        if (isDone(seen)) done.add(text);
        return { text, isDone: done.has(text) };
      });
}

const asks =
  (prompt: string) =>
  ({ steps: [first] }: SessionView): boolean =>
    first?.kind === "text" && first.text === prompt;

function isAllowedInSlack({ steps }: SessionView): boolean {
  return steps.some((step) => step.kind === "call" && step.answer === "allowed in Slack");
}
