import { expect, test as base } from "vitest";
import { bash, say } from "../support/opencode/scripted-model.ts";
import { until } from "../support/opencode/until.ts";
import {
  cardOf,
  cardSays,
  cardsOf,
  FAILURES,
  faultyOffice,
  type FaultyOffice,
  isTold,
  notedCard,
  outcomeOf,
  press,
  strikeNext,
  told,
} from "./fault-test.ts";

const test = base.extend<FaultyOffice>(faultyOffice);

test("however Slack fails to take an answer, OpenCode goes on at once, and the card shows it after all", async ({
  desk,
}) => {
  const { slack } = desk;
  for (const [how, outage] of FAILURES) {
    const task = await desk.start([bash(`echo ${how}`), say("done")]);
    const card = await cardOf(slack, `echo ${how}`);
    const struck = strikeNext(slack, "chat.update", outage);
    await slack.user("U1").press(card, "Allow once");
    await struck;
    await task.end();
    expect(task.toolResults()).toEqual([`${how}\n`]);
    expect(await cardSays(slack, card, "Allowed once by @U1")).not.toContain("[");
  }
  expect(told(slack, "U1")).toEqual([]);
});

test("a press on a card that does not show its answer yet is told the answer, and changes nothing", async ({
  desk,
}) => {
  const { slack } = desk;
  const task = await desk.start([bash("echo not shown yet"), say("done")]);
  const card = await cardOf(slack, "echo not shown yet");
  const restore = slack.outage({ error: "internal_error", methods: ["chat.update"] });
  await slack.user("U1").press(card, "Allow once");
  await task.end();
  expect(await isTold(slack, "U1", async () => slack.user("U1").press(card, "Reject"))).toBe(
    "Your press came too late: this was already allowed once by @U1.",
  );
  restore();
  expect(await cardSays(slack, card, "Allowed once by @U1")).not.toContain("[");
  expect(task.toolResults()).toEqual(["not shown yet\n"]);
});

test("limited for updates, Slack gets none before its time, and posts, presses and ephemeral messages all the same", async ({
  desk,
}) => {
  const { slack } = desk;
  const one = await desk.start([bash("echo first of two"), say("done")]);
  const card = await cardOf(slack, "echo first of two");
  const two = await desk.start([bash("echo second of two"), say("done")]);
  await cardOf(slack, "echo second of two");

  const striking = strikeNext(slack, "chat.update", { status: 429, retryAfterS: 15 });
  await slack.user("U1").press(card, "Allow once");
  const { at } = await striking;
  await one.end();

  await press(slack, "echo second of two", "Allow once");
  await two.end();
  const three = await desk.start([bash("echo asked meanwhile"), say("done")]);
  expect(
    await isTold(slack, "U2", async () => press(slack, "echo asked meanwhile", "Reject", { userID: "U2" })),
  ).toContain("You can't approve this");

  const lastPrivateAnswer = slack.calls("chat.postEphemeral").at(-1);
  await press(slack, "echo asked meanwhile", "Allow once");
  await three.end();
  for (const what of ["first of two", "second of two", "asked meanwhile"]) {
    expect(await outcomeOf(slack, `echo ${what}`)).toContain("Allowed once by @U1");
  }
  const next = slack.calls("chat.update").find((call) => call.at > at);
  expect(next?.at).toBeGreaterThanOrEqual(at + 15_000);
  expect(lastPrivateAnswer?.at).toBeLessThan(next?.at ?? 0);
});

test("however Slack fails to take an ephemeral message, whoever pressed is told after all", async ({
  desk,
}) => {
  const { slack } = desk;
  await desk.start([bash("echo told privately"), say("done")]);
  const card = await cardOf(slack, "echo told privately");
  for (const [, outage] of FAILURES) {
    const struck = strikeNext(slack, "chat.postEphemeral", outage);
    expect(await isTold(slack, "U2", async () => slack.user("U2").press(card, "Allow once"))).toContain(
      "Nothing was answered",
    );
    await struck;
  }
  await press(slack, "echo told privately", "Reject");
  await cardSays(slack, card, "Rejected by @U1");
});

test("a card that somebody deletes leaves its request to OpenCode, and is not asked for again and again", async ({
  desk,
}) => {
  const { slack } = desk;
  const task = await desk.start([bash("echo deleted"), say("done")]);
  const card = await cardOf(slack, "echo deleted");
  slack.workspace.remove(card);
  await desk.replyInOpenCode(task, "once");
  await task.end();
  expect(task.toolResults()).toEqual(["deleted\n"]);

  const next = await desk.start([bash("echo after the deleted"), say("done")]);
  await press(slack, "echo after the deleted", "Allow once");
  await outcomeOf(slack, "echo after the deleted");
  await next.end();
  const updates = slack.calls("chat.update").filter(({ arguments: { ts } }) => ts === card.ts);
  expect(updates).toHaveLength(1);
  expect(cardsOf(slack, "echo deleted")).toEqual([]);
});

test("a closed card in a channel that is archived is tried once, said in OpenCode, and closed by a press when it is back", async ({
  desk,
}) => {
  const { slack } = desk;
  const task = await desk.start([bash("echo archived"), say("done")]);
  const card = await notedCard(desk, "echo archived");
  const restore = slack.outage({ error: "is_inactive", methods: ["chat.update"] });
  await desk.replyInOpenCode(task, "once");
  await task.end();
  await until("the log says that it cannot be closed", async () =>
    (await desk.log()).some(({ msg }) => String(msg).startsWith("card cannot be closed")),
  );
  await until("OpenCode's user is told", () =>
    desk.told().some((event) => JSON.stringify(event).includes("is archived: choose another")),
  );

  restore();
  const next = await desk.start([bash("echo in a channel that is back"), say("done")]);
  await press(slack, "echo in a channel that is back", "Allow once");
  await next.end();
  expect(slack.calls("chat.update").filter(({ arguments: { ts } }) => ts === card.ts)).toHaveLength(1);
  expect(await isTold(slack, "U1", async () => slack.user("U1").press(card, "Reject"))).toBe(
    "Your press came too late: this was already allowed once in OpenCode.",
  );
  await cardSays(slack, card, "Allowed once in OpenCode");
});

test("an OpenCode that ends while Slack takes no updates leaves its card to the next one", async ({
  office,
  desk,
}) => {
  const { slack } = office;
  await desk.start([bash("echo left open"), say("done")]);
  const card = await notedCard(desk, "echo left open");
  const restore = slack.outage({ error: "internal_error", methods: ["chat.update"] });
  await desk.opencode.dispose();
  await slack.waitFor(() => slack.calls("chat.update").length > 0);
  await desk.opencode.stop();
  restore();

  const next = await office.openDesk();
  const task = await next.start([bash("echo next one"), say("done")]);
  expect(await cardSays(slack, card, "OpenCode quit. Nothing will run.")).not.toContain("[");
  await press(slack, "echo next one", "Allow once");
  await task.end();
});
