/** A plugin before ours, which gives a running OpenCode the variables of whoever works in its directory. */

import type { Plugin } from "@opencode-ai/plugin";

const WATCH_MS = 1_000;

/** Who has started this OpenCode shares it, and does not end it: it ends when they have. */
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.exit();
}, WATCH_MS).unref();

// oxlint-disable-next-line import/no-default-export -- OpenCode takes a plugin's default export
export default (async (_, options) => {
  for (const name of Object.keys(process.env))
    if (/^(?:SLACK_|OPENCODE_SLACK_GATEWAY_)/.test(name)) delete process.env[name];
  Object.assign(process.env, options?.["env"]);
  return {};
}) satisfies Plugin;
