/** One connection to Slack, shared by way of the hub, from the first that joins to the last that leaves. */

import type { AppWarnings } from "./app-warnings.ts";
import { watchConnections } from "./connection-state.ts";
import { renderStatus, type MemberStanding } from "./member-status.ts";
import { createPressRouter } from "./press-router.ts";
import type { Config } from "./config.ts";
import { hubDirectories, runHubOrAlone } from "./hub-or-alone.ts";
import { CONNECTED } from "./log-messages.ts";
import { appKey, ledgerDirectory } from "./paths.ts";
import { createSlackSide, type Slack } from "./slack-side.ts";
import { createSweeper } from "./orphans.ts";
import type { Press, Presser, Submission } from "../gateway/domain/interaction.ts";
import type { Audit } from "../gateway/ports.ts";
import type { HubEvent, HubOptions } from "../hub/hub.ts";
import type { Machine } from "../machine/identity.ts";
import { adviceFor, parseSlackFailure } from "../slack/connection/errors.ts";
import { describePayload, parseInteraction } from "../slack/connection/interaction.ts";
import { runSocketMode, type Count } from "../slack/connection/socket-mode.ts";
import type { Log } from "../system/log.ts";
import type { Slices } from "../system/slices.ts";

/** Slack gives each press to one connection at random: what goes to the others is lost, or answered by them. */
const SHARED_APP =
  "Slack counts more connections of this app than ours: another machine uses the app too, or Slack still counts a dead connection. Some presses will not arrive: then press again. Use one Slack app per developer and machine.";

export interface ConnectionOptions {
  readonly config: Config;
  readonly machine: Machine;
  readonly memberID: string;
  readonly pressed: (press: Press) => void;
  readonly submitted: (submission: Submission) => void;
  readonly notUnderstood: (presser: Presser) => void;
  /** Takes all that is addressed to this process as Slack has sent it, in place of the three above. */
  readonly received?: (payload: unknown) => void;
  /** Called each time that this process has joined a hub: somebody may have taken it for dead before. */
  readonly joined: () => void;
  /** What is told to whoever looks into the hub; nothing where it is missing. */
  readonly standing?: () => MemberStanding;
  /** Tells the user of OpenCode what to fix. */
  readonly advise: (advice: string) => void;
  readonly appWarnings: AppWarnings;
  readonly audit: Pick<Audit, "pressed">;
  readonly slices: Slices;
  readonly log: Log;
}

export interface ConnectionRun {
  /** Called when presses on our cards will come. */
  readonly joined: (slack: Slack) => void;
  /** Called each time that this process itself has connected. */
  readonly connected?: (count: Count) => void;
  /** Called each time that this process could not connect, and tries it again. */
  readonly failing?: () => void;
  /** Called each time that Slack refuses the connection. */
  readonly failed: (error: unknown) => void;
  /** False from then on until trying again makes sense. */
  readonly mayConnect: () => boolean;
  readonly signal: AbortSignal;
}

/** Is in Slack until `signal` aborts. */
export async function runConnection(options: ConnectionOptions, run: ConnectionRun): Promise<void> {
  const { config, machine, memberID, appWarnings, audit, log } = options;
  const { signal } = run;
  const { slack: webSide, socketOptions } = createSlackSide({ ...options, signal });
  const { cards } = webSide;
  const directory = ledgerDirectory(config);
  const sweeper = createSweeper({ directory, machine, cards, log });
  const routePresses = createPressRouter({ machine, directory, sweeper, cards, audit, log });
  const warnOfOthers = createWarning(log);
  let isHolder = false;
  let isMember = false;
  let connections = watchConnections();
  const hears = (): boolean => (isHolder ? connections.now().isConnected : isMember);
  const slack = { ...webSide, hears };

  const hold: HubOptions["hold"] = async (hub, holding) => {
    isHolder = true;
    const opening = watchConnections();
    connections = opening;
    const refused = new AbortController();
    const sweeping = sweeper.run({
      isConnected: hub.isConnected,
      signal: AbortSignal.any([holding, refused.signal]),
    });
    try {
      await runSocketMode({
        appToken: config.appToken,
        clientOptions: socketOptions,
        handle: routePresses(hub),
        foreign: (type) => appWarnings.foreign(type),
        connected: (count) => {
          opening.opened();
          log.info(count, CONNECTED);
          run.connected?.(count);
          warnOfOthers(count.others);
          run.joined(slack);
        },
        disconnected: () => opening.ended(),
        ...(run.failing !== undefined && { failing: run.failing }),
        signal: holding,
        log,
      });
    } catch (error) {
      tellRefusal(options, error);
      run.failed(error);
      refused.abort();
      throw error;
    } finally {
      isHolder = false;
      await sweeping;
    }
  };

  const logHub = (event: HubEvent): void => {
    log.debug({ hub: event }, "hub");
    if (event.type === "joined" || event.type === "left") isMember = event.type === "joined";
    // Whoever holds the connection itself has joined when Slack says hello, everybody else when the holder does.
    if (event.type === "joined" && !isHolder) run.joined(slack);
    if (event.type === "joined") options.joined();
  };

  const { received = (payload: unknown): void => receive(options, payload) } = options;
  const pressed = (payload: string): void => received(JSON.parse(payload));
  const { standing } = options;
  const hubOptions = {
    key: appKey(config),
    memberID,
    hold,
    mayHold: run.mayConnect,
    pressed,
    ...(standing && { status: () => renderStatus(standing(), isHolder ? connections.now() : undefined) }),
    signal,
  };
  await runHubOrAlone(hubDirectories(config), { ...hubOptions, log: logHub }, log);
}

/** What is addressed to this process. */
function receive(options: ConnectionOptions, payload: unknown): void {
  const { config, pressed, submitted, notUnderstood, log } = options;
  const interaction = parseInteraction(config.cardCheck, payload);
  switch (interaction.kind) {
    case "press":
      return pressed(interaction.press);
    case "submission":
      return submitted(interaction.submission);
    case "not-understood":
      log.warn(describePayload(payload), "this version does not understand the press");
      return interaction.presser === undefined ? undefined : notUnderstood(interaction.presser);
  }
}

function tellRefusal({ advise, log }: ConnectionOptions, error: unknown): void {
  const advice = adviceFor(parseSlackFailure(error), "SLACK_APP_TOKEN");
  log.error({ err: error, advice }, "Slack refuses the connection");
  if (advice !== undefined) advise(advice);
}

/** Warns once. */
function createWarning(log: Log): (others: number | undefined) => void {
  let isWarned = false;
  return (others = 0) => {
    if (others > 0 && !isWarned) log.warn({ others }, SHARED_APP);
    isWarned ||= others > 0;
  };
}
