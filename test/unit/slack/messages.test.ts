import { afterEach, beforeEach, expect, test } from "vitest";
import type { Cards } from "../../../src/gateway/ports.ts";
import { controlsFor } from "../../support/controls.ts";
import { silentLog as log } from "../../support/silent-log.ts";
import type { CardFace, CardRef } from "../../../src/gateway/domain/card.ts";
import type { CardContent, RawContent } from "../../../src/gateway/domain/content.ts";
import { runToEnd } from "../../../src/system/sliced.ts";
import { createWebClient } from "../../../src/slack/connection/client.ts";
import { createSlackClock } from "../../../src/slack/connection/clock.ts";
import { showContent } from "../../../src/sanitize/content.ts";
import { createInstallationFinder } from "../../../src/slack/people/installation.ts";
import { createCards } from "../../../src/slack/cards/messages.ts";
import { createSlices } from "../../../src/system/slices.ts";
import { permissionRequest } from "../../support/permission-request.ts";
import { renderPlain } from "../../support/slack/plain.ts";
import { createSlackStandIn, type SlackStandIn } from "../../support/slack/stand-in.ts";
import { threadOf } from "../../support/threads.ts";

const raw: RawContent = {
  request: permissionRequest(),
  details: [{ label: "Command", text: "git push" }],
  session: { titles: [] },
  offers: { replies: ["once", "reject"] },
  directory: "/home/dev/project",
  host: "laptop",
};
const content = runToEnd(showContent(raw, []));
const rejected = {
  kind: "replied",
  answer: { kind: "permission", reply: "reject" },
  by: { kind: "opencode" },
  at: new Date(0),
} as const;

const asked: CardFace = {
  rows: [{ content, state: { kind: "asked" }, controls: controlsFor(content, ["reject"]) }],
  controls: [],
};
const closed: CardFace = { rows: [{ content, state: rejected, controls: [] }], controls: [] };

let slack: SlackStandIn;
let end: AbortController;
let advice: string[];
beforeEach(async () => {
  slack = await createSlackStandIn({
    channels: [
      { id: "C1", members: ["U1"] },
      { id: "C2", botIsMember: false },
      { id: "C3", isArchived: true },
    ],
  });
  end = new AbortController();
  advice = [];
});
afterEach(async () => {
  end.abort();
  await slack.close();
});

function cardsIn(channel: string): Cards {
  const client = createWebClient(
    { apiURL: slack.apiUrl, botToken: slack.botToken },
    undefined,
    createSlackClock(),
    log,
  );
  return createCards({
    client,
    memberID: "laptop.1_1",
    installation: createInstallationFinder(client, log),
    channel,
    mention: [],
    approverIDs: [],
    secrets: [],
    allowFromThread: true,
    check: "words",
    advise: (text) => advice.push(text),
    signal: end.signal,
    slices: createSlices(),
    log,
  });
}

/** Of a request that the messages of a thread have no room for. */
const endless: RawContent = {
  ...raw,
  details: [{ label: "Diff", text: "+this is one more line of a long file\n".repeat(1_000) }],
};

/** A card with such a request, which Slack lets us upload. */
async function postEndless(cards: Cards): Promise<{ card: CardRef; long: CardContent }> {
  slack.installation.scopes.bot.add("files:write");
  const long = await cards.read(endless, end.signal);
  expect(cards.threadForm(long)).toBe("snippet");
  const posted = await cards.post(asked);
  if (posted.kind !== "posted") throw new Error("There is a card.");
  return { card: posted.card, long };
}

const filesIn = (card: CardRef) => threadOf(slack, card).flatMap(({ files = [] }) => files);

test("of many cards that change at the same moment, one is drawn in a turn of the event loop", async () => {
  const cards = cardsIn("C1");
  const posted = await cards.post(asked);
  if (posted.kind !== "posted") throw new Error("There is a card.");
  let turn = 0;
  let isCounting = true;
  function count(): void {
    turn += 1;
    if (isCounting) setImmediate(count);
  }
  count();
  const drawnIn: number[] = [];
  const changes = Array.from({ length: 20 }, async () =>
    cards.show(posted.card, () => {
      drawnIn.push(turn);
      return closed;
    }),
  );
  await Promise.all(changes);
  isCounting = false;
  expect(drawnIn).toHaveLength(20);
  expect(new Set(drawnIn).size).toBe(20);
});

/** Calls that Slack refused because there were too many. */
const limited = (method: string) =>
  slack.calls(method).filter(({ answer }) => answer?.ok === false && answer.error === "ratelimited");

test.each([
  ["C2", "invite it there with /invite"],
  ["C3", "is archived: choose another"],
  ["C9", "Slack does not know the channel in SLACK_CHANNEL_ID"],
])("in %s a card is tried again, since a person can fix it: %s", async (channel, fixing) => {
  expect(await cardsIn(channel).post(asked)).toEqual({ kind: "failed" });
  expect(advice).toEqual([expect.stringContaining(fixing)]);
});

test("without the scope to post, a card is refused, and the scope is named", async () => {
  slack.installation.scopes.bot.delete("chat:write");
  expect(await cardsIn("C1").post(asked)).toEqual({ kind: "refused", fault: "app" });
  expect(advice).toEqual([expect.stringContaining("lacks the scope chat:write")]);
});

test("with a token that was revoked, a card is refused", async () => {
  slack.installation.revoke("bot");
  expect(await cardsIn("C1").post(asked)).toEqual({ kind: "refused", fault: "app" });
  expect(advice).toEqual([expect.stringContaining("Slack does not accept the token in SLACK_BOT_TOKEN")]);
});

test("a message that Slack will never take is refused as such", async () => {
  const restore = slack.outage({ error: "invalid_blocks", methods: ["chat.postMessage"] });
  expect(await cardsIn("C1").post(asked)).toEqual({ kind: "refused", fault: "message" });
  restore();
});

test("cards that keep to their turns are never too many for Slack", async () => {
  const cards = cardsIn("C1");
  for (let n = 0; n < 5; n += 1) {
    await cards.turn(end.signal);
    expect(await cards.post(asked)).toMatchObject({ kind: "posted" });
  }
  expect(limited("chat.postMessage")).toEqual([]);
});

test("three cards may be posted at once, and then there is a turn for one", async () => {
  const cards = cardsIn("C1");
  const turns = [];
  for (let n = 0; n < 4; n += 1) turns.push(await cards.turn(end.signal));
  expect(turns).toEqual([3, 2, 1, 1]);
});

test("when Slack wants us to wait, no card is posted before the time is over, and people are told all the same", async () => {
  const cards = cardsIn("C1");
  const others = cardsIn("C1");
  const posted = await Promise.all([1, 2, 3].map(async () => others.post(asked)));
  expect(await cards.post(asked)).toEqual({ kind: "limited" });
  const [first] = posted;
  if (first?.kind !== "posted") throw new Error("There is a card.");

  await cards.tell({ userID: "U1", card: first.card }, { kind: "unknown-button" });
  expect(slack.user("U1").ephemerals()).toHaveLength(1);
  expect(await cards.show(first.card, () => closed)).toBe("done");
  await cards.turn(end.signal);
  expect(await cards.post(asked)).toMatchObject({ kind: "posted" });
  expect(limited("chat.postMessage")).toHaveLength(1);
  expect(advice).toEqual([]);
});

test("a card that found nobody to be sent to is not posted, and one whose answer was cut off may be", async () => {
  const restore = slack.outage({ refuse: true });
  expect(await cardsIn("C1").post(asked)).toEqual({ kind: "unknown" });
  restore();
  await slack.close();
  expect(await cardsIn("C1").post(asked)).toEqual({ kind: "failed" });
});

test("while Slack is away it is only asked whether it is back, and then all goes on", async () => {
  const cards = cardsIn("C1");
  const posted = await cards.post(asked);
  if (posted.kind !== "posted") throw new Error("There is a card.");
  const restore = slack.outage({ refuse: true });
  expect(await cards.post(asked)).toEqual({ kind: "unknown" });
  const before = slack.calls().length;
  const waiting = [
    cards.turn(end.signal),
    cards.show(posted.card, () => closed),
    cards.tell({ userID: "U1", card: posted.card }, { kind: "unknown-button" }),
  ] as const;
  await slack.waitFor(() => slack.calls().length >= before + 3);
  expect(
    new Set(
      slack
        .calls()
        .slice(before)
        .map(({ method }) => method),
    ),
  ).toEqual(new Set(["auth.test"]));

  restore();
  await Promise.all(waiting);
  expect(renderPlain(slack.channel("C1").messages()[0] ?? {})).toContain("Rejected in OpenCode");
  expect(slack.user("U1").ephemerals()).toHaveLength(1);
});

test("what waits for Slack to be back waits no longer when nobody wants it any more", async () => {
  const cards = cardsIn("C1");
  slack.outage({ refuse: true });
  await cards.post(asked);
  const waiting = [cards.turn(end.signal), cards.show({ channel: "C1", ts: "1.1" }, () => closed)] as const;
  end.abort();
  expect(await Promise.all(waiting)).toEqual([0, "interrupted"]);
});

test("whoever pressed is told again when Slack's answer was lost on its way", async () => {
  const cards = cardsIn("C1");
  const restore = slack.outage({ status: 503, methods: ["chat.postEphemeral"] });
  const telling = cards.tell(
    { userID: "U1", card: { channel: "C1", ts: "1.000001" } },
    { kind: "all-closed" },
  );
  await slack.waitFor(() => slack.calls("chat.postEphemeral").length > 0);
  restore();
  await telling;
  expect(slack.user("U1").ephemerals()).toHaveLength(1);
});

test("whoever pressed is told however often Slack has said to wait", async () => {
  const method = "chat.postEphemeral";
  const restore = slack.outage({ status: 429, retryAfterS: 0, methods: [method] });
  const telling = cardsIn("C1").tell(
    { userID: "U1", card: { channel: "C1", ts: "1.000001" } },
    { kind: "all-closed" },
  );
  await slack.waitFor(() => slack.calls(method).length > 15);
  restore();
  await telling;
  expect(slack.user("U1").ephemerals()).toHaveLength(1);
});

test("an answer that is lost leaves open whether the card is there", async () => {
  slack.loseAnswer("chat.postMessage");
  expect(await cardsIn("C1").post(asked)).toEqual({ kind: "unknown" });
  expect(slack.channel("C1").messages()).toHaveLength(1);
});

test("a card that somebody deleted is said to be", async () => {
  const cards = cardsIn("C1");
  expect(await cards.show({ channel: "C1", ts: "1.000001" }, () => closed)).toBe("deleted");
});

test.each(["channel_not_found", "is_inactive", "is_archived", "not_in_channel"])(
  "a card in a channel that is lost (%s) is given up at once, and so is whoever pressed there",
  async (error) => {
    const cards = cardsIn("C1");
    slack.outage({ error, methods: ["chat.update", "chat.postEphemeral"] });
    const card = { channel: "C1", ts: "1.000001" };
    expect(await cards.show(card, () => closed)).toBe("lost");
    await cards.tell({ userID: "U1", card }, { kind: "all-closed" });
    expect(slack.calls().map(({ method }) => method)).toEqual(["chat.update", "chat.postEphemeral"]);
    expect(advice).not.toEqual([]);
  },
);

test("a card that Slack does not let anybody change any more is given up, with advice", async () => {
  slack.outage({ error: "edit_window_closed", methods: ["chat.update"] });
  expect(await cardsIn("C1").show({ channel: "C1", ts: "1.000001" }, () => closed)).toBe("lost");
  expect(advice).toEqual([expect.stringContaining("ask an admin to allow editing at any time")]);
});

test("a card of a dead OpenCode in a channel that is lost is given up without a word", async () => {
  const state = { kind: "gone", reason: "opencode-ended", at: new Date(0) } as const;
  expect(await cardsIn("C1").closeOrphan({ channel: "C9", ts: "1.000001" }, {}, state)).toBe("lost");
  expect(advice).toEqual([]);
});

test("what Slack refuses with a code that it does not document is named, and tried again", async () => {
  const cards = cardsIn("C1");
  const restore = slack.outage({ error: "surprise" });
  expect(await cards.post(asked)).toEqual({ kind: "failed" });
  expect(advice).toEqual([expect.stringContaining("the gateway does not know: surprise.")]);
  for (let n = 1; n < 9; n += 1) expect(await cards.post(asked)).toEqual({ kind: "failed" });
  expect(await cards.post(asked)).toEqual({ kind: "refused", fault: "app" });
  restore();
  expect(await cards.post(asked)).toMatchObject({ kind: "posted" });
});

test("a card that cannot be closed before Slack is left stays open", async () => {
  const cards = cardsIn("C1");
  const posted = await cards.post(asked);
  if (posted.kind !== "posted") throw new Error("There is a card.");
  const restore = slack.outage({ refuse: true });
  const closing = cards.show(posted.card, () => closed);
  end.abort();
  expect(await closing).toBe("interrupted");
  restore();
  expect(renderPlain(slack.channel("C1").messages()[0] ?? {})).not.toContain("Rejected");
});

test("a file is for what can be allowed only with it, and only where the app has the scope", async () => {
  const cards = cardsIn("C1");
  const away = slack.outage({ methods: ["auth.test"], refuse: true });
  slack.installation.scopes.bot.add("files:write");
  expect(cards.threadForm(await cards.read(endless, end.signal))).toBeUndefined();
  away();
  const long = await cards.read(endless, end.signal);
  expect(cards.threadForm(long)).toBe("snippet");
  expect(cards.offers(long, "snippet")).toEqual(["once", "reject"]);

  slack.installation.scopes.bot.delete("files:write");
  const others = cardsIn("C1");
  const cut = await others.read(endless, end.signal);
  expect(others.threadForm(cut)).toBeUndefined();
  expect(others.offers(cut, undefined)).toEqual(["reject"]);
});

test("a short request waits for nothing that Slack says of the app", async () => {
  expect(await cardsIn("C1").read(raw, end.signal)).toEqual(content);
  expect(slack.calls("auth.test")).toEqual([]);
});

test.each(["files.getUploadURLExternal", "upload", "files.completeUploadExternal"])(
  "a file whose %s fails is uploaded again, until it is in the thread",
  async (step) => {
    const cards = cardsIn("C1");
    const { card, long } = await postEndless(cards);
    const restore = slack.outage({ methods: [step], status: 503 });
    let outcome: string | undefined;
    const filling = cards.fillThread(card, long, "snippet", end.signal).then((ended) => (outcome = ended));
    await slack.waitFor(() => slack.calls("files.getUploadURLExternal").length > 1);
    expect(outcome).toBeUndefined();
    expect(filesIn(card)).toEqual([]);
    restore();
    expect(await filling).toBe("done");
    expect(filesIn(card)).toMatchObject([{ name: "request.txt", title: "The whole request" }]);
  },
);

test("a file whose last answer was lost is there twice, which does no harm", async () => {
  const cards = cardsIn("C1");
  const { card, long } = await postEndless(cards);
  slack.loseAnswer("files.completeUploadExternal");
  expect(await cards.fillThread(card, long, "snippet", end.signal)).toBe("done");
  const [first, second] = filesIn(card);
  expect(first?.content).toContain("1000 | +this is one more line");
  expect(second?.content).toBe(first?.content);
});

test("when Slack wants files to wait, they do, and cards do not", async () => {
  const cards = cardsIn("C1");
  const { card, long } = await postEndless(cards);
  const method = "files.completeUploadExternal";
  const restore = slack.outage({ methods: [method], status: 429, retryAfterS: 1 });
  const filling = cards.fillThread(card, long, "snippet", end.signal);
  await slack.waitFor(() => slack.calls(method).length > 0);
  restore();
  const { at: limitedAt = Infinity } = slack.calls(method)[0] ?? {};
  expect(await filling).toBe("done");
  expect(await cards.turn(end.signal)).toBe(3);
  expect(slack.calls(method)[1]?.at).toBeGreaterThanOrEqual(limitedAt + 1_000);
});

test.each([
  "file_type_not_allowed",
  "file_upload_size_restricted",
  "file_uploads_disabled",
  "file_uploads_except_images_disabled",
  "snippet_too_large",
])("a file that Slack never takes is refused: %s", async (error) => {
  const cards = cardsIn("C1");
  const { card, long } = await postEndless(cards);
  slack.outage({ methods: ["files.getUploadURLExternal"], error });
  expect(await cards.fillThread(card, long, "snippet", end.signal)).toBe("refused");
});

test("a file is refused when the scope was taken away, and the scope is named", async () => {
  const cards = cardsIn("C1");
  const { card, long } = await postEndless(cards);
  slack.installation.scopes.bot.delete("files:write");
  expect(await cards.fillThread(card, long, "snippet", end.signal)).toBe("refused");
  expect(advice).toEqual([expect.stringContaining("lacks the scope files:write")]);
});

test("with a token that was revoked, a file has to wait until somebody has fixed that", async () => {
  const cards = cardsIn("C1");
  const { card, long } = await postEndless(cards);
  slack.installation.revoke("bot");
  expect(await cards.fillThread(card, long, "snippet", end.signal)).toBe("interrupted");
});

test("cards that are drawn for something that nothing depends on have five turns at once, over all channels", async () => {
  const cards = cardsIn("C1");
  const turns = ["C1", "C4", "C1", "C4", "C1"].map(async (channel) =>
    cards.spareTurn({ channel, ts: "1.000001" }, true, end.signal),
  );
  expect(await Promise.all(turns)).toEqual([true, true, true, true, true]);
  const ended = new AbortController();
  const sixth = cards.spareTurn({ channel: "C4", ts: "1.000001" }, false, ended.signal);
  ended.abort();
  expect(await sixth).toBe(false);
});

test("a card that is drawn for something that nothing depends on is not tried again, unless nobody knows what it is", async () => {
  const cards = cardsIn("C1");
  const posted = await cards.post(asked);
  if (posted.kind !== "posted") throw new Error("There is a card.");
  const drawings = () => slack.calls("chat.update").length;
  const restore = slack.outage({ error: "internal_error", methods: ["chat.update"] });
  expect(await cards.show(posted.card, () => closed, undefined, true)).toBe("interrupted");
  expect(drawings()).toBe(1);
  restore();
  slack.loseAnswer("chat.update");
  expect(await cards.show(posted.card, () => closed, undefined, true)).toBe("done");
  expect(drawings()).toBe(3);
});
