import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
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
const ONLY = process.env["BENCH_CASES"];
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
  const [line] = await Promise.all([text(child.stdout), once(child, "exit")]);
  return JSON.parse(line) as Measured;
}

test("blocks of the event loop", async () => {
  const rows: object[] = [];
  for (const order of cases) {
    if (ONLY !== undefined && !new RegExp(ONLY).test(`${order.name} ${order.length} ${order.count}`))
      continue;
    const runs: Measured[] = [];
    for (let round = 0; round < ROUNDS; round += 1) runs.push(await measure(order));
    const worst = (of: (run: Measured) => number): number => Math.max(...runs.map(of));
    const row = {
      case: order.name ?? 'small, with "always"',
      characters: order.length,
      "at once": order.count,
      "asking, ms": Number(worst(({ asking }) => asking.longestMs).toFixed(1)),
      "closing, ms": Number(worst(({ closing }) => closing.longestMs).toFixed(1)),
      "slice, ms": Number(
        worst(({ asking, closing }) => Math.max(asking.longestSliceMs, closing.longestSliceMs)).toFixed(1),
      ),
      "CPU each, ms": Number(
        worst(
          ({ asking, closing, idleCpuMs }) => (asking.cpuMs + closing.cpuMs - idleCpuMs) / order.count,
        ).toFixed(1),
      ),
    };
    console.log(JSON.stringify(row));
    rows.push(row);
  }
  console.table(rows);
  expect(rows.length).toBeGreaterThan(0);
});
