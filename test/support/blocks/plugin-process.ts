/**
 * The packed plugin in a process of its own, with everything around it as OpenCode gives it, but OpenCode: asks for hard
 * calls, answers them, and says how long its event loop stood still meanwhile. To be run in OpenCode's Bun.
 */

import { setTimeout as delay } from "node:timers/promises";
import type { Hooks, PluginInput } from "@opencode-ai/plugin";
import { createOpencodeClient } from "@opencode-ai/sdk";
import { HARD_CASES, type HardCall } from "./hard-calls.ts";
import { createHeartbeat, type Beats } from "./heartbeat.ts";

/** What the process is told, as its first argument in JSON. */
export interface Order {
  readonly pluginURL: string;
  readonly directory: string;
  /** The name of one of {@link HARD_CASES}; undefined for calls that are small and alike. */
  readonly name: string | undefined;
  readonly length: number;
  /** How many calls ask at once. */
  readonly count: number;
}

/** What it writes to stdout. */
export interface Measured {
  /** Until all cards that Slack takes for now are posted. */
  readonly asking: Beats;
  /** Until they show how the requests were answered. */
  readonly closing: Beats;
  /** What the same time costs when nothing happens. */
  readonly idleCpuMs: number;
}

/** Cards come at least every 1.1 s. */
const QUIET_MS = 1_500;
/** Cards that wait for Slack are all alike. */
const WATCHED_MS = 8_000;
const IDLE_MS = 500;

// With whoever wants to know.
process.stdin.on("end", () => process.exit()).resume();

const { pluginURL, directory, name, length, count } = JSON.parse(process.argv[2] ?? "") as Order;
const heart = createHeartbeat();
const hooks = await load();
await ask("warm", small(0));
await quiet();
await answer("warm");
await quiet();

heart.start();
await delay(IDLE_MS);
const idleCpuMs = heart.read().cpuMs;
// All say the same: hundreds of long ones would be more than a gigabyte of OpenCode's, in which the collector is slow.
const hard = HARD_CASES.find((each) => each.name === name)?.call(length, directory);
const calls = Array.from({ length: count }, (_, n) => hard ?? small(n));

collectGarbage();
heart.start();
for (const [n, call] of calls.entries()) await ask(String(n), call);
const askingMs = await quiet();
const asking = heart.read();
heart.start();
for (const n of calls.keys()) await answer(String(n));
const closingMs = await quiet();
const closing = heart.read();
const measured: Measured = { asking, closing, idleCpuMs: (idleCpuMs / IDLE_MS) * (askingMs + closingMs) };
process.stdout.write(`${JSON.stringify(measured)}\n`);
process.exit(0);

/** As OpenCode does, which knows a session and nothing else. */
async function load(): Promise<Hooks> {
  const { default: plugin } = (await import(pluginURL)) as {
    default: (input: PluginInput) => Promise<Hooks>;
  };
  const client = createOpencodeClient({ baseUrl: "http://localhost:4096", fetch: respond });
  const input = { client, directory, worktree: directory, serverUrl: new URL("http://localhost:4096/") };
  return plugin(input as unknown as PluginInput);
}

async function respond(): Promise<Response> {
  return Response.json({
    id: "ses",
    title: "A title",
    info: { providerID: "p", modelID: "m", agent: "build" },
  });
}

async function ask(id: string, { tool, args, ...request }: HardCall): Promise<void> {
  const sessionID = sessionOf(id);
  const callID = `call_${id}`;
  await hooks["tool.execute.before"]?.({ tool, sessionID, callID }, { args });
  const properties = { id: `per_${id}`, sessionID, ...request, tool: { messageID: "msg_1", callID } };
  await tell("permission.asked", properties);
}

async function answer(id: string): Promise<void> {
  await tell("permission.replied", { sessionID: sessionOf(id), requestID: `per_${id}`, reply: "once" });
}

async function tell(type: string, properties: object): Promise<void> {
  await hooks.event?.({ event: { type, properties } as never });
}

/** What making the inputs has left behind would be swept up in the time that is measured: more than all of ours. */
function collectGarbage(): void {
  (globalThis as { Bun?: { gc(isSynchronous: boolean): void } }).Bun?.gc(true);
}

/** Small ones come from a few sessions, so that they share cards. */
function sessionOf(id: string): string {
  return name === undefined ? `ses_${Number(id) % 20}` : `ses_${id}`;
}

function small(n: number): HardCall {
  const command = `git status ${n}`;
  return {
    tool: "bash",
    args: { command },
    permission: "bash",
    patterns: [command],
    always: ["git status *"],
    metadata: { command },
  };
}

/** Waits until nothing happens any more. @returns how long it took. */
async function quiet(): Promise<number> {
  const start = performance.now();
  const passedMs = (): number => performance.now() - start;
  do await delay(50);
  while (Math.min(heart.quietMs(), passedMs()) < QUIET_MS && passedMs() < WATCHED_MS);
  // A beat that was due when the loop stood still comes after this.
  await delay(50);
  return passedMs();
}
