import { afterEach, beforeEach, expect, test } from "vitest";
import type { Cards } from "../src/gateway.ts";
import { createLog } from "../src/log.ts";
import type { CardContent } from "../src/permission.ts";
import { createWebClient } from "../src/slack/client.ts";
import { createCards } from "../src/slack/messages.ts";
import { renderPlain } from "./support/slack/plain.ts";
import { createSlackStandIn, type SlackStandIn } from "./support/slack/stand-in.ts";

const log = createLog({ file: "/dev/null", level: "silent", secrets: [] });
const content: CardContent = {
  request: {
    requestID: "per_1",
    sessionID: "ses_1",
    permission: "bash",
    patterns: [],
    always: [],
    metadata: {},
  },
  details: [{ label: "Command", text: "git push" }],
  session: { titles: [] },
  directory: "/home/dev/project",
  host: "laptop",
};
const rejected = { kind: "replied", reply: "reject", by: { kind: "opencode" }, at: new Date(0) } as const;

const values = { reject: "laptop_1:bits" };

let slack: SlackStandIn;
let end: AbortController;
let advice: string[];
beforeEach(async () => {
  slack = await createSlackStandIn({
    channels: [{ id: "C1" }, { id: "C2", botIsMember: false }, { id: "C3", isArchived: true }],
  });
  end = new AbortController();
  advice = [];
});
afterEach(async () => {
  end.abort();
  await slack.close();
});

function cardsIn(channel: string): Cards {
  const client = createWebClient({ apiURL: slack.apiUrl, botToken: slack.botToken }, undefined, log);
  return createCards({ client, channel, advise: (text) => advice.push(text), signal: end.signal, log });
}

test.each([
  ["C2", "invite it there with /invite"],
  ["C3", "is archived: choose another"],
  ["C9", "Slack does not know the channel in SLACK_CHANNEL_ID"],
])("in %s a card is tried again, since a person can mend it: %s", async (channel, mending) => {
  expect(await cardsIn(channel).post(content, values)).toEqual({ kind: "failed" });
  expect(advice).toEqual([expect.stringContaining(mending)]);
});

test("without the scope to post, a card is refused, and the scope is named", async () => {
  slack.installation.scopes.bot.delete("chat:write");
  expect(await cardsIn("C1").post(content, values)).toEqual({ kind: "refused" });
  expect(advice).toEqual([expect.stringContaining("lacks the scope chat:write")]);
});

test("with a token that was revoked, a card is refused", async () => {
  slack.installation.revoke("bot");
  expect(await cardsIn("C1").post(content, values)).toEqual({ kind: "refused" });
  expect(advice).toEqual([expect.stringContaining("Slack does not accept a token")]);
});

test("too many cards at once: the next attempt waits as long as Slack says", async () => {
  const cards = cardsIn("C1");
  const outcomes = await Promise.all([1, 2, 3, 4, 5, 6].map(async () => cards.post(content, values)));
  expect(outcomes.filter(({ kind }) => kind === "posted").length).toBeGreaterThan(0);
  expect(outcomes).toContainEqual({ kind: "failed", retryAfterMs: 1000 });
  expect(advice).toEqual([]);
});

test("an answer that is lost leaves open whether the card is there", async () => {
  slack.loseAnswer("chat.postMessage");
  expect(await cardsIn("C1").post(content, values)).toEqual({ kind: "failed" });
  expect(slack.channel("C1").messages()).toHaveLength(1);
});

test("a card that somebody deleted is as good as closed", async () => {
  const cards = cardsIn("C1");
  expect(await cards.close({ channel: "C1", ts: "1.000001" }, content, rejected)).toBe("done");
});

test("a card that cannot be closed before Slack is left stays open", async () => {
  const cards = cardsIn("C1");
  const posted = await cards.post(content, values);
  if (posted.kind !== "posted") throw new Error("There is a card.");
  const restore = slack.outage({ refuse: true });
  const closing = cards.close(posted.card, content, rejected);
  end.abort();
  expect(await closing).toBe("interrupted");
  restore();
  expect(renderPlain(slack.channel("C1").messages()[0] ?? {})).not.toContain("Rejected");
});
