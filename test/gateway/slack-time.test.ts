/** How old a press is, when Slack has not told what time it is there. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { until } from "../support/opencode/until.ts";
import { startGateway, type SmallGateway } from "../support/small-gateway.ts";

let small: SmallGateway;
/** Of Slack's clock. */
let offMs = 0;
beforeEach(async () => {
  // The stand-in's `Date` header, from its first answer on.
  vi.spyOn(Date.prototype, "toUTCString").mockReturnValue("");
  small = await startGateway({ now: () => Date.now() + offMs });
});
afterEach(async () => {
  await small[Symbol.asyncDispose]();
  vi.restoreAllMocks();
});

/** An Allow that was pressed so many seconds ago. */
async function pressAllow(secondsAgo: number): Promise<void> {
  const { slack } = small;
  const [card] = slack.channel("C1").messages();
  if (card === undefined) throw new Error("There is a card.");
  slack.route(() => undefined);
  await slack.user("U1").press(card, "Allow once");
  slack.route();
  const payload = structuredClone(slack.envelopes().at(-1)?.payload) as { actions: { action_ts: string }[] };
  for (const action of payload.actions) action.action_ts = (Number(action.action_ts) - secondsAgo).toFixed(6);
  await slack.deliver(payload);
}

test("an Allow that was on its way for more than a minute by this machine's clock answers nothing", async () => {
  // The card is older than the press.
  offMs = -120_000;
  small.asked(1, "git push");
  await small.card("git push");
  offMs = 0;
  await pressAllow(61);
  await small.slack.waitFor(() => small.told().length > 0);
  expect(small.told()).toEqual([expect.stringContaining("took more than a minute to arrive")]);
  expect(small.received).toEqual([]);
});

test("one that comes at once counts", async () => {
  small.asked(1, "git push");
  await small.card("git push");
  await pressAllow(0);
  await until("OpenCode hears of it", () => small.received.length === 1);
  expect(small.told()).toEqual([]);
});
