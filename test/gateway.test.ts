import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { KnownBlock } from "@slack/web-api";
import { createOpencodeClient } from "@opencode-ai/sdk";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfig, type Config } from "../src/config.ts";
import { createGateway, type Gateway } from "../src/gateway.ts";
import { findDeadMembers, type DeadMember } from "../src/dead-members.ts";
import { createLedger } from "../src/ledger.ts";
import { createLog } from "../src/log.ts";
import { createMemberID, identifyMachine } from "../src/machine.ts";
import { createReplies } from "../src/opencode/replies.ts";
import { createPresenceKeeper, type PresenceKeeper } from "../src/presence.ts";
import { until } from "./support/opencode/until.ts";
import { createWebClient } from "./support/slack/official-clients.ts";
import { renderPlain } from "./support/slack/plain.ts";
import { createSlackStandIn, type SlackStandIn } from "./support/slack/stand-in.ts";

/**
 * An OpenCode that answers 200 to every reply and does nothing, as 1.14.48 to 1.17.0 do; what it would say of its own
 * accord, the test says.
 */
let opencode: Server;
let received: string[];
let slack: SlackStandIn;
let folder: string;
let presence: PresenceKeeper;
let gateway: Gateway;
let findDead: () => DeadMember[];

beforeEach(async () => {
  received = [];
  opencode = createServer((request, response) => {
    received.push(`${request.method} ${request.url?.replace(/\?.*/, "")}`);
    response.setHeader("content-type", "application/json").end("true");
  }).listen(0, "127.0.0.1");
  await once(opencode, "listening");
  const url = new URL(`http://127.0.0.1:${(opencode.address() as AddressInfo).port}/`);
  slack = await createSlackStandIn({ rateLimits: "none" });
  folder = await mkdtemp(path.join(tmpdir(), "gateway-"));

  const config = configure();
  const log = createLog({ file: path.join(folder, "gateway.log"), level: "debug", secrets: [] });
  const machine = identifyMachine();
  const memberID = createMemberID(machine);
  presence = createPresenceKeeper({
    config,
    machine,
    memberID,
    clicked: (click) => gateway.clicked(click),
    joined: () => undefined,
    advise: () => undefined,
    log,
  });
  gateway = createGateway({
    memberID,
    directory: "/home/dev/project",
    host: "laptop",
    allowAlways: true,
    join: async () => presence.join(),
    describe: async () => ({ details: [{ label: "Command", text: "git push" }], session: { titles: [] } }),
    replies: createReplies({
      client: createOpencodeClient({ baseUrl: url.href }),
      directory: "/home/dev/project",
      serverURL: url,
      login: undefined,
      log,
    }),
    ledger: createLedger({ directory: folder, machine, memberID, log }),
    log,
  });
  findDead = () => findDeadMembers({ directory: folder, machine, isConnected: () => false, log });
});

afterEach(async () => {
  await gateway.close();
  await presence.close();
  opencode.close();
  opencode.closeAllConnections();
  await slack.close();
  await rm(folder, { recursive: true });
});

function configure(): Config {
  const result = readConfig(undefined, {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    SLACK_CHANNEL_ID: "C1",
    SLACK_APPROVER_IDS: "U1",
    OPENCODE_SLACK_GATEWAY_SOCKET_DIR: path.join(folder, "hub"),
    XDG_STATE_HOME: folder,
  });
  if (!result.ok) throw new Error(result.problems.join(" "));
  return result.config;
}

const asked = (n = 1, sessionID = "ses_1") =>
  gateway.asked({
    requestID: `per_${n}`,
    sessionID,
    permission: "bash",
    patterns: ["git push"],
    always: [],
    metadata: {},
  });

const logged = async () => readFile(path.join(folder, "gateway.log"), "utf8");
const told = () => slack.user("U1").ephemerals().map(renderPlain);

test("a reply that OpenCode does not confirm leaves the card as it is, and the clicker is told", async () => {
  asked();
  const card = await slack.channel("C1").waitForMessage();
  await slack.user("U1").press(card, "Allow once");
  await slack.waitFor(() => told().length > 0);
  expect(told()).toEqual([
    "OpenCode was told “allowed once” and did not confirm it. The request may still be open: press again, or answer in OpenCode.",
  ]);
  expect(received).toEqual(["POST /session/ses_1/permissions/per_1", "POST /permission/per_1/reply"]);
  expect(renderPlain(slack.channel("C1").messages()[0] ?? {})).toContain("[Allow once]");
});

test("an unconfirmed reply can be pressed again, and the card names who pressed when it is confirmed", async () => {
  asked();
  const card = await slack.channel("C1").waitForMessage();
  await slack.user("U1").press(card, "Allow once");
  await slack.waitFor(() => told().length > 0);
  await slack.user("U1").press(card, "Allow once");
  await until("OpenCode hears of it", () => received.length === 3);
  gateway.replied("per_1", "once");
  await slack.channel("C1").waitForMessage((message) => renderPlain(message).includes("Allowed once by @U1"));
  expect(told()).toHaveLength(1);
});

test("whoever pressed Allow while somebody rejected in OpenCode is told that it was rejected", async () => {
  asked();
  const card = await slack.channel("C1").waitForMessage();
  await slack.user("U1").press(card, "Allow once");
  await until("OpenCode hears of it", () => received.length === 1);
  gateway.replied("per_1", "reject");
  await slack.waitFor(() => told().length > 0);
  expect(told()).toEqual(["Your press came too late: this was already rejected in OpenCode."]);
  await slack
    .channel("C1")
    .waitForMessage((message) => renderPlain(message).includes("Rejected in OpenCode"));
});

test("a closed card that somebody gives its buttons back answers nothing, and is closed again", async () => {
  asked();
  const card = await slack.channel("C1").waitForMessage();
  const isClosed = () =>
    slack.channel("C1").messages().map(renderPlain).join().includes("Rejected in OpenCode");
  gateway.replied("per_1", "reject");
  await slack.waitFor(isClosed);
  const { channel, ts, text, blocks } = card;
  await createWebClient(slack).chat.update({ channel, ts, text, blocks: blocks as KnownBlock[] });
  expect(isClosed()).toBe(false);

  await slack.user("U1").press(card, "Allow once");
  await slack.waitFor(isClosed);
  expect(told()).toEqual(["Your press came too late: this was already rejected in OpenCode."]);
  expect(received).toEqual([]);
});

test("of two presses the second answers nothing while the first is being given to OpenCode", async () => {
  asked();
  const card = await slack.channel("C1").waitForMessage();
  await slack.user("U1").press(card, "Reject");
  await until("OpenCode hears of it", () => received.length === 1);
  await slack.user("U1").press(card, "Allow once");
  await slack.waitFor(() => told().length > 0);
  expect(told()).toEqual([expect.stringContaining("pressed first, and OpenCode is being told.")]);
  gateway.replied("per_1", "reject");
  await slack.channel("C1").waitForMessage((message) => renderPlain(message).includes("Rejected by @U1"));
  expect(received).toHaveLength(1);
});

test("nothing of a stranger's press reaches OpenCode", async () => {
  asked();
  const card = await slack.channel("C1").waitForMessage();
  await slack.user("U2").press(card, "Allow once");
  await slack.waitFor(() => slack.user("U2").ephemerals().length > 0);
  expect(received).toEqual([]);
});

test("a rejection in OpenCode long after another in Slack is not said to have come with it", async () => {
  asked(1);
  asked(2, "ses_2");
  await slack.waitFor(() => slack.channel("C1").messages().length === 2);
  const [card] = slack.channel("C1").messages();
  if (card === undefined) throw new Error("There are two cards.");
  await slack.user("U1").press(card, "Reject");
  gateway.replied("per_1", "reject");
  gateway.replied("per_2", "reject");
  await slack.waitFor(() =>
    slack
      .channel("C1")
      .messages()
      .every((message) => renderPlain(message).includes("Rejected")),
  );
  const cards = slack.channel("C1").messages().map(renderPlain);
  expect(cards.filter((text) => text.includes("Rejected in OpenCode"))).toHaveLength(1);
  expect(cards.join()).not.toContain("with the answer of");
});

test("a request that is answered before it settles never reaches Slack", async () => {
  asked(1);
  gateway.replied("per_1", "reject");
  asked(2);
  await slack.channel("C1").waitForMessage();
  gateway.replied("per_2", "once");
  await slack.channel("C1").waitForMessage((message) => renderPlain(message).includes("Allowed once"));
  expect(slack.calls("chat.postMessage")).toHaveLength(1);
});

test("the same request asked twice has one card", async () => {
  asked(1);
  asked(1);
  await slack.channel("C1").waitForMessage();
  asked(1);
  gateway.replied("per_1", "once");
  await slack.channel("C1").waitForMessage((message) => renderPlain(message).includes("Allowed once"));
  expect(slack.channel("C1").messages()).toHaveLength(1);
});

test.each([
  ["does not answer", { hang: true }],
  ["is away", { refuse: true }],
])("what cannot be closed at the end because Slack %s is left to others", async (_, outage) => {
  asked();
  const card = await slack.channel("C1").waitForMessage();
  await until("the card is noted", async () => (await logged()).includes("card posted"));
  const restore = slack.outage(outage);
  await gateway.close();
  await presence.close();
  await gateway.close(); // what was still running has ended, or never will
  expect(findDead().map(({ cards }) => cards)).toMatchObject([[{ channel: "C1", ts: card.ts }]]);
  restore();
});

test("what was closed in order is left to nobody", async () => {
  asked();
  await slack.channel("C1").waitForMessage();
  await until("the card is noted", async () => (await logged()).includes("card posted"));
  await gateway.close();
  expect(renderPlain(slack.channel("C1").messages()[0] ?? {})).toContain("OpenCode has ended");
  expect(findDead()).toEqual([]);
});
