import { afterAll, beforeAll, expect, test } from "vitest";
import { sitDown, type Desk } from "../support/desk.ts";
import { bash, calls, say } from "../support/opencode/scripted-model.ts";
import { until } from "../support/opencode/until.ts";
import { TESTED_VERSION } from "../support/opencode/versions.ts";
import { buttonOf } from "../support/rows.ts";
import { renderPlain } from "../support/slack/plain.ts";

let desk: Desk;
beforeAll(async () => {
  desk = await sitDown();
});
afterAll(async () => desk[Symbol.asyncDispose]());

test("allowed once, the command runs and its card says by whom, without buttons", async () => {
  const task = await desk.start([bash("echo hello"), say("done")]);
  const card = await desk.card("echo hello");
  expect(renderPlain(card)).toContain("[Allow once] [Allow for 30 min] [Reject]");

  const press = await desk.slack.user("U1").press(card, "Allow once");
  expect(press.acked).toBe(true);

  const closed = await desk.cardSays(card, "Allowed once by @U1");
  expect(closed).toContain("echo hello");
  expect(closed).not.toContain("[");
  await task.end();
  expect(task.toolResults()).toEqual(["hello\n"]);
});

test("allowed once, the next command of the same kind is asked about again", async () => {
  const task = await desk.start([bash("basename /a/first"), bash("basename /a/second"), say("done")]);
  await desk.slack.user("U1").press(await desk.card("/a/first"), "Allow once");
  await desk.slack.user("U1").press(await desk.card("/a/second"), "Allow once");
  await task.end();
  expect(task.toolResults()).toEqual(["first\n", "second\n"]);
});

test("allowed always, the next command of the same kind is not asked about", async () => {
  const task = await desk.start([bash("dirname /one/file"), bash("dirname /two/file"), say("done")]);
  const card = await desk.card("/one/file");
  expect(renderPlain(card)).toContain("Allow always: stop asking for dirname *");
  await desk.slack.user("U1").press(card, "Allow always", { confirm: true });
  await desk.cardSays(card, "Allowed always by @U1");
  await task.end();
  expect(task.toolResults()).toEqual(["/one\n", "/two\n"]);
  expect(desk.slack.channel("C1").messages().map(renderPlain).join()).not.toContain("/two/file");
});

test("rejected, the command does not run", async () => {
  const task = await desk.start([bash("touch rejected.txt"), say("done")]);
  const card = await desk.card("rejected.txt");
  await desk.slack.user("U1").press(card, "Reject");
  await desk.cardSays(card, "Rejected by @U1");
  await task.end();
  expect(task.toolResults()).toEqual([]);
});

test("rejecting one request closes the session's others with it, and says so", async () => {
  const task = await desk.start([calls(bash("echo one of two"), bash("echo two of two")), say("done")]);
  const one = await desk.card("echo one of two");
  const two = await desk.card("echo two of two");
  // Both may stand on one card, when Slack has just taken three others.
  await desk.slack.user("U1").press(one, buttonOf(one, "echo one of two", "Reject"));
  await desk.cardSays(one, "Rejected by @U1");
  await desk.cardSays(two, "Also rejected: @U1 rejected");
  await task.end();
});

test("answered in OpenCode, the card closes and names nobody", async () => {
  const task = await desk.start([bash("echo terminal"), say("done")]);
  const card = await desk.card("echo terminal");
  await desk.replyInOpenCode(task, "once");
  await desk.cardSays(card, "Allowed once in OpenCode");
  await task.end();
  expect(task.toolResults()).toEqual(["terminal\n"]);
});

test("aborted, the session's card closes", async () => {
  const task = await desk.start([bash("echo aborted"), say("done")]);
  const card = await desk.card("echo aborted");
  await desk.opencode.abort(task);
  expect(await desk.cardSays(card, "The session stopped. Nothing will run.")).not.toContain("[");
});

test("who is no approver answers nothing, and is told so privately", async () => {
  const task = await desk.start([bash("echo stranger"), say("done")]);
  const card = await desk.card("echo stranger");
  await desk.slack.user("U2").press(card, "Allow once");
  await desk.slack.waitFor(() => desk.slack.user("U2").ephemerals().length > 0);
  expect(desk.slack.user("U2").ephemerals().map(renderPlain)).toEqual([
    "Your press did not count. You can't approve this: your ID U2 is not in SLACK_APPROVER_IDS. Ask @U1.",
  ]);
  expect(task.toolResults()).toEqual([]);
  await desk.slack.user("U1").press(card, "Reject");
  await desk.cardSays(card, "Rejected by @U1");
});

test("what came of a stranger's press is also on the card, whose Allow counts as before", async () => {
  const task = await desk.start([bash("echo noted"), say("done")]);
  const card = await desk.card("echo noted");
  await desk.slack.user("U2").press(card, "Reject");
  const noted = await desk.cardSays(card, "Last press: refused, not an approver");
  expect(noted.split("\n").at(-2)).toContain("[Allow once]");
  expect(noted).not.toContain("U2");

  await desk.slack.user("U1").press(card, "Allow once");
  const closed = await desk.cardSays(card, "Allowed once by @U1");
  expect(closed).not.toContain("Last press");
  await task.end();
  expect(task.toolResults()).toEqual(["noted\n"]);
});

test("of two presses at once one answers, and the other is told that it came too late", async () => {
  const task = await desk.start([bash("echo twice"), say("done")]);
  const card = await desk.card("echo twice");
  const before = desk.slack.user("U1").ephemerals().length;
  const presses = [
    desk.slack.user("U1").press(card, "Allow once"),
    desk.slack.user("U1").press(card, "Reject"),
  ];
  await Promise.all(presses);
  await desk.cardSays(card, "by @U1");
  await desk.slack.waitFor(() => desk.slack.user("U1").ephemerals().length > before);
  expect(desk.slack.user("U1").ephemerals()).toHaveLength(before + 1);
  await task.end();
});

test("each step is one line in the log, with its IDs", async () => {
  const task = await desk.start([bash("echo logged"), say("done")]);
  const linesOf = async () =>
    (await desk.log()).filter(({ sessionID, level }) => sessionID === task.id && level === "info");
  const logs = async (message: string) =>
    until(`the log says "${message}"`, async () => (await linesOf()).at(-1)?.["msg"] === message);
  const card = await desk.card("echo logged");
  // A press may come before Slack has told of the card.
  await logs("card posted");
  await desk.slack.user("U1").press(card, "Allow once");
  await desk.cardSays(card, "Allowed once");
  await task.end();
  await logs("card closed");
  const lines = await linesOf();
  const ids = { requestID: expect.stringMatching(/^per_/) as string, sessionID: task.id };
  expect(lines).toMatchObject([
    { msg: "permission asked", permission: "bash", ...ids },
    { msg: "card posted", channel: "C1", ts: card.ts, ...ids },
    { msg: "press", reply: "once", userID: "U1", ...ids },
    { msg: "reply", reply: "once", userID: "U1", outcome: "replied", ...ids },
    { msg: "card closed", reply: "once", userID: "U1", ...ids },
  ]);
  const messages = (await desk.log()).map(({ msg }) => msg);
  expect(messages).toContain("plugin loaded");
  expect(messages).toContain("connected to Slack");
  expect(JSON.stringify(await desk.log())).not.toContain(desk.slack.botToken);
});

// 1.17.11 takes a prompt by that API and does not ask the model; older ones do not have it.
test.skipIf(!TESTED_VERSION.startsWith("1.18."))(
  "what a session asks that is run through OpenCode's newer API is answered by that API",
  async () => {
    const [directory = ""] = desk.opencode.directories;
    const post = async (route: string, body: object): Promise<{ data?: { id: string } }> => {
      const headers = { "content-type": "application/json", "x-opencode-directory": directory };
      const url = new URL(route, desk.opencode.url);
      const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
      return (await response.json()) as { data?: { id: string } };
    };
    const prompt = "a task of the newer API.";
    desk.model.script(prompt, [bash("echo newer"), say("done")]);
    const { data } = await post("/api/session", { location: { directory } });
    await post(`/api/session/${data?.id}/prompt`, { prompt: { text: prompt } });

    const card = await desk.card("echo newer");
    await desk.slack.user("U1").press(card, "Allow once");

    await desk.cardSays(card, "Allowed once by @U1");
    await until("the command has run", () => desk.model.toolResults(prompt).length > 0);
    expect(desk.model.toolResults(prompt).join()).toContain("newer");
  },
);

test("OpenCode's screen stays clean, and Slack has nothing to complain about", () => {
  expect(desk.opencode.stderr()).toBe("");
  expect(desk.slack.complaints()).toEqual([]);
  expect(desk.slack.unacked()).toEqual([]);
  expect(desk.slack.mostConnections()).toBe(1);
});
