import { afterAll, beforeAll, expect, test } from "vitest";
import { renderSelfTest, reportSelfTest } from "../../../src/slack/cards/self-test.ts";
import { objectsIn, objectsOf, say, type SlackMessage } from "../../support/rewritten-cards.ts";
import { checkBlocks } from "../../support/slack/block-kit.ts";
import { createWebClient } from "../../support/slack/official-clients.ts";
import { createSlackStandIn, type SlackStandIn } from "../../support/slack/stand-in.ts";

const posted = renderSelfTest({
  memberID: "laptop.1_test",
  value: "A".repeat(22),
  at: new Date(1_700_000_000_000),
});

let slack: SlackStandIn;
let answer: unknown;
beforeAll(async () => {
  slack = await createSlackStandIn({ rateLimits: "none", habits: false });
  const said = await createWebClient(slack).chat.postMessage({ channel: "C1", ...posted });
  answer = said.message;
});
afterAll(async () => slack.close());

/** What Slack sends when somebody presses, after `change`. */
async function pressed(change: (message: SlackMessage) => unknown): Promise<unknown> {
  const card = await slack.channel("C1").waitForMessage();
  await slack.user("U1").press(card, "Press this", { confirm: true });
  const payload = structuredClone(slack.envelopes().at(-1)?.payload) as { message: SlackMessage };
  change(payload.message);
  return payload;
}

test("the test card has everything that cards are made of, and Slack takes it", () => {
  const types = new Set([...objectsIn(posted.blocks)].map(({ type }) => type));
  const texts = [
    "rich_text_section",
    "rich_text_preformatted",
    "rich_text_quote",
    "plain_text",
    "text",
    "date",
  ];
  for (const type of ["header", "rich_text", "context", "actions", "button", ...texts])
    expect(types).toContain(type);
  const all = JSON.stringify(posted.blocks);
  for (const what of ["&", "<", ">", "https://", "🚀", "مرحبا", '"confirm"', '"code":true'])
    expect(all).toContain(what);
  expect(checkBlocks(posted.blocks)).toMatchObject({ ok: true });
});

test("a press that brings what Slack has answered counts for every check", async () => {
  const report = reportSelfTest(posted, answer, await pressed(() => undefined));
  expect(report).toEqual({ fields: [], refusals: { words: [], strict: [], off: [] } });
});

test("what Slack writes in another way is named, and counts for all but the strict check", async () => {
  const payload = await pressed((message) => {
    for (const one of objectsOf(message, "rich_text_quote")) one["border"] = 0;
    for (const one of objectsOf(message, "plain_text")) one["text"] = ` ${one["text"]}`;
    message["edited"] = { user: "B1", ts: "1.000000" };
  });
  const report = reportSelfTest(posted, answer, payload);
  expect(report?.fields).toContain("edited.user");
  expect(report?.fields).toContain("blocks[3].elements[0].border");
  expect(report?.refusals.words).toEqual([]);
  expect(report?.refusals.strict.length).toBeGreaterThan(0);
  expect(report?.refusals.strict.every((path) => path.endsWith(".text"))).toBe(true);
});

test("other words are named by their place, and count for no check but none", async () => {
  const payload = await pressed((message) => say(message, "two  blanks", "two secrets"));
  const report = reportSelfTest(posted, answer, payload);
  expect(report?.refusals).toEqual({
    words: ["blocks[1].elements[1].text"],
    strict: ["blocks[1].elements[1].elements[0].text"],
    off: [],
  });
  expect(JSON.stringify(report)).not.toContain("secrets");
});

test("where Slack leaves the message out of its answer or of the press, nothing is reported", async () => {
  const payload = await pressed(() => undefined);
  expect(reportSelfTest(posted, undefined, payload)).toBeUndefined();
  expect(reportSelfTest(posted, answer, { ...(payload as object), message: undefined })).toBeUndefined();
  expect(reportSelfTest(posted, answer, "nothing")).toBeUndefined();
});

test("at a Slack that rewrites what it is given, the press counts for all but the strict check", async () => {
  const rewriting = await createSlackStandIn({ habits: true });
  const { message } = await createWebClient(rewriting).chat.postMessage({ channel: "C1", ...posted });
  const card = await rewriting.channel("C1").waitForMessage();
  await rewriting.user("U1").press(card, "Press this", { confirm: true });
  const report = reportSelfTest(posted, message, rewriting.envelopes().at(-1)?.payload);
  await rewriting.close();
  expect(report?.refusals.words).toEqual([]);
  expect(report?.refusals.strict).toContain("text");
});
