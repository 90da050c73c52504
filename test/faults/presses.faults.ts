import { describe, expect, test as base } from "vitest";
import { bash, say } from "../support/opencode/scripted-model.ts";
import { rowsOf } from "../support/rows.ts";
import type { SlackStandIn } from "../support/slack/stand-in.ts";
import {
  cardOf,
  cardSays,
  faultyOffice,
  type FaultyOffice,
  isTold,
  notedCard,
  outcomeOf,
  press,
  told,
} from "./fault-test.ts";

const test = base.extend<FaultyOffice>(faultyOffice);

interface PressPayload extends Record<string, unknown> {
  actions: { value: string }[];
}

/** What Slack sent last. */
function lastPayload(slack: SlackStandIn): PressPayload {
  return structuredClone(slack.envelopes().at(-1)?.payload) as PressPayload;
}

test("a press that Slack sends twice answers once, and says nothing false", async ({ desk }) => {
  const { slack } = desk;
  const task = await desk.start([bash("echo sent twice"), say("done")]);
  await press(slack, "echo sent twice", "Allow once");
  const { envelopeID, payload } = slack.envelopes().at(-1) ?? {};
  await slack.deliver(payload ?? {}, envelopeID === undefined ? {} : { envelopeID });
  await task.end();
  expect(task.toolResults()).toEqual(["sent twice\n"]);
  expect((await desk.log()).filter(({ msg }) => msg === "reply")).toHaveLength(1);
  expect(await outcomeOf(slack, "echo sent twice")).toContain("Allowed once by @U1");
  expect(told(slack, "U1")).toEqual([]);
});

test("everybody presses everything at once: one answer, and everybody else is told that it is not theirs", async ({
  desk,
}) => {
  const { slack } = desk;
  const task = await desk.start([bash("echo pressed by all"), say("done")]);
  const card = await cardOf(slack, "echo pressed by all");
  const labels = ["Allow once", "Reject", "Allow once", "Reject"] as const;
  const presses = labels.flatMap((label) => [
    slack.user("U1").press(card, label),
    slack.user("U2").press(card, label),
  ]);
  for (const { acked } of await Promise.all(presses)) expect(acked).toBe(true);
  await task.end();
  const outcome = await outcomeOf(slack, "echo pressed by all");
  expect(task.toolResults()).toEqual(outcome.includes("Allowed") ? ["pressed by all\n"] : []);
  await slack.waitFor(() => told(slack, "U1").length === 3 && told(slack, "U2").length === 4);
  for (const text of told(slack, "U1")) expect(text).toMatch(/came too late|pressed first/);
  for (const text of told(slack, "U2")) expect(text).toContain("You can't approve this");
});

const NO_PRESSES: readonly ((payload: PressPayload) => Record<string, unknown>)[] = [
  () => ({}),
  () => ({ type: "shortcut", callback_id: "x" }),
  (payload) => ({ ...payload, actions: [...payload.actions, ...payload.actions] }),
  (payload) => ({ ...payload, actions: payload.actions.map((action) => ({ ...action, value: undefined })) }),
  (payload) => ({ ...payload, actions: payload.actions.map((action) => ({ ...action, value: "ok" })) }),
];

describe("of somebody else's presses nobody of ours says anything:", () => {
  test.override({ invariants: { untold: 2 } });

  test("what is no press of one of our buttons is acked, and answers nothing", async ({ desk }) => {
    const { slack } = desk;
    const task = await desk.start([bash("echo untouched"), say("done")]);
    const card = await cardOf(slack, "echo untouched");
    await isTold(slack, "U2", async () => slack.user("U2").press(card, "Reject"));
    const payload = lastPayload(slack);
    for (const change of NO_PRESSES) {
      const { acked } = await slack.deliver({ ...change(payload), user: { id: "U1", team_id: "T1" } });
      expect(acked).toBe(true);
    }
    expect(task.toolResults()).toEqual([]);
    await slack.user("U1").press(card, "Allow once");
    await cardSays(slack, card, "Allowed once by @U1");
    await task.end();
  });
});

describe("with * for approvers,", () => {
  test.override({ invariants: { approvers: ["U1", "U2"] } });

  test("a channel that is opened to all after the card was posted: nobody may press any more", async ({
    office,
  }) => {
    const { slack } = office;
    slack.addChannel({ id: "C1", kind: "private", members: ["U1", "U2"] });
    const desk = await office.openDesk({ env: { SLACK_APPROVER_IDS: "*" } });
    const task = await desk.start([bash("echo opened to all"), say("done")]);
    const card = await cardOf(slack, "echo opened to all");
    slack.addChannel({ id: "C1", kind: "public", members: ["U1", "U2"] });
    expect(await isTold(slack, "U2", async () => slack.user("U2").press(card, "Allow once"))).toContain(
      "this one is not private",
    );
    expect(task.toolResults()).toEqual([]);
    expect(await cardSays(slack, card, "echo opened to all")).toContain("[Allow once]");

    slack.addChannel({ id: "C1", kind: "private", members: ["U1", "U2"] });
    await slack.user("U2").press(card, "Allow once");
    await cardSays(slack, card, "Allowed once by @U2");
    await task.end();
  });

  test("an approver who may press only while Slack can say that the channel is private waits for Slack", async ({
    office,
  }) => {
    const { slack } = office;
    slack.addChannel({ id: "C1", kind: "private", members: ["U1", "U2"] });
    const desk = await office.openDesk({ env: { SLACK_APPROVER_IDS: "*" } });
    const task = await desk.start([bash("echo unsure"), say("done")]);
    const card = await cardOf(slack, "echo unsure");
    const restore = slack.outage({ error: "internal_error", methods: ["conversations.info"] });
    expect(await isTold(slack, "U1", async () => slack.user("U1").press(card, "Allow once"))).toContain(
      "Slack does not say whether this one is",
    );
    expect(task.toolResults()).toEqual([]);
    restore();
    await slack.user("U1").press(card, "Allow once");
    await cardSays(slack, card, "Allowed once by @U1");
    await task.end();
  });
});

describe("a press on the card of an OpenCode that was started anew answers nothing, and says so, after it was", () => {
  test.for(["stopped", "killed"] as const)("%s", async (how, { office }) => {
    const { slack } = office;
    const first = await office.openDesk();
    await first.start([bash("echo asked before"), say("done")]);
    const card = await notedCard(first, "echo asked before");
    // Otherwise the card is closed before anybody can press it.
    const restore = slack.outage({ error: "internal_error", methods: ["chat.update"] });
    await (how === "stopped" ? first.opencode.stop() : first.opencode.kill());

    const second = await office.openDesk();
    const task = await second.start([bash("echo asked afterwards"), say("done")]);
    await cardOf(slack, "echo asked afterwards");
    const pressing = isTold(slack, "U1", async () => slack.user("U1").press(card, "Allow once"));
    await slack.waitFor(() => slack.envelopes().length > 0);
    restore();
    expect(await pressing).toContain("Nothing was answered");
    expect(await cardSays(slack, card, "OpenCode quit. Nothing will run.")).not.toContain("[");
    expect(task.toolResults()).toEqual([]);
    await press(slack, "echo asked afterwards", "Allow once");
    await task.end();
    expect(rowsOf(await cardOf(slack, "echo asked afterwards"))).toHaveLength(1);
  });
});
