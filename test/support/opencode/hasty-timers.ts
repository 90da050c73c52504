/**
 * A plugin beside ours, so that a minute takes three seconds: timers that wait for twelve seconds and longer come
 * twenty times as early, or as `HASTY_TIMERS` says, for whatever runs in OpenCode's process. Shorter ones, on which calls
 * and connections depend, come as they should.
 */

import type { Plugin } from "@opencode-ai/plugin";

const LONG_MS = 12_000;
const SPEED = Number(process.env["HASTY_TIMERS"] ?? 20);

// oxlint-disable-next-line import/no-default-export -- OpenCode takes a plugin's default export
export default (async () => {
  const start = globalThis.setTimeout;
  const hasty = (act: () => void, ms = 0, ...rest: []): NodeJS.Timeout =>
    start(act, ms < LONG_MS ? ms : ms / SPEED, ...rest);
  globalThis.setTimeout = Object.assign(hasty, start);
  return {};
}) satisfies Plugin;
