import type { KnownBlock } from "@slack/web-api";
import { expect, onTestFinished, test } from "vitest";
import { createSocketClient, createWebClient, refusalOf } from "../support/slack/official-clients.ts";
import { type SlackStandInOptions, createSlackStandIn } from "../support/slack/stand-in.ts";

interface Interaction {
  ack: (payload?: Record<string, unknown>) => Promise<void>;
  body: {
    trigger_id: string;
    response_url: string;
    view: { state: { values: unknown } };
  };
}

const plain = (text: string) => ({ type: "plain_text" as const, text });

const ROW: KnownBlock = {
  type: "actions",
  block_id: "row-1",
  elements: [
    { type: "button", text: plain("Allow once"), value: "once-1", action_id: "once", style: "primary" },
    {
      type: "button",
      text: plain("Allow always"),
      action_id: "always",
      confirm: { title: plain("Always?"), text: plain("git *"), confirm: plain("Yes"), deny: plain("No") },
    },
  ],
};
const CARD: KnownBlock[] = [{ type: "section", text: { type: "mrkdwn", text: "Run <it>?" } }, ROW];

const REASON = {
  type: "modal" as const,
  callback_id: "reason",
  private_metadata: "request-1",
  title: plain("Reject"),
  submit: plain("Reject"),
  blocks: [
    {
      type: "input" as const,
      block_id: "reason",
      label: plain("Why?"),
      element: { type: "plain_text_input" as const, action_id: "text", max_length: 20 },
    },
  ],
};

/** A channel with a card, and an app that acks each interaction with what `reply` gives. */
async function start(options: SlackStandInOptions = {}, reply: () => Record<string, unknown> = () => ({})) {
  const slack = await createSlackStandIn(options);
  const web = createWebClient(slack);
  const socket = createSocketClient(slack);
  onTestFinished(async () => {
    await socket.disconnect();
    await slack.close();
  });

  const received: Interaction["body"][] = [];
  socket.on("interactive", ({ ack, body }: Interaction) => {
    received.push(body);
    void ack(reply());
  });
  await socket.start();
  await web.chat.postMessage({ channel: "C1", text: "Run it?", blocks: CARD });
  const card = await slack.channel("C1").waitForMessage();
  const press = async () => {
    await slack.user("U1").press(card, "Allow once");
    const body = received.at(-1);
    if (!body) throw new Error("The press did not reach the app");
    return body;
  };
  return { slack, web, card, received, press };
}

const respond = async (url: string, body: object) => {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: response.status, body: await response.text() };
};

test("a press sends everything that Slack sends, with the message as it stood", async () => {
  const { press, card } = await start();
  const { channel: _, ...message } = card;

  expect(await press()).toEqual({
    type: "block_actions",
    user: { id: "U1", username: "ann", name: "ann", team_id: "T1" },
    api_app_id: "A1",
    token: expect.any(String),
    team: { id: "T1", domain: "stand-in" },
    enterprise: null,
    is_enterprise_install: false,
    container: { type: "message", message_ts: card.ts, channel_id: "C1", is_ephemeral: false },
    trigger_id: expect.any(String),
    channel: { id: "C1", name: "approvals" },
    message,
    state: { values: {} },
    response_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1/),
    actions: [
      {
        type: "button",
        action_id: "once",
        block_id: "row-1",
        value: "once-1",
        style: "primary",
        text: { type: "plain_text", text: "Allow once", emoji: true },
        action_ts: expect.stringMatching(/^\d+\.\d{6}$/),
      },
    ],
  });
});

test("a guest and an organisation's account carry their own team", async () => {
  const { slack, card, received } = await start({
    identity: { enterprise: { id: "E1", name: "Everything Inc." } },
    people: [
      { id: "W1", teamID: "E1" },
      { id: "U7", teamID: "T7" },
    ],
  });

  await slack.user("W1").press(card, "Allow once");
  await slack.user("U7").press(card, "Allow once");
  expect(received).toMatchObject([
    { user: { id: "W1", team_id: "E1" }, enterprise: { id: "E1" } },
    { user: { id: "U7", team_id: "T7" }, team: { id: "T1" } },
  ]);
});

test("people press what they see, and nothing else", async () => {
  const { slack, web, card } = await start();
  slack.addChannel({ id: "G1", kind: "private", members: ["U1"] });
  await web.chat.postMessage({
    channel: "G1",
    text: "Run it?",
    blocks: [...CARD, { ...ROW, block_id: "row-2" }],
  });
  const rows = await slack.channel("G1").waitForMessage();

  const [ann, ben] = [slack.user("U1"), slack.user("U2")];
  await expect(ann.press(card, "Reject")).rejects.toThrow(
    /No button "Reject"[^]*\[Allow once\] \[Allow always\]/,
  );
  await expect(ann.press(card, "Allow always")).rejects.toThrow('The button asks "Always?"');
  await expect(ann.press(rows, "Allow once")).rejects.toThrow("2 buttons say");
  await expect(ben.press(rows, "Allow once", { nth: 0 })).rejects.toThrow("no member");
  await expect(ann.press({ channel: "C1", ts: "1.000001" }, "Allow once")).rejects.toThrow("sees no message");
  expect(slack.envelopes()).toEqual([]);

  expect(await ann.press(card, "Allow always", { confirm: true })).toMatchObject({ acked: true });
  expect(await ann.press(rows, "Allow once", { nth: 1 })).toMatchObject({ acked: true });
  expect(await ann.press(rows, { blockID: "row-2", actionID: "once" })).toMatchObject({ acked: true });
});

test("forged payloads are delivered as they are", async () => {
  const { slack, received } = await start();

  const outcome = await slack.deliver({ type: "block_actions", user: { id: "U404" }, actions: [] });
  expect(outcome).toMatchObject({ acked: true });
  expect(received).toEqual([{ type: "block_actions", user: { id: "U404" }, actions: [] }]);
});

test("a trigger opens one modal, within three seconds", async () => {
  let now = Date.now();
  const { slack, web, press } = await start({ now: () => now });

  const { trigger_id } = await press();
  await web.views.open({ trigger_id, view: REASON });
  expect(slack.user("U1").views()).toMatchObject([
    { private_metadata: "request-1", title: { text: "Reject" } },
  ]);
  expect(slack.user("U2").views()).toEqual([]);
  expect(await refusalOf(web.views.open({ trigger_id, view: REASON }))).toMatchObject({
    error: "exchanged_trigger_id",
  });

  const late = await press();
  now += 3001;
  expect(await refusalOf(web.views.open({ trigger_id: late.trigger_id, view: REASON }))).toMatchObject({
    error: "expired_trigger_id",
  });
  expect(await refusalOf(web.views.open({ trigger_id: "1.2.made-up", view: REASON }))).toMatchObject({
    error: "invalid_trigger_id",
  });
});

test("a submitted modal sends what was entered, without channel and message, and closes", async () => {
  const { slack, web, press, received } = await start();
  const { view } = await web.views.open({ trigger_id: (await press()).trigger_id, view: REASON });
  const ann = slack.user("U1");
  const id = view?.id ?? "";

  await expect(ann.submit({ id })).rejects.toThrow('asks for "Why?"');
  await expect(ann.submit({ id }, { reason: "x".repeat(21) })).rejects.toThrow("0 to 20 characters");
  await expect(slack.user("U2").submit({ id }, { reason: "mine" })).rejects.toThrow("No modal");

  expect(await ann.submit({ id }, { "Why?": "not today" })).toMatchObject({ acked: true });
  expect(received.at(-1)).toMatchObject({
    type: "view_submission",
    user: { id: "U1" },
    view: {
      id,
      callback_id: "reason",
      private_metadata: "request-1",
      state: { values: { reason: { text: { type: "plain_text_input", value: "not today" } } } },
    },
  });
  expect(received.at(-1)).not.toHaveProperty("channel");
  expect(received.at(-1)).not.toHaveProperty("message");
  expect(ann.views()).toEqual([]);
});

test("a modal that is refused stays open and shows why; an updated one shows its new content", async () => {
  let acks: Record<string, unknown> = {};
  const { slack, web, press } = await start({}, () => acks);
  const { view } = await web.views.open({ trigger_id: (await press()).trigger_id, view: REASON });
  const ann = slack.user("U1");
  const id = view?.id ?? "";

  acks = { response_action: "errors", errors: { reason: "Say more" } };
  await ann.submit({ id }, { reason: "no" });
  expect(ann.views()).toMatchObject([{ id, errors: { reason: "Say more" } }]);

  await web.views.update({ view_id: id, view: { ...REASON, title: plain("Really?") } });
  expect(ann.views()).toMatchObject([{ id, title: { text: "Really?" }, errors: {} }]);
  expect(await refusalOf(web.views.update({ view_id: "V404", view: REASON }))).toMatchObject({
    error: "not_found",
  });
});

test("a closed modal is reported only where the app asked for it", async () => {
  const { slack, web, press, received } = await start();
  const ann = slack.user("U1");

  await web.views.open({ trigger_id: (await press()).trigger_id, view: REASON });
  for (const view of ann.views()) expect(await ann.close(view)).toBeUndefined();
  await web.views.open({
    trigger_id: (await press()).trigger_id,
    view: { ...REASON, notify_on_close: true },
  });
  for (const view of ann.views()) expect(await ann.close(view)).toMatchObject({ acked: true });

  expect(ann.views()).toEqual([]);
  expect(received).toMatchObject([{}, {}, { type: "view_closed", view: { callback_id: "reason" } }]);
});

test("a response_url answers privately, in the channel, or in the card's place", async () => {
  const { slack, card, press } = await start();
  const { response_url } = await press();

  expect(await respond(response_url, { text: "only you" })).toEqual({ status: 200, body: "ok" });
  expect(slack.user("U1").ephemerals()).toMatchObject([{ text: "only you" }]);
  await respond(response_url, { text: "for all", response_type: "in_channel" });
  await respond(response_url, { text: "done", replace_original: true });
  expect(slack.channel("C1").messages()).toMatchObject([{ ts: card.ts, text: "done" }, { text: "for all" }]);
  expect(slack.channel("C1").messages()[0]).not.toHaveProperty("blocks");
  await respond(response_url, { delete_original: true });
  expect(slack.channel("C1").messages()).toMatchObject([{ text: "for all" }]);
});

test("a response_url works five times within 30 minutes", async () => {
  let now = Date.now();
  const { press } = await start({ now: () => now });
  const { response_url } = await press();

  expect(await respond(response_url, { text: "" })).toMatchObject({ status: 404 });
  for (let uses = 0; uses < 5; uses += 1) await respond(response_url, { text: "hello" });
  expect(await respond(response_url, { text: "again" })).toMatchObject({
    status: 404,
    body: expect.stringContaining("used_url"),
  });

  const late = await press();
  now += 30 * 60_000 + 1;
  expect(await respond(late.response_url, { text: "hello" })).toMatchObject({
    body: expect.stringContaining("expired_url"),
  });
});

test("a button on an ephemeral can be pressed; its payload has no message", async () => {
  const { slack, web, received } = await start();
  await web.chat.postEphemeral({ channel: "C1", user: "U1", text: "press again", blocks: CARD });
  const ann = slack.user("U1");

  for (const ephemeral of ann.ephemerals()) await ann.press(ephemeral, "Allow once");
  expect(received).toMatchObject([{ container: { is_ephemeral: true } }]);
  expect(received[0]).not.toHaveProperty("message");
  await respond(received[0]?.response_url ?? "", { replace_original: true, text: "done" });
  expect(ann.ephemerals()).toMatchObject([{ text: "done" }]);
});
