import { cp, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { inject, vi } from "vitest";
import { slackEnvironment } from "../desk.ts";
import { renderPlain } from "../slack/plain.ts";
import type { Message } from "../slack/slack-objects.ts";
import { createSlackStandIn, type SlackStandIn, type SlackStandInOptions } from "../slack/stand-in.ts";
import { createHost, type Host, type HostLocation, type HostOptions } from "./host.ts";
import { loadPlugin, type Plugin } from "./loader.ts";
import type { LocationRef } from "./told.ts";

/** A process of OpenCode 2 that has the packed plugin, and Slack. */
export interface HostDesk extends AsyncDisposable {
  readonly slack: SlackStandIn;
  readonly host: Host;
  readonly plugin: Plugin;
  /** A new project directory, for which no instance is open yet. */
  directory(name: string): Promise<LocationRef & { readonly directory: string }>;
  /** With the plugin loaded for it. */
  openLocation(name: string): Promise<HostLocation>;
  /** The card whose text says `what`. */
  card(what: string): Promise<Message>;
  /** The card as it is when it says `what`. */
  cardSays(card: Message, what: string): Promise<string>;
  /** What the gateway has logged, parsed. */
  log(): Promise<Record<string, unknown>[]>;
}

interface DeskOptions extends HostOptions {
  readonly slack?: SlackStandInOptions;
  readonly env?: Readonly<Record<string, string>>;
}

/** The same package at another place, which has modules of its own. */
export async function copyPlugin(): Promise<AsyncDisposable & { readonly plugin: Plugin }> {
  const installed = fileURLToPath(inject("pluginURL"));
  const folder = await mkdtemp(path.join(tmpdir(), "copy-"));
  const place = path.join(folder, "plugin");
  await symlink(path.dirname(installed), path.join(folder, "node_modules"));
  await cp(installed, place, { recursive: true });
  return {
    plugin: await loadPlugin(place),
    [Symbol.asyncDispose]: async () => rm(folder, { recursive: true, force: true }),
  };
}

/** All of it is in this process, which therefore has the variables meanwhile. */
export async function sitDownAtHost({
  slack: slackOptions,
  env,
  ...options
}: DeskOptions = {}): Promise<HostDesk> {
  const slack = await createSlackStandIn({ rateLimits: "none", ...slackOptions });
  const folder = await mkdtemp(path.join(tmpdir(), "opencode2-"));
  const logFile = path.join(folder, "gateway.log");
  const variables = {
    ...slackEnvironment(slack),
    OPENCODE_SLACK_GATEWAY_SOCKET_DIR: path.join(folder, "hub"),
    OPENCODE_SLACK_GATEWAY_LOG_FILE: logFile,
    XDG_STATE_HOME: folder,
    ...env,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const host = createHost(options);
  const plugin = await loadPlugin(fileURLToPath(inject("pluginURL")));

  const directory = async (name: string) => ({ directory: await mkdtemp(path.join(folder, `${name}-`)) });

  return {
    slack,
    host,
    plugin,
    directory,
    openLocation: async (name) => host.open(await directory(name), plugin),
    card: async (what) =>
      slack.channel("C1").waitForMessage((message) => renderPlain(message).includes(what)),
    async cardSays({ ts }, what) {
      const isIt = (message: Message): boolean => message.ts === ts && renderPlain(message).includes(what);
      return renderPlain(await slack.channel("C1").waitForMessage(isIt));
    },
    async log() {
      const lines = await readFile(logFile, "utf8").catch(() => "");
      return lines
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    },
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]();
      await slack.close();
      vi.unstubAllEnvs();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
