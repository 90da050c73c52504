import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contentsOf } from "../support/contents.ts";
import { until } from "../support/opencode/until.ts";
import { renderPlain } from "../support/slack/plain.ts";
import type { Message, View } from "../support/slack/slack-objects.ts";
import type { SlackStandIn } from "../support/slack/stand-in.ts";
import { startGateway, type SmallGateway } from "../support/small-gateway.ts";

const BUTTON = "Reject with reason…";

/** What Slack sends when a modal is submitted, to be changed at will. */
interface Payload extends Record<string, unknown> {
  user: { id: unknown; team_id?: unknown };
  api_app_id?: unknown;
  view: {
    id: unknown;
    callback_id: unknown;
    private_metadata: string;
    state: { values: Record<string, Record<string, { value: unknown }>> };
  };
}

let small: SmallGateway;
let slack: SlackStandIn;
let requests = 0;
beforeAll(async () => {
  small = await startGateway({
    people: [{ id: "U1" }, { id: "U2" }],
    channels: [{ id: "C1", members: ["U1", "U2"] }],
  });
  ({ slack } = small);
});
afterAll(async () => small[Symbol.asyncDispose]());

const toldNext = async (before: number, userID = "U1") => {
  await slack.waitFor(() => small.told(userID).length > before);
  return small.told(userID).at(-1) ?? "";
};

/** OpenCode asks for something new. */
async function ask(): Promise<{ n: number; card: Message }> {
  const n = (requests += 1);
  small.asked(n, `echo number ${n}.`);
  return { n, card: await small.card(`echo number ${n}.`) };
}

async function openModal(card: Message): Promise<View> {
  const before = new Set(slack.user("U1").views());
  await slack.user("U1").press(card, BUTTON);
  return slack.waitFor(() =>
    slack
      .user("U1")
      .views()
      .find((view) => !before.has(view)),
  );
}

/** What Slack would send if the approver submitted the modal now; it reaches nobody. */
async function payloadOf(view: View, reason = "Because."): Promise<Payload> {
  slack.route(() => undefined);
  await slack.user("U1").submit(view, { reason });
  slack.route();
  return structuredClone(slack.envelopes().at(-1)?.payload) as Payload;
}

test("a reason goes to OpenCode with the reject, and the card names who rejected", async () => {
  const { n, card } = await ask();
  const before = small.told().length;
  const view = await openModal(card);
  await slack.user("U1").submit(view, { Reason: "  Use the staging database.\nNot this one. " });
  await until("OpenCode hears of it", () => small.received.includes(`POST /permission/per_${n}/reply`));
  small.replied(`per_${n}`, "reject");
  await small.cardSays(
    card,
    "❌ Rejected, with a reason: “Use the staging database. ⏎ Not this one.” by @U1",
  );
  expect(small.messages.at(-1)).toBe("Use the staging database.\nNot this one.");
  expect(slack.user("U1").views()).toEqual([]);
  expect(small.told()).toHaveLength(before);
});

test("the modal asks for at most as much as Slack takes, and says that the agent reads it", async () => {
  const { card } = await ask();
  const view = await openModal(card);
  const [what, input] = view.blocks;
  expect(renderPlain({ blocks: what === undefined ? [] : [what] })).toMatch(
    / · Run a command\n“echo number \d+\.”$/,
  );
  expect(input).toMatchObject({
    hint: { text: expect.stringMatching(/The agent reads it as you write it.* The card shows it, too\./) },
  });
  await expect(slack.user("U1").submit(view, { Reason: "x".repeat(3_001) })).rejects.toThrow("0 to 3000");
  await slack.user("U1").close(view);
  expect(renderPlain(await small.cardSays(card, BUTTON))).toContain("[Allow once]");
});

test("a modal says whose it is, its bits, and of which card, and so does its field", async () => {
  const { card } = await ask();
  const { private_metadata: metadata, blocks } = await openModal(card);
  const [memberID = "", bits, ...place] = metadata.split(" ");
  expect(JSON.stringify(card.blocks)).toContain(`"action_id":"${memberID} reject-with-reason"`);
  expect(bits).toMatch(/^[\w-]{22}$/);
  expect(place).toEqual([card.channel, card.ts]);
  expect(blocks.at(-1)).toMatchObject({ element: { action_id: `${memberID} reason` } });
});

test("a reason that comes back longer than Slack lets one type is cut, and rejects all the same", async () => {
  const { n, card } = await ask();
  const payload = await payloadOf(await openModal(card));
  setReason(payload.view, ` ${":thumbsup::skin-tone-2:".repeat(130)}${"👍".repeat(200)}`);
  await slack.deliver(payload);
  await until("OpenCode hears of it", () => small.received.includes(`POST /permission/per_${n}/reply`));
  small.replied(`per_${n}`, "reject");
  await small.cardSays(card, "❌ Rejected, with a reason: “");
  const [reason = ""] = small.messages.slice(-1);
  expect(reason).toMatch(/^:thumbsup:.*👍…$/u);
  expect(reason).toHaveLength(2_999);
});

test("a modal that is closed answers nothing", async () => {
  const { card } = await ask();
  const before = small.received.length;
  await slack.user("U1").close(await openModal(card));
  await slack.user("U2").press(card, "Reject");
  await slack.waitFor(() => small.told("U2").length > 0);
  expect(small.received).toHaveLength(before);
});

type Forgery = readonly [what: string, forge: (payload: Payload) => void, says: string];

const NONE = "this interaction is not a press on a card";
const NOT_UNDERSTOOD = "this version does not understand the press";
const UNKNOWN = "no OpenCode on this machine opened this dialog for you";

const FORGED: readonly Forgery[] = [
  ["of a view that was never opened", ({ view }) => (view.id = "V999"), UNKNOWN],
  ["of another's view", ({ view }) => (view.id = otherView.id), UNKNOWN],
  [
    "with the bits of another's view",
    ({ view }) => (view.private_metadata = otherView.private_metadata),
    UNKNOWN,
  ],
  [
    "with other bits",
    ({ view }) => (view.private_metadata = view.private_metadata.replace(/ \S+/, ` ${"A".repeat(22)}`)),
    UNKNOWN,
  ],
  [
    "with the bits of a button of the card",
    ({ view }) => (view.private_metadata = view.private_metadata.replace(/ \S+/, ` ${buttonValue}`)),
    UNKNOWN,
  ],
  ["for another app", (payload) => (payload.api_app_id = "A2"), UNKNOWN],
  ["for no app", (payload) => delete payload.api_app_id, UNKNOWN],
  ["from no workspace", ({ user }) => delete user.team_id, "Slack does not say which workspace you are in"],
  ["by a guest of another workspace", ({ user }) => (user.team_id = "T7"), "you are in another one"],
  [
    "of a modal of another machine",
    ({ view }) => (view.private_metadata = view.private_metadata.replace(/^[^_]*_/, "tower.00000000_")),
    "belongs to the machine tower",
  ],
  ["with nothing but blanks", ({ view }) => setReason(view, " \n\t"), "your reason was empty"],
  ["with nothing", ({ view }) => setReason(view, null), "your reason was empty"],
  ["with no field's value", ({ view }) => setReason(view, undefined), "your reason was empty"],
];

let otherView: View;
let buttonValue: string;

function setReason({ state }: Payload["view"], value: unknown): void {
  const [field] = Object.values(state.values["reason"] ?? {});
  Object.assign(field ?? {}, { value });
}

describe("a submission", () => {
  let card: Message;
  beforeAll(async () => {
    otherView = await openModal((await ask()).card);
    ({ card } = await ask());
    const [value] = JSON.stringify(card.blocks).match(/(?<="value":")[^"]+/) ?? [];
    buttonValue = value ?? "";
  });

  test.each(FORGED)("%s answers nothing, and who sent it is told", async (_, forge, says) => {
    const payload = await payloadOf(await openModal(card));
    forge(payload);
    const [before, received] = [small.told().length, small.received.length];
    await slack.deliver(payload);
    expect(await toldNext(before)).toContain(says);
    expect(small.received).toHaveLength(received);
    await small.cardSays(card, "[Allow once]");
  });

  test("by another person answers nothing, and they are told", async () => {
    const payload = await payloadOf(await openModal(card));
    payload.user.id = "U2";
    const [before, received] = [small.told("U2").length, small.received.length];
    await slack.deliver(payload);
    expect(await toldNext(before, "U2")).toContain(UNKNOWN);
    expect(small.received).toHaveLength(received);
  });

  const STRANGE: readonly (readonly [what: string, forge: (payload: Payload) => void])[] = [
    ["of another modal", ({ view }) => (view.callback_id = "other")],
    ["without values", ({ view }) => (view.state = { values: {} })],
    ["with a number for a reason", ({ view }) => setReason(view, 1)],
    ["with more to say of its card", ({ view }) => (view.private_metadata += " more")],
  ];

  test.each(STRANGE)("%s reaches its OpenCode, and who sent it is told", async (_, forge) => {
    const payload = await payloadOf(await openModal(card));
    forge(payload);
    const [before, received] = [small.told().length, small.received.length];
    expect(await slack.deliver(payload)).toMatchObject({ acked: true });
    expect(await toldNext(before)).toContain("does not understand this press");
    expect(small.received).toHaveLength(received);
  });

  const UNTOLD: readonly Forgery[] = [
    ["without a view", (payload) => Object.assign(payload, { view: undefined }), NONE],
    ["of nobody's modal", ({ view }) => (view.private_metadata = "request-1"), NONE],
    ["by nobody", (payload) => Object.assign(payload, { user: undefined }), NOT_UNDERSTOOD],
    [
      "that does not say of which card",
      ({ view }) => (view.private_metadata = view.private_metadata.split(" ", 2).join(" ")),
      NOT_UNDERSTOOD,
    ],
  ];

  test.each(UNTOLD)("%s is acked and logged, since nobody can be told", async (_, forge, says) => {
    const payload = await payloadOf(await openModal(card));
    forge(payload);
    const isLogged = async () => (await small.logged(says)).length;
    const [before, received] = [await isLogged(), small.received.length];
    expect(await slack.deliver(payload)).toMatchObject({ acked: true });
    await until("it is logged", async () => (await isLogged()) > before);
    expect(small.received).toHaveLength(received);
  });
});

test("a submission counts once, however often it comes", async () => {
  const { n, card } = await ask();
  const payload = await payloadOf(await openModal(card));
  const before = small.told().length;
  await Promise.all([slack.deliver(payload), slack.deliver(payload)]);
  expect(await toldNext(before)).toContain("or it was already sent");
  await until("OpenCode hears of it", () => small.received.includes(`POST /permission/per_${n}/reply`));
  small.replied(`per_${n}`, "reject");
  await small.cardSays(card, "❌ Rejected, with a reason: “");
  await slack.deliver(payload);
  expect(await toldNext(before + 1)).toContain("or it was already sent");
  expect(small.received.filter((call) => call.includes(`/per_${n}/`))).toHaveLength(1);
});

test("a reason that comes when the request is closed already is refused, and says who was first", async () => {
  const { n, card } = await ask();
  const [one, two] = [await openModal(card), await openModal(card)];
  const before = small.told().length;
  small.replied(`per_${n}`, "once");
  await slack.user("U1").submit(one, { Reason: "No." });
  expect(await toldNext(before)).toBe("Your press came too late: this was already allowed once in OpenCode.");
  await slack.user("U1").submit(two, { Reason: "No!" });
  expect(await toldNext(before + 1)).toContain("already allowed once in OpenCode");
  expect(small.received.filter((call) => call.includes(`per_${n}`))).toEqual([]);
});

test("a modal that Slack does not open is said so, and the card keeps its buttons", async () => {
  const { card } = await ask();
  slack.route(() => undefined);
  await slack.user("U1").press(card, BUTTON);
  slack.route();
  const before = small.told().length;
  await slack.deliver({ ...slack.envelopes().at(-1)?.payload, trigger_id: "1.expired" });
  expect(await toldNext(before)).toContain("Slack did not open the dialog in time");
  await small.cardSays(card, "[Allow once]");
});

test("a modal of which Slack did not say that it is open answers nothing", async () => {
  const { n, card } = await ask();
  slack.loseAnswer("views.open");
  const before = small.told().length;
  const view = await openModal(card);
  expect(await toldNext(before)).toContain("Slack did not open the dialog");
  await slack.user("U1").submit(view, { Reason: "No." });
  expect(await toldNext(before + 1)).toContain(UNKNOWN);
  expect(small.received.filter((call) => call.includes(`per_${n}`))).toEqual([]);
});

test("who may not answer gets no modal", async () => {
  const { card } = await ask();
  const before = small.told("U2").length;
  await slack.user("U2").press(card, BUTTON);
  expect(await toldNext(before, "U2")).toContain("You can't approve this");
  expect(slack.user("U2").views()).toEqual([]);
});

test("an OpenCode that takes no reason is told to reject anyway, and whoever pressed is told that the reason is lost", async () => {
  const { n, card } = await ask();
  const before = small.told().length;
  await slack.user("U1").submit(await openModal(card), { Reason: "No." });
  const older = `POST /session/ses_${n}/permissions/per_${n}`;
  await until("the older way is tried", () => small.received.includes(older));
  small.replied(`per_${n}`, "reject");
  expect(await toldNext(before)).toContain("your reason did not reach the agent");
  await small.cardSays(card, "❌ Rejected by @U1");
});

test("whoever gives a reason while somebody rejects in OpenCode learns that it is lost", async () => {
  const { n, card } = await ask();
  const before = small.told().length;
  small.answerWith(404);
  await slack.user("U1").submit(await openModal(card), { Reason: "Too late." });
  await until("OpenCode hears of it", () => small.messages.includes("Too late."));
  small.replied(`per_${n}`, "reject");
  expect(await toldNext(before)).toContain("your reason did not reach the agent");
  small.answerWith(200);
});

test("the reason is in no file, and who gave one is in the log and in the record", async () => {
  const { n, card } = await ask();
  await slack.user("U1").submit(await openModal(card), { Reason: "A very private reason." });
  await until("OpenCode hears of it", () => small.messages.includes("A very private reason."));
  small.replied(`per_${n}`, "reject");
  await small.cardSays(card, "❌ Rejected, with a reason: “");
  const written = await contentsOf(small.config.stateDirectory);
  expect(written).not.toContain("very private");
  expect(written).toContain('"refusal":"reason-asked"');
  const submitted = await small.logged("modal submitted");
  expect(submitted.at(-1)).toMatchObject({
    requestID: `per_${n}`,
    userID: "U1",
    reply: "reject",
    ts: card.ts,
  });
});

test("the rows of a shared card have no such button", async () => {
  for (let n = 100; n < 110; n += 1) small.asked(n, `echo shared ${n}.`);
  const shared = await small.card("permission requests");
  expect(renderPlain(shared)).toContain("[Reject]");
  expect(renderPlain(shared)).not.toContain("reason");
});
