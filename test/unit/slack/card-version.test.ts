import { expect, test } from "vitest";
import { parseVersion as parseVersionBy } from "../../../src/slack/cards/card-check.ts";

const blocks = [{ type: "section", text: { type: "mrkdwn", text: "A card" } }];
const posted = { text: "A card", blocks };

function parseVersion(message: unknown, postedAt?: string) {
  return parseVersionBy("words", message, posted, postedAt);
}

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

test("a card is from when it was posted, or changed", () => {
  expect(parseVersion(posted, "100.000001").at).toBeCloseTo(100_000, 0);
  expect(parseVersion({ ...posted, edited: { ts: "200.000000" } }, "100.000001").at).toBe(200_000);
});

test("an answer without blocks says nothing of the card", () => {
  expect(parseVersion({ text: "A card" }, "100.000001")).toEqual({});
  expect(parseVersion({ text: "A card", blocks: [] }, "100.000001")).toEqual({});
});

test("what an update answers is read: when in whole seconds, and for which app", () => {
  expect(parseVersion(updated)).toMatchObject({ at: 200_000, grainMs: 1_000, appID: "A1" });
});

test("a time with microseconds is exact", () => {
  expect(parseVersion({ ...updated, edited: { ts: "200.000100" } })).not.toHaveProperty("grainMs");
  expect(parseVersion(posted, "200.000000")).not.toHaveProperty("grainMs");
});

test.each([
  ["null", { edited: null, app_id: null }],
  ["nothing", { edited: {}, app_id: "" }],
])("of an answer that writes %s for when and for which app, the rest is read", (_, more) => {
  const { wording } = parseVersion(updated);
  expect(wording).toBeDefined();
  expect(parseVersion({ ...updated, ...more })).toEqual({ wording });
});
