/** Waiting that a signal ends. */

/** What a timer can wait: a longer one fires at once, and warns on stderr. */
const TIMER_LIMIT_MS = 2 ** 31 - 1;

/** What waits for a signal, kept beside the signal: see {@link onAbort}. */
const waiting = new WeakMap<AbortSignal, { readonly acts: Set<() => void>; readonly wake: () => void }>();

/**
 * Calls `act` once, when the first of these signals aborts; at once, if one has.
 *
 * However many wait for a signal, it has one listener, and none when nobody waits any more. Node warns on stderr, which
 * is OpenCode's screen, when an eleventh listener comes, and keeps a signal in memory that has one.
 *
 * @returns what takes that back.
 */
export function onAbort(signals: readonly AbortSignal[], act: () => void): () => void {
  const forget = (): void => {
    for (const signal of signals) remove(signal, once);
  };
  const once = (): void => {
    forget();
    act();
  };
  if (signals.some(({ aborted: isAborted }) => isAborted)) act();
  else for (const signal of signals) add(signal, once);
  return forget;
}

function add(signal: AbortSignal, act: () => void): void {
  const known = waiting.get(signal);
  if (known !== undefined) return void known.acts.add(act);
  const acts = new Set([act]);
  const wake = (): void => {
    for (const each of acts) each();
  };
  waiting.set(signal, { acts, wake });
  signal.addEventListener("abort", wake);
}

function remove(signal: AbortSignal, act: () => void): void {
  const known = waiting.get(signal);
  if (known === undefined || !known.acts.delete(act) || known.acts.size > 0) return;
  waiting.delete(signal);
  signal.removeEventListener("abort", known.wake);
}

/** Resolves when the first of these signals aborts. */
export async function aborted(...signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    onAbort(signals, resolve);
  });
}

/** Resolves after `ms`, 24 days at most, or at once when `signal` aborts. Does not keep the process alive. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return undefined;
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      forget();
      resolve();
    };
    const timer = setTimeout(done, Math.min(ms, TIMER_LIMIT_MS)).unref();
    const forget = onAbort([signal], done);
  });
}

/** What `promise` settles with, or undefined when `signal` aborts first; then nobody hears of the promise any more. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const forget = onAbort([signal], () => resolve(undefined));
    promise.then(resolve, reject).finally(forget);
  });
}

/** What `promise` settles with, or undefined after `ms`; then nobody hears of the promise any more. */
export async function unlessLate<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), ms).unref();
  return unlessAborted(promise, late.signal).finally(() => clearTimeout(timer));
}
