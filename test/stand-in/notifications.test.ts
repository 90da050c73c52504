import { expect, onTestFinished, test } from "vitest";
import { createWebClient } from "../support/slack/official-clients.ts";
import { createSlackStandIn } from "../support/slack/stand-in.ts";

async function start() {
  const slack = await createSlackStandIn({
    people: ["U1", "U2", "U3"].map((id) => ({ id })),
    channels: [{ id: "C1", members: ["U1", "U2"] }],
    userGroups: { S1: ["U2", "U3"] },
    rateLimits: "none",
  });
  onTestFinished(slack.close);
  return { slack, web: createWebClient(slack) };
}

const rich = (...elements: object[]) => [
  { type: "rich_text", elements: [{ type: "rich_text_section", elements }] },
];
const text = { type: "text", text: "<@U1> <!channel>" };

test.each([
  ["a mention in a text", { text: "Hey <@U1>" }, ["U1"]],
  ["no text of a name", { text: "Hey @U1, U1 &lt;@U1&gt;" }, []],
  ["a mention in a block", { text: "Hey", blocks: rich({ type: "user", user_id: "U2" }) }, ["U2"]],
  ["nobody for what a block says literally", { text: "Hey", blocks: rich(text) }, []],
  ["nobody for a text beside blocks", { text: "Hey <@U1>", blocks: rich(text) }, []],
  ["of a group those who are in the channel", { text: "Hey <!subteam^S1>" }, ["U2"]],
  ["everybody in the channel", { text: "Hey <!here>" }, ["U1", "U2"]],
  ["nobody who is not in the channel", { text: "Hey <@U3>" }, []],
])("a message notifies %s", async (_, message, people) => {
  const { slack, web } = await start();
  const { ts = "" } = (await web.apiCall("chat.postMessage", { channel: "C1", ...message })) as {
    ts?: string;
  };
  expect(slack.notifiedBy({ ts })).toEqual(people);
});

test("a direct message notifies, and an update notifies nobody", async () => {
  const { slack, web } = await start();
  const { ts = "" } = await web.chat.postMessage({ channel: "U1", text: "Hey" });
  expect(slack.notifiedBy({ ts })).toEqual(["U1"]);
  const { ts: other = "" } = await web.chat.postMessage({ channel: "C1", text: "Hey" });
  await web.chat.update({ channel: "C1", ts: other, text: "Hey <@U1>" });
  expect(slack.notifiedBy({ ts: other })).toEqual([]);
});
