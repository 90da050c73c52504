/** Things of which some have to wait for something, each in its turn among those of its key. */

import { createTurns } from "./turns.ts";

export interface Order {
  /**
   * Does `act` after all that was taken for this key before; at once, if nothing waits and nothing is waited for.
   *
   * @param ready what is waited for, and handed on. Must not reject, and not take for ever.
   * @param act does not throw.
   */
  take<T>(key: string, ready: Promise<T> | undefined, act: (result: T | undefined) => void): void;
}

export function createOrder(): Order {
  const last = new Map<string, Promise<void>>();
  /** Many may be ready at the same moment. */
  const inTurn = createTurns<() => void>((act) => act());

  async function actWhenReady(acting: Promise<() => void>, before: Promise<void> | undefined): Promise<void> {
    const act = await acting;
    await before;
    return new Promise((resolve) => {
      inTurn(() => {
        act();
        resolve();
      });
    });
  }

  return {
    take(key, ready, act) {
      const before = last.get(key);
      if (before === undefined && ready === undefined) return inTurn(() => act(undefined));
      const acting = Promise.resolve(ready).then((result) => () => act(result));
      const done = actWhenReady(acting, before).finally(() => {
        if (last.get(key) === done) last.delete(key);
      });
      last.set(key, done);
    },
  };
}
