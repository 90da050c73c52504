import type { PluginInput } from "@opencode-ai/plugin";

/** What `serverUrl` says in the TUI and in `opencode run`: nobody listens there, or somebody else's OpenCode does. */
const NO_SERVER = "http://localhost:4096/";

/**
 * The HTTP server of this very process, which `serve`, `web`, `acp` and a TUI with `--port` have.
 *
 * @returns undefined where there is none, and for a server that really is at the address above: harmless, since the
 * plugin's client is tried first.
 */
export function ownServer({ serverUrl }: Pick<PluginInput, "serverUrl">): URL | undefined {
  return serverUrl.href === NO_SERVER ? undefined : serverUrl;
}
