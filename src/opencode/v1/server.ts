import type { PluginInput } from "@opencode-ai/plugin";
import type { Log } from "../../system/log.ts";

/** What OpenCode's own HTTP server asks for as Basic authorisation. */
export interface ServerLogin {
  readonly username: string;
  readonly password: string;
}

/** How long an HTTP call may hang. */
export const CALL_LIMIT_MS = 5_000;

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

/** The two ways to OpenCode, and what they take. */
export interface Access {
  /** The client that OpenCode gives its plugins; on 1.14.48 to 1.17.0 it reaches nobody in `opencode serve`. */
  readonly client: PluginInput["client"];
  readonly directory: string;
  /** OpenCode's own HTTP server; undefined where this process has none. */
  readonly serverURL: URL | undefined;
  readonly login: ServerLogin | undefined;
  readonly log: Log;
}

/** Headers for a server that may want a password. */
export function authorizationFor(login: ServerLogin | undefined): Record<string, string> {
  if (login === undefined) return {};
  const secret = Buffer.from(`${login.username}:${login.password}`).toString("base64");
  return { authorization: `Basic ${secret}` };
}

/**
 * Calls the server past the client.
 *
 * @returns the HTTP status, which says nothing about what came of the call.
 */
export async function post(
  { serverURL, directory, login }: Access,
  route: string,
  body?: object,
): Promise<number> {
  const url = new URL(route, serverURL);
  url.searchParams.set("directory", directory);
  const { status } = await fetch(url, {
    method: "POST",
    headers: { ...(body && { "content-type": "application/json" }), ...authorizationFor(login) },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(CALL_LIMIT_MS),
  });
  return status;
}
