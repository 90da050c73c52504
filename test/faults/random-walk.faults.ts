import { afterAll, beforeAll, expect, test } from "vitest";
import { openOffice, type Office } from "../support/desk.ts";
import { createRandom } from "../support/slack/random.ts";
import { startWalk } from "../support/walk.ts";

/**
 * By default the day: each night walks another way, and whoever runs it again on the same day takes the same steps.
 * What comes of them differs a little from run to run, as the processes are real.
 */
const SEED = Number(process.env["WALK_SEED"] ?? new Date().toISOString().slice(0, 10).replaceAll("-", ""));
const STEPS = Number(process.env["WALK_STEPS"] ?? 1_000);
const DESKS = 3;
/** Chance that what takes its time is checked after a step without a fault. */
const SETTLE_CHANCE = 0.1;
/** Steps that a failure names. */
const TRACE_STEPS = 40;

let office: Office;
beforeAll(async () => {
  // Refreshed connections are cut soon, so that the walk gets there.
  office = await openOffice({ seed: SEED, times: { cutAfterMs: 2_000 } });
});
afterAll(async () => office[Symbol.asyncDispose]());

test(`whatever happens in ${STEPS} steps from seed ${SEED}, every request and every press ends as it should`, async () => {
  const walk = await startWalk(office, DESKS);
  const trace: string[] = [];
  const startedAt = performance.now();
  const note = (n: number, what: string): void => {
    trace.push(`${n} after ${Math.round(performance.now() - startedAt)} ms: ${what}`);
  };
  try {
    for (let n = 1; n <= STEPS; n += 1) {
      // Each step has numbers of its own: one that needs more of them does not change all that follow.
      const random = createRandom(SEED * 1_000_003 + n);
      note(n, await walk.step(random));
      walk.check();
      if (!walk.isFaulty() && random() < SETTLE_CHANCE) {
        await walk.settle();
        note(n, "settled");
      }
    }
    await walk.finish();
    note(STEPS, "finished");
    expect(walk.openRows()).toEqual([]);
    console.log(`${STEPS} steps from seed ${SEED}: ${walk.summary()}.`);
  } catch (error) {
    const steps = trace.slice(-TRACE_STEPS).join("\n");
    const again = `WALK_SEED=${SEED} WALK_STEPS=${STEPS}`;
    throw new Error(`The walk broke: again with ${again}\n${String(error)}\nThe last steps:\n${steps}`, {
      cause: error,
    });
  }
}, 900_000);
