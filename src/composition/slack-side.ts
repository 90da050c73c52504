/** All that speaks with Slack's Web API, for as long as one connection lasts. */

import type { AppWarnings } from "./app-warnings.ts";
import type { Config } from "./config.ts";
import type { Connection } from "../gateway/ports.ts";
import { createApprovers } from "../slack/people/approvers.ts";
import { createInstallationFinder } from "../slack/people/installation.ts";
import { createCards } from "../slack/cards/messages.ts";
import { createModals } from "../slack/cards/modals.ts";
import { clientOptions, createWebClient } from "../slack/connection/client.ts";
import { createSlackClock } from "../slack/connection/clock.ts";
import { createProxyAgent, socketIgnoresProxy } from "../slack/connection/proxy.ts";
import type { Log } from "../system/log.ts";
import type { Slices } from "../system/slices.ts";

export type Slack = Omit<Connection, "leave">;
type WebSide = Omit<Slack, "hears">;

interface SlackSideOptions {
  readonly config: Config;
  readonly memberID: string;
  /** Tells the user of OpenCode what to fix. */
  readonly advise: (advice: string) => void;
  readonly appWarnings: Pick<AppWarnings, "installed">;
  readonly slices: Slices;
  readonly signal: AbortSignal;
  readonly log: Log;
}

interface SlackSide {
  readonly slack: WebSide;
  /** For what opens the Socket Mode connection. */
  readonly socketOptions: ReturnType<typeof clientOptions>;
}

export function createSlackSide(options: SlackSideOptions): SlackSide {
  const { config, memberID, appWarnings, log } = options;
  const agent = createProxyAgent(config);
  if (agent !== undefined && socketIgnoresProxy()) {
    log.warn(
      "The Bun of this OpenCode does not use the proxy to connect to Slack (fixed in Bun 1.3.6): update OpenCode.",
    );
  }
  const clock = createSlackClock();
  const client = createWebClient(config, agent, clock, log);
  const installation = createInstallationFinder(client, log, (found) => appWarnings.installed(found));
  const { channelID: channel, push, allowFromThread, cardCheck: check } = config;
  const slack: WebSide = {
    cards: createCards({
      ...options,
      client,
      installation,
      channel,
      mention: push.mention,
      approverIDs: config.approvers.kind === "listed" ? config.approvers.userIDs : [],
      secrets: secretsOf(config),
      allowFromThread,
      check,
    }),
    modals: createModals(client, memberID, log),
    approvers: createApprovers(config.approvers, client, installation, channel, log),
    now: () => clock.now(),
  };
  return { slack, socketOptions: clientOptions(config, agent, log) };
}

/** What no card may show, whatever it looks like. */
function secretsOf({ botToken, appToken, serverLogin }: Config): string[] {
  return [botToken, appToken, ...(serverLogin === undefined ? [] : [serverLogin.password])];
}
