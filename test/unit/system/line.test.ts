import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { createLine } from "../../../src/system/line.ts";
import { until } from "../../support/opencode/until.ts";

const LONG_MS = 1_000_000;
const open = new AbortController().signal;

/** Works that end when they are told to. */
function createOffice() {
  const begun: string[] = [];
  const ends = new Map<string, { resolve: (value: string) => void; reject: (error: Error) => void }>();
  const work = (name: string) => async (): Promise<string> => {
    begun.push(name);
    return new Promise((resolve, reject) => ends.set(name, { resolve, reject }));
  };
  return { begun, work, end: (name: string): void => ends.get(name)?.resolve(`${name} is done`), ends };
}

test("only some go on at once, the others begin in their order", async () => {
  const { begun, work, end } = createOffice();
  const line = createLine({ atOnce: 2, slowMs: LONG_MS });
  const all = ["a", "b", "c", "d"].map(async (name) => line(work(name), open));
  await turn();
  expect(begun).toEqual(["a", "b"]);
  end("b");
  expect(await all[1]).toBe("b is done");
  await until("the next one has begun", () => begun.length === 3);
  expect(begun).toEqual(["a", "b", "c"]);
  end("a");
  end("c");
  await until("the last one has begun", () => begun.length === 4);
  end("d");
  expect(await Promise.all(all)).toEqual(["a is done", "b is done", "c is done", "d is done"]);
});

test("one that fails lets the next one begin, and says so to whoever waits for it", async () => {
  const { begun, work, ends } = createOffice();
  const line = createLine({ atOnce: 1, slowMs: LONG_MS });
  const first = line(work("a"), open);
  void line(work("b"), open);
  await turn();
  ends.get("a")?.reject(new Error("broken"));
  await expect(first).rejects.toThrow("broken");
  await until("the next one has begun", () => begun.length === 2);
});

test("one that hangs lets the next ones begin, and its end still counts", async () => {
  const { begun, work, end } = createOffice();
  const line = createLine({ atOnce: 1, slowMs: 1 });
  const first = line(work("a"), open);
  const others = ["b", "c"].map(async (name) => line(work(name), open));
  await until("all have begun", () => begun.length === 3);
  for (const name of ["c", "b", "a"]) end(name);
  expect(await first).toBe("a is done");
  expect(await Promise.all(others)).toEqual(["b is done", "c is done"]);
});

test("one that is given up before its turn never begins", async () => {
  const { begun, work, end } = createOffice();
  const line = createLine({ atOnce: 1, slowMs: LONG_MS });
  const giveUp = new AbortController();
  void line(work("a"), open);
  const second = line(work("b"), giveUp.signal);
  void line(work("c"), open);
  await turn();
  giveUp.abort();
  end("a");
  expect(await second).toBeUndefined();
  await until("the one behind it has begun", () => begun.length === 2);
  expect(begun).toEqual(["a", "c"]);
});
