const FIRST_MS = 500;
const LIMIT_MS = 30_000;

/**
 * How long to wait, in ms, after the given number of failures in a row: from half a second to 30 s, doubling, with
 * jitter, so that those who failed together do not come back together.
 */
export function backoffMs(failures: number): number {
  const ceiling = Math.min(LIMIT_MS, FIRST_MS * 2 ** failures);
  return ceiling / 2 + (Math.random() * ceiling) / 2;
}
