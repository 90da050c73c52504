import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../support/opencode/until.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { Message } from "../support/slack/slack-objects.ts";
import type { SlackStandIn } from "../support/slack/stand-in.ts";
import { startGateway, type SmallGateway } from "../support/small-gateway.ts";

const BUTTON = "Reject all and stop";

let small: SmallGateway;
let slack: SlackStandIn;
beforeEach(async () => {
  small = await startGateway();
  ({ slack } = small);
});
afterEach(async () => small[Symbol.asyncDispose]());

async function ask(n: number, sessionID: string): Promise<Message> {
  small.asked(n, `echo number ${n}.`, sessionID);
  return small.card(`echo number ${n}.`);
}

async function reject(n: number, sessionID: string): Promise<void> {
  const card = await ask(n, sessionID);
  await slack.user("U1").press(card, "Reject");
  await until("OpenCode hears of it", () => small.received.some((call) => call.endsWith(`/per_${n}`)));
  small.replied(`per_${n}`, "reject");
  await small.cardSays(card, "Rejected by @U1");
}

async function rejectThree(sessionID: string): Promise<void> {
  for (const n of [1, 2, 3]) await reject(n, sessionID);
}

test("after three rejects in one turn the next card offers to stop the session, and asks once more", async () => {
  await reject(1, "ses_1");
  await reject(2, "ses_1");
  const third = await ask(3, "ses_1");
  expect(renderPlain(third)).not.toContain(BUTTON);
  await slack.user("U1").press(third, "Reject");
  await until("OpenCode hears of it", () => small.received.some((call) => call.endsWith("/per_3")));
  small.replied("per_3", "reject");

  const card = await ask(4, "ses_1");
  expect(renderPlain(card)).toContain(`[${BUTTON}]`);
  await expect(slack.user("U1").press(card, BUTTON)).rejects.toThrow("Reject all and stop?");
  expect(renderPlain(await ask(5, "ses_other"))).not.toContain(BUTTON);
});

test("rejects in OpenCode, rejects that OpenCode makes itself, and allowed requests do not count", async () => {
  await reject(1, "ses_1");
  await reject(2, "ses_1");
  await ask(3, "ses_1");
  small.replied("per_3", "reject");
  const allowed = await ask(4, "ses_1");
  await slack.user("U1").press(allowed, "Allow once");
  await until("OpenCode hears of it", () => small.received.some((call) => call.endsWith("/per_4")));
  small.replied("per_4", "once");
  expect(renderPlain(await ask(5, "ses_1"))).not.toContain(BUTTON);
});

test("a new turn begins to count anew", async () => {
  await rejectThree("ses_1");
  small.gateway.sessionIdle("ses_1");
  expect(renderPlain(await ask(4, "ses_1"))).not.toContain(BUTTON);
});

test("pressed, it rejects all that the session asks, stops the session, and nothing else", async () => {
  await rejectThree("ses_1");
  const [one, two, other] = [await ask(4, "ses_1"), await ask(5, "ses_1"), await ask(6, "ses_2")];
  const before = small.received.length;
  await slack.user("U1").press(two, BUTTON, { confirm: true });
  await until("OpenCode hears of it", () => small.received.length > before);
  small.replied("per_4", "reject");
  small.replied("per_5", "reject");
  await until("the session is stopped", () => small.received.includes("POST /session/ses_1/abort"));
  small.gateway.sessionIdle("ses_1");
  await small.cardSays(one, "❌ Rejected, and the session stopped by @U1");
  await small.cardSays(two, "❌ Rejected, and the session stopped by @U1");
  expect(renderPlain(await small.cardSays(other, "echo number 6."))).toContain("[Allow once]");
  expect(small.told()).toEqual([]);
});

test("a session that the rejects have ended is not stopped once more", async () => {
  await rejectThree("ses_1");
  const card = await ask(4, "ses_1");
  await slack.user("U1").press(card, BUTTON, { confirm: true });
  await until("OpenCode hears of it", () => small.received.some((call) => call.endsWith("/per_4")));
  small.replied("per_4", "reject");
  small.gateway.sessionIdle("ses_1");
  await until("all is done", async () => (await small.logged("stop")).length === 1);
  expect(await small.logged("stop")).toMatchObject([{ sessionID: "ses_1", outcome: "stopped" }]);
  expect(small.received.filter((call) => call.endsWith("/abort"))).toEqual([]);
});

test("where OpenCode does not confirm the stop, whoever pressed is told", async () => {
  await rejectThree("ses_1");
  const card = await ask(4, "ses_1");
  await slack.user("U1").press(card, BUTTON, { confirm: true });
  await until("OpenCode hears of it", () => small.received.some((call) => call.endsWith("/per_4")));
  small.replied("per_4", "reject");
  await slack.waitFor(() => small.told().length === 1);
  expect(small.told()).toEqual([
    "Everything that was open is rejected. The gateway told OpenCode to stop the session, but OpenCode did not confirm it: look in OpenCode.",
  ]);
  expect(small.received.filter((call) => call.endsWith("/abort"))).toHaveLength(2);
  expect(renderPlain(await small.cardSays(card, "❌ Rejected by @U1"))).not.toContain("stopped");
});

test("who may not answer stops nothing", async () => {
  await rejectThree("ses_1");
  const card = await ask(4, "ses_1");
  const before = small.received.length;
  await slack.user("U2").press(card, BUTTON, { confirm: true });
  await slack.waitFor(() => slack.user("U2").ephemerals().length === 1);
  expect(small.received).toHaveLength(before);
});

test("a card with requests of one session offers it too, one with requests of several does not", async () => {
  await rejectThree("ses_1");
  for (let n = 10; n < 20; n += 1) small.asked(n, `echo mixed ${n}.`, n % 2 === 0 ? "ses_1" : "ses_2");
  const mixed = await slack.waitFor(() =>
    slack
      .channel("C1")
      .messages()
      .find((message) =>
        /echo mixed 10[^]*echo mixed 11|echo mixed 11[^]*echo mixed 10/.test(renderPlain(message)),
      ),
  );
  expect(renderPlain(mixed)).not.toContain(BUTTON);
  for (let n = 10; n < 20; n += 1) small.replied(`per_${n}`, "once");

  for (let n = 30; n < 40; n += 1) small.asked(n, `echo alike ${n}.`, "ses_1");
  const shared = await slack
    .channel("C1")
    .waitForMessage((message) => /echo alike[^]*echo alike/.test(renderPlain(message)));
  expect(renderPlain(shared)).toContain(`[Reject all] [${BUTTON}]`);
});
