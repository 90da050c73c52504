import { appendFileSync } from "node:fs";
import type { Plugin } from "@opencode-ai/plugin";

const record = (line: object): void =>
  appendFileSync(process.env["RECORDING"] ?? "", `${JSON.stringify(line)}\n`);
const recordHook = (hook: string) => async (input: object, output: object) => record({ hook, input, output });

/** Writes what OpenCode tells a plugin, one JSON line each, to the file named by `RECORDING`. */
// oxlint-disable-next-line import/no-default-export -- OpenCode takes a plugin's default export
export default (async () => ({
  // Not the streamed words, of which there are hundreds.
  event: async ({ event }) => {
    if (!event.type.startsWith("message.")) record({ hook: "event", event });
  },
  "tool.execute.before": recordHook("tool.execute.before"),
  "tool.execute.after": recordHook("tool.execute.after"),
  "shell.env": recordHook("shell.env"),
})) satisfies Plugin;
