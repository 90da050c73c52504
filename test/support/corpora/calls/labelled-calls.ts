/**
 * Calls of coding agents, each labelled as what it is: made from the shapes of public transcripts, in thirteen living
 * languages.
 */

import { DESTRUCTIVE_COMMANDS } from "../destructive-commands.ts";
import { EVASIONS, HONEST_COMMANDS } from "../evasions.ts";
import { EVERYDAY_COMMANDS } from "../everyday-commands.ts";
import { DECEIVING_CALLS } from "./deceiving-calls.ts";
import type { Label, LabelledCall } from "./labelled-call.ts";
import { PROSE_CALLS } from "./prose-calls.ts";
import { WORK_CALLS } from "./work-calls.ts";

export const LABELLED_CALLS: readonly LabelledCall[] = [
  ...WORK_CALLS,
  ...PROSE_CALLS,
  ...listed(EVERYDAY_COMMANDS, "honest", "an everyday command"),
  ...listed(HONEST_COMMANDS, "honest", "a command that looks like another"),
  ...listed(DESTRUCTIVE_COMMANDS, "destructive", "a destructive command"),
  ...listed(
    EVASIONS.map(({ command }) => command),
    "destructive",
    "a destructive command that hides",
  ),
  ...DECEIVING_CALLS,
];

function listed(commands: readonly string[], label: Label, shape: string): LabelledCall[] {
  return commands.map((command) => ({ label, shape, tool: "bash", args: { command } }));
}
