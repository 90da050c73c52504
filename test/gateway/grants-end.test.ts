/** What is allowed for a time: how it ends, and that nobody is answered against who takes it back meanwhile. */

import { rm, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { auditDirectory } from "../../src/audit/lines.ts";
import { GRANT, startGranting, type Granting } from "../support/granting.ts";
import { until } from "../support/opencode/until.ts";
import { settled } from "../support/slack/settled.ts";
import type { Message } from "../support/slack/slack-objects.ts";

const MINUTE_MS = 60_000;

let small: Granting;
beforeEach(async () => {
  small = await startGranting();
});
afterEach(async () => small[Symbol.asyncDispose]());

/** What Slack says of a group counts for a minute. */
function passMinute(): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
  onTestFinished(() => void vi.useRealTimers());
}

/** Why the grant did not answer, as the log says it. */
const hindered = async (hindrance: string, gateway = small): Promise<unknown> =>
  until(hindrance, async () =>
    (await gateway.logged("a grant does not answer this request")).some(
      (line) => line["hindrance"] === hindrance,
    ),
  );

/** A request whose use waits in Slack until it is let go on: the grant's card cannot be changed before. */
async function holdUse(requestID: string): Promise<() => void> {
  const updates = small.slack.calls("chat.update").length;
  const hold = small.slack.hold("chat.update");
  small.ask(requestID);
  await small.slack.waitFor(() => small.slack.calls("chat.update").length > updates);
  return () => hold.release();
}

async function press(card: Message, label: string, userID = "U1"): Promise<void> {
  await small.slack.user(userID).press(card, label, { confirm: true });
}

describe("Revoke", () => {
  test("ends it for everybody, the card says who did, and whoever pressed is told", async () => {
    const card = await small.grant();
    small.ask("per_2");
    await small.isUsed("per_2");
    await press(card, "Revoke");
    await small.cardSays(card, "The grant was revoked by @U1");
    expect(small.says(card)).toContain("Used once, at ");
    expect(small.says(card)).not.toContain("[Revoke]");
    await small.slack.waitFor(() => small.told().length > 0);
    expect(small.told()).toEqual([
      "You revoked this grant: the same request is asked about again. It was used once.",
    ]);
    small.ask("per_3");
    await small.asks("per_3");
    expect(small.replies).toEqual(["per_1 once", "per_2 once"]);
  });

  test("is for approvers: anybody else is told, and it goes on", async () => {
    const card = await small.grant();
    await press(card, "Revoke", "U2");
    await small.slack.waitFor(() => small.told("U2").length > 0);
    expect(small.told("U2")).toEqual([expect.stringContaining("You can't approve this")]);
    small.ask("per_2");
    await small.isUsed("per_2");
    expect(small.says(card)).toContain("[Revoke]");
  });

  test("counts on a card that somebody has rewritten", async () => {
    const card = await small.grant();
    small.slack.changePresses({
      path: ["blocks", 0, "elements", 0, "elements", 0, "text"],
      to: () => "Hello",
    });
    await press(card, "Revoke");
    await small.cardSays(card, "The grant was revoked by @U1");
    expect(small.says(card)).not.toContain("[Revoke]");
  });

  test("that comes a second time is told that it is over", async () => {
    const card = await small.grant();
    await press(card, "Revoke");
    await small.cardSays(card, "revoked");
    const again = small.slack.envelopes().at(-1)?.payload ?? {};
    await small.slack.deliver(structuredClone(again));
    await small.slack.waitFor(() => small.told().length > 1);
    expect(small.told()[1]).toBe(
      "Your press came too late: this grant had already ended. The same request is asked about again.",
    );
  });

  test("while a use waits for Slack lets that one run no more, and it is not counted", async () => {
    const card = await small.grant();
    const goOn = await holdUse("per_2");
    await press(card, "Revoke");
    await small.slack.waitFor(() => small.told().length > 0);
    goOn();
    await small.asks("per_2");
    await hindered("over");
    await small.cardSays(card, "The grant was revoked by @U1");
    await until("the use is taken back", () => !small.says(card).includes("Used"));
    expect(small.replies).toEqual(["per_1 once"]);
  });

  test("while a request is being described lets it run no more", async () => {
    const card = await small.grant();
    const { promise, resolve } = settled<void>();
    small.world.described = promise;
    small.ask("per_2");
    await until("it waits", async () => (await small.logged("permission asked")).length === 2);
    await press(card, "Revoke");
    await small.cardSays(card, "revoked");
    resolve();
    await small.asks("per_2");
    expect(small.replies).toEqual(["per_1 once"]);
  });
});

describe("time", () => {
  test("is over when the wall clock says so, though the machine slept: then a card comes, and the first says so", async () => {
    const card = await small.grant();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 30 * MINUTE_MS });
    onTestFinished(() => void vi.useRealTimers());
    small.ask("per_2");
    await small.asks("per_2");
    await small.cardSays(card, "The grant has ended");
    expect(small.says(card)).not.toContain("[Revoke]");
    expect(small.replies).toEqual(["per_1 once"]);
  });

  test("goes on where the wall clock is put back", async () => {
    const card = await small.grant();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 120 * MINUTE_MS });
    onTestFinished(() => void vi.useRealTimers());
    small.ask("per_2");
    await small.isUsed("per_2");
    expect(small.says(card)).toContain("[Revoke]");
  });
});

describe("whatever cannot be looked at brings a card", () => {
  test.each([
    ["Slack takes no change", { error: "internal_error", methods: ["chat.update"] }],
    ["Slack says that there were too many", { status: 429, retryAfterS: 30, methods: ["chat.update"] }],
    ["Slack does not answer", { hang: true, methods: ["chat.update"] }],
  ])("%s", async (_, outage) => {
    await small.grant();
    onTestFinished(small.slack.outage(outage));
    small.ask("per_2");
    await hindered("card");
    await small.asks("per_2");
    expect(small.replies).toEqual(["per_1 once"]);
  });

  test("Slack is away: the card comes when it is back", async () => {
    const card = await small.grant();
    const restore = small.slack.outage({ refuse: true });
    small.ask("per_2");
    await hindered("card");
    restore();
    await small.asks("per_2");
    expect(small.says(card)).not.toContain("Used");
    expect(small.replies).toEqual(["per_1 once"]);
  });

  test("no press of Revoke would come", async () => {
    await small.grant();
    onTestFinished(small.slack.outage({ error: "internal_error", methods: ["apps.connections.open"] }));
    for (const connection of small.slack.connections()) connection.cut();
    small.ask("per_2");
    await hindered("deaf");
    await small.asks("per_2");
    expect(small.replies).toEqual(["per_1 once"]);
  });

  test("the record cannot be written", async () => {
    const card = await small.grant();
    await rm(auditDirectory(small.config.stateDirectory), { recursive: true });
    await writeFile(auditDirectory(small.config.stateDirectory), "a file in its place");
    small.ask("per_2");
    await hindered("record");
    await small.asks("per_2");
    await until("the use is taken back", () => !small.says(card).includes("Used"));
    expect(small.replies).toEqual(["per_1 once"]);
    // And taking away needs none.
    await press(card, "Revoke");
    await small.cardSays(card, "The grant was revoked by @U1");
  });

  test("its card was deleted, so that nobody could revoke it", async () => {
    const card = await small.grant();
    small.slack.workspace.remove(card);
    small.ask("per_2");
    await small.asks("per_2");
    small.ask("per_3");
    await small.asks("per_3");
    expect(small.replies).toEqual(["per_1 once"]);
    expect(await small.logged("what was allowed for a time is over")).toMatchObject([
      { reason: "card-lost" },
    ]);
  });

  test("OpenCode does not confirm the answer", async () => {
    await small.grant();
    small.answerWith(404);
    small.obeyNot();
    small.ask("per_2");
    await hindered("unconfirmed");
    const card = await small.asks("per_2");
    expect(small.says(card)).toContain("[Allow once]");
    small.replied("per_2", "reject");
    await small.cardSays(card, "Rejected in OpenCode");
  });
});

describe("whoever gave it", () => {
  beforeEach(async () => {
    await small[Symbol.asyncDispose]();
    const botScopes = ["chat:write", "usergroups:read"];
    small = await startGranting({ botScopes, userGroups: { S1: ["U1"] } }, { SLACK_APPROVER_IDS: "U2,S1" });
  });

  test("and is no approver any more has allowed nothing further", async () => {
    const card = await small.grant();
    small.slack.workspace.userGroups.set("S1", ["U3"]);
    passMinute();
    small.ask("per_2");
    await small.asks("per_2");
    await small.cardSays(card, "The grant ended because whoever gave it is no longer an approver");
    expect(small.replies).toEqual(["per_1 once"]);
  });

  test("allows nothing while Slack does not say who they are, and everything again when it does", async () => {
    const card = await small.grant();
    passMinute();
    const restore = small.slack.outage({ error: "internal_error", methods: ["usergroups.users.list"] });
    small.ask("per_2");
    await hindered("approver");
    await small.asks("per_2");
    restore();
    expect(small.says(card)).toContain("[Revoke]");
    small.ask("per_3");
    await small.isUsed("per_3");
    expect(small.replies).toEqual(["per_1 once", "per_3 once"]);
  });

  test("may be another than who revokes it", async () => {
    const card = await small.grant();
    await press(card, "Revoke", "U2");
    await small.cardSays(card, "The grant was revoked by @U2");
    expect(small.says(card)).not.toContain("[Revoke]");
  });
});

describe("at the same time", () => {
  test("two identical requests are each allowed, once, and both counted", async () => {
    const card = await small.grant();
    small.ask("per_2");
    small.ask("per_3");
    await small.isUsed("per_2");
    await small.isUsed("per_3");
    await small.cardSays(card, "Used 2 times, last at ");
    expect(small.replies.toSorted()).toEqual(["per_1 once", "per_2 once", "per_3 once"]);
  });

  test("granted again on another card, only the latter goes on, and ends all", async () => {
    small.ask("per_1");
    const first = await small.asks("per_1");
    small.ask("per_2");
    const second = await small.asks("per_2");
    await press(first, GRANT);
    await small.cardSays(first, "is allowed without asking");
    await press(second, GRANT);
    await small.cardSays(first, "ended because the same request was granted again, on another card");
    small.ask("per_3");
    await small.isUsed("per_3");
    await small.cardSays(second, "Used once");
    await press(second, "Revoke");
    await small.cardSays(second, "revoked");
    small.ask("per_4");
    await small.asks("per_4");
    expect(small.replies).toEqual(["per_1 once", "per_2 once", "per_3 once"]);
  });

  test.each(["once", "reject"] as const)(
    "what OpenCode's user answers with %s meanwhile is not answered again",
    async (reply) => {
      const card = await small.grant();
      const goOn = await holdUse("per_2");
      small.replied("per_2", reply);
      goOn();
      await hindered("over");
      await until("the use is taken back", () => !small.says(card).includes("Used"));
      expect(small.replies).toEqual(["per_1 once"]);
      // Whoever rejects the very same wants it no more.
      expect(small.says(card).includes("[Revoke]")).toBe(reply === "once");
    },
  );

  test("what is rejected along with another request of the session is not allowed, and the grant goes on", async () => {
    const card = await small.grant();
    small.ask("per_8", { call: { tool: "bash", args: { command: "npm publish" } } });
    const other = await small.asks("per_8");
    small.obeyNot();
    const goOn = await holdUse("per_2");
    await press(other, "Reject");
    await until("OpenCode hears of it", () => small.replies.includes("per_8 reject"));
    small.replied("per_8", "reject");
    small.replied("per_2", "reject");
    goOn();
    await hindered("over");
    small.obey();
    expect(small.replies).not.toContain("per_2 once");
    expect(small.says(card)).toContain("[Revoke]");
    small.ask("per_3");
    await small.isUsed("per_3");
  });

  test("a link that leads elsewhere while Slack takes its time brings a card", async () => {
    await small.grant();
    const goOn = await holdUse("per_2");
    small.world.isInPlace = false;
    goOn();
    await hindered("otherwise");
    await small.asks("per_2");
    expect(small.replies).toEqual(["per_1 once"]);
  });

  test("what OpenCode allows always by itself meanwhile is not answered again", async () => {
    await small.grant();
    const goOn = await holdUse("per_2");
    small.replied("per_2", "always");
    goOn();
    await hindered("over");
    expect(small.replies).toEqual(["per_1 once"]);
  });
});

test("Reject all ends what was allowed for a time in its sessions", async () => {
  const card = await small.grant();
  for (let n = 10; n <= 25; n += 1)
    small.ask(`per_${n}`, { call: { tool: "bash", args: { command: `echo ${n}` } } });
  await press(await small.card("permission requests"), "Reject all");
  await small.cardSays(card, "ended because everything of its session was rejected by @U1");
  expect(small.says(card)).not.toContain("[Revoke]");
});

test("Reject all and stop ends it, too", async () => {
  const card = await small.grant();
  for (const n of [11, 12, 13, 14]) {
    small.ask(`per_${n}`, { call: { tool: "bash", args: { command: `echo ${n}` } } });
    const other = await small.asks(`per_${n}`);
    await press(other, n < 14 ? "Reject" : "Reject all and stop");
    if (n < 14) await small.cardSays(other, "Rejected by @U1");
  }
  await small.cardSays(card, "ended because everything of its session was rejected by @U1");
  expect(small.says(card)).not.toContain("[Revoke]");
});

test("a Reject of the very same request, on a card that came all the same, ends it", async () => {
  const card = await small.grant();
  const restore = small.slack.outage({ error: "internal_error", methods: ["chat.update"] });
  small.ask("per_2");
  const other = await small.asks("per_2");
  restore();
  await press(other, "Reject");
  await small.cardSays(card, "ended because the same request was rejected");
  expect(small.says(card)).not.toContain("[Revoke]");
});

test("it goes on in the next turn, and ends with its session", async () => {
  const card = await small.grant();
  small.gateway.sessionIdle("ses_1");
  small.ask("per_2");
  await small.isUsed("per_2");
  small.gateway.sessionDeleted("ses_1");
  await small.cardSays(card, "ended because its session was deleted");
  expect(small.says(card)).not.toContain("[Revoke]");
});

test("when OpenCode quits, its card says so and has no Revoke any more", async () => {
  const card = await small.grant();
  await small.end();
  expect(small.says(card)).toContain("ended because OpenCode quit");
  expect(small.says(card)).not.toContain("[Revoke]");
});

test("what is allowed for a time does not wait for somebody at the terminal", async () => {
  await small[Symbol.asyncDispose]();
  small = await startGranting({}, { OPENCODE_SLACK_GATEWAY_POST_AFTER_SECONDS: "3" });
  await small.grant();
  small.ask("per_2");
  small.ask("per_3", { call: { tool: "bash", args: { command: "npm publish" } } });
  await small.isUsed("per_2");
  expect(small.slack.calls("chat.postMessage")).toHaveLength(1);
  await small.asks("per_3");
});
