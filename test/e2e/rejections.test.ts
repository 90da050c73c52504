import { afterAll, beforeAll, expect, test } from "vitest";
import { sitDown, type Desk } from "../support/desk.ts";
import { bash, call, say } from "../support/opencode/scripted-model.ts";

let desk: Desk;
beforeAll(async () => {
  desk = await sitDown();
});
afterAll(async () => desk[Symbol.asyncDispose]());

async function rejectWithReason(what: string, reason: string): Promise<void> {
  const card = await desk.card(what);
  const ann = desk.slack.user("U1");
  await ann.press(card, "Reject with reason…");
  const view = await desk.slack.waitFor(() => ann.views()[0]);
  await ann.submit(view, { Reason: reason });
  await desk.cardSays(card, `❌ Rejected, with a reason: “${reason}” by @U1`);
}

test("a reason reaches the model, which goes on", async () => {
  const task = await desk.start([bash("touch wrong.txt"), bash("echo right"), say("done")]);
  await rejectWithReason("touch wrong.txt", "Do not write files. <Really> & truly.");
  const card = await desk.card("echo right");
  await desk.slack.user("U1").press(card, "Allow once");
  await task.end();
  expect(task.toolResults()).toEqual([
    expect.stringContaining("Do not write files. <Really> & truly."),
    "right\n",
  ]);
  expect(desk.slack.user("U1").ephemerals()).toEqual([]);
});

test("a session that goes on after three rejects can be stopped", async () => {
  const tries = [1, 2, 3, 4].map((n) => bash(`touch try-${n}.txt`));
  const task = await desk.start([...tries, say("done")]);
  for (const n of [1, 2, 3]) await rejectWithReason(`try-${n}.txt`, "Stop that.");
  const card = await desk.card("try-4.txt");
  await desk.slack.user("U1").press(card, "Reject all and stop", { confirm: true });
  await desk.cardSays(card, "❌ Rejected, and the session stopped by @U1");
  await task.end();
  expect(task.toolResults()).toHaveLength(3);
});

test("the stop ends a session whose subagent asks, although the reject alone would not", async () => {
  const task = { description: "Try", prompt: "subagent, try", subagent_type: "general" };
  const tries = [1, 2, 3, 4].map((n) => bash(`touch below-${n}.txt`));
  desk.model.script("subagent, try", [...tries, say("ok")]);
  const started = await desk.start([call("task", task), bash("touch after.txt"), say("done")]);
  for (const n of [1, 2, 3]) await rejectWithReason(`below-${n}.txt`, "Stop that.");
  const card = await desk.card("below-4.txt");
  await desk.slack.user("U1").press(card, "Reject all and stop", { confirm: true });
  await desk.cardSays(card, "❌ Rejected, and the session stopped by @U1");
  await started.end();
  const cards = desk.slack.channel("C1").messages();
  expect(JSON.stringify(cards)).not.toContain("after.txt");
  expect(desk.slack.user("U1").ephemerals()).toEqual([]);
});
