import { afterEach, beforeEach, expect, test } from "vitest";
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
import type { SlackStandIn } from "../support/slack/stand-in.ts";
import { startGateway, type SmallGateway } from "../support/small-gateway.ts";

/** What of a message stands before people. */
const SHOWN: ReadonlySet<unknown> = new Set(["blocks", "attachments", "files"]);
/** What Slack adds there itself. */
const SLACKS_OWN: ReadonlySet<unknown> = new Set(["block_id", "border", "emoji", "verbatim"]);

let small: SmallGateway;
let slack: SlackStandIn;
beforeEach(async () => {
  small = await startGateway({ habits: true });
  ({ slack } = small);
});
afterEach(async () => small[Symbol.asyncDispose]());

/** A card with all that cards have: a warning, a date, preformatted text, a dialog, and each button. */
async function ask(n: number): Promise<Message> {
  const command = "dirname 'https://example.com/?a=1&b=<2>' 🚀 مرحبا";
  if (n === 1) {
    small.asked(0, command, "ses_1");
    await small.card("dirname");
    small.replied("per_0", "reject");
    await small.card("Rejected in OpenCode");
  }
  const isNew = new Set(slack.channel("C1").messages());
  small.asked(n, command, "ses_1", ["dirname *"]);
  return slack.channel("C1").waitForMessage((message) => !isNew.has(message));
}

/** The message as a press carries it, and the paths of all its fields. */
async function fieldsOf(card: Message): Promise<{ message: unknown; paths: FieldPath[] }> {
  slack.route(() => undefined);
  await slack.user("U1").press(card, "Allow once");
  slack.route();
  const message = slack.envelopes().at(-1)?.payload["message"];
  return { message, paths: pathsOf(message) };
}

const isHarmless = (path: FieldPath) => !SHOWN.has(path[0]) || SLACKS_OWN.has(path.at(-1));

/** What an Allow leads to whose message differs so from Slack's own. */
async function allow(card: Message, change: FieldChange): Promise<unknown> {
  const refusals = async () => small.logged("press refused");
  const [before, heard] = [(await refusals()).length, small.received.length];
  slack.changePresses(change);
  await slack.user("U1").press(card, "Allow once");
  slack.changePresses();
  return until("something comes of it", async () =>
    small.received.length > heard ? "allowed" : (await refusals())[before]?.["reason"],
  );
}

test("all that Slack may write otherwise by itself may differ at once, or be missing", async () => {
  for (const [index, to] of [another, () => undefined].entries()) {
    const card = await ask(index + 1);
    const { paths } = await fieldsOf(card);
    const changes = paths
      .filter(isHarmless)
      .filter((path) => typeof path[0] !== "string" || path.length === 1 || SHOWN.has(path[0]));
    expect(changes.length).toBeGreaterThan(20);
    const changeAll = (message: unknown) =>
      changes.reduce((changed, path) => withChange(changed, { path, to }), message);
    expect(await allow(card, { path: [], to: changeAll })).toBe("allowed");
    small.replied(`per_${index + 1}`, "once");
    await small.cardSays(card, "Allowed once");
  }
});

test("any other field of a card that differs, or is missing, lets nobody allow", async () => {
  const card = await ask(1);
  const { message, paths } = await fieldsOf(card);
  const shown = paths.filter((path) => !isHarmless(path));
  expect(shown.length).toBeGreaterThan(100);
  for (const path of shown) {
    expect(await allow(card, { path, to: () => undefined }), `without ${path.join(".")}`).toBe("altered");
    if (another(valueAt(message, path)) === undefined) continue;
    expect(await allow(card, { path, to: another }), path.join(".")).toBe("altered");
  }
  expect(small.received).toEqual([]);
});

test("Reject counts whatever of the message differs", async () => {
  const card = await ask(1);
  slack.changePresses({ path: ["blocks"], to: () => [] });
  await slack.user("U1").press(card, "Reject");
  await until("OpenCode hears of it", () => small.received.length === 1);
});
