import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { constants, setPriority, tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { HARD_CASES } from "../support/blocks/hard-calls.ts";
import type { Measured, Order } from "../support/blocks/plugin-process.ts";
import { slackEnvironment } from "../support/desk.ts";
import { spawnScript } from "../support/runtime.ts";
import { createSlackStandIn, type SlackStandIn } from "../support/slack/stand-in.ts";

/**
 * How long OpenCode's event loop stands still for what an agent writes: the longest block of a run, with what Bun and
 * its collections of garbage add, the longest slice of our own work, each the worst of some runs, and how much of a
 * processor each request takes. `BENCH_ROUNDS` says how many runs, `BENCH_CASES` which cases.
 */
const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 1);
const ONLY = process.env["BENCH_CASES"] ?? "";
const LONG = 1_000_000;
const MANY = 100;

const SCRIPT = fileURLToPath(new URL("../support/blocks/plugin-process.ts", import.meta.url));

let slack: SlackStandIn;
let folder: string;
beforeAll(async () => {
  slack = await createSlackStandIn({ rateLimits: "none", botScopes: ["chat:write", "files:write"] });
  folder = await mkdtemp(path.join(tmpdir(), "blocks-"));
});
afterAll(async () => {
  await slack.close();
  await rm(folder, { recursive: true });
});

type Case = Pick<Order, "name" | "length" | "count">;

const cases: readonly Case[] = [
  ...HARD_CASES.flatMap(({ name, length }) =>
    [...new Set([length, LONG])].flatMap((each) => [
      { name, length: each, count: 1 },
      { name, length: each, count: MANY },
    ]),
  ),
  { name: undefined, length: 0, count: 1_000 },
  { name: undefined, length: 0, count: 10_000 },
];

async function measure(order: Case): Promise<Measured> {
  const state = await mkdtemp(path.join(folder, "state-"));
  const env = {
    ...slackEnvironment(slack),
    OPENCODE_SLACK_GATEWAY_SOCKET_DIR: path.join(state, "hub"),
    XDG_STATE_HOME: state,
  };
  const argument: Order = { ...order, pluginURL: inject("pluginURL"), directory: state };
  const child = spawnScript("Bun", SCRIPT, { args: [JSON.stringify(argument)], env });
  hurry(child.pid);
  const [line] = await Promise.all([text(child.stdout), once(child, "exit")]);
  return JSON.parse(line) as Measured;
}

/** Before the stand-in for Slack, which has a processor of its own elsewhere. */
function hurry(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_HIGHEST);
  } catch {
    // Not everybody may. Then what the collection of garbage waits for the processor counts, too.
  }
}

const table: object[] = [];
afterAll(() => console.table(table));

const wanted = cases.filter(({ name, length, count }) => new RegExp(ONLY).test(`${name} ${length} ${count}`));

test.each(wanted)("$name: $length characters, $count at once", async (order) => {
  const runs: Measured[] = [];
  for (let round = 0; round < ROUNDS; round += 1) runs.push(await measure(order));
  const worst = (of: (run: Measured) => number): number => Number(Math.max(...runs.map(of)).toFixed(1));
  const row = {
    case: order.name ?? 'small, with "always"',
    characters: order.length,
    "at once": order.count,
    "asking, ms": worst(({ asking }) => asking.longestMs),
    "closing, ms": worst(({ closing }) => closing.longestMs),
    "slice, ms": worst(({ asking, closing }) => Math.max(asking.longestSliceMs, closing.longestSliceMs)),
    "CPU each, ms": worst(
      ({ asking, closing, idleCpuMs }) => (asking.cpuMs + closing.cpuMs - idleCpuMs) / order.count,
    ),
  };
  console.log(JSON.stringify(row));
  table.push(row);
  expect(runs).toHaveLength(ROUNDS);
});
