/** Somebody replaces the bot token while OpenCode runs: the old one is refused from then on. */

import { expect, onTestFinished, test } from "vitest";
import { until } from "../support/opencode/until.ts";
import { silentLog } from "../support/silent-log.ts";
import { renderPlain } from "../support/slack/plain.ts";
import { startGateway } from "../support/small-gateway.ts";
import { wireGateway } from "../support/wired-gateway.ts";

test("presses still count, what is asked waits, and the next OpenCode closes the cards that are left", async () => {
  const old = await startGateway();
  onTestFinished(async () => old[Symbol.asyncDispose]());
  const { slack } = old;
  old.asked(1, "echo pressed");
  old.asked(2, "echo left");
  const [pressed, left] = [await old.card("echo pressed"), await old.card("echo left")];

  slack.installation.revoke("bot");
  await slack.user("U1").press(pressed, "Allow once");
  await until("OpenCode is told", async () => old.received.some((call) => call.includes("per_1")));
  old.replied("per_1", "once");
  old.asked(3, "echo waits");
  await until("its user is told to answer there", async () => old.toasts.length > 0);
  expect(old.advice.join(" ")).toContain("SLACK_BOT_TOKEN");
  await old.end();
  expect(slack.channel("C1").messages().map(renderPlain)).toEqual([
    expect.stringContaining("[Allow once]"),
    expect.stringContaining("[Allow once]"),
  ]);

  slack.installation.restore("bot");
  const next = wireGateway({
    serverURL: new URL("http://127.0.0.1:9/"),
    config: old.config,
    describe: async () => ({ details: [], session: { titles: [] }, offers: { replies: ["reject"] } }),
    log: silentLog,
  });
  onTestFinished(async () => next.end());
  next.gateway.asked({
    kind: "question",
    requestID: "que_1",
    sessionID: "ses_9",
    permission: "question",
    questions: [],
  });
  for (const card of [pressed, left])
    expect(renderPlain(await old.cardSays(card, "OpenCode quit"))).not.toContain("[");
});
