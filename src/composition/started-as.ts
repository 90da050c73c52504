/** How this OpenCode was started, as far as it matters to whoever answers. */

import type { Environment } from "./environment.ts";

/**
 * `editor`: for an editor by ACP, which asks in a dialog of its own; an answer from Slack does not close that. `run`:
 * `opencode run`, which answers by itself, before there is a card.
 */
export type StartedAs = "editor" | "run" | "other";

/** @param argv as of the process: Bun, its file, and what was typed behind `opencode`. */
export function startedAs(env: Environment, argv: readonly string[]): StartedAs {
  // OpenCode sets it itself, before it loads a plugin (1.1 to 1.18).
  if (env["OPENCODE_CLIENT"] === "acp") return "editor";
  const command = argv.slice(2).find((word) => !word.startsWith("-"));
  return command === "run" ? "run" : "other";
}

export const RUN_ANSWERS =
  "opencode run answers its permission requests by itself, so none of them comes to Slack; without --auto it rejects them.";
