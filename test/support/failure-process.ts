/** Calls each of the Slacks that it is given as JSON, once, and prints what its failures mean. Runs in Node and in OpenCode's Bun. */
import { pino } from "pino";
import { createWebClient } from "../../src/slack/connection/client.ts";
import { createSlackClock } from "../../src/slack/connection/clock.ts";
import { parseSlackFailure } from "../../src/slack/connection/errors.ts";
import { createProxyAgent } from "../../src/slack/connection/proxy.ts";

/** Where a call goes. */
export interface Way {
  readonly apiURL: string;
  readonly httpsProxy?: string;
}

const log = pino({ level: "silent" });

async function fail({ apiURL, httpsProxy }: Way): Promise<string> {
  const agent = createProxyAgent({ apiURL, httpsProxy, noProxy: undefined });
  const client = createWebClient({ apiURL, botToken: "xoxb-1" }, agent, createSlackClock(), log);
  return client.chat.postMessage({ channel: "C1", text: "a card" }).then(
    () => "answered",
    (error: unknown) => parseSlackFailure(error).kind,
  );
}

const ways = JSON.parse(process.argv.at(-1) ?? "[]") as readonly Way[];
process.stdout.write(JSON.stringify(await Promise.all(ways.map(fail))));
