import { afterAll, beforeAll, expect, test } from "vitest";
import { openOffice, type Desk, type Office } from "../support/desk.ts";
import { checkInvariants } from "../support/invariants.ts";
import { bash, say } from "../support/opencode/scripted-model.ts";

/** What the fault suite asserts after each fault, seen to fail where something is wrong. */
let office: Office;
let desk: Desk;
beforeAll(async () => {
  office = await openOffice();
  desk = await office.openDesk();
});
afterAll(async () => office[Symbol.asyncDispose]());

test("all is well while a request waits on its card, and when it was answered there or in OpenCode", async () => {
  const pressed = await desk.start([bash("echo clicked"), say("done")]);
  const card = await desk.card("echo clicked");
  await expect(checkInvariants(office)).resolves.toBeUndefined();
  await office.slack.user("U1").press(card, "Allow once");
  await pressed.end();
  const typed = await desk.start([bash("echo typed"), say("done")]);
  await desk.replyInOpenCode(typed, "reject");
  await checkInvariants(office);
});

test("a request without a card is named, unless there is a reason", async () => {
  const restore = office.slack.outage({ error: "internal_error", methods: ["chat.postMessage"] });
  await desk.start([bash("echo lost"), say("done")]);
  await office.slack.waitFor(() =>
    office.slack.calls("chat.postMessage").at(-1)?.arguments["text"]?.toString().includes("echo lost"),
  );
  await expect(checkInvariants(office, { limitMs: 0 })).rejects.toThrow("(echo lost) is on no card");
  await checkInvariants(office, { waiting: "Slack does not take cards" });
  restore();
  await office.slack.user("U1").press(await desk.card("echo lost"), "Reject");
  await checkInvariants(office);
});

test("a press that nobody was told anything about is named, and a card that says what is not so", async () => {
  await desk.start([bash("echo untold"), say("done")]);
  const card = await desk.card("echo untold");
  const restore = office.slack.outage({ error: "internal_error", methods: ["chat.update"] });
  await office.slack.user("U1").press(card, "Allow once");
  await expect(checkInvariants(office, { limitMs: 0 })).rejects.toThrow(
    "1 presses came to nothing without a word",
  );
  await office.slack.waitFor(() =>
    office.slack.calls("chat.update").some(({ arguments: { ts } }) => ts === card.ts),
  );
  await expect(checkInvariants(office, { limitMs: 1_000 })).rejects.toThrow(
    "(echo untold) is closed and has buttons",
  );
  restore();
  await checkInvariants(office);
});

test("an answer that nobody gave is named", async () => {
  const task = await desk.start([bash("echo nobody"), say("done")]);
  await desk.card("echo nobody");
  const [request] = await desk.opencode.pending();
  const url = new URL(`/permission/${String(request?.["id"])}/reply`, desk.opencode.url);
  url.searchParams.set("directory", String(desk.directories()[0]));
  await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ reply: "once" }),
  });
  await task.end();
  await expect(checkInvariants(office)).rejects.toThrow('(echo nobody) got "once", which nobody gave it');
});
