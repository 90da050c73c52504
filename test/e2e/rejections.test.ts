import { afterAll, beforeAll, expect, test } from "vitest";
import { sitDown, type Desk } from "../support/desk.ts";
import { call, say } from "../support/opencode/scripted-model.ts";

let desk: Desk;
beforeAll(async () => {
  desk = await sitDown();
});
afterAll(async () => desk[Symbol.asyncDispose]());

const bash = (command: string) => call("bash", { command, description: "Runs it" });

async function rejectWithReason(what: string, reason: string): Promise<void> {
  const card = await desk.card(what);
  const ann = desk.slack.user("U1");
  await ann.press(card, "Reject with reason…");
  const view = await desk.slack.waitFor(() => ann.views()[0]);
  await ann.submit(view, { Reason: reason });
  await desk.cardSays(card, "Rejected by @U1");
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
