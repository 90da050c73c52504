/** What is allowed for a time, by a clock that goes thirty times as fast. */

import { expect, test, vi } from "vitest";

const SPEED = vi.hoisted(() => {
  process.env["FAST_CLOCK"] = "30";
  return 30;
});

import "../../support/fast-clock.ts";
// At this speed it takes minutes to load it when it is needed.
import "../../../src/composition/reference-counted-connection.ts";
import { startGranting } from "../../support/granting.ts";
import { until } from "../../support/opencode/until.ts";

const MINUTE_MS = 60_000;
/** Longer than a closed request is remembered. */
const LONG_MS = 10.5 * MINUTE_MS;

test("as long as it lives, the gateway stays connected for Revoke, and leaves when it is over", async () => {
  expect(SPEED).toBe(Number(process.env["FAST_CLOCK"]));
  await using small = await startGranting();
  const card = await small.grant();
  const grantedAt = performance.now();
  await until("it is older than requests are remembered", () => performance.now() - grantedAt > LONG_MS, {
    limitMs: 2 * LONG_MS,
  });
  expect(small.slack.connections().length).toBeGreaterThan(0);
  await small.slack.user("U1").press(card, "Revoke");
  await small.cardSays(card, "The grant was revoked by @U1");
  await until("nothing is connected", () => small.slack.connections().length === 0, { limitMs: 2 * LONG_MS });
}, 120_000);
