import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../support/opencode/until.ts";
import { buttonOf, rowsOf } from "../support/rows.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { SlackStandIn } from "../support/slack/stand-in.ts";
import { numbersOn, startGateway, type SmallGateway } from "../support/small-gateway.ts";

let small: SmallGateway;
let slack: SlackStandIn;
beforeEach(async () => {
  small = await startGateway();
  ({ slack } = small);
});
afterEach(async () => small[Symbol.asyncDispose]());

const cards = () => slack.channel("C1").messages();

test("thirty requests at once share cards, and each of them is decided alone", async () => {
  small.storm(30);
  for (let n = 1; n <= 30; n += 1) {
    const card = await small.card(`echo number ${n}.`);
    await slack.user("U1").press(card, buttonOf(card, `echo number ${n}.`, n % 2 ? "Allow once" : "Reject"));
    await until("OpenCode hears of it", () => small.received.length === n);
    small.replied(`per_${n}`, n % 2 ? "once" : "reject");
  }
  await slack.waitFor(() => !cards().map(renderPlain).join().includes("[Reject]"));
  const ends = cards()
    .flatMap(rowsOf)
    .map(({ text, outcome }) => [
      /echo number (\d+)\./.exec(text)?.[1],
      outcome?.replace(/ by @U1 .*/, " by @U1"),
    ]);
  expect(new Map(ends as [string, string][])).toEqual(
    new Map(
      Array.from({ length: 30 }, (_, n) => [
        String(n + 1),
        n % 2 ? "❌ Rejected by @U1" : "✅ Allowed once by @U1",
      ]),
    ),
  );
  expect(cards().length).toBeLessThanOrEqual(6);
  expect(small.received).toEqual(
    Array.from({ length: 30 }, (_, n) => `POST /session/ses_${n + 1}/permissions/per_${n + 1}`),
  );
});

test("a session has five open cards, the newest says how many requests wait, and room made is used", async () => {
  for (let n = 1; n <= 200; n += 1) small.asked(n, `echo number ${n}.`, "ses_1");
  await slack.waitFor(() => /more requests? of this session/.test(cards().map(renderPlain).join()));
  const open = () => cards().filter((card) => renderPlain(card).includes("[Reject]"));
  const waiting = () =>
    cards().flatMap((card) => /(\d+) more requests? of this session/.exec(renderPlain(card))?.[1] ?? []);
  const isToldTrue = () => {
    const shown = new Set(cards().flatMap(numbersOn)).size;
    return open().length === 5 && waiting().join() === String(200 - shown);
  };
  await slack.waitFor(isToldTrue);
  expect(renderPlain(open().at(-1) ?? {})).toMatch(/\d+ more requests of this session wait until/);

  const first = numbersOn(cards()[0] ?? {});
  for (const n of first) small.replied(`per_${n}`, "once");
  await slack.waitFor(() => cards().length === 6 && isToldTrue());
  small.asked(201, "echo of another session", "ses_2");
  await small.card("echo of another session");
  small.gateway.sessionIdle("ses_1");
  await slack.waitFor(() => open().length === 1 && waiting().length === 0);
  expect(cards()).toHaveLength(7);
});

test("a few requests at once get a card each", async () => {
  small.storm(3);
  await slack.waitFor(() => cards().length === 3);
  expect(cards().map(renderPlain).join()).not.toContain("permission requests");
});

test("Reject all rejects what is still open on the card, and nothing else", async () => {
  small.storm(20);
  const card = await small.card("permission requests");
  const [first = 0, ...others] = numbersOn(card);
  small.replied(`per_${first}`, "once");
  await slack.user("U1").press(card, "Reject all", { confirm: true });
  for (const n of others) {
    await until("OpenCode hears of it", () => small.received.some((call) => call.endsWith(`/per_${n}`)));
    small.replied(`per_${n}`, "reject");
  }
  const closed = await slack
    .channel("C1")
    .waitForMessage((message) => message.ts === card.ts && !renderPlain(message).includes("[Reject]"));
  expect(renderPlain(closed).match(/Rejected by @U1/g)).toHaveLength(others.length);
  expect(renderPlain(closed)).toContain("Allowed once in OpenCode");
  expect(small.received.map((call) => call.replace(/.*per_/, ""))).toEqual(others.map(String));
  expect(small.told()).toEqual([]);
});

test("Reject all on a card whose requests were all answered says so, and changes nothing", async () => {
  small.storm(20);
  const card = await small.card("permission requests");
  const hold = slack.hold("chat.update");
  for (let n = 1; n <= 20; n += 1) small.replied(`per_${n}`, "once");
  await slack.user("U1").press(card, "Reject all", { confirm: true });
  await slack.waitFor(() => small.told().length > 0);
  hold.release();
  expect(small.told()).toEqual(["Your press came too late: everything on this card was already answered."]);
  expect(small.received).toEqual([]);
});

test("many answers on one card at once change it no more than twice", async () => {
  small.storm(20);
  const card = await small.card("permission requests");
  for (let n = 1; n <= 20; n += 1) small.replied(`per_${n}`, "reject");
  await slack.waitFor(() => !cards().map(renderPlain).join().includes("[Reject]"));
  const updates = slack.calls("chat.update").filter((call) => call.arguments["ts"] === card.ts);
  expect(updates.length).toBeLessThanOrEqual(2);
});

test("a shared card whose posting seemed to fail is void: others take its place, and only they answer", async () => {
  slack.loseAnswer("chat.postMessage", 3);
  small.storm(12);
  await slack.waitFor(() => new Set(cards().flatMap(numbersOn)).size === 12 && cards().length > 3);
  await until("all are noted", async () => (await small.logged("card posted")).length === 12);
  const [lost] = cards();
  if (lost === undefined) throw new Error("There is a card.");
  const [n = 0] = numbersOn(lost);
  await slack.user("U1").press(lost, buttonOf(lost, `echo number ${n}.`, "Allow once"));
  await slack.waitFor(() => small.told().length > 0);
  expect(small.told()).toEqual([
    "Nothing was answered: this card was posted again further down. Answer there.",
  ]);
  await slack.waitFor(() =>
    renderPlain(cards()[0] ?? {}).includes("This card was posted again further down"),
  );
  expect(renderPlain(cards()[0] ?? {})).not.toContain("[Reject]");
  expect(small.received).toEqual([]);
});

test("of a shared card that Slack refuses, only the request that is the reason loses its text and its Allow", async () => {
  const restore = slack.outage({ error: "invalid_blocks", about: "number 4." });
  small.storm(8);
  const withheld = renderPlain(await small.card("Slack does not take a card that shows it"));
  await slack.waitFor(() => new Set(cards().flatMap(numbersOn)).size === 7);
  expect(withheld).toContain("[Reject]");
  expect(withheld).not.toContain("Allow");
  restore();
});

test("a request that waits behind cards of its session gets one when Slack refuses them all", async () => {
  const withheld = "Slack does not take a card that shows it";
  const posts = () => slack.calls("chat.postMessage").length;
  const restore = ["echo refused", withheld].map((about) => slack.outage({ error: "invalid_blocks", about }));
  const first = slack.hold("chat.postMessage");
  for (let n = 1; n <= 5; n += 1) {
    small.asked(n, `echo refused ${n}`, "ses_1");
    await slack.waitFor(() => posts() === n);
  }
  small.asked(6, "echo waits", "ses_1");
  const second = slack.hold("chat.postMessage");
  first.release();
  await slack.waitFor(() => posts() === 10);
  second.release();

  expect(renderPlain(await small.card("echo waits"))).toContain("[Allow once]");
  expect(cards()).toHaveLength(1);
  for (const each of restore) each();
});
