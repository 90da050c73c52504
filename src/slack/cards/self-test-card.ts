/** The card of the self-test in Slack: posted, pressed, compared, and taken away again. */

import { randomBytes } from "node:crypto";
import type { WebClient } from "@slack/web-api";
import type { CardRef } from "../../gateway/domain/card.ts";
import type { Press } from "../../gateway/domain/interaction.ts";
import type { Log } from "../../system/log.ts";
import { startStopwatch } from "../../system/stopwatch.ts";
import { PLAIN } from "../connection/calls.ts";
import { parseSlackFailure, type SlackFailure } from "../connection/errors.ts";
import { parseInteraction } from "../connection/interaction.ts";
import { parseVersion } from "./card-check.ts";
import type { CardCheck } from "./check-setting.ts";
import { renderSelfTest, reportSelfTest, type SelfTestReport } from "./self-test.ts";

export interface SelfTestCard {
  readonly card: CardRef;
  /** How long Slack took to answer. */
  readonly postedMs: number;
  /** Of the app that Slack says has posted it. */
  readonly appID: string | undefined;
  /** @returns the press, if the payload is one on this very card. */
  readonly pressed: (payload: unknown) => Press | undefined;
  /** Where the press differs from Slack's answer; undefined where Slack leaves out what could be compared. */
  readonly report: (payload: unknown) => SelfTestReport | undefined;
  /** Does not reject. @returns whether it is gone. */
  readonly remove: () => Promise<boolean>;
}

interface SelfTestOptions {
  readonly client: WebClient;
  /** A channel's ID, or a person's. */
  readonly channel: string;
  readonly memberID: string;
  readonly check: CardCheck;
  readonly log: Log;
}

/** One attempt. Does not reject. */
export async function postSelfTest(
  options: SelfTestOptions,
): Promise<{ readonly kind: "posted"; readonly test: SelfTestCard } | SlackFailure> {
  const { client, channel, memberID, check, log } = options;
  const value = randomBytes(16).toString("base64url");
  const rendered = renderSelfTest({ memberID, value, at: new Date() });
  const postedMs = startStopwatch();
  try {
    const answer = await client.chat.postMessage({ channel, ...rendered, ...PLAIN });
    const card = { channel: String(answer.channel), ts: String(answer.ts) };
    const test: SelfTestCard = {
      card,
      postedMs: Math.round(postedMs()),
      appID: parseVersion(check, answer.message, rendered).appID,
      pressed(payload) {
        const interaction = parseInteraction(check, payload);
        return interaction.kind === "press" && interaction.press.value === value
          ? interaction.press
          : undefined;
      },
      report: (payload) => reportSelfTest(rendered, answer.message, payload),
      remove: async () => remove(client, card, log),
    };
    return { kind: "posted", test };
  } catch (err) {
    const failure = parseSlackFailure(err);
    log.warn({ failure, err }, "the test card could not be posted");
    return failure;
  }
}

async function remove(client: WebClient, card: CardRef, log: Log): Promise<boolean> {
  try {
    await client.chat.delete(card);
    return true;
  } catch (err) {
    log.warn({ err, ...card }, "the test card could not be removed");
    return false;
  }
}
