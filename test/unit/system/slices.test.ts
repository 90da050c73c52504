import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { runToEnd, type Sliced } from "../../../src/system/sliced.ts";
import { createSlices } from "../../../src/system/slices.ts";

/** A clock that stands still but while somebody works: five pieces take 2 ms. */
function createOffice() {
  let pieces = 0;
  const done: string[] = [];
  function* work(name: string, count: number): Sliced<string> {
    for (let piece = 0; piece < count; piece += 1) {
      pieces += 1;
      done.push(name);
      yield;
    }
    return `${name} is done`;
  }
  return { slices: createSlices(() => (pieces * 2) / 5), work, done };
}

function* broken(): Sliced<never> {
  yield;
  throw new Error("broken");
}

/** What was done in each turn of the event loop until all of it is done. */
async function turnsOf(done: readonly string[], all: Promise<unknown>): Promise<string[]> {
  const turns: string[] = [];
  const end = new AbortController();
  void all.finally(() => end.abort());
  for (let seen = 0; !end.signal.aborted; seen = done.length) {
    await turn();
    turns.push(done.slice(seen).join(""));
  }
  return turns.filter((work) => work !== "");
}

test("long work lets everything else run every 2 ms", async () => {
  const { slices, work, done } = createOffice();
  const all = slices.run(work("a", 20));
  expect(await turnsOf(done, all)).toEqual(["aaaaa", "aaaaa", "aaaaa", "aaaaa"]);
  expect(await all).toBe("a is done");
});

test("works that come together take turns, and never work in the same turn", async () => {
  const { slices, work, done } = createOffice();
  const all = Promise.all([slices.run(work("a", 10)), slices.run(work("b", 1)), slices.run(work("c", 9))]);
  expect(await turnsOf(done, all)).toEqual(["aaaaa", "b", "ccccc", "aaaaa", "cccc"]);
  expect(await all).toEqual(["a is done", "b is done", "c is done"]);
});

test("a hundred works take no longer in a turn than one", async () => {
  const { slices, work, done } = createOffice();
  const all = Promise.all(Array.from({ length: 100 }, async () => slices.run(work("x", 20))));
  const turns = await turnsOf(done, all);
  expect(turns.filter((turn) => turn.length > 5)).toEqual([]);
  expect(done).toHaveLength(2_000);
});

test("a work that is given up does no further piece, and holds up no other", async () => {
  const { slices, work, done } = createOffice();
  const end = new AbortController();
  const given = slices.run(work("a", 1_000), end.signal);
  const other = slices.run(work("b", 20));
  await turn();
  end.abort(new Error("nobody asks any more"));
  await expect(given).rejects.toThrow("nobody asks any more");
  expect(await other).toBe("b is done");
  expect(done.filter((name) => name === "a")).toHaveLength(5);
});

test("what a work throws is its own failure", async () => {
  const { slices, work } = createOffice();
  const failing = slices.run(broken());
  const other = slices.run(work("b", 1));
  await expect(failing).rejects.toThrow("broken");
  expect(await other).toBe("b is done");
});

test("work that is short can be done at once", () => {
  const { work, done } = createOffice();
  expect(runToEnd(work("a", 3))).toBe("a is done");
  expect(done).toEqual(["a", "a", "a"]);
});
