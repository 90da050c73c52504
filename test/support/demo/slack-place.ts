import { createServer, type RequestListener } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { readConfig } from "../../../src/composition/config.ts";
import { DEFAULT_BOT_SCOPES } from "../slack/installation.ts";
import { createSlackStandIn, type SlackStandIn } from "../slack/stand-in.ts";
import { PlainFailure } from "./plain-failure.ts";

/** Where the cards are posted, and from where the page is served. */
export interface SlackPlace extends AsyncDisposable {
  /** Undefined where real Slack is used. */
  readonly standIn: SlackStandIn | undefined;
  readonly channelID: string;
  readonly approverIDs: readonly string[];
  /** What the gateway finds in its environment. */
  readonly env: Record<string, string>;
  readonly pageURL: string;
}

export interface SlackPlaceOptions {
  /** On 127.0.0.1; 0 for a free one. */
  readonly port: number;
  /** Serves the page. */
  readonly handler: RequestListener;
}

const GATEWAY_VARIABLES =
  /^(SLACK_\w+|OPENCODE_SLACK_GATEWAY_\w+|HTTPS_PROXY|NO_PROXY|NODE_EXTRA_CA_CERTS)$/i;

/** The tokens that are set. With one, somebody means real Slack: then what is missing is said, and no stand-in used. */
export function slackTokens(env: NodeJS.ProcessEnv): string[] {
  return ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"].filter((name) => env[name]);
}

/** The stand-in with two people in a channel, of whom Ann is an approver. */
export async function startStandIn({ port, handler }: SlackPlaceOptions): Promise<SlackPlace> {
  const people = [
    { id: "U1", name: "ann", realName: "Ann" },
    { id: "U2", name: "ben", realName: "Ben" },
  ];
  const channels = [{ id: "C1", name: "opencode", members: ["U1", "U2"] }];
  const botScopes = [...DEFAULT_BOT_SCOPES, "files:write"];
  const standIn = await createSlackStandIn({ port, handler, people, channels, botScopes });
  return {
    standIn,
    channelID: "C1",
    approverIDs: ["U1"],
    env: {
      SLACK_API_URL: standIn.apiUrl,
      SLACK_BOT_TOKEN: standIn.botToken,
      SLACK_APP_TOKEN: standIn.appToken,
      SLACK_CHANNEL_ID: "C1",
      SLACK_APPROVER_IDS: "U1",
      OPENCODE_SLACK_GATEWAY_MAY_ALLOW_ALWAYS: "git log *",
      OPENCODE_SLACK_GATEWAY_MUTE: "approvers",
      // Whoever leaves a card alone sees its reminder before they have gone.
      OPENCODE_SLACK_GATEWAY_REMIND_AFTER_MINUTES: "1",
      // On Windows there is no such folder. With real Slack it stays the one where all OpenCodes of a user meet.
      ...(process.platform !== "win32" && { OPENCODE_SLACK_GATEWAY_SOCKET_DIR: path.join(tmpdir(), "hub") }),
    },
    pageURL: standIn.url,
    [Symbol.asyncDispose]: async () => standIn.close(),
  };
}

/**
 * Real Slack, as the environment describes it.
 * @throws PlainFailure with everything that is wrong with the environment, in the gateway's own words
 */
export async function reachSlack({ port, handler }: SlackPlaceOptions): Promise<SlackPlace> {
  const result = readConfig(undefined);
  if (!result.ok) throw new PlainFailure(result.problems.join("\n"));
  const { channelID, approvers } = result.config;

  const server = createServer(handler).listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    standIn: undefined,
    channelID,
    approverIDs: approvers.kind === "listed" ? approvers.userIDs : [],
    env: Object.fromEntries(
      Object.entries(process.env).filter(
        (entry): entry is [string, string] => GATEWAY_VARIABLES.test(entry[0]) && entry[1] !== undefined,
      ),
    ),
    pageURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
