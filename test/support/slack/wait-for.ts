/** On a busy machine much is slow that is not wrong. */
const LIMIT_MS = 60_000;

/**
 * Resolves with the condition's first truthy value: asked at once, and again after every change.
 * @throws what Slack holds, when nothing came within the limit (a minute by default); whatever the condition throws, at once
 */
export type WaitFor = <T>(
  condition: () => T,
  options?: { what?: string; limitMs?: number },
) => Promise<NonNullable<T>>;

/** Ties waiting to a source of changes, and to a description for its failures. */
export function createWaitFor(
  onChange: (listener: () => void) => () => void,
  describe: () => string,
): WaitFor {
  return async (condition, { what = String(condition), limitMs = LIMIT_MS } = {}) =>
    new Promise((resolve, reject) => {
      const stop = onChange(check);
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`Waited ${limitMs} ms and it did not happen: ${what}\nSlack holds:\n${describe()}`));
      }, limitMs);

      function check() {
        try {
          const value = condition();
          if (!value) return;
          resolve(value);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
        stop();
        clearTimeout(timer);
      }
      check();
    });
}
