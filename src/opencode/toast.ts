import type { PluginInput } from "@opencode-ai/plugin";
import type { Log } from "../log.ts";

/** Long enough to be read by somebody who is doing something else. */
const TOAST_MS = 15_000;

/** Shows a message in OpenCode's terminal interface, where there is one. Returns at once. */
export function showToast(client: PluginInput["client"], message: string, log: Log): void {
  client.tui
    .showToast({ body: { title: "opencode-slack-gateway", message, variant: "error", duration: TOAST_MS } })
    .catch((err: unknown) => log.debug({ err }, "toast could not be shown"));
}
