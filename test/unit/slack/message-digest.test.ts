import { expect, test } from "vitest";
import { digestContent, parseVersion } from "../../../src/slack/cards/message-digest.ts";

const button = { type: "button", action_id: "once", text: { type: "plain_text", text: "Allow once" } };
const blocks = [{ type: "actions", block_id: "made-up", elements: [button] }];

test("IDs that Slack makes up, and fields that say nothing, are no difference", () => {
  const seen = [{ type: "actions", block_id: "made-up-again", elements: [{ ...button, url: "" }] }];
  expect(digestContent({ text: "A card", blocks: seen, attachments: [] })).toBe(
    digestContent({ text: "A card", blocks }),
  );
});

test("another word, button or value is a difference", () => {
  const all = [
    { text: "A card", blocks },
    { text: "Another card", blocks },
    { text: "A card", blocks: [{ type: "actions", elements: [{ ...button, value: "bits" }] }] },
    { text: "A card", blocks: [{ type: "actions", elements: [{ ...button, action_id: "reject" }] }] },
    { text: "A card", blocks, attachments: [{ text: "harmless" }] },
    { text: "A card", blocks, files: [{ name: "harmless.txt" }] },
  ].map(digestContent);
  expect(new Set(all).size).toBe(all.length);
});

test("a card is as old as its last change, not as its post", () => {
  const message = { text: "A card", blocks };
  expect(parseVersion(message, "100.000001").at).toBeCloseTo(100_000, 0);
  expect(parseVersion({ ...message, edited: { ts: "200.000000" } }, "100.000001").at).toBe(200_000);
});

test("an answer without blocks says nothing of the card", () => {
  expect(parseVersion({ text: "A card" }, "100.000001")).toEqual({});
  expect(parseVersion({ text: "A card", blocks: [] }, "100.000001")).toEqual({});
});

/** As others have captured it: whole seconds, by a bot, without the message's own time. */
const updated = {
  type: "message",
  user: "U1BOT",
  bot_id: "B1",
  app_id: "A1",
  bot_profile: { id: "B1", app_id: "A1", name: "opencode-gateway", deleted: false, team_id: "T1" },
  text: "A card",
  edited: { user: "B1", ts: "200.000000" },
  blocks,
};

test("what an update answers is read: when in whole seconds, and for which app", () => {
  expect(parseVersion(updated)).toEqual({
    digest: digestContent({ text: "A card", blocks }),
    at: 200_000,
    grainMs: 1_000,
    appID: "A1",
  });
});

test("a time with microseconds is exact", () => {
  expect(parseVersion({ ...updated, edited: { ts: "200.000100" } })).not.toHaveProperty("grainMs");
  expect(parseVersion({ text: "A card", blocks }, "200.000000")).not.toHaveProperty("grainMs");
});

test.each([
  ["null", { edited: null, app_id: null }],
  ["nothing", { edited: {}, app_id: "" }],
])("of an answer that writes %s for when and for which app, the rest is read", (_, more) => {
  const { digest } = parseVersion(updated);
  expect(parseVersion({ ...updated, ...more })).toEqual({ digest });
});
