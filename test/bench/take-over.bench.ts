import { afterAll, beforeAll, expect, test } from "vitest";
import { openOffice, type Desk, type Office } from "../support/desk.ts";
import { bash, say } from "../support/opencode/scripted-model.ts";
import { until } from "../support/opencode/until.ts";
import { renderPlain } from "../support/slack/plain.ts";

/** How long the others' presses go unanswered when the holder goes: from the signal to a card that says "Allowed". */
const ROUNDS = 10;

let office: Office;
beforeAll(async () => {
  office = await openOffice({ times: { ackLimitMs: 200 } });
});
afterAll(async () => office[Symbol.asyncDispose]());

async function holderOf(desks: readonly Desk[]): Promise<Desk> {
  return until("somebody holds the connection", async () => {
    const log = (await desks[0]?.log()) ?? [];
    const pid = log.findLast(({ msg }) => msg === "connected to Slack")?.["pid"];
    return desks.find(({ opencode }) => opencode.pid === pid);
  });
}

/** Presses as an impatient person does, until somebody acks. */
async function pressUntilAllowed(desk: Desk, what: string): Promise<void> {
  const card = await desk.card(what);
  const isAllowed = () =>
    office.slack
      .channel("C1")
      .messages()
      .some(({ ts, blocks }) => ts === card.ts && renderPlain({ blocks }).includes("Allowed once"));
  while (!isAllowed()) {
    const { acked } = await office.slack.user("U1").press(card, "Allow once");
    if (acked) await desk.cardSays(card, "Allowed once");
  }
}

test.each(["SIGKILL", "SIGSTOP"] as const)("%s of the holder", async (signal) => {
  const figures: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const desks = [await office.openDesk(), await office.openDesk()];
    for (const [n, desk] of desks.entries()) {
      await desk.start([bash(`echo ${signal} ${round} ${n}`), say("done")]);
      await desk.card(`echo ${signal} ${round} ${n}`);
    }
    const holder = await holderOf(desks);
    const survivor = desks.find((desk) => desk !== holder);
    if (survivor === undefined) throw new Error("There are two desks.");

    const start = performance.now();
    process.kill(holder.opencode.pid, signal);
    await pressUntilAllowed(survivor, `echo ${signal} ${round} ${desks.indexOf(survivor)}`);
    figures.push(Math.round(performance.now() - start));

    if (signal === "SIGSTOP") process.kill(holder.opencode.pid, "SIGCONT");
    await Promise.all(desks.map(async (desk) => desk[Symbol.asyncDispose]()));
  }
  const sorted = figures.toSorted((one, other) => one - other);
  console.log(
    `${signal}: median ${sorted[Math.floor(ROUNDS / 2)]} ms, min ${sorted[0]} ms, max ${sorted.at(-1)} ms (${ROUNDS} rounds)`,
  );
  expect(figures).toHaveLength(ROUNDS);
});
