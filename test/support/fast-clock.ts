/**
 * Lets a process live faster, for tests of hours: with `FAST_CLOCK=100` in the environment an hour takes 36 seconds, by
 * every clock and timer that the code under test looks at. To be imported before all else.
 */

const speed = Number(process.env["FAST_CLOCK"] ?? 1);

/** What a timer is called with, besides what it does. */
type Start = (act: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => NodeJS.Timeout;

function hasten(name: "setTimeout" | "setInterval"): void {
  const start = globalThis[name] as Start;
  const hastened: Start = (act, ms = 0, ...args) => start(act, ms / speed, ...args);
  Object.assign(globalThis, { [name]: Object.assign(hastened, start) });
}

function hastenClocks(): void {
  const RealDate = Date;
  const realNow = performance.now.bind(performance);
  const began = { wall: RealDate.now(), monotonic: realNow() };
  const passed = (): number => (realNow() - began.monotonic) * speed;

  class FastDate extends RealDate {
    constructor(...args: [] | [number | string | Date]) {
      super(args.length === 0 ? FastDate.now() : args[0]);
    }
    static override now(): number {
      return began.wall + Math.floor(passed());
    }
  }
  Object.assign(globalThis, { Date: FastDate });
  performance.now = () => began.monotonic + passed();
}

if (speed !== 1) {
  hasten("setTimeout");
  hasten("setInterval");
  hastenClocks();
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (ms) => timeout(Math.ceil(ms / speed));
}
