/** OpenCode 2's events: everything to everybody who listens, nothing again. Source: core/src/bus.ts, the adapter. */

import type { Event, LocationRef } from "./told.ts";

export interface Bus {
  /** @param location where it is told. */
  publish(type: string, data: Readonly<Record<string, unknown>>, location?: LocationRef): void;
  /** Listens from the first `next()` on. */
  subscribe(options?: { readonly signal?: AbortSignal }): AsyncIterable<Event>;
  /** The streams of all listeners break. */
  fail(error: Error): void;
  /** They end, as if nothing was ever to come. */
  end(): void;
  listeners(): number;
  readonly told: readonly Event[];
}

type Taken = IteratorResult<Event>;

const DONE: Taken = { done: true, value: undefined };

/** One who listens: an unbounded queue. */
interface Listener {
  push(event: Event): void;
  close(error?: Error): void;
}

export function createBus(): Bus {
  const listeners = new Set<Listener>();
  const told: Event[] = [];

  function listen(): AsyncIterator<Event> & Listener {
    const queue: Event[] = [];
    const waiting: PromiseWithResolvers<Taken>[] = [];
    let end: { readonly error?: Error } | undefined;
    const listener: AsyncIterator<Event> & Listener = {
      push(event) {
        const next = waiting.shift();
        if (next === undefined) queue.push(event);
        else next.resolve({ done: false, value: event });
      },
      close(error) {
        end ??= error === undefined ? {} : { error };
        listeners.delete(listener);
        for (const next of waiting.splice(0))
          if (error === undefined) next.resolve(DONE);
          else next.reject(error);
      },
      async next() {
        if (end === undefined) listeners.add(listener);
        const event = queue.shift();
        if (event !== undefined) return { done: false, value: event };
        if (end?.error !== undefined) throw end.error;
        if (end !== undefined) return DONE;
        const next = withResolvers<Taken>();
        waiting.push(next);
        return next.promise;
      },
      async return() {
        listener.close();
        return DONE;
      },
    };
    return listener;
  }

  return {
    told,
    listeners: () => listeners.size,
    publish(type, data, location) {
      const event = {
        id: `evt_${told.length}`,
        created: Date.now(),
        type,
        ...(location && { location }),
        data,
      };
      told.push(event);
      // Each gets it as fresh JSON.
      for (const listener of listeners) listener.push(JSON.parse(JSON.stringify(event)) as Event);
    },
    subscribe: ({ signal } = {}) => ({
      [Symbol.asyncIterator]() {
        const listener = listen();
        if (signal?.aborted === true) listener.close();
        signal?.addEventListener("abort", () => listener.close(), { once: true });
        return listener;
      },
    }),
    fail(error) {
      for (const listener of listeners) listener.close(error);
    },
    end() {
      for (const listener of listeners) listener.close();
    },
  };
}

type PromiseWithResolvers<T> = ReturnType<typeof withResolvers<T>>;

/** Node 20 has no `Promise.withResolvers`. */
export function withResolvers<T>() {
  let settle: { resolve: (value: T) => void; reject: (error: Error) => void } | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  if (settle === undefined) throw new Error("A promise calls at once what it is made with.");
  return { promise, ...settle };
}
