import type { PluginInput } from "@opencode-ai/plugin";
import type { Log } from "../../system/log.ts";
import { startStopwatch } from "../../system/stopwatch.ts";

/** Long enough to be read by somebody who is doing something else. */
const TOAST_MS = 15_000;

/** Shows a message in OpenCode's terminal interface, where there is one. Returns at once, and does not throw. */
export function showToast(
  client: PluginInput["client"],
  message: string,
  log: Log,
  variant: "error" | "success" = "error",
): void {
  const show = async (): Promise<unknown> =>
    client.tui.showToast({
      body: { title: "opencode-slack-gateway", message, variant, duration: TOAST_MS },
    });
  show().catch((err: unknown) => log.debug({ err }, "toast could not be shown"));
}

/** The same for what may be said again and again: not while it still stands on the screen. */
export function createToaster(client: PluginInput["client"], log: Log): (message: string) => void {
  const shown = new Map<string, () => number>();
  return (message) => {
    const ageMs = shown.get(message);
    if (ageMs !== undefined && ageMs() < TOAST_MS) return;
    shown.set(message, startStopwatch());
    showToast(client, message, log);
  };
}
