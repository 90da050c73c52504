import { expect, onTestFinished, test } from "vitest";
import { describeFigures, excess, measureAtRest, REST_LIMIT_MS } from "../support/figures.ts";
import { until } from "../support/opencode/until.ts";
import { rowsOf, type Row, type RowButton } from "../support/rows.ts";
import type { Message } from "../support/slack/slack-objects.ts";
import { createSlackStandIn, type SlackStandIn } from "../support/slack/stand-in.ts";
import { startSoak, type Soak } from "../support/soak.ts";

const REQUESTS = Number(process.env["SOAK_REQUESTS"] ?? 12_000);
/** Asked at once: those share cards. */
const WAVE = 300;
/** By then all code is loaded, and all gateways remember as many closed requests as they ever will: 12 times 500. */
const WARM_UP = Math.min(7_200, Math.floor(REQUESTS / 2));
const WAVE_LIMIT_MS = 300_000;
/** More people do not press at once. */
const PRESSES_LIMIT = 60;

/**
 * What a heap may have grown by: 2 MB of compiled code and buffers, whatever the number of requests, and 1 KB for each
 * of them, much less than the 20 KB that keeping one of them takes. As many requests as before are remembered, but they
 * may share fewer cards, of which each takes as much.
 */
const HEAP_LIMIT_BYTES = 2 * 2 ** 20 + 1_024 * (REQUESTS - WARM_UP);

test.each(["Node", "Bun"] as const)(
  `after ${REQUESTS} requests nothing of them is left in a process of %s`,
  async (runtime) => {
    const slack = await createSlackStandIn({ rateLimits: "none" });
    onTestFinished(async () => slack.close());
    const soak = await startSoak(runtime, slack);
    onTestFinished(async () => soak[Symbol.asyncDispose]());

    let asked = 0;
    for (; asked < WARM_UP; asked += WAVE) await soakWave(slack, soak, asked);
    const before = await measureAtRest(soak);
    for (; asked < REQUESTS; asked += WAVE) await soakWave(slack, soak, asked);

    let after = await measureAtRest(soak);
    const isBack = async () => {
      after = await soak.measure();
      return excess(before, after, HEAP_LIMIT_BYTES).length === 0;
    };
    const grown = () => excess(before, after, HEAP_LIMIT_BYTES).join("\n");
    await until("memory and handles are where they began", isBack, {
      limitMs: REST_LIMIT_MS,
      context: grown,
    }).finally(() => console.log(`${runtime}:\n${describeFigures(before)}\n${describeFigures(after)}`));

    expect(await soak.end()).toEqual([]);
    expect(rowsOfAll(slack).every(({ outcome }) => outcome !== undefined)).toBe(true);
    expect(rowsOfAll(slack)).toHaveLength(asked);
    expect(slack.complaints()).toEqual([]);
  },
  3_600_000,
);

/** Resolves when all of a wave are answered, and their rows say so. */
async function soakWave(slack: SlackStandIn, soak: Soak, from: number): Promise<void> {
  const channel = slack.channel("C1");
  const firstCard = channel.messages().length;
  const rowsIn = new WeakMap<Message, readonly Row[]>();
  const answered = new Set<number>();

  const rows = () =>
    channel
      .messages()
      .slice(firstCard)
      .flatMap((message) => {
        const known = rowsIn.get(message) ?? rowsOf(message);
        rowsIn.set(message, known);
        return known.map((row) => ({ row, message, n: numberOf(row) }));
      });
  const presses: Promise<void>[] = [];
  /** Whoever sees Slack's warning sign presses again. */
  const press = async (n: number, message: Message, button: RowButton): Promise<void> => {
    const { acked } = await slack.user("U1").press(message, button);
    if (!acked) answered.delete(n);
  };
  const answer = ({ n, message, row: { buttons } }: ReturnType<typeof rows>[number]): void => {
    answered.add(n);
    const button = buttons.get(n % 2 === 0 ? "Allow once" : "Reject");
    if (n % 3 === 0 || button === undefined) soak.reply(n, n % 2 === 0 ? "once" : "reject");
    else presses.push(press(n, message, button));
  };
  let toldCount = slack.user("U1").ephemerals().length;
  const isAnswered = (): boolean => {
    const all = rows();
    // So does whoever is told that the process was too busy.
    const told = slack.user("U1").ephemerals().length;
    if (told > toldCount) for (const { n, row } of all) if (row.outcome === undefined) answered.delete(n);
    toldCount = told;
    const closedCount = all.filter(({ row }) => row.outcome !== undefined).length;
    const next = all.filter(({ n }) => !answered.has(n));
    next.slice(0, PRESSES_LIMIT - (answered.size - closedCount)).forEach(answer);
    return closedCount === WAVE;
  };

  soak.ask(from, WAVE);
  await slack.waitFor(isAnswered, { limitMs: WAVE_LIMIT_MS, what: `the wave from ${from} is answered` });
  await Promise.all(presses);
  slack.forget();
}

function numberOf({ text }: Row): number {
  return Number(/target-(\d+)/.exec(text)?.[1]);
}

function rowsOfAll(slack: SlackStandIn): Row[] {
  return slack.channel("C1").messages().flatMap(rowsOf);
}
