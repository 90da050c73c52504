/** What a process holds, before and after something that is to leave nothing behind. */

import { until } from "./opencode/until.ts";
import type { Figures } from "./soak-process.ts";
import type { Soak } from "./soak.ts";

/** Kept connections end some seconds after their last call. */
export const REST_LIMIT_MS = 30_000;

/** When of all connections only the one to Slack is left, and those between calls have ended. */
export async function measureAtRest(soak: Soak): Promise<Figures> {
  return until(
    "connections end that are kept between calls",
    async () => {
      const figures = await soak.measure();
      return (figures.resources["TCPSocketWrap"] ?? 0) <= 1 ? figures : undefined;
    },
    { limitMs: REST_LIMIT_MS },
  );
}

/** What there is more of than before. */
export function excess(before: Figures, after: Figures, heapLimitBytes: number): string[] {
  const grownBytes = after.heapBytes - before.heapBytes;
  const more = Object.entries(after.resources).filter(
    ([kind, count]) => count > (before.resources[kind] ?? 0),
  );
  return [
    ...(grownBytes > heapLimitBytes ? [`The heap has grown by ${grownBytes} bytes`] : []),
    ...more.map(([kind, count]) => `${kind}: ${before.resources[kind] ?? 0} before, ${count} now`),
    ...((after.files ?? 0) > (before.files ?? 0)
      ? [`Open files: ${before.files} before, ${after.files} now`]
      : []),
    ...(cardsOf(after) > cardsOf(before)
      ? [`Noted cards: ${cardsOf(before)} before, ${cardsOf(after)} now`]
      : []),
  ];
}

function cardsOf({ noted, unknown }: Figures): number {
  return noted - unknown;
}

export function describeFigures({ heapBytes, rssBytes, resources, files, noted }: Figures): string {
  return `heap ${megabytes(heapBytes)}, resident ${megabytes(rssBytes)}, ${files} files, ${noted} noted, ${JSON.stringify(resources)}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}
