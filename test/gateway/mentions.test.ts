/** Whom Slack notifies of a card. */

import { expect, test } from "vitest";
import { renderPlain } from "../support/slack/plain.ts";
import { startGateway, type SmallGateway } from "../support/small-gateway.ts";

const TEAM = { people: ["U1", "U2", "U3", "U4"].map((id) => ({ id })), userGroups: { S1: ["U3", "U4"] } };

const startWith = async (variables: Readonly<Record<string, string>>): Promise<SmallGateway> =>
  startGateway(TEAM, undefined, variables);

test.each([
  ["the one approver", { SLACK_APPROVER_IDS: "U1" }, ["U1"]],
  ["three approvers", { SLACK_APPROVER_IDS: "U1,U2,U3" }, ["U1", "U2", "U3"]],
  ["the people, but no group, among the approvers", { SLACK_APPROVER_IDS: "S1,U2" }, ["U2"]],
  ["nobody of four approvers", { SLACK_APPROVER_IDS: "U1,U2,U3,U4" }, []],
  ["nobody where everyone may answer", { SLACK_APPROVER_IDS: "*" }, []],
  [
    "all of four approvers where that is wanted",
    { SLACK_APPROVER_IDS: "U1,U2,U3,U4", OPENCODE_SLACK_GATEWAY_MENTION: "approvers" },
    ["U1", "U2", "U3", "U4"],
  ],
  ["nobody where that is wanted", { OPENCODE_SLACK_GATEWAY_MENTION: "none" }, []],
  [
    "who is named, and everybody in a group",
    { OPENCODE_SLACK_GATEWAY_MENTION: "U2, S1" },
    ["U2", "U3", "U4"],
  ],
])("a new card in a channel notifies %s", async (_, variables, people) => {
  await using small = await startWith(variables);
  small.asked(1, "echo quietly");
  expect(small.slack.notifiedBy(await small.card("echo quietly"))).toEqual(people);
});

test("a notification says first what is asked, and then whom it is for", async () => {
  await using small = await startWith({ OPENCODE_SLACK_GATEWAY_MENTION: "U1,S1" });
  small.asked(1, "echo quietly");
  const card = await small.card("echo quietly");
  expect(card.text).toBe("project · Run a command: “echo quietly” <@U1> <!subteam^S1>");
  expect(renderPlain(card).split("\n").at(-1)).toBe("@U1 @S1");
});

test("a direct message notifies by itself, so nobody is mentioned in it", async () => {
  await using small = await startWith({ SLACK_CHANNEL_ID: "U1", OPENCODE_SLACK_GATEWAY_MENTION: "U1" });
  small.asked(1, "echo directly");
  const card = await small.slack.channel("D1").waitForMessage();
  expect(small.slack.notifiedBy(card)).toEqual(["U1"]);
  expect(JSON.stringify([card.text, card.blocks])).not.toContain("U1");
});

test("nobody is mentioned because an agent writes so", async () => {
  await using small = await startWith({ OPENCODE_SLACK_GATEWAY_MENTION: "none" });
  small.asked(1, "echo '<!channel> <!here> <@U1> <!subteam^S1> @U1 @channel'");
  expect(small.slack.notifiedBy(await small.card("<!channel>"))).toEqual([]);
});

test("a card that shows several requests mentions each person once", async () => {
  await using small = await startWith({});
  small.storm(12);
  const card = await small.card("permission requests");
  expect(card.text.split("<@U1>")).toHaveLength(2);
  expect(renderPlain(card).split("@U1")).toHaveLength(2);
});

test("a card that is drawn again, or closed, mentions nobody any more, and counts as the same card", async () => {
  await using small = await startWith({});
  small.asked(1, "echo again", "ses_1");
  const card = await small.card("echo again");
  await small.slack.user("U2").press(card, "Reject");
  const noted = await small.cardSays(card, "Last press: refused");
  expect(renderPlain(noted)).not.toContain("@U1");
  expect(noted.text).not.toContain("<@");
  // By now the first version is not what the card is any more.
  await small.slack.user("U1").press(card, "Allow once");
  await small.slack.waitFor(() => small.received.length > 0);
  small.replied("per_1", "once");
  const closed = renderPlain(await small.cardSays(card, "Allowed once by @U1"));
  expect(closed.split("@U1")).toHaveLength(2);
});

test("an Allow on the card as it was posted counts, with the mention on it", async () => {
  await using small = await startGateway({ ...TEAM, habits: true }, undefined, {
    OPENCODE_SLACK_GATEWAY_MENTION: "U1,S1",
  });
  small.asked(1, "echo once");
  await small.slack.user("U1").press(await small.card("echo once"), "Allow once");
  await small.slack.waitFor(() => small.received.length > 0);
  expect(await small.logged("press refused")).toEqual([]);
});

test("a mention on a card that was rewritten to another person is noticed", async () => {
  await using small = await startWith({});
  small.asked(1, "echo once");
  const card = await small.card("echo once");
  small.slack.workspace.put(JSON.parse(JSON.stringify(card).replaceAll('"user_id":"U1"', '"user_id":"U2"')));
  await small.slack.user("U1").press(card, "Allow once");
  await small.slack.waitFor(() => small.told().length > 0);
  expect(small.told()).toEqual([
    expect.stringContaining("this card in Slack was not as the gateway posted it"),
  ]);
});
