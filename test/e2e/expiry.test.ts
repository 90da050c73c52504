/** What the model is told of requests that nobody answers, and that it does not ask all night. */

import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { sitDown, type Desk } from "../support/desk.ts";
import { bash, call, calls, say } from "../support/opencode/scripted-model.ts";

const HASTY = new URL("../support/opencode/hasty-timers.ts", import.meta.url);
const REJECTED = "❌ Rejected: nobody answered in 1 minute";
const TOLD =
  "Nobody answered this request within 1 minute: the person who could is away. They have not refused it.";

let desk: Desk;
beforeAll(async () => {
  desk = await sitDown({
    isAlone: true,
    opencode: { plugin: [`file://${fileURLToPath(HASTY)}`, inject("pluginURL")] },
    env: {
      OPENCODE_SLACK_GATEWAY_EXPIRE_AFTER_MINUTES: "1",
      OPENCODE_SLACK_GATEWAY_ON_EXPIRE: "reject",
    },
  });
});
afterAll(async () => desk[Symbol.asyncDispose]());

test("the model reads that nobody answered, and goes on; the second time ends its turn", async () => {
  const task = await desk.start([bash("touch first.txt"), bash("touch second.txt"), say("done")]);
  const first = await desk.card("touch first.txt");
  const closed = await desk.cardSays(first, REJECTED);
  expect(closed).not.toContain("@U1");
  const second = await desk.card("touch second.txt");
  await desk.cardSays(second, REJECTED);
  await task.end();
  // What ended the turn, the model has not read.
  expect(task.toolResults()).toEqual([expect.stringContaining(TOLD)]);
  expect(desk.slack.user("U1").ephemerals()).toEqual([]);
});

test("what one step asks at once ends at once, and with it the turn", async () => {
  const task = await desk.start([calls(bash("touch one.txt"), bash("touch two.txt")), say("done")]);
  for (const what of ["touch one.txt", "touch two.txt"]) await desk.cardSays(await desk.card(what), REJECTED);
  await task.end();
  expect(task.toolResults()).toEqual([]);
});

test("a subagent is told once; the second time ends the turn of the session above it as well", async () => {
  const task = { description: "Try", prompt: "subagent, wait", subagent_type: "general" };
  desk.model.script("subagent, wait", [bash("touch below-1.txt"), bash("touch below-2.txt"), say("ok")]);
  const started = await desk.start([call("task", task), bash("touch after.txt"), say("done")]);
  for (const n of [1, 2]) await desk.cardSays(await desk.card(`touch below-${n}.txt`), REJECTED);
  await started.end();
  expect(desk.model.toolResults("subagent, wait")).toEqual([expect.stringContaining(TOLD)]);
  expect(JSON.stringify(desk.slack.channel("C1").messages())).not.toContain("after.txt");
});

test("OpenCode's screen stays clean, and Slack has nothing to complain about", () => {
  expect(desk.opencode.stderr()).toBe("");
  expect(desk.slack.complaints()).toEqual([]);
});
