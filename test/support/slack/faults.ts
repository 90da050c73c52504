import { settled } from "./settled.ts";

/** What Slack does instead of answering as it should. The first that is set counts. */
export interface Outage {
  /** Cuts the TCP connection before any answer, and refuses new WebSockets. */
  readonly refuse?: boolean;
  /** Takes the request and never answers; the connection is cut when the outage ends. */
  readonly hang?: boolean;
  /** `{ ok: false, error }` with HTTP 200: `internal_error`, `fatal_error`, `team_added_to_org`, … */
  readonly error?: string;
  /** An HTTP status with an HTML page, as Slack's edge answers. Default 503. */
  readonly status?: number;
  /** The `Retry-After` header beside the status, in seconds; with status 429 the body is Slack's `ratelimited`. */
  readonly retryAfterS?: number;
  /** Only these methods, and `upload` for files; without it everything, `response_url` and new WebSockets included. */
  readonly methods?: readonly string[];
  /** Only calls whose arguments contain this text. */
  readonly about?: string;
}

/** A gate that calls wait at. */
export interface Hold {
  /** Lets those that wait go on, and everybody after them. */
  release(): void;
}

/** Faults that a test switches on, and off again. */
export interface Faults {
  /** Gives back the function that ends the outage. */
  readonly outage: (outage?: Outage) => () => void;
  /** The outage that strikes a call of this method or an `upload` now; without a method, anything else. */
  readonly strikes: (method?: string, args?: Readonly<Record<string, unknown>>) => Outage | undefined;
  /** Resolves when no outage that strikes this method is left. */
  readonly over: (method?: string) => Promise<void>;
  /** Keeps calls of a method from being executed. */
  readonly hold: (method: string) => Hold;
  /** Executes calls of a method, and keeps their answers back. */
  readonly holdAnswer: (method: string) => Hold;
  /** Executes the next calls of a method and cuts the connection instead of answering. */
  readonly loseAnswer: (method: string, times?: number) => void;
  readonly passesHold: (method: string) => Promise<void>;
  readonly passesAnswerHold: (method: string) => Promise<void>;
  /** Whether this very answer gets lost; counts it. */
  readonly losesAnswer: (method: string) => boolean;
  /** Ends everything: nothing waits any more. */
  readonly clear: () => void;
}

/** No faults yet. */
export function createFaults(): Faults {
  const outages = new Map<Outage, () => void>();
  const ended = new Map<Outage, Promise<void>>();
  const before = createGates();
  const after = createGates();
  const lost = new Map<string, number>();

  const strikes: Faults["strikes"] = (method, args) =>
    [...outages.keys()].find(
      ({ methods, about }) =>
        (!methods || (method !== undefined && methods.includes(method))) &&
        (about === undefined || Object.values(args ?? {}).some((value) => String(value).includes(about))),
    );

  return {
    outage(outage = {}) {
      const own = { ...outage };
      const { promise, resolve } = settled<void>();
      ended.set(own, promise);
      const restore = () => {
        outages.delete(own);
        resolve();
      };
      outages.set(own, restore);
      return restore;
    },
    strikes,
    async over(method) {
      for (let outage = strikes(method); outage; outage = strikes(method)) await ended.get(outage);
    },
    hold: before.close,
    holdAnswer: after.close,
    loseAnswer: (method, times = 1) => void lost.set(method, times),
    passesHold: before.pass,
    passesAnswerHold: after.pass,
    losesAnswer(method) {
      const left = lost.get(method) ?? 0;
      if (left > 0) lost.set(method, left - 1);
      return left > 0;
    },
    clear() {
      for (const restore of outages.values()) restore();
      before.openAll();
      after.openAll();
    },
  };
}

function createGates() {
  const gates = new Map<string, { promise: Promise<void>; resolve: () => void }>();
  return {
    close: (method: string): Hold => {
      const gate = settled<void>();
      gates.set(method, gate);
      return {
        release() {
          if (gates.get(method) === gate) gates.delete(method);
          gate.resolve();
        },
      };
    },
    pass: async (method: string): Promise<void> => gates.get(method)?.promise,
    openAll: () => {
      for (const { resolve } of gates.values()) resolve();
      gates.clear();
    },
  };
}
