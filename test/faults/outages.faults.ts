import { describe, expect, test as base } from "vitest";
import { bash, say } from "../support/opencode/scripted-model.ts";
import type { Outage } from "../support/slack/faults.ts";
import {
  cardOf,
  cardSays,
  cardsOf,
  faultyOffice,
  type FaultyOffice,
  outcomeOf,
  press,
} from "./fault-test.ts";

const test = base.extend<FaultyOffice>(faultyOffice);

/** How long Slack is away, in calls that it fails to take: enough for the gateway to wait longer and longer. */
const FAILED_CALLS = 6;

const AWAY: readonly (readonly [name: string, outage: Outage])[] = [
  ["refuses connections", { refuse: true }],
  ["answers with a page", { status: 503 }],
  ["answers with an error of its own", { error: "internal_error" }],
  ["takes every call and answers none", { hang: true }],
];

describe("what was asked while Slack is away appears when it is back, what was answered meanwhile never does, when Slack", () => {
  test.for(AWAY)("%s", async ([, outage], { desk }) => {
    const { slack, opencode } = desk;
    const before = await desk.start([bash("echo asked before"), say("done")]);
    const card = await cardOf(slack, "echo asked before");

    const restore = slack.outage(outage);
    const calls = slack.calls().length;
    for (const connection of slack.connections()) connection.cut();
    const answered = [];
    const open = [];
    for (const n of [1, 2, 3]) {
      answered.push(await desk.start([bash(`echo answered meanwhile ${n}`), say("done")]));
      open.push(await desk.start([bash(`echo asked meanwhile ${n}`), say("done")]));
    }
    for (const task of [before, ...answered]) await desk.replyInOpenCode(task, "once");
    await Promise.all([before, ...answered].map(async (task) => task.end()));
    expect(await opencode.pending()).toHaveLength(open.length);
    await slack.waitFor(() => slack.calls().length >= calls + FAILED_CALLS);
    restore();

    for (const n of [1, 2, 3]) {
      await slack.waitFor(() => cardsOf(slack, `echo asked meanwhile ${n}`).length === 1);
    }
    await slack.waitFor(() => slack.connections().length === 1);
    for (const n of [1, 2, 3]) await press(slack, `echo asked meanwhile ${n}`, "Allow once");
    await Promise.all(open.map(async (task) => task.end()));
    expect(open.flatMap((task) => task.toolResults())).toEqual(
      [1, 2, 3].map((n) => `asked meanwhile ${n}\n`),
    );
    expect(await outcomeOf(slack, "echo asked before")).toContain("Allowed once in OpenCode");
    expect(await cardSays(slack, card, "Allowed once in OpenCode")).not.toContain("[");
    expect(cardsOf(slack, "echo answered meanwhile")).toEqual([]);
  });
});

describe("OpenCode is as if nobody were there when, from its start, Slack", () => {
  test.for(AWAY.filter(([, { refuse, hang }]) => refuse === true || hang === true))(
    "%s",
    async ([, outage], { desk }) => {
      const { slack, opencode } = desk;
      slack.outage(outage);
      const task = await desk.start([bash("echo undisturbed"), say("done")]);
      await slack.waitFor(() => slack.calls().length > 0);
      await desk.replyInOpenCode(task, "once");
      await task.end();
      expect(task.toolResults()).toEqual(["undisturbed\n"]);
      await opencode.dispose();
      expect(opencode.stderr()).toBe("");
    },
  );
});

test("a session that stops while Slack is away leaves no card behind", async ({ desk }) => {
  const { slack } = desk;
  const restore = slack.outage({ refuse: true });
  const stopped = await desk.start([bash("echo stopped meanwhile"), say("done")]);
  await slack.waitFor(() => slack.calls().length > 0);
  await desk.opencode.abort(stopped);
  restore();

  const next = await desk.start([bash("echo asked afterwards"), say("done")]);
  await press(slack, "echo asked afterwards", "Allow once");
  await next.end();
  expect(cardsOf(slack, "echo stopped meanwhile")).toEqual([]);
});
