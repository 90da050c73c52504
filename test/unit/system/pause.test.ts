import { afterEach, beforeEach, expect, test } from "vitest";
import { aborted, onAbort, pause, unlessAborted } from "../../../src/system/pause.ts";
import { createTokenBucket } from "../../../src/slack/connection/token-bucket.ts";

const HOUR_MS = 3_600_000;
/** More than Node takes for a mistake. */
const MANY = 50;

let warnings: Error[];
const noteWarning = (warning: Error): void => void warnings.push(warning);
beforeEach(() => {
  warnings = [];
  process.on("warning", noteWarning);
});
afterEach(() => process.off("warning", noteWarning));

/** A signal that tells how many listen to it. */
function createEnd() {
  const end = new AbortController();
  let listeners = 0;
  const { signal } = end;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners += 1;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners -= 1;
    remove(...args);
  };
  return { end, signal, listeners: () => listeners };
}

const many = <T>(begin: (n: number) => T): T[] => Array.from({ length: MANY }, (_, n) => begin(n));

test("however many wait for a signal, nobody is warned of too many listeners, and all are woken", async () => {
  const { end, signal, listeners } = createEnd();
  const bucket = createTokenBucket({ burst: 1, everyMs: HOUR_MS });
  const never = new Promise<never>(() => undefined);
  const waiting = [
    many(async () => pause(HOUR_MS, signal)),
    many(async () => aborted(signal)),
    many(async () => unlessAborted(never, signal)),
    many(async () => bucket.take(signal)),
  ].flat();
  await new Promise((resolve) => setImmediate(resolve)); // when Node would warn
  expect(listeners()).toBe(1);
  end.abort();
  await Promise.all(waiting);
  expect(warnings).toEqual([]);
});

test("nothing is left of those who have stopped to wait", async () => {
  const { signal, listeners } = createEnd();
  const other = createEnd();
  await Promise.all([
    ...many(async () => pause(1, signal)),
    ...many(async (n) => unlessAborted(Promise.resolve(n), signal)),
    ...many(async () => unlessAborted(Promise.reject(new Error("refused")), signal).catch(() => undefined)),
  ]);
  for (const forget of many(() => onAbort([signal, other.signal], () => undefined))) forget();
  expect([listeners(), other.listeners()]).toEqual([0, 0]);

  const waiting = aborted(signal, other.signal);
  other.end.abort();
  await waiting;
  expect(listeners()).toBe(0);
});

test("who waits for several signals is woken once, and who comes too late at once", () => {
  const [first, second] = [new AbortController(), new AbortController()];
  let woken = 0;
  const wait = () => onAbort([first.signal, second.signal], () => (woken += 1));
  wait();
  second.abort();
  first.abort();
  expect(woken).toBe(1);
  wait();
  expect(woken).toBe(2);
});

test("a pause that is longer than a timer can wait does not end before a short one", async () => {
  const end = new AbortController();
  const long = pause(Number.MAX_SAFE_INTEGER, end.signal).then(() => "long");
  expect(await Promise.race([long, pause(2, end.signal).then(() => "short")])).toBe("short");
  end.abort();
  expect(await long).toBe("long");
  expect(warnings).toEqual([]);
});
