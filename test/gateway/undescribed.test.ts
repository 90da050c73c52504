import { afterEach, beforeEach, expect, test } from "vitest";
import type { Description } from "../../src/gateway/description.ts";
import type { PermissionRequest } from "../../src/gateway/domain/ask.ts";
import { until } from "../support/opencode/until.ts";
import { renderPlain } from "../support/slack/plain.ts";
import { settled } from "../support/slack/settled.ts";
import type { Message } from "../support/slack/slack-objects.ts";
import { startGateway, type SmallGateway } from "../support/small-gateway.ts";

const UNDESCRIBED = "OpenCode asks for a permission that could not be described.";

/** How each request is described, by its command; by default, well. */
const troubles = new Map<string, () => Promise<Description>>();

async function describe({ patterns }: PermissionRequest): Promise<Description> {
  const [command = ""] = patterns;
  const trouble = troubles.get(command);
  return trouble === undefined ? describeWell(command) : trouble();
}

function describeWell(command: string): Description {
  return {
    details: [{ label: "Command", text: command }],
    session: { titles: ["A session"] },
    offers: { replies: ["once", "reject"] },
  };
}

let small: SmallGateway;
beforeEach(async () => {
  troubles.clear();
  small = await startGateway(undefined, describe);
});
afterEach(async () => small[Symbol.asyncDispose]());

/** It can be rejected, with or without a reason, and says where to look. */
function expectUndescribed(card: Message): void {
  const text = renderPlain(card);
  expect(text).toContain(`${UNDESCRIBED} Look at it in OpenCode: it can be allowed there only.`);
  expect(text).toContain("[Reject] [Reject with reason…]");
  expect(text).not.toContain("Allow");
}

test.each<readonly [string, () => Promise<Description>]>([
  ["fails", async () => Promise.reject(new Error("no such file"))],
  [
    "throws at once",
    () => {
      throw new RangeError("Maximum call stack size exceeded");
    },
  ],
  [
    "is nothing that can be read",
    async () => ({ ...describeWell("x"), details: [{ label: "Command", text: 1 as never }] }),
  ],
])(
  "a request whose description %s gets a card that can be rejected, and others get theirs",
  async (_, trouble) => {
    troubles.set("echo broken", trouble);
    small.asked(1, "echo broken", "ses_1");
    small.asked(2, "echo well", "ses_1");
    expect(renderPlain(await small.card("echo well"))).toContain("[Allow once]");
    const card = await small.card(UNDESCRIBED);
    expectUndescribed(card);

    await small.slack.user("U1").press(card, "Reject");
    await until("OpenCode hears of it", () => small.received.length === 1);
    small.replied("per_1", "reject");
    await small.cardSays(card, "Rejected by @U1");
    expect(small.toasts).toEqual([]);
  },
);

test("a request whose description hangs gets such a card after a while, and what is said later changes nothing", async () => {
  const said = settled<Description>();
  troubles.set("echo late", async () => said.promise);
  small.asked(1, "echo late", "ses_1");
  small.asked(2, "echo well", "ses_1");
  // It holds up nothing else.
  expect(renderPlain(await small.card("echo well"))).toContain("[Allow once]");
  expect(small.slack.channel("C1").messages()).toHaveLength(1);

  const card = await small.card(UNDESCRIBED);
  said.resolve(describeWell("echo late"));
  await small.slack.user("U1").press(card, "Reject with reason…");
  const view = await small.slack.waitFor(() => small.slack.user("U1").views()[0]);
  expectUndescribed(await small.cardSays(card, UNDESCRIBED));
  await small.slack.user("U1").submit(view, { Reason: "Say what it is." });
  await until("OpenCode hears of it", () => small.messages.length === 1);
  small.replied("per_1", "reject");
  expect(
    renderPlain(await small.cardSays(card, "Rejected, with a reason: “Say what it is.” by @U1")),
  ).not.toContain("echo late");
});

test("a request that is answered while its description hangs has no card, and nothing waits for it", async () => {
  troubles.set("echo hangs", async () => new Promise<never>(() => undefined));
  small.asked(1, "echo hangs");
  await until("Slack is joined", () => small.slack.connections().length === 1);
  small.replied("per_1", "once");
  await until("its life ends", async () => (await small.logged("closed without a card")).length === 1);
  expect(small.slack.channel("C1").messages()).toEqual([]);
});

test("a question that is nothing that can be read has a card, and can be dismissed", async () => {
  const unreadable = {
    label: "yes",
    get description(): string {
      throw new Error("nobody can read this");
    },
  };
  small.askedQuestions(1, [{ question: "Unreadable?", options: [unreadable] }]);
  const card = await small.card("[Dismiss]");
  expect(renderPlain(card)).toContain("OpenCode asks a question that could not be described.");
  await small.slack.user("U1").press(card, "Dismiss");
  await until("OpenCode hears of it", () => small.received.includes("POST /question/que_1/reject"));
  small.answered("que_1");
  await small.card("Dismissed by @U1");
});

test("a request of which not all could be read says so and can be rejected", async () => {
  small.gateway.asked({
    kind: "permission",
    requestID: "per_1",
    sessionID: "ses_1",
    permission: "mcp_tool",
    patterns: ["echo partly"],
    always: ["*"],
    metadata: {},
    isCut: true,
  });
  const text = renderPlain(await small.card("echo partly"));
  expect(text).toContain("It is too long, has too many parts, or is nested too deeply to be read here.");
  expect(text).toContain("[Reject]");
  expect(text).not.toContain("[Allow");
});
