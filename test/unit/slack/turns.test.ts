import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { createTurns } from "../../../src/slack/connection/turns.ts";

test("turns are taken in the order in which they were asked for", async () => {
  const turns = createTurns({ burst: 3, everyMs: 2 });
  const { signal } = new AbortController();
  const asked: number[] = [];
  const taken: number[] = [];
  const take = async (name: number): Promise<void> => {
    // Timers of different lengths, of which a later one may end first.
    await setTimeout(Math.floor(name / 10));
    asked.push(name);
    await turns.take(signal);
    taken.push(name);
  };
  await Promise.all(Array.from({ length: 50 }, async (_, name) => take(name)));
  expect(taken).toEqual(asked);
});

test("what may wait takes no turn before anybody else who waits", async () => {
  const turns = createTurns({ burst: 1, everyMs: 20 });
  const { signal } = new AbortController();
  await turns.take(signal);
  const order: string[] = [];
  const take = async (name: string, taking: Promise<number>): Promise<void> => {
    await taking;
    order.push(name);
  };
  await Promise.all([
    take("thread", turns.takeLast(signal)),
    take("first card", turns.take(signal)),
    take("second card", turns.take(signal)),
  ]);
  expect(order).toEqual(["first card", "second card", "thread"]);
});

test("who waits for a turn that nobody wants any more waits no longer", async () => {
  const turns = createTurns({ burst: 1, everyMs: 3_600_000 });
  const end = new AbortController();
  await turns.take(end.signal);
  const waiting = [turns.take(end.signal), turns.takeLast(end.signal)];
  end.abort();
  expect(await Promise.all(waiting)).toEqual([0, 0]);
});
