import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sitDown, type Desk } from "../support/desk.ts";
import { bash, say } from "../support/opencode/scripted-model.ts";
import { until } from "../support/opencode/until.ts";

const OPEN = "apps.connections.open";
/** Longer than any OpenCode is merely busy. */
const SLEEP_MS = 7_000;

let desk: Desk;
beforeAll(async () => {
  desk = await sitDown({ slack: { times: { cutAfterMs: 3_000 } } });
});
afterAll(async () => desk[Symbol.asyncDispose]());

test("a press while Slack exchanges the connection is answered", async () => {
  const { slack } = desk;
  for (const reason of ["warning", "refresh_requested"] as const) {
    const task = await desk.start([bash(`echo ${reason}`), say("done")]);
    const card = await desk.card(`echo ${reason}`);
    const [via] = slack.connections();
    slack.requestRefresh(reason);
    const press = slack.user("U1").press(card, "Allow once", { ...(via && { via }) });
    expect(await press).toMatchObject({ acked: true });
    await desk.cardSays(card, "Allowed once");
    await task.end();
    expect(task.toolResults()).toEqual([`${reason}\n`]);
    await slack.waitFor(() => via?.closeCode() === 1000);
  }
  expect(slack.unacked()).toEqual([]);
});

test("after a sleep in which Slack lost the connection, a press is answered", async () => {
  const { slack, opencode } = desk;
  const task = await desk.start([bash("echo awake"), say("done")]);
  const card = await desk.card("echo awake");
  const [lost] = slack.connections();
  process.kill(opencode.pid, "SIGSTOP");
  lost?.freeze();
  await delay(SLEEP_MS);
  process.kill(opencode.pid, "SIGCONT");

  const via = await slack.waitFor(() => slack.connections()[0]);
  expect(await slack.user("U1").press(card, "Allow once", { via })).toMatchObject({ acked: true });
  await task.end();
  expect(task.toolResults()).toEqual(["awake\n"]);
});

test("Socket Mode switched off is said once, and the next request finds it switched on again", async () => {
  const { slack } = desk;
  const first = await desk.start([bash("echo first"), say("done")]);
  const card = await desk.card("echo first");
  const opened = slack.calls(OPEN).length;
  slack.setSocketMode(false);
  const refusals = async () => (await desk.log()).filter(({ msg }) => msg === "Slack refuses the connection");
  await until("the refusal is logged", async () => (await refusals()).length > 0);
  slack.setSocketMode(true);
  // Nobody has tried again.
  expect(slack.calls(OPEN)).toHaveLength(opened);

  await desk.start([bash("echo second"), say("done")]);
  await desk.card("echo second");
  await slack.waitFor(() => slack.connections().length === 1);
  await slack.user("U1").press(card, "Allow once");
  await first.end();
  expect(first.toolResults()).toEqual(["first\n"]);
  expect(await refusals()).toMatchObject([{ advice: expect.stringContaining("switch it on") }]);
});
