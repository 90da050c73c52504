/** One thing that has to be done before anything can be asked. */
export interface StartupStep {
  readonly label: string;
  readonly status: "waiting" | "running" | "done" | "failed";
}

/** What the page shows of the demo's start. */
export interface StartupView {
  readonly steps: readonly StartupStep[];
  /** Why it will not go on. */
  readonly problem: string | undefined;
}

/** The start of the demo, step by step, for the terminal and the page. */
export interface Startup<Label extends string> {
  view(): StartupView;
  /** Does one of the steps. */
  step<T>(label: Label, work: () => Promise<T>): Promise<T>;
}

/**
 * @param labels all steps, in their order
 * @param signal ends the start before its next step
 * @param tell makes the page see what has changed, before the demo perhaps ends
 */
export function createStartup<Label extends string>({
  labels,
  signal,
  tell,
}: {
  labels: readonly Label[];
  signal: AbortSignal;
  tell: () => Promise<void>;
}): Startup<Label> {
  const statuses = new Map<Label, StartupStep["status"]>(labels.map((label) => [label, "waiting"]));
  let problem: string | undefined;

  return {
    view: () => ({ steps: [...statuses].map(([label, status]) => ({ label, status })), problem }),
    async step(label, work) {
      signal.throwIfAborted();
      console.log(`${label} …`);
      statuses.set(label, "running");
      try {
        const result = await work();
        statuses.set(label, "done");
        return result;
      } catch (error) {
        statuses.set(label, "failed");
        problem = error instanceof Error ? error.message : String(error);
        await tell();
        throw error;
      }
    },
  };
}
