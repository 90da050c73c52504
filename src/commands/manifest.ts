/** `opencode-slack-gateway manifest`: the Slack app that the gateway needs, to be pasted at Slack. */

import { manifestYAML } from "../slack/manifest.ts";
import { readArguments, UsageError } from "./arguments.ts";

/** @returns the exit code. */
export function manifest(args: readonly string[]): number {
  const { positionals } = readArguments(args, {});
  if (positionals.length > 0) throw new UsageError(`manifest takes no arguments: ${positionals.join(" ")}.`);
  process.stdout.write(manifestYAML());
  return 0;
}
