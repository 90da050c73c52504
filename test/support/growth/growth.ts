/** How the time that something takes grows with its input. */

export interface Growth {
  /** 1 is linear, 2 is quadratic. Undefined where it takes no time to speak of at any length. */
  readonly exponent: number | undefined;
  /** Of the longest input that was tried. */
  readonly length: number;
  readonly ms: number;
}

/** Characters of the inputs, four times as many each. */
const LENGTHS = [500, 2_000, 8_000, 32_000];
/** What takes less with the longest is linear: a quadratic one would take 1,000,000,000 steps. */
const QUICK_MS = 1;
/** What takes more needs no longer input to be told, once there is a shorter one to compare it with. */
const SLOW_MS = 40;
/** A longer input of what takes more, and grows too fast, would take many seconds. */
const HOPELESS_MS = 500;
/** Shorter runs are repeated until the clock can tell them. */
const MEASURED_MS = 0.2;
/** In the middle between linear and quadratic. */
const LINEAR_LIMIT = 1.5;
/** A single run can be long for reasons of its own: a process beside it, a collection of garbage. The shortest counts. */
const RUNS = 10;

interface Tried<T> {
  readonly length: number;
  readonly input: T;
  ms: number;
}

/** @param prepare makes an input of about so many characters; what it does is not measured. */
export async function measureGrowth<T>(
  prepare: (length: number) => T,
  run: (input: T) => unknown,
): Promise<Growth> {
  const shorter: Tried<T>[] = [];
  let growth: Growth | undefined;
  for (const length of LENGTHS) {
    const input = prepare(length);
    let ms = await timeOnce(run, input);
    // The first runs of anything take longer.
    if (ms > SLOW_MS) ms = Math.min(ms, await timeOnce(run, input));
    const long = { length, input, ms };
    const isLast = length === LENGTHS.at(-1);
    if (shorter.length > 0 && (isLast || ms > SLOW_MS)) growth = await compare(shorter.slice(-2), long, run);
    // Beside other processes even the shortest of some runs may be long: what seems to grow too fast is tried once more.
    if (growth !== undefined && (isLinear(growth) || long.ms > HOPELESS_MS)) return growth;
    shorter.push(long);
  }
  if (growth === undefined) throw new Error("There are lengths.");
  return growth;
}

async function compare<T>(
  shorter: readonly Tried<T>[],
  long: Tried<T>,
  run: (input: T) => unknown,
): Promise<Growth> {
  // What is only done from some length on is new there, and no growth.
  const exponent = (): number =>
    Math.min(...shorter.map(({ length, ms }) => Math.log2(long.ms / ms) / Math.log2(long.length / length)));
  for (let runs = 0; long.ms > QUICK_MS && runs < RUNS; runs += 1) {
    for (const one of shorter) one.ms = Math.min(one.ms, await timeShort(run, one.input));
    if (exponent() <= LINEAR_LIMIT) break;
    long.ms = Math.min(long.ms, await timeOnce(run, long.input));
  }
  const { length, ms } = long;
  return { length, ms, exponent: ms > QUICK_MS ? exponent() : undefined };
}

export function isLinear({ exponent }: Growth): boolean {
  return exponent === undefined || exponent <= LINEAR_LIMIT;
}

/** In milliseconds, the shortest of some runs, each of them repeated until it can be told. */
async function timeShort<T>(run: (input: T) => unknown, input: T): Promise<number> {
  let repeats = 1;
  let ms = await timeOnce(run, input);
  while (ms * repeats < MEASURED_MS) {
    repeats *= 2;
    const count = repeats;
    const repeated = async (): Promise<void> => {
      for (let done = 0; done < count; done += 1) await run(input);
    };
    ms = (await timeOnce(repeated, input)) / repeats;
  }
  return ms;
}

/** In milliseconds. No other process that runs meanwhile counts, nor what else this one does on other cores. */
async function timeOnce<T>(run: (input: T) => unknown, input: T): Promise<number> {
  const start = performance.now();
  const used = process.cpuUsage();
  await run(input);
  const { user, system } = process.cpuUsage(used);
  return Math.min(performance.now() - start, (user + system) / 1_000);
}
