/**
 * Proves that a press arrives: joins the hub as a member of its own, posts a test card, and waits for a real press. What
 * no call of Slack's tells, whether Interactivity and Socket Mode are on, is shown by nothing else.
 */

import type { Config } from "../composition/config.ts";
import type { Slack } from "../composition/slack-side.ts";
import { createWebClient } from "../slack/connection/client.ts";
import { createSlackClock } from "../slack/connection/clock.ts";
import { adviceFor, type SlackFailure } from "../slack/connection/errors.ts";
import { createProxyAgent } from "../slack/connection/proxy.ts";
import { postSelfTest, type SelfTestCard } from "../slack/cards/self-test-card.ts";
import type { Log } from "../system/log.ts";
import { unlessLate } from "../system/pause.ts";
import { startStopwatch } from "../system/stopwatch.ts";
import { unknown, wrong, type Check } from "./checks/check.ts";
import { checkConnections, checkForeign, checkPair, checkPress, NO_PRESS } from "./checks/press.ts";
import { joinAsMember, stopped, type Member } from "./member.ts";

interface RoundTripOptions {
  readonly config: Config;
  /** How long a press is waited for. */
  readonly waitMs: number;
  /** Tells the person what to do now. */
  readonly say: (line: string) => void;
  /** Ends it early: the card is removed all the same. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** Does not reject. */
export async function proveRoundTrip(options: RoundTripOptions): Promise<readonly Check[]> {
  const joined = await joinAsMember(options);
  if (joined.kind === "failed") return [joined.check];
  try {
    const { count, member, slack } = joined;
    const tried = await tryCard(options, member, slack);
    return [...checkConnections(count), ...tried, ...checkForeign(member.isForeign())];
  } finally {
    await joined.leave();
  }
}

/** Posts the card, and removes it, whatever happens in between. */
async function tryCard(
  { config, waitMs, say, signal, log }: RoundTripOptions,
  member: Member,
  slack: Slack,
): Promise<readonly Check[]> {
  const { channelID: channel, cardCheck: check } = config;
  const clock = createSlackClock();
  const client = createWebClient(config, createProxyAgent(config), clock, log);
  const { memberID } = member;
  member.noted.attempted();
  const posted = await postSelfTest({ client, channel, memberID, check, log });
  if (posted.kind !== "posted") {
    member.noted.closed();
    return [notPosted(posted, channel)];
  }
  const { test } = posted;
  member.noted.posted(test.card);
  try {
    say(
      `A test card is in Slack (${test.card.channel}). Press “Or this…” on it, or “Press this” and then its dialog's button.`,
    );
    say(
      `Waiting for a press, ${Math.round(waitMs / 1_000)} seconds at most (Ctrl-C ends it, and removes the card) …`,
    );
    const stopwatch = startStopwatch();
    const payload = await unlessLate(Promise.race([pressOn(member, test), stopped(signal)]), waitMs);
    if (payload === "stopped") return [unknown("Stopped before somebody pressed: nothing is proven")];
    if (payload === undefined) return [...NO_PRESS, ...checkPair(config.appToken, test.appID)];
    const waitedMs = stopwatch();
    const press = test.pressed(payload);
    const refusal = press && (await slack.approvers.refusal(press));
    return checkPress({ test, payload, config, refusal, waitedMs });
  } finally {
    if (await test.remove()) member.noted.closed();
    else say("The test card could not be removed: delete it in Slack. The log says why.");
  }
}

async function pressOn(member: Member, test: SelfTestCard): Promise<unknown> {
  return member.received((payload) => test.pressed(payload) !== undefined);
}

function notPosted(failure: SlackFailure, channel: string): Check {
  const known = adviceFor(failure);
  switch (failure.kind) {
    case "refused":
      return wrong(
        `Slack does not take a card for ${channel} (${failure.code})`,
        known ?? "The log says more.",
      );
    case "limited":
      return unknown(
        `Slack does not take a card for ${channel} now: it has had too many`,
        "Try again in a minute.",
      );
    case "unsent":
      return wrong(
        `Slack does not take a card for ${channel}`,
        "The network broke off: try again. The log says more.",
      );
    case "unanswered":
      return wrong(
        `Slack does not take a card for ${channel}, or its answer was lost`,
        "Look for a test card there, delete it, and try again.",
      );
  }
}
