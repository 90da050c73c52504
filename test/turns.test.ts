import { expect, test } from "vitest";
import { createTurns } from "../src/slack/turns.ts";

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
