import type { PluginInput } from "@opencode-ai/plugin";
import type { ServerLogin } from "../config.ts";

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

/** Headers for a server that may want a password. */
export function authorizationFor(login: ServerLogin | undefined): Record<string, string> {
  if (login === undefined) return {};
  const secret = Buffer.from(`${login.username}:${login.password}`).toString("base64");
  return { authorization: `Basic ${secret}` };
}
