/** What is allowed for a time: which requests that is, and which not. */

import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PermissionRequest } from "../../src/gateway/domain/ask.ts";
import type { Offers } from "../../src/gateway/domain/content.ts";
import type { Provenance } from "../../src/gateway/grants/fingerprint.ts";
import { auditDirectory } from "../../src/audit/lines.ts";
import { verifyRecords } from "../../src/audit/verification.ts";
import { GRANT, startGranting, type Granting } from "../support/granting.ts";
import { until } from "../support/opencode/until.ts";
import { renderPlain } from "../support/slack/plain.ts";

let small: Granting;
beforeEach(async () => {
  small = await startGranting();
});
afterEach(async () => small[Symbol.asyncDispose]());

test("allowed for 30 min, the same request is answered without a card, and the card counts it", async () => {
  const card = await small.grant();
  expect(renderPlain(card)).toMatch(/^✅ Allowed for 30 min by @U1 /);
  expect(renderPlain(card)).toContain("[Revoke]");
  small.ask("per_2", { messageID: "msg_2" });
  await small.isUsed("per_2");
  await small.cardSays(card, "Used once, at ");
  small.ask("per_3");
  await small.isUsed("per_3");
  await small.cardSays(card, "Used 2 times, last at ");
  expect(small.replies).toEqual(["per_1 once", "per_2 once", "per_3 once"]);
});

test("the button stands behind Allow once, and its dialog says what runs, for how long, and what may change", async () => {
  small.ask("per_1");
  const card = await small.asks("per_1");
  expect(renderPlain(card)).toContain("[Allow once] [Allow for 30 min] [Reject] [Reject with reason…]");
  await expect(small.slack.user("U1").press(card, GRANT)).rejects.toThrow("Allow for 30 min?");
  const dialog = JSON.stringify(card.blocks);
  expect(dialog).toContain(
    "project · Run a command: “npm test”\\nFor 30 minutes the very same request of this session is allowed without asking. What this command runs may change meanwhile.",
  );
});

test("Allow once allows nothing further", async () => {
  small.ask("per_1");
  const card = await small.asks("per_1");
  await small.slack.user("U1").press(card, "Allow once");
  await small.cardSays(card, "Allowed once by @U1");
  expect(small.says(card)).not.toContain("[Revoke]");
  small.ask("per_2");
  await small.asks("per_2");
});

/** The call that is granted, but for some arguments. */
function call(args: Readonly<Record<string, unknown>>): Partial<PermissionRequest> {
  return { call: { tool: "bash", args: { command: "npm test", description: "Runs the tests", ...args } } };
}

/** A request that is not the granted one, asked in one after the other of these worlds, and what its card says. */
interface Other {
  readonly given?: Partial<PermissionRequest>;
  readonly made?: Partial<Provenance>;
  readonly offers?: Offers;
  readonly says?: string;
}

const OTHERS: Readonly<Record<string, Other>> = {
  "of another command": { given: call({ command: "npm test2" }) },
  "of a blank more": { given: call({ command: "npm test " }) },
  "said otherwise": { given: call({ description: "Runs all the tests" }) },
  "for another directory": { given: call({ workdir: "src" }) },
  "with another argument": { given: call({ timeout: 1 }) },
  "with an argument that is there and says nothing": { given: call({ timeout: undefined }) },
  "of another tool": { given: { call: { tool: "bash2", args: { command: "npm test" } } } },
  "with other metadata": { given: { metadata: { command: "npm test", risk: "none" } } },
  "with other patterns": { given: { patterns: ["npm *"] } },
  "that Allow always would answer farther": { given: { always: ["npm *"] } },
  "for another permission": { given: { permission: "external_directory" } },
  "of another session": { given: { sessionID: "ses_2" } },
  "without a call that is known": { given: { call: undefined as never } },
  "of another agent": { made: { agent: "plan" } },
  "of another model": { made: { model: "acme/small" } },
  "of a subagent that was started otherwise": { made: { sessionIDs: ["ses_0", "ses_1"] } },
  "where a link leads elsewhere": { made: { places: ["/home/dev/other"] } },
  "that a rule asks about twice by now": {
    offers: { replies: ["once", "reject"], confirm: "This matches `npm *`.", grantMinutes: 30 },
    says: "You will be asked again",
  },
  "that is for the terminal by now": {
    offers: { replies: ["reject"], terminalOnly: "This matches `npm *`." },
    says: "It can be allowed in OpenCode only",
  },
  "that may not be allowed for a time by now": {
    offers: { replies: ["once", "reject"] },
    says: "[Allow once] [Reject]",
  },
  "that may be allowed for less time by now": {
    offers: { replies: ["once", "reject"], grantMinutes: 5 },
    says: "[Allow for 5 min]",
  },
};

test("a request gets a card of its own where anything of it is otherwise", async () => {
  await small.grant();
  const { offers, provenance } = small.world;
  for (const [index, [what, other]] of Object.entries(OTHERS).entries()) {
    const requestID = `per_${index + 2}`;
    small.world.offers = other.offers ?? offers;
    small.world.provenance = { ...provenance, ...other.made };
    small.ask(requestID, other.given);
    const said = renderPlain(await small.asks(requestID));
    expect([what, said]).toEqual([what, expect.stringContaining(other.says ?? "[Allow once]")]);
    expect([what, small.replies]).toEqual([what, ["per_1 once"]]);
    // So that the session has room for the next card.
    small.replied(requestID, "once");
  }
  Object.assign(small.world, { offers, provenance });
  small.ask("per_99");
  await small.isUsed("per_99");
}, 120_000);

describe("there is no such button", () => {
  test.each<[string, Offers]>([
    ["where a rule asks a second time", { replies: ["once", "reject"], confirm: "Why.", grantMinutes: 30 }],
    ["where it may not be allowed", { replies: ["reject"], terminalOnly: "Why.", grantMinutes: 30 }],
  ])("%s", async (_, offers) => {
    small.world.offers = offers;
    small.ask("per_1");
    expect(renderPlain(await small.asks("per_1"))).not.toContain("Allow for");
  });

  test.each([
    ["where something is masked", "curl -H 'Authorization: Bearer abcdefghijklmnopqrstuvwxyz0123' x.example"],
    ["where something is escaped", "echo \u200Bhidden"],
    ["where only the thread has room for all", Array.from({ length: 900 }, (_, n) => `echo ${n}`).join("\n")],
  ])("%s", async (_, command) => {
    small.ask("per_1", { call: { tool: "bash", args: { command } } });
    await small.asks("per_1");
    await small.cardSays(await small.asks("per_1"), "[Allow once]");
    expect(small.says(await small.asks("per_1"))).not.toContain("Allow for");
  });

  test("on a card with several requests", async () => {
    for (let n = 1; n <= 12; n += 1)
      small.ask(`per_${n}`, { call: { tool: "bash", args: { command: `echo ${n}` } } });
    expect(renderPlain(await small.card("permission requests"))).not.toContain("Allow for");
  });
});

test("each use is in the record before its reply, and the end with its head on the card", async () => {
  const card = await small.grant();
  small.ask("per_2");
  await small.isUsed("per_2");
  await small.slack.user("U1").press(card, "Revoke");
  await small.cardSays(card, "The grant was revoked by @U1");
  const directory = auditDirectory(small.config.stateDirectory);
  const name = (await readdir(directory)).find((file) => file.endsWith(".jsonl")) ?? "";
  const read = async (): Promise<Record<string, unknown>[]> =>
    (await readFile(path.join(directory, name), "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  await until("the end is there", async () => (await read()).some(({ event }) => event === "grant-ended"));
  const lines = await read();
  const first = lines.find(({ event }) => event === "asked")?.["request"];
  const second = lines.findLast(({ event }) => event === "asked")?.["request"];
  expect(lines.slice(1).map(({ event }) => event)).toEqual([
    "asked",
    "shown",
    "pressed",
    "granted",
    "replied",
    "closed",
    "asked",
    "used",
    "replied",
    "closed",
    "pressed",
    "grant-ended",
  ]);
  expect(lines).toMatchObject(
    [
      {},
      {},
      { offers: ["once", "grant", "reject", "reject-with-reason"] },
      { reply: "once", forMinutes: 30, userID: "U1" },
      { request: first, userID: "U1", until: expect.stringMatching(/^\d{4}-/) },
      { reply: "once", by: "approver", userID: "U1" },
      {},
      {},
      { request: second, grant: first, userID: "U1" },
      { request: second, reply: "once", by: "grant", userID: "U1" },
      {},
      { requests: [first], revokes: true, userID: "U1" },
      { grant: first, reason: "revoked", userID: "U1" },
    ].map((line) => expect.objectContaining(line) as object),
  );
  expect(small.says(card)).toContain(`Audit ${String(lines.at(-1)?.["hash"]).slice(0, 20)}`);
  expect(verifyRecords(directory).map(({ problem }) => problem)).toEqual([undefined]);
});
