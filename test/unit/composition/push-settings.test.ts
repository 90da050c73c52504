import { expect, test } from "vitest";
import { readConfig } from "../../../src/composition/config.ts";
import type { Push } from "../../../src/composition/push-settings.ts";

const COMPLETE = {
  HOME: "/home/ada",
  SLACK_BOT_TOKEN: "xoxb-1111-2222-botSecretBotSecret",
  SLACK_APP_TOKEN: "xapp-1-A111-2222-appSecretAppSecret",
  SLACK_CHANNEL_ID: "C0123456789",
  SLACK_APPROVER_IDS: "U111,W222",
};

/** What a person writes, without what all these variables begin with. */
type Variables = Readonly<Record<string, string>>;

function read(variables: Variables) {
  const named = Object.entries(variables).map(([name, value]) => [
    name.startsWith("SLACK") ? name : `OPENCODE_SLACK_GATEWAY_${name}`,
    value,
  ]);
  return readConfig(undefined, { ...COMPLETE, ...Object.fromEntries(named) });
}

function pushOf(variables: Variables): Push {
  const result = read(variables);
  if (!result.ok) throw new Error(result.problems.join("\n"));
  return result.config.push;
}

function problemsOf(variables: Variables): readonly string[] {
  const result = read(variables);
  return result.ok ? [] : result.problems;
}

const [FOUR, MANY] = [4, 11].map((count) => Array.from({ length: count }, (_, n) => `U${n}`).join());

test.each([
  ["two approvers", {}, { mention: ["U111", "W222"], isMentionMissing: false }],
  ["an approver who is listed twice", { SLACK_APPROVER_IDS: "U1,U1" }, { mention: ["U1"] }],
  ["four approvers", { SLACK_APPROVER_IDS: FOUR }, { mention: [], isMentionMissing: true }],
  ["a group alone", { SLACK_APPROVER_IDS: "S1" }, { mention: [], isMentionMissing: true }],
  ["everyone", { SLACK_APPROVER_IDS: "*" }, { mention: [], isMentionMissing: true }],
  ["nobody on purpose", { MENTION: "none" }, { mention: [], isMentionMissing: false }],
  ["four who are wanted", { SLACK_APPROVER_IDS: FOUR, MENTION: "approvers" }, { mention: FOUR?.split(",") }],
  ["more than fit", { SLACK_APPROVER_IDS: MANY, MENTION: "approvers" }, { isMentionMissing: true }],
  ["IDs, each once", { MENTION: "U1, S2,U1," }, { mention: ["U1", "S2"] }],
  ["a direct message", { SLACK_CHANNEL_ID: "U1", MENTION: "U2" }, { mention: [], isMentionMissing: false }],
  ["a conversation with the app", { SLACK_CHANNEL_ID: "D1" }, { mention: [], isMentionMissing: false }],
])("of %s, cards mention these", (_, variables, push) => {
  expect(pushOf(variables as Variables)).toMatchObject(push);
});

test("nothing reminds or expires unless that is set", () => {
  expect(pushOf({})).toMatchObject({ reminder: undefined, expiry: undefined });
  expect(pushOf({ ON_EXPIRE: "reject" })).toMatchObject({ expiry: undefined });
});

test("times are set in minutes, and what expires is left to OpenCode unless it is to be rejected", () => {
  expect(pushOf({ REMIND_AFTER_MINUTES: "5", EXPIRE_AFTER_MINUTES: "30" })).toMatchObject({
    reminder: { afterMs: 300_000, isPassing: false },
    expiry: { afterMs: 1_800_000, onExpire: "leave" },
  });
  expect(pushOf({ EXPIRE_AFTER_MINUTES: "1440", ON_EXPIRE: "reject" })).toMatchObject({
    expiry: { afterMs: 86_400_000, onExpire: "reject" },
  });
});

test.each([
  ["a name", { MENTION: "@ada" }, "must be approvers, none, or member IDs"],
  ["the whole channel", { MENTION: "!channel" }, "must be approvers, none, or member IDs"],
  ["too many IDs", { MENTION: MANY }, "must be at most 10 IDs"],
  ["a reminder that mentions nobody", { REMIND_AFTER_MINUTES: "5", MENTION: "none" }, "would notify nobody"],
  ["a reminder of four", { REMIND_AFTER_MINUTES: "5", SLACK_APPROVER_IDS: FOUR }, "would notify nobody"],
  ["no time", { REMIND_AFTER_MINUTES: "0" }, "must be a whole number of minutes, from 1 to 1440."],
  ["more than a day", { EXPIRE_AFTER_MINUTES: "1441" }, "must be a whole number of minutes, from 1 to 1440."],
  ["half a minute", { EXPIRE_AFTER_MINUTES: "0.5" }, "must be a whole number of minutes, from 1 to 1440."],
  ["another end", { EXPIRE_AFTER_MINUTES: "5", ON_EXPIRE: "allow" }, "must be leave or reject."],
  [
    "a reminder of what has expired",
    { REMIND_AFTER_MINUTES: "5", EXPIRE_AFTER_MINUTES: "5" },
    "later there is nothing left to remind of",
  ],
  [
    "an end before there is a card",
    { POST_AFTER_SECONDS: "60", EXPIRE_AFTER_MINUTES: "1" },
    "before that there is no card",
  ],
])("%s is refused, and it is said why", (_, variables, problem) => {
  expect(problemsOf(variables as Variables)).toEqual([expect.stringContaining(problem)]);
});

test("in a direct message a reminder needs no mention, and goes with its card", () => {
  const { reminder } = pushOf({ SLACK_CHANNEL_ID: "U1", REMIND_AFTER_MINUTES: "5" });
  expect(reminder).toEqual({ afterMs: 300_000, isPassing: true });
});
