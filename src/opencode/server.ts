import { isMainThread } from "node:worker_threads";
import type { PluginInput } from "@opencode-ai/plugin";

/** The commands whose process listens at `input.serverUrl`. */
const SERVING = new Set(["serve", "web"]);

/**
 * The HTTP server of this very process. Undefined in the TUI and in `opencode run`, where `serverUrl` is
 * `http://localhost:4096/` although nobody listens there, or somebody else's OpenCode does.
 */
export function ownServer({ serverUrl }: Pick<PluginInput, "serverUrl">): URL | undefined {
  return isMainThread && SERVING.has(process.argv[2] ?? "") ? serverUrl : undefined;
}
