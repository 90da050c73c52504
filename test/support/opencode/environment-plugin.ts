/** A plugin before ours, which gives a running OpenCode the variables of whoever works in its directory. */

import type { Plugin } from "@opencode-ai/plugin";

// oxlint-disable-next-line import/no-default-export -- OpenCode takes a plugin's default export
export default (async (_, options) => {
  for (const name of Object.keys(process.env))
    if (/^(?:SLACK_|OPENCODE_SLACK_GATEWAY_)/.test(name)) delete process.env[name];
  Object.assign(process.env, options?.["env"]);
  return {};
}) satisfies Plugin;
