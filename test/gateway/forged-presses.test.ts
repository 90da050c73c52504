import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../support/opencode/until.ts";
import type { Block } from "../support/slack/block-kit.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { Message } from "../support/slack/slack-objects.ts";
import type { SlackStandIn } from "../support/slack/stand-in.ts";
import { NO_MENTION, startGateway, type SmallGateway } from "../support/small-gateway.ts";

/** What Slack sends with a press, to be changed at will. */
interface Payload extends Record<string, unknown> {
  type: unknown;
  user: { id: unknown; team_id?: unknown };
  api_app_id?: unknown;
  container: { type: unknown; channel_id: unknown; message_ts: unknown };
  message: { text: string; blocks: AnyBlock[]; attachments?: unknown; files?: unknown };
  actions: { action_id: unknown; value: unknown; action_ts?: unknown; type: unknown }[];
}

/** Whatever a block may hold. */
interface AnyBlock extends Record<string, unknown> {
  type: string;
  text: { text: string };
  elements: (AnyBlock & { value: string; elements: AnyBlock[] })[];
}

/** Slack's clock is an hour behind this machine's, and the cards are some minutes old. */
const CLOCK_OFF_MS = -3_600_000;
const CARD_AGE_MS = 300_000;

let small: SmallGateway;
let slack: SlackStandIn;
let card: Message;
let other: Message;
/** The card as Slack sends it along with a press, before anybody has pressed. */
let asPosted: Payload["message"];

beforeAll(async () => {
  let offMs = CLOCK_OFF_MS - CARD_AGE_MS;
  const slackOptions = {
    now: () => Date.now() + offMs,
    people: [{ id: "U1" }, { id: "U2" }],
    channels: [
      { id: "C1", members: ["U1", "U2"] },
      { id: "C2", members: ["U1", "U2"] },
    ],
  };
  small = await startGateway(slackOptions, undefined, NO_MENTION);
  ({ slack } = small);
  small.asked(1, "git push");
  card = await small.card("git push");
  small.asked(2, "git status");
  other = await small.card("git status");
  ({ message: asPosted } = await payloadOf("Allow once"));
  offMs = CLOCK_OFF_MS;
  // The answer to the stranger tells the gateway what time it is at Slack.
  await slack.user("U2").press(card, "Reject");
  await slack.waitFor(() => slack.user("U2").ephemerals().length === 1);
});
afterAll(async () => small[Symbol.asyncDispose]());

const cardNow = () =>
  slack
    .channel("C1")
    .messages()
    .find(({ ts }) => ts === card.ts);
const drawings = () => slack.calls("chat.update").filter((call) => call.arguments["ts"] === card.ts).length;
/** Also without what it says of the last press, which is no part of what is asked. */
const withoutIDs = (blocks: readonly Block[] = []) =>
  blocks.flatMap((block) =>
    JSON.stringify(block).includes("Last press: ") ? [] : [{ ...block, block_id: "" }],
  );

/** What Slack would send if the approver pressed now; it reaches nobody. */
async function payloadOf(button: "Allow once" | "Reject", on = card): Promise<Payload> {
  slack.route(() => undefined);
  await slack.user("U1").press(on, button);
  slack.route();
  return structuredClone(slack.envelopes().at(-1)?.payload) as Payload;
}

/** A press of Allow as `forge` makes it. Resolves with what whoever pressed is told. */
async function press(forge: (payload: Payload) => void, userID = "U1"): Promise<string> {
  const payload = await payloadOf("Allow once");
  forge(payload);
  const before = small.told(userID).length;
  await slack.deliver(payload);
  await slack.waitFor(() => small.told(userID).length > before);
  return small.told(userID).at(-1) ?? "";
}

/** The block that has buttons. */
function buttonsIn({ message }: Payload): AnyBlock["elements"] {
  return message.blocks.find(({ type }) => type === "actions")?.elements ?? [];
}

function isOlder(payload: Payload, seconds: number): void {
  for (const action of payload.actions) {
    action.action_ts = (Number(action.action_ts) - seconds).toFixed(6);
  }
}

type Forgery = readonly [what: string, forge: (payload: Payload) => void, says: string];

const NOT_OURS: readonly Forgery[] = [
  ["for another app", (payload) => (payload.api_app_id = "A2"), "not for the Slack app that posted the card"],
  ["in another channel", ({ container }) => (container.channel_id = "C2"), "posted again further down"],
  ["on another message", ({ container }) => (container.message_ts = "1.000001"), "posted again further down"],
  [
    "on another card",
    ({ container }) => (container.message_ts = other.ts),
    "no OpenCode on this machine still asks this",
  ],
  ["by a guest of another workspace", ({ user }) => (user.team_id = "T7"), "you are in another one"],
  [
    "with other bits",
    ({ actions: [action] }) => action && (action.value = "A".repeat(22)),
    "no OpenCode on this machine still asks this",
  ],
  [
    "with bits cut short",
    ({ actions: [action] }) => action && (action.value = String(action.value).slice(0, -1)),
    "no OpenCode on this machine still asks this",
  ],
  [
    "of a card of another machine",
    ({ actions: [action] }) =>
      action && (action.action_id = String(action.action_id).replace(/^.*_/, "tower.00000000_")),
    "belongs to the machine tower",
  ],
  [
    "of a menu on a card of another machine",
    ({ actions: [action] }) =>
      action &&
      Object.assign(action, {
        type: "static_select",
        action_id: String(action.action_id).replace(/^.*_/, "tower.00000000_"),
      }),
    "belongs to the machine tower",
  ],
  [
    "older than a minute",
    (payload) => {
      payload.message = asPosted;
      isOlder(payload, 61);
    },
    "took more than a minute to arrive",
  ],
  ["older than the card", (payload) => isOlder(payload, CARD_AGE_MS / 100), "has changed since you pressed"],
];

const NOT_ALL_OF_IT = "Slack left out a part of your press";
/** What Slack may leave out, for all that anybody has promised. */
const INCOMPLETE: readonly Forgery[] = [
  ["from no workspace", ({ user }) => delete user.team_id, "Slack does not say which workspace you are in"],
  [
    "from no workspace's ID",
    ({ user }) => (user.team_id = null),
    "Slack does not say which workspace you are in",
  ],
  ["for no app", (payload) => delete payload.api_app_id, NOT_ALL_OF_IT],
  ["without the message", (payload) => Object.assign(payload, { message: undefined }), NOT_ALL_OF_IT],
  ["without a time", ({ actions: [action] }) => delete action?.action_ts, NOT_ALL_OF_IT],
  ["at no time", ({ actions: [action] }) => action && (action.action_ts = "soon"), NOT_ALL_OF_IT],
  ["at a time that is a number", ({ actions: [action] }) => action && (action.action_ts = 1), NOT_ALL_OF_IT],
  [
    "at a time without end",
    ({ actions: [action] }) => action && (action.action_ts = `${"9".repeat(400)}.0`),
    NOT_ALL_OF_IT,
  ],
];

test.each([...NOT_OURS, ...INCOMPLETE])(
  "a press %s answers nothing, and whoever pressed is told",
  async (_, forge, says) => {
    expect(await press(forge)).toContain(says);
    expect(small.received).toEqual([]);
    expect(renderPlain(cardNow() ?? {})).toContain("[Allow once]");
  },
);

test("a press by somebody who is no approver answers nothing, and they are told", async () => {
  expect(await press(({ user }) => (user.id = "U2"), "U2")).toContain("You can't approve this");
  expect(small.received).toEqual([]);
});

test("a press with a value of another card answers nothing, and whoever pressed is told", async () => {
  const [value] = (await payloadOf("Allow once", other)).actions;
  const says = await press((payload) => (payload.actions = value ? [value] : []));
  expect(says).toContain("no OpenCode on this machine still asks this");
  expect(small.received).toEqual([]);
});

const BLOCKS = ["header", "rich_text", "context", "actions"] as const;
const textIn = ({ text, elements }: AnyBlock): { text: string } => {
  const [inner] = elements ?? [];
  if (text !== undefined) return text;
  if (inner?.elements?.[0] !== undefined) return textIn(inner);
  return inner?.text === undefined || typeof inner.text === "string" ? (inner as never) : inner.text;
};

const REWRITTEN: readonly (readonly [what: string, forge: (payload: Payload) => void])[] = [
  ...BLOCKS.map(
    (type) =>
      [
        `the words of its first ${type} block`,
        ({ message }: Payload) => {
          const block = message.blocks.find((each) => each.type === type);
          if (block === undefined) throw new Error(`The card has a ${type} block.`);
          const text = textIn(block);
          text.text = `${text.text}!`;
        },
      ] as const,
  ),
  [
    "the command",
    ({ message }) => {
      const text = JSON.stringify(message.blocks);
      expect(text).toContain("git push");
      message.blocks = JSON.parse(text.replaceAll("git push", "git pull")) as AnyBlock[];
    },
  ],
  [
    "the label of Reject",
    (payload) => Object.assign(buttonsIn(payload)[1]?.text ?? {}, { text: "Allow once" }),
  ],
  ["the value of Reject", (payload) => Object.assign(buttonsIn(payload)[1] ?? {}, { value: "x" })],
  ["the order of the buttons", (payload) => buttonsIn(payload).push(...buttonsIn(payload).splice(0, 1))],
  ["the colour of a button", (payload) => Object.assign(buttonsIn(payload)[1] ?? {}, { style: "primary" })],
  [
    "a link behind a button",
    (payload) => Object.assign(buttonsIn(payload)[0] ?? {}, { url: "https://example.com" }),
  ],
  [
    "a dialog before a button",
    (payload) =>
      Object.assign(buttonsIn(payload)[0] ?? {}, {
        confirm: { title: { type: "plain_text", text: "Only git pull?" } },
      }),
  ],
  ["a button more", (payload) => buttonsIn(payload).push(...structuredClone(buttonsIn(payload).slice(0, 1)))],
  ["a button less", (payload) => buttonsIn(payload).pop()],
  ["a block more", ({ message }) => message.blocks.unshift(...structuredClone(message.blocks.slice(0, 1)))],
  ["a block less", ({ message }) => message.blocks.shift()],
  ["the order of its blocks", ({ message }) => message.blocks.push(...message.blocks.splice(0, 1))],
  ["no blocks", ({ message }) => (message.blocks = [])],
  ["an attachment more", ({ message }) => (message.attachments = [{ text: "Only git pull." }])],
  ["a file more", ({ message }) => (message.files = [{ id: "F1", title: "Only git pull." }])],
];

test.each(REWRITTEN)(
  "a press on a card that shows %s otherwise answers nothing, and the card is drawn again",
  async (_, forge) => {
    const before = drawings();
    expect(await press(forge)).toContain("this card in Slack was not as the gateway posted it");
    await slack.waitFor(() => drawings() > before);
    expect(small.received).toEqual([]);
    expect(withoutIDs(cardNow()?.blocks)).toEqual(withoutIDs(card.blocks));
  },
);

/** What another release may do with its cards: none of it is a press as this one knows it. */
const STRANGE: readonly (readonly [what: string, forge: (payload: Payload) => void])[] = [
  ["of another type", (payload) => (payload.type = "message_action")],
  ["on nothing but a message", (payload) => Object.assign(payload, { container: undefined })],
  ["in a view", ({ container }) => (container.type = "view")],
  ["on a message whose time stands elsewhere", ({ container }) => (container.message_ts = null)],
  ["of two buttons", (payload) => payload.actions.push(...structuredClone(payload.actions))],
  ["of a menu", ({ actions: [action] }) => action && (action.type = "static_select")],
  ["of an element that does not exist yet", ({ actions: [action] }) => action && (action.type = "dial")],
  ["with a number for a value", ({ actions: [action] }) => action && (action.value = 1)],
  ["without a value", ({ actions: [action] }) => delete action?.value],
  [
    "in a modal of another kind",
    (payload) => {
      const [action] = payload.actions;
      const metadata = `${String(action?.action_id).split(" ")[0]} bits C1 ${card.ts} more`;
      Object.assign(payload, { container: { type: "view" }, message: undefined, channel: undefined });
      Object.assign(payload, { view: { callback_id: "new", private_metadata: metadata } });
    },
  ],
];

test.each(STRANGE)(
  "a press %s reaches its card's OpenCode, and whoever pressed is told",
  async (_, forge) => {
    const notUnderstood = async () => small.logged("this version does not understand the press");
    const before = (await notUnderstood()).length;
    expect(await press(forge)).toContain("does not understand this press");
    const logged = await notUnderstood();
    expect(logged).toHaveLength(before + 1);
    expect(logged.at(-1)).toMatchObject({ level: "warn" });
    expect(JSON.stringify(logged)).not.toContain("git push");
    expect(small.received).toEqual([]);
  },
);

test("a press of which Slack does not say by whom is logged, since nobody can be told", async () => {
  for (const forge of [(one: Payload) => Object.assign(one, { user: undefined }), nameless]) {
    const payload = await payloadOf("Allow once");
    forge(payload);
    const notUnderstood = async () =>
      (await small.logged("this version does not understand the press")).length;
    const [before, toldBefore] = [await notUnderstood(), small.told().length];
    expect(await slack.deliver(payload)).toMatchObject({ acked: true });
    await until("it is logged", async () => (await notUnderstood()) > before);
    expect(small.received).toEqual([]);
    expect(small.told()).toHaveLength(toldBefore);
  }
});

function nameless({ user }: Payload): void {
  user.id = "";
}

const FOREIGN: readonly (readonly [what: string, forge: (payload: Payload) => void])[] = [
  ["of no button", (payload) => (payload.actions = [])],
  ["of an element without a name", ({ actions: [action] }) => delete action?.action_id],
  ["of somebody else's button", ({ actions: [action] }) => action && (action.action_id = "approve")],
  ["of a button that Slack has named", ({ actions: [action] }) => action && (action.action_id = "aB3/x")],
];

test.each(FOREIGN)("a press %s is of no card of ours, and is acked", async (_, forge) => {
  const payload = await payloadOf("Allow once");
  forge(payload);
  const isNone = async () => (await small.logged("this interaction is not a press on a card")).length;
  const [before, toldBefore] = [await isNone(), small.told().length];
  expect(await slack.deliver(payload)).toMatchObject({ acked: true });
  await until("it is logged", async () => (await isNone()) > before);
  expect(small.received).toEqual([]);
  expect(small.told()).toHaveLength(toldBefore);
});

test("each refusal is logged with who pressed, from where, and why", async () => {
  const refused = await small.logged("press refused");
  const reasons = new Set(refused.map(({ reason }) => reason));
  expect(reasons).toEqual(
    new Set([
      "altered",
      "changed",
      "closed",
      "incomplete",
      "late",
      "not-listed",
      "other-app",
      "other-card",
      "other-workspace",
      "team-unknown",
    ]),
  );
  expect(refused.find(({ reason }) => reason === "other-workspace")).toMatchObject({
    userID: "U1",
    teamID: "T7",
  });
});

describe("after all that", () => {
  test("a Reject that was long on its way counts, also without the card that it was on", async () => {
    const payload = await payloadOf("Reject");
    isOlder(payload, 120);
    Object.assign(payload, { message: undefined, api_app_id: undefined });
    await slack.deliver(payload);
    await until("OpenCode hears of it", () => small.received.length === 1);
    const before = small.told().length;
    await slack.waitFor(() => small.told().length > before);
    expect(small.told().at(-1)).toContain("The gateway told OpenCode “rejected”");
  });

  test("an Allow that is nearly a minute old counts, once, however often its envelope comes", async () => {
    const before = small.received.length;
    const payload = await payloadOf("Allow once", other);
    isOlder(payload, 50);
    await slack.deliver(payload, { envelopeID: "the same" });
    await slack.deliver(payload, { envelopeID: "the same" });
    await until("OpenCode hears of it", () => small.received.length > before);
    small.replied("per_2", "once");
    await small.card("Allowed once by @U1");
    expect(small.received).toHaveLength(before + 1);
  });
});
