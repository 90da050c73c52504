import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { createSocketClient, createWebClient, refusalOf } from "../support/slack/official-clients.ts";
import {
  type SlackStandIn,
  type SlackStandInOptions,
  createSlackStandIn,
} from "../support/slack/stand-in.ts";

interface Interaction {
  ack: (payload?: Record<string, unknown>) => Promise<void>;
  body: Record<string, unknown>;
}

async function startSlack(options?: SlackStandInOptions) {
  const slack = await createSlackStandIn(options);
  onTestFinished(slack.close);
  return slack;
}

/** The app, connected; it acks what it gets unless told otherwise. */
async function connect(
  slack: SlackStandIn,
  onPress: (press: Interaction) => Promise<void> = async ({ ack }) => ack(),
) {
  const socket = createSocketClient(slack);
  const presses: Interaction["body"][] = [];
  const frames: Record<string, unknown>[] = [];
  const disconnected = new Promise((resolve) => {
    socket.once("close", resolve);
  });
  socket.on("ws_message", (frame: Buffer) =>
    frames.push(JSON.parse(frame.toString()) as Record<string, unknown>),
  );
  socket.on("interactive", (press: Interaction) => {
    presses.push(press.body);
    void onPress(press);
  });
  await socket.start();
  onTestFinished(async () => socket.disconnect());
  return { socket, presses, frames, disconnected };
}

/** A connection by hand, for frames that the official client keeps to itself. */
async function connectByHand(slack: SlackStandIn) {
  const { url = "" } = await createWebClient(slack, slack.appToken).apps.connections.open({});
  const webSocket = new WebSocket(url);
  onTestFinished(() => webSocket.terminate());
  const [first] = (await once(webSocket, "message")) as [Buffer];
  return { url, webSocket, first: JSON.parse(first.toString()) as Record<string, unknown> };
}

async function postCard(slack: SlackStandIn) {
  await createWebClient(slack).chat.postMessage({
    channel: "C1",
    text: "card",
    blocks: [{ type: "actions", elements: [{ type: "button", text: { type: "plain_text", text: "Go" } }] }],
  });
  return slack.channel("C1").waitForMessage();
}

test("a connection is greeted with its number, the app and its lifetime", async () => {
  const slack = await startSlack();

  await connect(slack);
  const { frames } = await connect(slack);
  expect(frames[0]).toMatchObject({
    type: "hello",
    num_connections: 2,
    connection_info: { app_id: "A1" },
    debug_info: { approximate_connection_time: 18_060 },
  });
  expect(slack.connections()).toHaveLength(2);
});

test("only the app's token opens connections, and each ticket opens one", async () => {
  const slack = await startSlack();
  const botAsApp = createWebClient(slack).apps.connections.open({});
  expect(await refusalOf(botAsApp)).toMatchObject({ error: "not_allowed_token_type" });

  const { url } = await connectByHand(slack);
  const [error] = (await once(new WebSocket(url), "error")) as [Error];
  expect(error.message).toContain("401");
  expect(slack.connections()).toHaveLength(1);
});

test("each press goes to exactly one of the open connections, over time to all of them", async () => {
  const slack = await startSlack();
  const card = await postCard(slack);
  const apps = [await connect(slack), await connect(slack), await connect(slack)];

  for (let presses = 0; presses < 30; presses += 1) {
    expect(await slack.user("U1").press(card, "Go")).toMatchObject({ acked: true });
  }
  const counts = apps.map(({ presses }) => presses.length);
  expect(counts.reduce((sum, count) => sum + count)).toBe(30);
  expect(Math.min(...counts)).toBeGreaterThan(0);
});

test("a test can choose the connection: for one press, or by a rule", async () => {
  const slack = await startSlack();
  const card = await postCard(slack);
  const [first, second] = [await connect(slack), await connect(slack)];
  const [, via] = slack.connections();

  await slack.user("U1").press(card, "Go", via && { via });
  slack.route((connections) => connections[0]);
  await slack.user("U1").press(card, "Go");
  expect([first.presses.length, second.presses.length]).toEqual([1, 1]);
});

test("a press that is acked too late was not acked, and is never sent again", async () => {
  const slack = await startSlack({ times: { ackLimitMs: 50 } });
  const card = await postCard(slack);
  const { presses } = await connect(slack, async ({ ack }) => {
    await slack.waitFor(() => slack.unacked().length === 1);
    await ack();
  });

  expect(await slack.user("U1").press(card, "Go")).toMatchObject({ acked: false });
  await connect(slack);
  expect(slack.unacked()).toHaveLength(1);
  expect(presses).toHaveLength(1);
});

test("a press while the app has no connection is lost, and the person sees it at once", async () => {
  const slack = await startSlack();
  const card = await postCard(slack);

  expect(await slack.user("U1").press(card, "Go")).toMatchObject({ acked: false, connection: undefined });
  const { presses } = await connect(slack);
  expect(presses).toEqual([]);
});

test("an ack counts only on the connection that brought the envelope", async () => {
  const slack = await startSlack({ times: { ackLimitMs: 100 } });
  const card = await postCard(slack);
  const [right, wrong] = [await connectByHand(slack), await connectByHand(slack)];
  const [via] = slack.connections();
  right.webSocket.on("message", (frame: Buffer) => wrong.webSocket.send(frame));
  right.webSocket.on("message", (frame: Buffer) => {
    const { envelope_id } = JSON.parse(frame.toString()) as { envelope_id: string };
    wrong.webSocket.send(JSON.stringify({ envelope_id }));
  });

  expect(await slack.user("U1").press(card, "Go", via && { via })).toMatchObject({ acked: false });
  expect(slack.complaints()).toEqual([
    expect.stringContaining("a frame that is no ack"),
    expect.stringContaining("an envelope that it never got"),
  ]);
});

test("the eleventh connection of an app is turned away", async () => {
  const slack = await startSlack();
  for (let open = 0; open < 10; open += 1) await connectByHand(slack);

  const { first, webSocket } = await connectByHand(slack);
  expect(first).toMatchObject({ type: "disconnect", reason: "too_many_websockets" });
  await once(webSocket, "close");
  expect(slack.connections()).toHaveLength(10);
  expect(slack.mostConnections()).toBe(10);
});

test("a connection is told that it will be refreshed, still gets presses, and is cut after that time", async () => {
  const slack = await startSlack({ times: { cutAfterMs: 500 } });
  const card = await postCard(slack);
  const { webSocket } = await connectByHand(slack);
  const frames: Record<string, unknown>[] = [];
  webSocket.on("message", (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as Record<string, unknown>;
    frames.push(frame);
    if (frame["envelope_id"] !== undefined)
      webSocket.send(JSON.stringify({ envelope_id: frame["envelope_id"] }));
  });

  slack.requestRefresh("refresh_requested");
  expect(await slack.user("U1").press(card, "Go")).toMatchObject({ acked: true });
  await once(webSocket, "close");
  expect(frames).toMatchObject([
    { type: "disconnect", reason: "refresh_requested" },
    { type: "interactive" },
  ]);
  expect(slack.connections()).toEqual([]);
});

test("a connection that reaches its announced age is warned and cut", async () => {
  const slack = await startSlack({ times: { connectionLifeMs: 200, cutAfterMs: 100 } });
  const { frames, disconnected } = await connect(slack);

  await disconnected;
  expect(frames.at(-1)).toMatchObject({ type: "disconnect", reason: "warning" });
});

test("Socket Mode switched off ends the connections and turns new ones away", async () => {
  const slack = await startSlack();
  const { frames, disconnected } = await connect(slack);

  slack.setSocketMode(false);
  await disconnected;
  expect(frames.at(-1)).toMatchObject({ type: "disconnect", reason: "link_disabled" });
  expect((await connectByHand(slack)).first).toMatchObject({ reason: "link_disabled" });
});

test("a frozen connection stays registered, swallows presses and answers no ping until it thaws", async () => {
  const slack = await startSlack({ times: { ackLimitMs: 50 } });
  const card = await postCard(slack);
  const { webSocket } = await connectByHand(slack);
  const received: string[] = [];
  webSocket.on("message", () => received.push("press"));
  webSocket.on("pong", () => received.push("pong"));
  const [connection] = slack.connections();

  connection?.freeze();
  webSocket.ping();
  expect(await slack.user("U1").press(card, "Go")).toMatchObject({ acked: false, connection });
  expect(slack.connections()).toEqual([]);
  expect(slack.registrations()).toEqual([connection]);
  expect(received).toEqual([]);

  connection?.thaw();
  await once(webSocket, "pong");
  expect(received).toEqual(["pong"]);
});

test("a ghost goes on to get presses and to count until Slack forgets it", async () => {
  const slack = await startSlack({ times: { ackLimitMs: 500 } });
  const card = await postCard(slack);
  const { disconnected } = await connect(slack);
  const [ghost] = slack.connections();

  ghost?.haunt();
  await disconnected;
  const { frames } = await connect(slack);
  expect(frames[0]).toMatchObject({ num_connections: 2 });
  expect(slack.connections()).toHaveLength(1);

  slack.route((connections) => connections[0]);
  expect(await slack.user("U1").press(card, "Go")).toMatchObject({ acked: false, connection: ghost });
  ghost?.forget();
  expect(await slack.user("U1").press(card, "Go")).toMatchObject({ acked: true });
});

test("a cut connection is gone without a close frame", async () => {
  const slack = await startSlack();
  const { webSocket } = await connectByHand(slack);

  slack.connections()[0]?.cut();
  const [code] = (await once(webSocket, "close")) as [number];
  expect(code).toBe(1006);
  await slack.waitFor(() => slack.connections().length === 0);
});

test("Slack knows whether the app said goodbye", async () => {
  const slack = await startSlack();
  const { socket } = await connect(slack);
  const { webSocket } = await connectByHand(slack);
  const [polite, abrupt] = slack.connections();

  await socket.disconnect();
  webSocket.terminate();
  await slack.waitFor(() => slack.connections().length === 0);
  expect([polite?.closeCode(), abrupt?.closeCode()]).toEqual([1000, 1006]);
});

test("pings are answered, late when a test wants that, and Slack pings by itself", async () => {
  const slack = await startSlack({ times: { pingEveryMs: 20 } });
  const { webSocket } = await connectByHand(slack);
  await once(webSocket, "ping");

  const order: string[] = [];
  webSocket.on("pong", (data) => order.push(data.toString()));
  slack.connections()[0]?.delayPongs(300);
  webSocket.ping("late");
  webSocket.send("{}");
  await slack.waitFor(() => slack.complaints().length > 0, { what: "Slack has read what was sent" });
  slack.connections()[0]?.delayPongs(0);
  webSocket.ping("prompt");
  await once(webSocket, "pong");
  await once(webSocket, "pong");
  expect(order).toEqual(["prompt", "late"]);
});

test("an outage turns away new connections and leaves those that are open", async () => {
  const slack = await startSlack();
  await connect(slack);
  const { url } = await createWebClient(slack, slack.appToken).apps.connections.open({});

  const restore = slack.outage({ refuse: true });
  await once(new WebSocket(url ?? ""), "error");
  restore();
  expect(slack.connections()).toHaveLength(1);
});
