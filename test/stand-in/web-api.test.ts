import { expect, onTestFinished, test } from "vitest";
import { createWebClient, refusalOf } from "../support/slack/official-clients.ts";
import { type SlackStandInOptions, createSlackStandIn } from "../support/slack/stand-in.ts";

const NEW_YEAR_MS = Date.UTC(2030, 0, 1);

const BUTTONS = {
  type: "actions",
  elements: [{ type: "button", text: { type: "plain_text", text: "Reject" }, action_id: "reject" }],
};

async function startSlack(options?: SlackStandInOptions) {
  const slack = await createSlackStandIn(options);
  onTestFinished(slack.close);
  return { slack, web: createWebClient(slack) };
}

test("a token that is missing, unknown or of the other kind is refused by name", async () => {
  const { slack } = await startSlack();

  const missing = await fetch(`${slack.apiUrl}auth.test`, { method: "POST" });
  expect(await missing.json()).toMatchObject({ ok: false, error: "not_authed" });
  expect(await refusalOf(createWebClient(slack, "xoxb-other").auth.test())).toMatchObject({
    error: "invalid_auth",
  });
  expect(await refusalOf(createWebClient(slack, slack.appToken).auth.test())).toMatchObject({
    error: "not_allowed_token_type",
  });
  expect(await refusalOf(createWebClient(slack).apps.connections.open({}))).toMatchObject({
    error: "not_allowed_token_type",
  });
});

test("a token can be revoked while the app runs, and given back", async () => {
  const { slack, web } = await startSlack();

  slack.installation.revoke("bot");
  expect(await refusalOf(web.auth.test())).toMatchObject({ error: "token_revoked" });
  slack.installation.revoke("bot", "account_inactive");
  expect(await refusalOf(web.auth.test())).toMatchObject({ error: "account_inactive" });
  slack.installation.restore("bot");
  expect(await web.auth.test()).toMatchObject({ ok: true });
});

test("auth.test says who the app is, where, and with which scopes", async () => {
  const { web } = await startSlack({
    botScopes: ["chat:write", "files:write"],
    identity: { enterprise: { id: "E1", name: "Everything Inc." } },
  });

  expect(await web.auth.test()).toMatchObject({
    team_id: "T1",
    user_id: "UBOT",
    bot_id: "B1",
    enterprise_id: "E1",
    url: "https://stand-in.slack.com/",
    response_metadata: { scopes: ["chat:write", "files:write"] },
  });
});

test("a scope that the app lacks is named, and those it has", async () => {
  const { slack, web } = await startSlack({ botScopes: ["channels:read"] });
  slack.addChannel({ id: "G1", kind: "private" });

  expect(await refusalOf(web.chat.postMessage({ channel: "C1", text: "hello" }))).toMatchObject({
    error: "missing_scope",
    needed: "chat:write",
    provided: "channels:read",
  });
  expect(await web.conversations.info({ channel: "C1" })).toMatchObject({ ok: true });
  expect(await refusalOf(web.conversations.info({ channel: "G1" }))).toMatchObject({ needed: "groups:read" });
  expect(await refusalOf(web.conversations.history({ channel: "C1" }))).toMatchObject({
    needed: "channels:history",
  });
});

test("every answer carries Slack's own clock", async () => {
  const { slack } = await startSlack({ now: () => NEW_YEAR_MS });

  const response = await fetch(`${slack.apiUrl}auth.test`, { method: "POST" });
  expect(response.headers.get("date")).toBe("Tue, 01 Jan 2030 00:00:00 GMT");
});

test("a method, an argument or a required field that Slack does not know is not passed over in silence", async () => {
  const { slack, web } = await startSlack();

  expect(await refusalOf(web.apiCall("chat.shout"))).toMatchObject({ error: "unknown_method" });
  await web.apiCall("chat.postMessage", { channel: "C1", text: "hello", colour: "red" });
  expect(slack.complaints()).toEqual([
    "Called a method that this Slack does not know: chat.shout",
    "chat.postMessage knows no argument colour",
  ]);
  expect(await refusalOf(web.apiCall("chat.postMessage", { text: "hello" }))).toMatchObject({
    error: "invalid_arguments",
    response_metadata: { messages: ["[ERROR] missing required field: channel [json-pointer:/]"] },
  });
});

test("arguments come as a form or as JSON, and unreadable ones are refused", async () => {
  const { slack } = await startSlack();
  const post = async (body: string, type: string) => {
    const headers = { "content-type": type, authorization: `Bearer ${slack.botToken}` };
    const response = await fetch(`${slack.apiUrl}chat.postMessage`, { method: "POST", body, headers });
    return (await response.json()) as unknown;
  };

  const json = JSON.stringify({ channel: "C1", blocks: [BUTTONS] });
  expect(await post(json, "application/json; charset=utf-8")).toMatchObject({ ok: true });
  expect(await post("{", "application/json")).toMatchObject({ error: "invalid_json" });
  expect(await post("channel=C1&blocks=[", "application/x-www-form-urlencoded")).toMatchObject({
    error: "invalid_blocks_format",
  });
  expect(await post("hello", "text/plain")).toMatchObject({ error: "invalid_post_type" });
});

test("a posted message comes back as Slack keeps it: escaped, linked, IDs and defaults written out", async () => {
  const { slack, web } = await startSlack({ habits: false });

  const { message } = await web.chat.postMessage({
    channel: "C1",
    text: "a & b <c> <!channel> https://example.com/x.",
    blocks: [{ type: "section", text: { type: "mrkdwn", text: "1 < 2 &amp; 3" } }, BUTTONS],
  });

  expect(message).toMatchObject({
    text: "a &amp; b &lt;c&gt; <!channel> <https://example.com/x>.",
    user: "UBOT",
    bot_id: "B1",
    app_id: "A1",
    blocks: [
      {
        block_id: expect.any(String),
        text: { type: "mrkdwn", text: "1 &lt; 2 &amp; 3", verbatim: false },
      },
      { elements: [{ text: { type: "plain_text", text: "Reject", emoji: true } }] },
    ],
  });
  expect(slack.channel("C1").messages()[0]).toMatchObject(message ?? {});
});

test("a post to a person's ID opens the app's direct messages with them", async () => {
  const { slack, web } = await startSlack({ people: [{ id: "W7" }], channels: [] });

  const arrival = slack.channel("D7").waitForMessage();
  const posted = await web.chat.postMessage({ channel: "W7", text: "hello" });
  expect(posted.channel).toBe("D7");
  expect(await arrival).toMatchObject({ ts: posted.ts });
  expect(slack.channel("D7").messages()).toHaveLength(1);
  expect(await refusalOf(web.chat.postMessage({ channel: "U404", text: "hello" }))).toMatchObject({
    error: "channel_not_found",
  });
  expect(
    await refusalOf(
      web.chat.update({ channel: "W7", ts: posted.ts ?? "", text: "the resolved ID is needed" }),
    ),
  ).toMatchObject({ error: "channel_not_found" });
});

test.each([
  ["not_in_channel", { id: "C2", botIsMember: false }],
  ["channel_not_found", { id: "G2", kind: "private" as const, botIsMember: false }],
  ["is_archived", { id: "C3", isArchived: true }],
  ["restricted_action", { id: "C4", isReadOnly: true }],
])("a channel that cannot be posted to: %s", async (error, channel) => {
  const { slack, web } = await startSlack();
  slack.addChannel(channel);

  expect(await refusalOf(web.chat.postMessage({ channel: channel.id, text: "hello" }))).toMatchObject({
    error,
  });
});

test("a message without text and blocks is refused", async () => {
  const { web } = await startSlack();

  expect(await refusalOf(web.chat.postMessage({ channel: "C1", text: "" }))).toMatchObject({
    error: "no_text",
  });
});

test("an update with text alone takes the blocks away, with blocks alone keeps the text", async () => {
  const { slack, web } = await startSlack({ habits: false });
  const { ts = "" } = await web.chat.postMessage({ channel: "C1", text: "asked", blocks: [BUTTONS] });

  await web.chat.update({ channel: "C1", ts, blocks: [BUTTONS, { type: "divider" }] });
  expect(slack.channel("C1").messages()[0]).toMatchObject({
    text: "asked",
    blocks: [{}, { type: "divider" }],
  });

  const { message } = await web.chat.update({ channel: "C1", ts, text: "allowed" });
  expect(message).toMatchObject({ text: "allowed", edited: { user: "UBOT" } });
  expect(slack.channel("C1").messages()[0]).not.toHaveProperty("blocks");
});

test("an update has limits of its own: 4000 characters after escaping, and only the app's messages", async () => {
  const { slack, web } = await startSlack();
  const { ts = "" } = await web.chat.postMessage({ channel: "C1", text: "x".repeat(4001) });
  const foreign = slack.user("U1").say("C1", "hello");

  const update = async (text: string, of = ts) => web.chat.update({ channel: "C1", ts: of, text });
  expect(await refusalOf(update("&".repeat(801)))).toMatchObject({ error: "msg_too_long" });
  expect(await update("&".repeat(800))).toMatchObject({ ok: true });
  expect(await refusalOf(update("mine now", foreign.ts))).toMatchObject({ error: "cant_update_message" });
  expect(await refusalOf(update("nothing", "1.000001"))).toMatchObject({ error: "message_not_found" });
});

test("a deleted message is gone", async () => {
  const { slack, web } = await startSlack();
  const { ts = "" } = await web.chat.postMessage({ channel: "C1", text: "hello" });

  await web.chat.delete({ channel: "C1", ts });
  expect(slack.channel("C1").messages()).toEqual([]);
});

test("an ephemeral is seen by one person only, who must be in the channel", async () => {
  const { slack, web } = await startSlack();
  slack.addPerson({ id: "U9" });

  await web.chat.postEphemeral({ channel: "C1", user: "U1", text: "only you" });
  expect(slack.user("U1").ephemerals()).toMatchObject([{ channel: "C1", text: "only you" }]);
  expect(slack.user("U2").ephemerals()).toEqual([]);
  expect(slack.channel("C1").messages()).toEqual([]);
  expect(
    await refusalOf(web.chat.postEphemeral({ channel: "C1", user: "U9", text: "only you" })),
  ).toMatchObject({ error: "user_not_in_channel" });
});

test("a fourth message within a second is refused for this channel alone, and says when to come back", async () => {
  let now = NEW_YEAR_MS;
  const { slack, web } = await startSlack({ now: () => now });
  slack.addChannel({ id: "C2" });
  const post = async (channel: string) => web.chat.postMessage({ channel, text: "hello" });

  for (const _ of [1, 2, 3]) await post("C1");
  await expect(post("C1")).rejects.toMatchObject({ code: "slack_webapi_rate_limited_error", retryAfter: 1 });
  await post("C2");
  now += 1000;
  await post("C1");
  await expect(post("C1")).rejects.toMatchObject({ retryAfter: 1 });
});

test("calls are limited per minute, and limits can be set or lifted for a test", async () => {
  const limited = await startSlack({
    now: () => NEW_YEAR_MS,
    rateLimits: { "conversations.info": { perMinute: 6, burst: 1 } },
  });
  await limited.web.conversations.info({ channel: "C1" });
  await expect(limited.web.conversations.info({ channel: "C1" })).rejects.toMatchObject({ retryAfter: 10 });

  const unlimited = await startSlack({ rateLimits: "none" });
  for (let posts = 0; posts < 20; posts += 1)
    await unlimited.web.chat.postMessage({ channel: "C1", text: "hello" });
  expect(unlimited.slack.channel("C1").messages()).toHaveLength(20);
});

test("conversations.* say what a channel is and who is in it", async () => {
  const { slack, web } = await startSlack({ botScopes: ["channels:read", "groups:read", "im:write"] });
  slack.addChannel({ id: "C5", members: ["U1"], isExtShared: true });
  slack.addChannel({ id: "G1", kind: "private", members: ["U1", "U2"] });

  expect(await web.conversations.info({ channel: "C5" })).toMatchObject({
    channel: { is_private: false, is_ext_shared: true, is_shared: true, is_im: false, is_member: true },
  });
  expect(await web.conversations.info({ channel: "G1", include_num_members: true })).toMatchObject({
    channel: { is_private: true, is_ext_shared: false, num_members: 3 },
  });
  const first = await web.conversations.members({ channel: "G1", limit: 2 });
  const cursor = first.response_metadata?.next_cursor ?? "";
  const rest = await web.conversations.members({ channel: "G1", limit: 2, cursor });
  expect([first.members, rest.members]).toEqual([["U1", "U2"], ["UBOT"]]);
  expect(await web.conversations.open({ users: "U1" })).toMatchObject({ channel: { id: "D1" } });
});

test("history is read newest first without replies, a thread oldest first", async () => {
  const { web } = await startSlack({ botScopes: ["chat:write", "channels:history"] });
  const { ts = "" } = await web.chat.postMessage({ channel: "C1", text: "card" });
  await web.chat.postMessage({ channel: "C1", text: "detail", thread_ts: ts });
  await web.chat.postMessage({ channel: "C1", text: "next" });

  expect(await web.conversations.history({ channel: "C1" })).toMatchObject({
    messages: [{ text: "next" }, { text: "card" }],
  });
  expect(await web.conversations.replies({ channel: "C1", ts })).toMatchObject({
    messages: [{ text: "card" }, { text: "detail" }],
  });
});

test("attachments stay until an update names others", async () => {
  const { slack, web } = await startSlack();
  const attachments = [{ text: "one" }];
  const { ts = "" } = await web.chat.postMessage({ channel: "C1", text: "card", attachments });
  const [card] = slack.channel("C1").messages();
  expect(card).toMatchObject({ attachments });

  await web.chat.update({ channel: "C1", ts, text: "changed" });
  expect(slack.channel("C1").messages()).toMatchObject([{ text: "changed", attachments }]);
  await web.chat.update({ channel: "C1", ts, text: "changed", attachments: [] });
  expect(slack.channel("C1").messages()[0]).not.toHaveProperty("attachments");
});

test("people and user groups can be looked up where the scope allows it", async () => {
  const { web } = await startSlack({
    botScopes: ["users:read", "usergroups:read"],
    people: [
      { id: "U1", name: "ann" },
      { id: "U8", teamID: "T2" },
    ],
    userGroups: { S1: ["U1"] },
  });

  expect(await web.users.info({ user: "U1" })).toMatchObject({
    user: { name: "ann", team_id: "T1", is_stranger: false },
  });
  expect(await web.users.info({ user: "U8" })).toMatchObject({ user: { team_id: "T2", is_stranger: true } });
  expect(await web.usergroups.users.list({ usergroup: "S1" })).toMatchObject({ users: ["U1"] });
  expect(await refusalOf(web.usergroups.users.list({ usergroup: "S2" }))).toMatchObject({
    error: "no_such_subteam",
  });
});

test("a snippet is uploaded in Slack's three steps and stands in the card's thread", async () => {
  const { slack, web } = await startSlack({ botScopes: ["chat:write", "files:write"] });
  const { ts = "" } = await web.chat.postMessage({ channel: "C1", text: "card" });

  await web.filesUploadV2({
    channel_id: "C1",
    thread_ts: ts,
    content: "the whole diff",
    filename: "change.diff",
  });
  expect(slack.channel("C1").messages()[1]).toMatchObject({
    thread_ts: ts,
    files: [{ name: "change.diff", content: "the whole diff" }],
  });

  const { upload_url = "" } = await web.files.getUploadURLExternal({ filename: "x", length: 3 });
  expect(await fetch(upload_url, { method: "POST", body: "four" })).toMatchObject({ status: 400 });
  expect(await fetch(upload_url, { method: "POST", body: "six" })).toMatchObject({ status: 200 });
  expect(await fetch(upload_url, { method: "POST", body: "six" })).toMatchObject({ status: 400 });
  expect(await refusalOf(web.files.completeUploadExternal({ files: [{ id: "F404" }] }))).toMatchObject({
    error: "file_not_found",
  });
});

test("an outage answers nothing or with an error, for some methods or for all, until it ends", async () => {
  const { slack, web } = await startSlack();

  const unavailable = slack.outage({ methods: ["auth.test"] });
  await expect(web.auth.test()).rejects.toMatchObject({ code: "slack_webapi_http_error", statusCode: 503 });
  await web.conversations.info({ channel: "C1" });
  unavailable();

  const broken = slack.outage({ error: "internal_error" });
  expect(await refusalOf(web.auth.test())).toMatchObject({ error: "internal_error" });
  broken();

  const refusing = slack.outage({ refuse: true });
  await expect(web.auth.test()).rejects.toMatchObject({ code: "slack_webapi_request_error" });
  refusing();

  const limiting = slack.outage({ status: 429, retryAfterS: 30 });
  await expect(web.auth.test()).rejects.toMatchObject({ retryAfter: 30 });
  limiting();

  const hanging = slack.outage({ hang: true });
  const impatient = createWebClient(slack, slack.botToken, { timeout: 100 });
  await expect(impatient.auth.test()).rejects.toMatchObject({ code: "slack_webapi_request_error" });
  hanging();
  expect(await web.auth.test()).toMatchObject({ ok: true });
});

test("a post can be held before it is executed, or its answer held, or its answer lost", async () => {
  const { slack, web } = await startSlack();
  const post = async (text: string) => web.chat.postMessage({ channel: "C1", text });

  const gate = slack.hold("chat.postMessage");
  const held = post("held");
  await slack.waitFor(() => slack.calls("chat.postMessage").length === 1);
  expect(slack.channel("C1").messages()).toEqual([]);
  gate.release();
  await held;

  const answers = slack.holdAnswer("chat.postMessage");
  const answered = post("answered late");
  await slack.channel("C1").waitForMessage(({ text }) => text === "answered late");
  answers.release();
  expect(await answered).toMatchObject({ ok: true });

  slack.loseAnswer("chat.postMessage");
  await expect(post("lost")).rejects.toMatchObject({ code: "slack_webapi_request_error" });
  expect(slack.channel("C1").messages().at(-1)).toMatchObject({ text: "lost" });
});

test("waiting for what does not come tells what Slack holds instead", async () => {
  const { slack, web } = await startSlack();
  await web.chat.postMessage({ channel: "C1", text: "hello" });

  await expect(slack.waitFor(() => false, { what: "the card closes", limitMs: 20 })).rejects.toThrow(
    /the card closes[^]*#approvals[^]*hello[^]*chat\.postMessage ok/,
  );
});

test("other addresses belong to a page that is told of every change", async () => {
  const { slack, web } = await startSlack({ handler: (_, response) => void response.end("the page") });
  let changes = 0;
  const stop = slack.onChange(() => {
    changes += 1;
  });

  await web.chat.postMessage({ channel: "C1", text: "hello" });
  const seen = changes;
  stop();
  await web.chat.postMessage({ channel: "C1", text: "again" });

  expect(await (await fetch(slack.url)).text()).toBe("the page");
  expect(seen).toBeGreaterThan(0);
  expect(changes).toBe(seen);
  expect(JSON.parse(JSON.stringify(slack.snapshot()))).toMatchObject({
    channels: [{ id: "C1", members: ["U1", "U2", "UBOT"], messages: [{ text: "hello" }, { text: "again" }] }],
  });
});
