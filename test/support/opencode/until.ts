import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 25;

/**
 * Waits until `condition` gives something truthy, and gives that back.
 * @param what what is waited for, to be read in the failure: "OpenCode answers its health check"
 * @param context what helps to understand a failure: a log's tail, what was seen instead
 */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  {
    limitMs = 60_000,
    context = () => "",
  }: { limitMs?: number; context?: () => string | Promise<string> } = {},
): Promise<NonNullable<T>> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > deadline) {
      throw new Error(`Waited ${limitMs} ms and it did not happen: ${what}\n${await context()}`);
    }
    await delay(POLL_MS);
  }
}
