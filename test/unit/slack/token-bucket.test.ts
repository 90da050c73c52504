import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { createTokenBucket } from "../../../src/slack/connection/token-bucket.ts";

test("turns are taken in the order in which they were asked for", async () => {
  const bucket = createTokenBucket({ burst: 3, everyMs: 2 });
  const { signal } = new AbortController();
  const asked: number[] = [];
  const taken: number[] = [];
  const take = async (name: number): Promise<void> => {
    // Timers of different lengths, of which a later one may end first.
    await setTimeout(Math.floor(name / 10));
    asked.push(name);
    await bucket.take(signal);
    taken.push(name);
  };
  await Promise.all(Array.from({ length: 50 }, async (_, name) => take(name)));
  expect(taken).toEqual(asked);
});

test("what may wait takes no turn before anybody else who waits", async () => {
  const bucket = createTokenBucket({ burst: 1, everyMs: 20 });
  const { signal } = new AbortController();
  await bucket.take(signal);
  const order: string[] = [];
  const take = async (name: string, taking: Promise<number>): Promise<void> => {
    await taking;
    order.push(name);
  };
  await Promise.all([
    take("thread", bucket.takeLast(signal)),
    take("first card", bucket.take(signal)),
    take("second card", bucket.take(signal)),
  ]);
  expect(order).toEqual(["first card", "second card", "thread"]);
});

test("who waits for a turn that nobody wants any more waits no longer", async () => {
  const bucket = createTokenBucket({ burst: 1, everyMs: 3_600_000 });
  const end = new AbortController();
  await bucket.take(end.signal);
  const waiting = [bucket.take(end.signal), bucket.takeLast(end.signal)];
  end.abort();
  expect(await Promise.all(waiting)).toEqual([0, 0]);
});

test("what nothing depends on begins when half of a burst is there and nobody waits, and takes none of it", async () => {
  const bucket = createTokenBucket({ burst: 4, everyMs: 20 });
  const { signal } = new AbortController();
  for (let n = 0; n < 4; n += 1) await bucket.take(signal);
  const order: string[] = [];
  const calm = bucket.calm(signal).then((isCalm) => order.push(`calm: ${isCalm}`));
  await bucket.take(signal);
  order.push("taken");
  await calm;
  expect(order).toEqual(["taken", "calm: true"]);
  expect(await bucket.take(signal)).toBeGreaterThanOrEqual(2);
});

test("what nothing depends on is given up when it is not wanted any more", async () => {
  const bucket = createTokenBucket({ burst: 1, everyMs: 5 });
  bucket.wait(3_600_000);
  const end = new AbortController();
  const calm = bucket.calm(end.signal);
  end.abort();
  expect(await calm).toBe(false);
});
