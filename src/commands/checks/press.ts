/** What a press on the test card has proven. Pure. */

import type { Config } from "../../composition/config.ts";
import type { Refusal } from "../../gateway/domain/interaction.ts";
import { CARD_CHECKS } from "../../slack/cards/check-setting.ts";
import type { SelfTestCard } from "../../slack/cards/self-test-card.ts";
import type { Count } from "../../slack/connection/socket-mode.ts";
import { renderEphemeral } from "../../slack/people/ephemerals.ts";
import { ok, unknown, wrong, type Check } from "./check.ts";

/** Fields that are named before it is only said how many more there are. */
const NAMED_FIELDS = 12;

/** @param count Slack's; undefined where another process holds the connection. */
export function checkConnections(count: Count | undefined): readonly Check[] {
  if (count === undefined)
    return [ok("Another process of this machine holds the connection to Slack, and this one has joined it")];
  const { connections, others = 0 } = count;
  if (connections === undefined)
    return [ok("Connected to Slack"), unknown("Slack does not say how many connections this app has")];
  return others === 0
    ? [ok("Connected to Slack, which counts no other connection of this app (num_connections)")]
    : [
        unknown(
          `Connected to Slack, which counts ${connections} connections of this app (num_connections), and ${others} of them not ours: some presses will not arrive`,
          "Another machine uses the app, or Slack still counts a dead connection. Use one Slack app per developer and machine.",
        ),
      ];
}

/** Nobody pressed, or the press did not arrive: from here it is the same. */
export const NO_PRESS: readonly Check[] = [
  wrong(
    "No press arrived: Interactivity and Socket Mode are not proven",
    "If you pressed and Slack showed a warning sign: switch on Interactivity & Shortcuts and Socket Mode in the app's settings, copy both tokens from the same app, and end whatever else uses this app. If you did not press, run it again (--wait gives you more time).",
  ),
];

/**
 * Two tokens of two apps: each is taken, and no press ever arrives. An app token names its app, which Slack does not
 * promise anywhere: so it is said only where no press came.
 *
 * @param ofPost the app that has posted the card.
 */
export function checkPair(appToken: string, ofPost: string | undefined): readonly Check[] {
  const [, ofToken] = /^xapp-\d+-(A[A-Z0-9]+)-/.exec(appToken) ?? [];
  if (ofToken === undefined || ofPost === undefined || ofToken === ofPost) return [];
  return [
    wrong(
      `SLACK_APP_TOKEN seems to be of the app ${ofToken}, and SLACK_BOT_TOKEN of the app ${ofPost}`,
      "Copy both tokens from the same app.",
    ),
  ];
}

/** @param isForeign whether Slack has sent what is for no gateway. */
export function checkForeign(isForeign: boolean): readonly Check[] {
  if (!isForeign) return [];
  return [
    wrong(
      "This Slack app has slash commands or events, and some of them come here, where nobody takes them",
      "Make a Slack app for the gateway alone.",
    ),
  ];
}

/** For whom no press is waited for. */
export const NOT_PROVEN: Check = unknown(
  "Interactivity and Socket Mode cannot be read from Slack: only a press proves them",
  "Run it again without --no-press.",
);

interface ProvenPress {
  readonly test: SelfTestCard;
  /** Of the press. */
  readonly payload: unknown;
  readonly config: Config;
  /** Why whoever pressed may not answer. */
  readonly refusal: Refusal | undefined;
  /** From the card to its press. */
  readonly waitedMs: number;
}

export function checkPress({ test, payload, config, refusal, waitedMs }: ProvenPress): readonly Check[] {
  const press = test.pressed(payload);
  if (press === undefined) return NO_PRESS;
  const { userID, appID } = press;
  return [
    ok(
      `The press arrived: Interactivity and Socket Mode are on. Slack took the card in ${test.card.channel} within ${test.postedMs} ms, and the press came ${(waitedMs / 1_000).toFixed(1)} s later`,
    ),
    checkAppOfPress(test.appID, appID),
    refusal === undefined
      ? ok(`${userID}, who pressed, may answer`)
      : wrong(
          `${userID}, who pressed, may not answer`,
          renderEphemeral({ kind: "not-approver", userID, reason: refusal }, []).replace(
            "Your press did not count. ",
            "",
          ),
        ),
    checkFields(test, payload, config),
  ];
}

function checkAppOfPress(ofPost: string | undefined, ofPress: string): Check {
  if (ofPost === undefined || ofPress === "")
    return unknown("Slack does not say which app the card, or the press, is of");
  return ofPost === ofPress
    ? ok(`The press is of the app that posted the card (${ofPost})`)
    : wrong(
        `The card is of the app ${ofPost}, and the press of ${ofPress}`,
        "Copy both tokens from the same app.",
      );
}

/** Whether the gateway would have taken the press, by how Slack has written out the card. */
function checkFields(test: SelfTestCard, payload: unknown, { cardCheck }: Config): Check {
  const report = test.report(payload);
  if (report === undefined)
    return wrong(
      "Slack left the message out of its answer or of the press, so an Allow could not be checked",
      "Please report this. Until then, answer in OpenCode.",
    );
  const { fields, refusals } = report;
  const refused = refusals[cardCheck];
  if (fields.length === 0) return ok("The press brings the card exactly as Slack answered");
  if (refused.length === 0)
    return ok(
      `The press brings the card with other fields than Slack's answer, and none that counts: ${nameFields(fields)}`,
    );
  const milder = CARD_CHECKS.find((check) => check !== "off" && refusals[check].length === 0);
  return wrong(
    `An Allow would be refused, as the card differs between Slack's answer and the press: ${nameFields(refused)}`,
    milder === undefined
      ? "Please report these fields: there is no text in them. Until then, answer in OpenCode."
      : `Set OPENCODE_SLACK_GATEWAY_CARD_CHECK to ${milder}, or remove it.`,
  );
}

function nameFields(fields: readonly string[]): string {
  const more = fields.length - NAMED_FIELDS;
  return [...fields.slice(0, NAMED_FIELDS), ...(more > 0 ? [`and ${more} more`] : [])].join(", ");
}
