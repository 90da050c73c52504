/** However a request's life ends: with a closed card, with a word in OpenCode, or with the proof that it was answered there. */

import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../support/opencode/until.ts";
import { rowsOf } from "../support/rows.ts";
import type { SlackStandIn } from "../support/slack/stand-in.ts";
import { startGateway, type SmallGateway } from "../support/small-gateway.ts";

const NO_CARD = "Slack has no card for what OpenCode asks: answer here.";

let small: SmallGateway;
let slack: SlackStandIn;
beforeEach(async () => {
  small = await startGateway(undefined, async ({ patterns: [command = ""] }) => {
    if (command.includes("undescribed")) throw new Error("nobody knows");
    return {
      details: [{ label: "Command", text: command }],
      session: { titles: [] },
      offers: { replies: ["once", "reject"] },
    };
  });
  ({ slack } = small);
});
afterEach(async () => small[Symbol.asyncDispose]());

const outcomes = (): (string | undefined)[] =>
  slack
    .channel("C1")
    .messages()
    .flatMap(rowsOf)
    .map(({ outcome }) => outcome);
/** What was logged of the ends of requests. */
const ends = async (message: string) => small.logged(message);
const isToldOf = async (what: string) =>
  until("the user is told", () => small.toasts.some((toast) => toast.includes(what)));

/** The outcome on the only row of all cards, when the request's life has ended. */
async function closedRow(): Promise<string | undefined> {
  await until("its life ends", async () => (await ends("card closed")).length === 1);
  expect(outcomes()).toHaveLength(1);
  expect(small.toasts).toEqual([]);
  return outcomes()[0];
}

test("answered at once: the log says by whom", async () => {
  small.asked(1, "echo quick");
  small.replied("per_1", "reject");
  await until("its life ends", async () => (await ends("answered before it needed a card")).length === 1);
  expect(await ends("answered before it needed a card")).toMatchObject([
    { requestID: "per_1", reply: "reject", by: "opencode" },
  ]);
  expect(slack.calls()).toEqual([]);
});

test.each<readonly [string, string, () => unknown]>([
  ["answered in OpenCode", "Allowed once in OpenCode", () => small.replied("per_1", "once")],
  ["its session stops", "The session stopped", () => small.gateway.sessionIdle("ses_1")],
  ["asked as something else", "OpenCode asks something else", () => small.asked(1, "echo something else")],
  ["OpenCode ends", "OpenCode quit", async () => small.gateway.close()],
])("%s: its card says so", async (_, outcome, act) => {
  small.asked(1, "echo shown");
  await small.card("echo shown");
  await act();
  expect(await closedRow()).toContain(outcome);
});

test("that cannot be described: its card is closed like any other", async () => {
  small.asked(1, "echo undescribed");
  await small.card("could not be described");
  small.replied("per_1", "reject");
  expect(await closedRow()).toContain("Rejected in OpenCode");
});

test("answered before Slack was joined: the log says by whom", async () => {
  const opening = slack.hold("apps.connections.open");
  small.asked(1, "echo answered");
  await until("Slack is asked", () => slack.calls("apps.connections.open").length > 0);
  small.replied("per_1", "once");
  await until("its life ends", async () => (await ends("closed without a card")).length === 1);
  expect(await ends("closed without a card")).toMatchObject([
    { requestID: "per_1", reply: "once", by: "opencode" },
  ]);
  opening.release();
  expect(outcomes()).toEqual([]);
});

test.each<readonly [string, () => unknown]>([
  [
    "Slack takes a card in no form",
    () => slack.outage({ error: "invalid_blocks", methods: ["chat.postMessage"] }),
  ],
  ["Slack does not let the app post", () => slack.installation.scopes.bot.delete("chat:write")],
  ["Slack does not let the app connect", () => slack.setSocketMode(false)],
])("%s: the user of OpenCode is told, and the log says how it ended", async (_, refuse) => {
  refuse();
  small.asked(1, "echo refused");
  await isToldOf(NO_CARD);
  small.replied("per_1", "once");
  await until("its life ends", async () => (await ends("closed without a card")).length === 1);
  expect(outcomes()).toEqual([]);
});

test("no request takes the word from another: each that Slack refuses is told of", async () => {
  slack.outage({ error: "invalid_blocks", methods: ["chat.postMessage"] });
  for (const n of [1, 2, 3]) small.asked(n, `echo refused ${n}`);
  await until("all are told of", () => small.toasts.length === 3);
  expect(small.toasts.every((toast) => toast.startsWith(NO_CARD))).toBe(true);
});
