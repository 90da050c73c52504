/**
 * A process with several gateways, as for several project directories, and an OpenCode that confirms each reply: reads one command per line from stdin, writes
 * one report per line to stdout. Runs in Node (with `--expose-gc`) and in OpenCode's Bun.
 */
import "./fast-clock.ts";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { createInterface } from "node:readline";
import { setImmediate as immediate } from "node:timers/promises";
import { readConfig, type Config } from "../../src/composition/config.ts";
import { ledgerDirectory } from "../../src/composition/paths.ts";
import { readLogSettings } from "../../src/composition/log-settings.ts";
import type { Gateway } from "../../src/gateway/gateway.ts";
import { createLog } from "../../src/system/log.ts";
import type { Reply } from "../../src/gateway/domain/ask.ts";
import { describeWith } from "./hooks.ts";
import { permissionRequest } from "./permission-request.ts";
import { wireGateway } from "./wired-gateway.ts";

export type Command =
  | { readonly type: "ask"; readonly from: number; readonly count: number }
  /** Somebody answers in OpenCode. */
  | { readonly type: "reply"; readonly n: number; readonly reply: Reply }
  | { readonly type: "measure" }
  | { readonly type: "end" };

/** What a process holds after its garbage has been collected. */
export interface Figures {
  readonly heapBytes: number;
  readonly rssBytes: number;
  /** What keeps the process alive, by kind, as `process.getActiveResourcesInfo` tells. */
  readonly resources: Readonly<Record<string, number>>;
  /** Open files and sockets; undefined where the system does not tell. */
  readonly files: number | undefined;
  /** Attempts to have a card that are noted in the ledger. */
  readonly noted: number;
  /** Those of them of which nobody knows whether Slack has the card: noted until their request is forgotten. */
  readonly unknown: number;
}

export type Report =
  | { readonly type: "ready" }
  | ({ readonly type: "measured" } & Figures)
  /** Nothing of us runs any more; what is left in the ledger's folder. */
  | { readonly type: "ended"; readonly ledger: readonly string[] };

/** What the command of request `n` is. */
export const commandOf = (n: number): string => `make target-${n}`;

/** Each keeps to Slack's limits by itself: with one alone ten thousand requests would take half an hour. */
const GATEWAYS = 12;

function configure(): Config {
  const result = readConfig(undefined);
  if (!result.ok) throw new Error(result.problems.join(" "));
  return result.config;
}

const config = configure();
const describe = describeWith(async ({ patterns }) => ({
  details: [{ label: "Command", text: patterns.join() }],
  session: { titles: ["A soak"] },
  offers: { replies: ["once", "reject"] },
}));

/** Takes each reply and says so, as OpenCode does. */
async function takeReply(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, requestID = ""] = /\/permissions\/(\w+)/.exec(request.url ?? "") ?? [];
  const { response: reply } = (await json(request)) as { response: Reply };
  gatewayOf(Number(requestID.replace("per_", ""))).replied(requestID, { kind: "permission", reply });
  response.setHeader("content-type", "application/json").end("true");
}

const opencode = createServer((request, response) => void takeReply(request, response));
opencode.listen(0, "127.0.0.1");
await once(opencode, "listening");
const serverURL = new URL(`http://127.0.0.1:${(opencode.address() as AddressInfo).port}/`);
const wired = Array.from({ length: GATEWAYS }, () =>
  wireGateway({ serverURL, config, describe, log: createLog(readLogSettings()) }),
);

function gatewayOf(n: number): Gateway {
  const found = wired[n % GATEWAYS];
  if (found === undefined) throw new Error(`There is no request ${n}`);
  return found.gateway;
}

function ask(n: number): void {
  const request = { requestID: `per_${n}`, sessionID: `ses_${n}`, patterns: [commandOf(n)] };
  gatewayOf(n).asked(permissionRequest(request));
}

async function measure(): Promise<Figures> {
  for (const _ of [1, 2, 3]) {
    collectGarbage();
    await immediate();
  }
  const { heapUsed, rss } = process.memoryUsage();
  const resources: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
  const files = process.platform === "linux" ? readdirSync("/proc/self/fd").length : undefined;
  return { heapBytes: heapUsed, rssBytes: rss, resources, files, ...countNoted() };
}

function ledgerFiles(): string[] {
  const directory = join(ledgerDirectory(config), "ledger");
  if (!existsSync(directory)) return [];
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name, parentPath }) => join(parentPath, name));
}

/** The cards that a file notes; without a `ts`, nobody knows whether Slack has them. */
function cardsIn(file: string): readonly { readonly ts?: string }[] {
  return (JSON.parse(readFileSync(file, "utf8")) as { cards: { ts?: string }[] }).cards;
}

function countNoted(): Pick<Figures, "noted" | "unknown"> {
  const cards = ledgerFiles().flatMap(cardsIn);
  return { noted: cards.length, unknown: cards.filter(({ ts }) => ts === undefined).length };
}

function collectGarbage(): void {
  const { gc, Bun } = globalThis as { gc?: () => void; Bun?: { gc: (synchronously: boolean) => void } };
  if (Bun !== undefined) Bun.gc(true);
  else if (gc !== undefined) gc();
  else throw new Error("Node needs --expose-gc");
}

async function end(): Promise<void> {
  await Promise.all(wired.map(async (gateway) => gateway.end()));
  opencode.close();
  opencode.closeAllConnections();
  const left = ledgerFiles().filter((file) => cardsIn(file).some(({ ts }) => ts !== undefined));
  report({ type: "ended", ledger: left });
  process.stdin.destroy();
}

async function obey(command: Command): Promise<void> {
  switch (command.type) {
    case "ask":
      for (let n = command.from; n < command.from + command.count; n += 1) ask(n);
      return;
    case "reply":
      return gatewayOf(command.n).replied(`per_${command.n}`, {
        kind: "permission",
        reply: command.reply,
      });
    case "measure":
      return report({ type: "measured", ...(await measure()) });
    case "end":
      return end();
  }
}

function report(value: Report): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

createInterface({ input: process.stdin }).on("line", (line) => void obey(JSON.parse(line) as Command));
report({ type: "ready" });
