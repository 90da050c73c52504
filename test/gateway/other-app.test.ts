import { expect, onTestFinished, test } from "vitest";
import { until } from "../support/opencode/until.ts";
import type { SlackStandInOptions } from "../support/slack/stand-in.ts";
import { startGateway, type SmallGateway } from "../support/small-gateway.ts";

const OTHER_USE = "This Slack app has slash commands or events";
const READS = "This Slack app may read messages";

async function start(options?: SlackStandInOptions): Promise<SmallGateway> {
  const small = await startGateway(options);
  onTestFinished(async () => small[Symbol.asyncDispose]());
  small.asked(1, "git push");
  await small.card("git push");
  return small;
}

/** The warnings in the log that begin like this. */
async function warnings(small: SmallGateway, beginning: string): Promise<number> {
  const lines = (await small.log()).trim().split("\n");
  return lines
    .map((line) => JSON.parse(line) as { level: string; msg: string })
    .filter(({ level, msg }) => level === "warn" && msg.startsWith(beginning)).length;
}

test("slash commands and events are acked, and the user of OpenCode is warned once", async () => {
  const small = await start();
  const { slack } = small;
  const command = { command: "/deploy", text: "shop", user_id: "U1", channel_id: "C1" };
  const event = { type: "event_callback", event: { type: "message", text: "hello", channel: "C1" } };
  const sent = [
    await slack.deliver(command, { type: "slash_commands", acceptsResponsePayload: true }),
    await slack.deliver(event, { type: "events_api" }),
    // No name of an event, and no shape of a payload, is anything to us.
    await slack.deliver({ ...event, event: { type: "disconnect" } }, { type: "events_api" }),
    await slack.deliver({ ...event, event: { type: "interactive" } }, { type: "events_api" }),
    await slack.deliver({}, { type: "events_api" }),
    await slack.deliver({}, { type: "something_new" }),
  ];
  expect(sent.map(({ acked, payload }) => ({ acked, payload }))).toEqual(
    sent.map(() => ({ acked: true, payload: {} })),
  );
  await until("the warning is logged", async () => (await warnings(small, OTHER_USE)) > 0);
  expect(await warnings(small, OTHER_USE)).toBe(1);
  expect(small.advice).toEqual([expect.stringContaining(OTHER_USE)]);
  expect(slack.complaints()).toEqual([]);

  const [card] = slack.channel("C1").messages();
  if (card === undefined) throw new Error("There is a card.");
  await slack.user("U1").press(card, "Reject");
  await until("OpenCode hears of it", () => small.received.length > 0);
});

test.each([
  "channels:history",
  "groups:history",
  "im:history",
  "mpim:history",
  "search:read",
  "search:read.private",
  "files:read",
  "pins:read",
  "reactions:read",
])("an app that has the scope %s is warned of once", async (scope) => {
  const small = await start({ botScopes: ["chat:write", "groups:read", scope] });
  await until("the warning is logged", async () => (await warnings(small, READS)) > 0);
  small.asked(2, "git status");
  await small.card("git status");
  expect(small.advice).toEqual([expect.stringContaining(`${READS} (${scope})`)]);
  expect(await warnings(small, READS)).toBe(1);
});

test("an app that has no more than what the documents name is not warned of", async () => {
  const small = await start({
    botScopes: ["chat:write", "files:write", "groups:read", "channels:read", "usergroups:read"],
  });
  const [card] = small.slack.channel("C1").messages();
  if (card === undefined) throw new Error("There is a card.");
  // By then it is known where the app is installed.
  await small.slack.user("U1").press(card, "Reject");
  await until("OpenCode hears of it", () => small.received.length > 0);
  expect(small.advice).toEqual([]);
});

test("an app that is installed for a whole organisation is warned of, and whoever presses is told", async () => {
  const small = await start({
    identity: { enterprise: { id: "E1", name: "Everything Inc." }, isEnterpriseInstall: true },
  });
  await until("there is advice", () => small.advice.length > 0);
  expect(small.advice).toEqual([expect.stringContaining("is installed for a whole organisation")]);
  const [card] = small.slack.channel("C1").messages();
  if (card === undefined) throw new Error("There is a card.");
  await small.slack.user("U1").press(card, "Reject");
  await small.slack.waitFor(() => small.told().length === 1);
  expect(small.told()[0]).toContain("The Slack app is installed for a whole organisation");
  await small.cardSays(card, "Last press: refused, nobody may answer from Slack");
  expect(small.received).toEqual([]);
});

test("an approver of a sister workspace is told that only the app's own counts", async () => {
  const small = await start({
    identity: { enterprise: { id: "E1", name: "Everything Inc." } },
    people: [{ id: "U1", teamID: "T2" }],
  });
  const [card] = small.slack.channel("C1").messages();
  if (card === undefined) throw new Error("There is a card.");
  await small.slack.user("U1").press(card, "Allow once");
  await small.slack.waitFor(() => small.told().length === 1);
  expect(small.told()[0]).toContain("Other workspaces of the same organisation do not count");
  await small.cardSays(card, "Last press: refused, not of the app's workspace");
});
