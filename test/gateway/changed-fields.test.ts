import { expect, test } from "vitest";
import { until } from "../support/opencode/until.ts";
import {
  another,
  pathsOf,
  valueAt,
  withChange,
  type FieldChange,
  type FieldPath,
} from "../support/slack/field-changes.ts";
import type { Message } from "../support/slack/slack-objects.ts";
import { NO_MENTION, startGateway, type SmallGateway } from "../support/small-gateway.ts";

const COMMAND = "dirname 'https://example.com/?a=1&b=<2>' 🚀 مرحبا";
/** What of a message stands before people. */
const SHOWN: ReadonlySet<unknown> = new Set(["blocks", "attachments", "files"]);
/** What Slack adds there by itself. */
const SLACKS_OWN: ReadonlySet<unknown> = new Set(["block_id", "border", "emoji", "verbatim"]);
/** Each press that is refused draws the card again, of which a minute takes fifty. */
const PRESSES_LIMIT = 45;

const remove = () => undefined;

/** A card with all that cards have: a warning, a date, preformatted text, a dialog, and each button. */
async function openCard(small: SmallGateway): Promise<Message> {
  small.asked(1, COMMAND, "ses_1");
  const rejected = await small.card("dirname");
  small.replied("per_1", "reject");
  await small.cardSays(rejected, "Rejected in OpenCode");
  small.asked(2, COMMAND, "ses_1", ["dirname *"]);
  return small.card("like one that was rejected");
}

/** The message as a press carries it; the press itself reaches nobody. */
async function messageOf({ slack }: SmallGateway, card: Message): Promise<unknown> {
  slack.route(remove);
  await slack.user("U1").press(card, "Allow once");
  slack.route();
  return slack.envelopes().at(-1)?.payload["message"];
}

/** What an Allow leads to whose message differs so from what Slack has: `allowed`, or why not. */
async function allow(small: SmallGateway, card: Message, change: FieldChange): Promise<unknown> {
  const refusals = async () => small.logged("press refused");
  const before = (await refusals()).length;
  small.slack.changePresses(change);
  await small.slack.user("U1").press(card, "Allow once");
  small.slack.changePresses();
  return until("something comes of it", async () =>
    small.received.length > 0 ? "allowed" : (await refusals())[before]?.["reason"],
  );
}

/** Whether Slack may have done that by itself, so that nobody is kept from answering. */
function isSlacksOwn(message: unknown, { path, to }: FieldChange): boolean {
  if (!SHOWN.has(path[0]) || SLACKS_OWN.has(path.at(-1))) return true;
  const isOfEmoji = path.some((_, depth) => valueAt(message, [...path.slice(0, depth), "type"]) === "emoji");
  // An emoji looks the same in bold letters, and its name says which it is.
  return isOfEmoji && (path.includes("style") || (path.at(-1) === "unicode" && to === remove));
}

function isWithin(path: FieldPath, other: FieldPath): boolean {
  return path.length > other.length && other.every((name, depth) => name === path[depth]);
}

test.each([
  ["be other than it is", another],
  ["be missing", remove],
])("all that Slack adds to a card by itself may %s", async (_, to) => {
  await using small = await startGateway({ habits: true });
  const card = await openCard(small);
  const message = await messageOf(small, card);
  const all = pathsOf(message)
    .map((path) => ({ path, to }))
    .filter((change) => isSlacksOwn(message, change));
  // What holds others goes with them.
  const changes = all.filter(({ path }) => !all.some((other) => isWithin(path, other.path)));
  expect(changes.map(({ path }) => path.at(-1))).toEqual(
    expect.arrayContaining(["text", "team", "block_id", "border", "emoji", "style"]),
  );
  const changeAll = (sent: unknown): unknown => changes.reduce(withChange, sent);
  expect(await allow(small, card, { path: [], to: changeAll })).toBe("allowed");
});

/** Every difference that only somebody else can have made. */
async function forgeries(): Promise<FieldChange[]> {
  await using small = await startGateway({ habits: true }, undefined, NO_MENTION);
  const message = await messageOf(small, await openCard(small));
  const paths = pathsOf(message);
  const changed = paths.filter((path) => another(valueAt(message, path)) !== undefined);
  return [
    ...paths.map((path) => ({ path, to: remove })),
    ...changed.map((path) => ({ path, to: another })),
  ].filter((change) => !isSlacksOwn(message, change));
}

test("nobody allows with a card of which any other field differs, or is missing", async () => {
  const left = await forgeries();
  expect(left.length).toBeGreaterThan(150);
  const letThrough: string[] = [];
  while (left.length > 0) {
    await using small = await startGateway({ habits: true }, undefined, NO_MENTION);
    const card = await openCard(small);
    for (const change of left.splice(0, PRESSES_LIMIT)) {
      if ((await allow(small, card, change)) === "altered") continue;
      letThrough.push(`${change.path.join(".")} ${change.to === remove ? "is missing" : "differs"}`);
      // What was answered can be asked no more.
      break;
    }
  }
  expect(letThrough).toEqual([]);
});

test.each([
  ["an attachment", { path: ["attachments"], to: () => [{ text: "Only echo." }] }],
  ["a file", { path: ["files"], to: () => [{ id: "F1", name: "note.txt" }] }],
  ["a block", { path: ["blocks", 0], to: () => ({ type: "divider", block_id: "new" }) }],
  ["a field that nobody knows", { path: ["blocks", 1, "caption"], to: () => "Safe." }],
] satisfies [string, FieldChange][])(
  "nobody allows with a card that has %s more or instead",
  async (_, change) => {
    await using small = await startGateway({ habits: true });
    const card = await openCard(small);
    expect(await allow(small, card, change)).toBe("altered");
  },
);

test("Reject counts whatever of the message differs, and whoever pressed is told to look at it", async () => {
  await using small = await startGateway({ habits: true });
  const card = await openCard(small);
  small.slack.changePresses({ path: ["blocks"], to: () => [] });
  await small.slack.user("U1").press(card, "Reject");
  await until("OpenCode hears of it", () => small.received.length === 1);
  await small.slack.waitFor(() => small.told().length > 0);
  expect(small.told()).toEqual([expect.stringContaining("A reject counts anyway")]);
});
