/** Long work in slices, so that OpenCode's event loop, which we are guests of, never stands still for it. */

/** How long the work of one turn of the event loop may take: the last piece goes beyond it. */
const SLICE_MS = 2;

export interface Slices {
  /**
   * Does work, a slice in a turn of the event loop, and never two works in the same turn: those that come together
   * take turns. What is done with the result begins in another turn.
   *
   * @param work yields between pieces that take a few milliseconds at most.
   * @param signal gives the work up.
   * @returns what the work returns; rejects with what it throws, or with the signal's reason.
   */
  run<T>(work: Generator<void, T, void>, signal?: AbortSignal): Promise<T>;
}

/** Works on for one slice. */
type Job = (until: number) => "done" | "goes on";

/** @param now a clock, in milliseconds. */
export function createSlices(now: () => number = () => performance.now()): Slices {
  const jobs: Job[] = [];
  let isRunning = false;

  function start(): void {
    if (isRunning) return;
    isRunning = true;
    // Not unref'd: the loop would sleep until something else wakes it.
    setImmediate(turn);
  }

  function turn(): void {
    isRunning = false;
    const job = jobs.shift();
    if (job?.(now() + SLICE_MS) === "goes on") jobs.push(job);
    if (jobs.length > 0) start();
  }

  return {
    async run(work, signal) {
      return new Promise((resolve, reject) => {
        jobs.push((until) => {
          try {
            signal?.throwIfAborted();
            for (;;) {
              const step = work.next();
              if (step.done === true) {
                setImmediate(resolve, step.value);
                return "done";
              }
              if (now() >= until) return "goes on";
            }
          } catch (error) {
            reject(error);
            return "done";
          }
        });
        start();
      });
    },
  };
}
