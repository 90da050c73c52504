import { setTimeout as delay } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { describeFigures, excess, measureAtRest } from "../support/figures.ts";
import { openGate } from "../support/gate.ts";
import { until } from "../support/opencode/until.ts";
import { rowsOf } from "../support/rows.ts";
import { createSlackStandIn, type SlackStandIn } from "../support/slack/stand-in.ts";
import { startSoak } from "../support/soak.ts";

/** Of the outage, by a clock that goes so many times faster than ours. */
const HOURS = Number(process.env["SOAK_HOURS"] ?? 8);
const SPEED = 120;
/** Asked and answered in OpenCode meanwhile. */
const ASKED = 200;
/** As many as there are gateways: asked before, and open all the time. */
const OPEN = 12;
/** For code that is compiled and buffers that are kept, however long it takes. */
const HEAP_LIMIT_BYTES = 3 * 2 ** 20;
const WAIT_LIMIT_MS = 120_000;

type Runtime = "Node" | "Bun";

/** A process with a fast clock, Slack, and the way between them. */
async function startAway(runtime: Runtime) {
  const slack = await createSlackStandIn({ rateLimits: "none" });
  onTestFinished(async () => slack.close());
  const gate = await openGate(Number(new URL(slack.apiUrl).port));
  onTestFinished(async () => gate[Symbol.asyncDispose]());
  const apiURL = `http://127.0.0.1:${gate.port}/api/`;
  const soak = await startSoak(runtime, slack, { apiURL, speed: SPEED });
  onTestFinished(async () => soak[Symbol.asyncDispose]());

  let asked = 0;
  const ask = (count: number): void => soak.ask((asked += count) - count, count);
  const answer = (from: number): void => {
    for (let n = from; n < asked; n += 1) soak.reply(n, "once");
  };
  /** All cards of which Slack has told are closed, and nobody waits for late presses any more. */
  const rest = async () => {
    const isOver = async () => (await soak.measure()).noted === 0 && slack.connections().length === 0;
    await until("nothing is noted, and Slack is left", isOver, { limitMs: WAIT_LIMIT_MS });
    return measureAtRest(soak);
  };
  /** @returns the most attempts that were noted at the same time. */
  const askMeanwhile = async (): Promise<number> => {
    let mostNoted = 0;
    for (let n = 0; n < ASKED; n += 1) {
      ask(1);
      await delay((HOURS * 3_600_000) / ASKED / SPEED);
      answer(asked - 1);
      if (n % 20 === 0) mostNoted = Math.max(mostNoted, (await soak.measure()).noted);
    }
    return mostNoted;
  };
  return { slack, gate, soak, ask, answer, rest, askMeanwhile };
}

/**
 * The requests that have an open card, and none that is closed: by so fast a clock an answer of Slack's can be late, and
 * a card void.
 */
function openTargets(slack: SlackStandIn): ReadonlySet<string | undefined> {
  const rows = slack.channel("C1").messages().flatMap(rowsOf);
  const targetOf = ({ text }: (typeof rows)[number]) => /target-\d+/.exec(text)?.[0];
  const closed = new Set(rows.filter(({ outcome }) => outcome !== undefined).map(targetOf));
  return new Set(rows.map(targetOf).filter((target) => !closed.has(target)));
}

async function waitForCards(slack: SlackStandIn, count: number): Promise<void> {
  const what = `${count} requests have cards`;
  await slack.waitFor(() => openTargets(slack).size >= count, { limitMs: WAIT_LIMIT_MS, what });
}

test.each<[how: string, runtime: Runtime]>([
  ["lets nobody connect", "Node"],
  ["lets nobody connect", "Bun"],
  ["takes every call and answers none", "Bun"],
])(
  `after ${HOURS} hours in which Slack %s, nothing of them is left in a process of %s`,
  async (how, runtime) => {
    const { slack, gate, soak, ask, answer, rest, askMeanwhile } = await startAway(runtime);
    ask(OPEN);
    await waitForCards(slack, OPEN);
    answer(0);
    const before = await rest();

    ask(OPEN);
    await waitForCards(slack, OPEN);
    const posted = slack.calls("chat.postMessage").length;
    const restore = how === "lets nobody connect" ? undefined : slack.outage({ hang: true });
    if (restore === undefined) await gate.shut();
    for (const connection of slack.connections()) connection.cut();
    const mostNoted = await askMeanwhile();
    // Those that were open, and one or two attempts of each gateway of which nobody knows.
    expect(mostNoted).toBeLessThanOrEqual(3 * OPEN);
    expect(slack.calls("chat.postMessage").length - posted).toBeLessThanOrEqual(2 * OPEN);

    if (restore === undefined) await gate.open();
    else restore();
    // Slack is there again for what is asked now.
    const open = openTargets(slack).size;
    ask(OPEN);
    await waitForCards(slack, open + OPEN);
    answer(0);
    let after = await rest();
    const grown = () => excess(before, after, HEAP_LIMIT_BYTES);
    const isBack = async () => {
      after = await soak.measure();
      return grown().length === 0;
    };
    await until("all is as it was", isBack, { context: () => grown().join("\n") }).finally(() =>
      console.log(
        `${runtime}, Slack ${how}, at most ${mostNoted} noted:\n${describeFigures(before)}\n${describeFigures(after)}`,
      ),
    );
    expect(await soak.end()).toEqual([]);
    expect(slack.complaints()).toEqual([]);
  },
  3_600_000,
);
