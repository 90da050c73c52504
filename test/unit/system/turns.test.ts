import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { createTurns } from "../../../src/system/turns.ts";

/** Things that take so many milliseconds each, by a clock of their own. */
function createBusy() {
  let now = 0;
  const handled: number[] = [];
  const take = createTurns<number>(
    (ms) => {
      handled.push(ms);
      now += ms;
    },
    () => now,
  );
  return { handled, take };
}

test("what comes alone is handled at once", async () => {
  const { handled, take } = createBusy();
  take(100);
  expect(handled).toEqual([100]);
  await nextTurn();
  await nextTurn();
  take(1);
  expect(handled).toEqual([100, 1]);
});

test("a burst is handled in its order, and only as much in a turn as fits", async () => {
  const { handled, take } = createBusy();
  const burst = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  burst.forEach(take);
  // The last one goes a little beyond the five milliseconds of a turn.
  expect(handled).toEqual([1, 2, 3]);
  await nextTurn();
  expect(handled).toEqual([1, 2, 3, 4, 5]);
  while (handled.length < burst.length) await nextTurn();
  expect(handled).toEqual(burst);
});

test("what comes while others wait does not overtake them", async () => {
  const { handled, take } = createBusy();
  [10, 20].forEach(take);
  await nextTurn();
  take(30);
  while (handled.length < 3) await nextTurn();
  expect(handled).toEqual([10, 20, 30]);
});
