/** What Slack keeps waiting for longer than people would: the user of OpenCode is told. The tests wait side by side. */

import { expect, test } from "vitest";
import { until } from "../support/opencode/until.ts";
import { rowsOf } from "../support/rows.ts";
import { startGateway, type SmallGateway } from "../support/small-gateway.ts";

const NO_CARD_YET =
  "Slack does not take the card for what OpenCode asks: answer here, or wait until Slack is back.";

/** Those of which the user was told that Slack takes no card of them. */
const silentOnes = async (small: SmallGateway) =>
  (await small.logged("Slack does not take the card of a request")).map(({ requestID }) => requestID);

test.concurrent.each([
  ["is away before it was joined", false],
  ["goes away", true],
])(
  "Slack %s, and stays away: the user of OpenCode is told, and the card comes when Slack is back",
  async (_, wasThere) => {
    await using small = await startGateway();
    const { slack } = small;
    if (wasThere) {
      small.asked(1, "echo before");
      await small.card("echo before");
    }
    const restore = slack.outage({ refuse: true });
    small.asked(2, "echo while away");
    await until("the user is told", () => small.toasts.includes(NO_CARD_YET));
    restore();
    await small.card("echo while away");
    small.replied("per_2", "once");
    await until("its life ends", async () => (await small.logged("card closed")).length === 1);
    const outcomes = slack
      .channel("C1")
      .messages()
      .flatMap(rowsOf)
      .map(({ outcome }) => outcome);
    expect(outcomes.at(-1)).toContain("Allowed once in OpenCode");
  },
);

test.concurrent("a request that waits behind cards of its session is no reason for a word, one that waits for Slack is", async () => {
  await using small = await startGateway();
  const long = "and so on ".repeat(500);
  for (let n = 1; n <= 6; n += 1) small.asked(n, `echo ${n} ${long}`, "ses_1");
  await small.card("1 more request of this session waits");
  small.slack.outage({ refuse: true });
  small.asked(7, "echo of another session");
  // By then the sixth would have been told of.
  await until("the seventh is told of", async () => (await silentOnes(small)).includes("per_7"));
  expect(await silentOnes(small)).toEqual(["per_7"]);
  expect(small.toasts).toEqual([NO_CARD_YET]);
});
