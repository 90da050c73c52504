import type { KnownBlock } from "@slack/web-api";
import { afterEach, expect, test } from "vitest";
import { pathsOf, valueAt } from "../support/slack/field-changes.ts";
import { createWebClient, refusalOf } from "../support/slack/official-clients.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { Message } from "../support/slack/slack-objects.ts";
import {
  createSlackStandIn,
  type SlackStandIn,
  type SlackStandInOptions,
} from "../support/slack/stand-in.ts";

const BUTTONS: KnownBlock = {
  type: "actions",
  elements: [
    { type: "button", action_id: "go", text: { type: "plain_text", text: "a < b ⚠" }, value: "1" },
    { type: "button", text: { type: "plain_text", text: "⚠ as it is", emoji: false } },
  ],
};

const BLOCKS: KnownBlock[] = [
  {
    type: "rich_text",
    elements: [
      {
        type: "rich_text_section",
        elements: [{ type: "text", text: "⚠ Mind dify.ai 🚀", style: { bold: true } }],
      },
      { type: "rich_text_preformatted", elements: [{ type: "text", text: "curl dify.ai && <⚠>" }] },
    ],
  },
  { type: "section", text: { type: "mrkdwn", text: "see dify.ai and https://example.com/x ⚠️" } },
  { type: "section", text: { type: "mrkdwn", text: "see dify.ai", verbatim: true } },
  BUTTONS,
];

/** 2026-01-01 00:00:00.789 */
const NEW_YEAR_MS = 1_767_225_600_789;

let slack: SlackStandIn;
afterEach(async () => slack.close());

async function startSlack(options: SlackStandInOptions = {}) {
  slack = await createSlackStandIn({ habits: true, now: () => NEW_YEAR_MS, rateLimits: "none", ...options });
  return createWebClient(slack);
}

const messages = () => slack.channel("C1").messages();

/** What the app gets when somebody presses the first button. */
async function pressed(message: Message | undefined): Promise<Record<string, unknown>> {
  if (message === undefined) throw new Error("There is no message.");
  await slack.user("U1").press(message, { blockID: message.blocks?.at(-1)?.block_id ?? "", actionID: "go" });
  return slack.envelopes().at(-1)?.payload ?? {};
}

test("an answer repeats the blocks as they were sent, with the IDs that Slack has made up", async () => {
  const web = await startSlack();

  const { message } = await web.chat.postMessage({ channel: "C1", text: "asked", blocks: BLOCKS });

  const withIDs = BLOCKS.map((block) => ({ ...block, block_id: expect.any(String) }));
  const [go, other] = BUTTONS.elements;
  expect(message?.blocks).toEqual([
    ...withIDs.slice(0, -1),
    { ...withIDs.at(-1), elements: [go, { ...other, action_id: expect.any(String) }] },
  ]);
  expect(message).toMatchObject({
    ts: messages()[0]?.ts,
    bot_profile: { id: "B1", app_id: "A1", team_id: "T1" },
  });
  expect(message).not.toHaveProperty("edited");
});

test("a press carries the blocks as Slack has rewritten them: borders, names of emoji, links, entities, defaults", async () => {
  const web = await startSlack();
  const { message } = await web.chat.postMessage({ channel: "C1", text: "asked", blocks: BLOCKS });

  const press = await pressed(messages()[0]);

  expect(press["message"]).toMatchObject({
    blocks: [
      {
        block_id: message?.blocks?.[0]?.block_id,
        elements: [
          {
            elements: [
              { type: "emoji", name: "warning", unicode: "26a0-fe0f", style: { bold: true } },
              { type: "text", text: " Mind dify.ai ", style: { bold: true } },
              { type: "emoji", name: "rocket", unicode: "1f680", style: { bold: true } },
            ],
          },
          { elements: [{ type: "text", text: "curl dify.ai && <⚠>" }], border: 0 },
        ],
      },
      {
        text: {
          type: "mrkdwn",
          text: "see <http://dify.ai|dify.ai> and <https://example.com/x> :warning:",
          verbatim: false,
        },
      },
      { text: { type: "mrkdwn", text: "see dify.ai", verbatim: true } },
      {
        elements: [
          { text: { type: "plain_text", text: "a &lt; b :warning:", emoji: true } },
          { text: { type: "plain_text", text: "⚠ as it is", emoji: false } },
        ],
      },
    ],
  });
  expect(press["message"]).not.toHaveProperty("bot_profile");
  expect(press["actions"]).toMatchObject([{ text: { text: "a &lt; b :warning:" } }]);
  expect(renderPlain(press["message"] as Message)).toContain("⚠ Mind dify.ai 🚀\ncurl dify.ai && <⚠>");
});

test("an update is dated to the second, by the bot, and its answer does not repeat the message's time", async () => {
  const web = await startSlack();
  const { ts = "" } = await web.chat.postMessage({ channel: "C1", text: "asked", blocks: BLOCKS });

  const { message } = await web.chat.update({ channel: "C1", ts, text: "changed", blocks: BLOCKS });

  const edited = { user: "B1", ts: "1767225600.000000" };
  expect(message).toMatchObject({ edited, app_id: "A1", bot_profile: { id: "B1" } });
  expect(message?.blocks).toHaveLength(BLOCKS.length);
  expect(message).not.toHaveProperty("ts");
  expect((await pressed(messages()[0]))["message"]).toMatchObject({ ts, edited });
});

test.each([
  ["as it is", {}, "see <http://dify.ai|dify.ai> and <https://example.com> &amp; @ann <!here> :warning:"],
  [
    "as by a person's own Slack",
    { parse: "client" },
    "see dify.ai and <https://example.com> &amp; @ann <!here> :warning:",
  ],
  ["without links", { parse: "none" }, "see dify.ai and https://example.com &amp; @ann <!here> :warning:"],
  [
    "with names",
    { link_names: true },
    "see <http://dify.ai|dify.ai> and <https://example.com> &amp; <@U1> <!here> :warning:",
  ],
  [
    "as plain text with names",
    { parse: "full" },
    "see <http://dify.ai|dify.ai> and <https://example.com> &amp; <@U1> &lt;!here&gt; :warning:",
  ],
] as const)("the text of a post is read %s", async (_, parsing, shown) => {
  const web = await startSlack();
  const text = "see dify.ai and https://example.com & @ann <!here> ⚠";

  const posted = await web.apiCall("chat.postMessage", {
    channel: "C1",
    text,
    blocks: BLOCKS,
    ...parsing,
  });

  expect(posted).toMatchObject({
    message: { text: "see dify.ai and https://example.com &amp; @ann <!here> ⚠" },
  });
  expect((await pressed(messages()[0]))["message"]).toMatchObject({ text: shown });
});

test("the text of an update is read in another way than that of a post, unless the call says how", async () => {
  const web = await startSlack();
  const text = "see dify.ai";
  const { ts = "" } = await web.chat.postMessage({ channel: "C1", text });
  expect(messages()).toMatchObject([{ text: "see <http://dify.ai|dify.ai>" }]);

  await web.chat.update({ channel: "C1", ts, text });
  expect(messages()).toMatchObject([{ text: "see dify.ai" }]);
  await web.chat.update({ channel: "C1", ts, text, parse: "full" });
  expect(messages()).toMatchObject([{ text: "see <http://dify.ai|dify.ai>" }]);
});

test("a message with a thread says how many have answered there, in presses and in the history", async () => {
  const web = await startSlack({ botScopes: ["chat:write", "channels:history"] });
  const { ts = "" } = await web.chat.postMessage({ channel: "C1", text: "asked", blocks: BLOCKS });
  expect((await pressed(messages()[0]))["message"]).not.toHaveProperty("thread_ts");
  await web.chat.postMessage({ channel: "C1", text: "detail", thread_ts: ts });
  const { ts: latest } = await web.chat.postMessage({ channel: "C1", text: "more", thread_ts: ts });

  const counters = {
    thread_ts: ts,
    reply_count: 2,
    reply_users_count: 1,
    latest_reply: latest,
    reply_users: ["UBOT"],
  };
  expect((await pressed(messages()[0]))["message"]).toMatchObject(counters);
  expect(await web.conversations.history({ channel: "C1" })).toMatchObject({ messages: [counters] });
});

test("emoji in what somebody types into a modal come as names, longer than the field allows", async () => {
  const web = await startSlack();
  await web.chat.postMessage({ channel: "C1", text: "asked", blocks: BLOCKS });
  const { trigger_id } = await pressed(messages()[0]);
  const { view } = await web.views.open({
    trigger_id: String(trigger_id),
    view: {
      type: "modal",
      title: { type: "plain_text", text: "Why?" },
      submit: { type: "plain_text", text: "Send" },
      blocks: [
        {
          type: "input",
          block_id: "reason",
          label: { type: "plain_text", text: "Reason" },
          element: { type: "plain_text_input", action_id: "why", max_length: 10 },
        },
      ],
    },
  });

  await slack.user("U1").submit({ id: view?.id ?? "" }, { reason: "no 👍👍" });

  expect(slack.envelopes().at(-1)?.payload["view"]).toMatchObject({
    state: { values: { reason: { why: { value: "no :+1::+1:" } } } },
  });
});

test("without habits a press carries the very message of the answer", async () => {
  const web = await startSlack({ habits: false });

  const { message } = await web.chat.postMessage({ channel: "C1", text: "see dify.ai ⚠", blocks: BLOCKS });

  expect((await pressed(messages()[0]))["message"]).toEqual(message);
});

test("one field of a press can be made to differ from what Slack has, added, or taken away", async () => {
  const web = await startSlack();
  await web.chat.postMessage({ channel: "C1", text: "asked", blocks: BLOCKS });
  const kept = messages()[0];
  const before = (await pressed(kept))["message"];

  slack.changePresses({ path: ["text"], to: () => "forged" });
  expect((await pressed(kept))["message"]).toEqual({ ...(before as object), text: "forged" });
  slack.changePresses({ path: ["metadata"], to: () => ({ event_type: "new" }) });
  expect((await pressed(kept))["message"]).toHaveProperty("metadata.event_type", "new");
  slack.changePresses({ path: ["blocks", 1], to: () => undefined });
  expect((await pressed(kept))["message"]).toHaveProperty("blocks.length", BLOCKS.length - 1);
  slack.changePresses({ path: ["team"], to: () => undefined });
  expect((await pressed(kept))["message"]).not.toHaveProperty("team");
  slack.changePresses();
  expect((await pressed(kept))["message"]).toEqual(before);
  expect(messages()[0]).toEqual(kept);
});

test("every field of a message can be named, however deep it stands", async () => {
  const web = await startSlack();
  await web.chat.postMessage({ channel: "C1", text: "asked", blocks: BLOCKS });
  const { message } = await pressed(messages()[0]);

  const paths = pathsOf(message).map((path) => path.join("."));

  expect(paths).toContain("team");
  expect(paths).toContain("blocks.0.elements.0.elements.1.style.bold");
  expect(paths).toContain("blocks.3.elements.0.value");
  expect(new Set(paths).size).toBe(paths.length);
  expect(valueAt(message, ["blocks", 3, "elements", 0, "value"])).toBe("1");
});

test("a message in a channel that was archived meanwhile cannot be changed any more", async () => {
  const web = await startSlack({ habits: false });
  const { ts = "" } = await web.chat.postMessage({ channel: "C1", text: "asked" });
  const channel = slack.workspace.channels.get("C1");
  if (channel) channel.isArchived = true;

  expect(await refusalOf(web.chat.update({ channel: "C1", ts, text: "closed" }))).toMatchObject({
    error: "is_inactive",
  });
  expect(messages()).toMatchObject([{ text: "asked" }]);
});

test("an app without a messages tab cannot write to people, and can to channels", async () => {
  const web = await startSlack({ habits: false });
  slack.workspace.hasMessagesTab = false;

  expect(await refusalOf(web.chat.postMessage({ channel: "U1", text: "hello" }))).toMatchObject({
    error: "messages_tab_disabled",
  });
  await web.chat.postMessage({ channel: "C1", text: "hello" });
});

test("a workspace that has used up its messages takes no more, and updates go on", async () => {
  const web = await startSlack({ habits: false });
  slack.workspace.messagesLeft = 1;
  const { ts = "" } = await web.chat.postMessage({ channel: "C1", text: "the last" });

  expect(await refusalOf(web.chat.postMessage({ channel: "C1", text: "one more" }))).toMatchObject({
    error: "message_limit_exceeded",
  });
  await web.chat.update({ channel: "C1", ts, text: "changed" });
  expect(messages()).toMatchObject([{ text: "changed" }]);
});

test("a private message to somebody who is away is lost, and Slack answers as if it were not", async () => {
  const web = await startSlack({ habits: false });
  const ann = slack.user("U1");
  ann.setActive(false);

  expect(await web.chat.postEphemeral({ channel: "C1", user: "U1", text: "only you" })).toMatchObject({
    ok: true,
    message_ts: expect.any(String),
  });
  ann.setActive(true);
  expect(ann.ephemerals()).toEqual([]);
  await web.chat.postEphemeral({ channel: "C1", user: "U1", text: "now" });
  expect(ann.ephemerals()).toMatchObject([{ text: "now" }]);
});
