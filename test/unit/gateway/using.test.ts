import { expect, test } from "vitest";
import type { Asked, AskedRow } from "../../../src/gateway/asked.ts";
import type { Card } from "../../../src/gateway/card.ts";
import type { CardContent } from "../../../src/gateway/domain/content.ts";
import { createGrants, type Grants } from "../../../src/gateway/grants/grants.ts";
import { createUsing } from "../../../src/gateway/grants/using.ts";
import type { Approvers, Cards, Connection, ShowOutcome } from "../../../src/gateway/ports.ts";
import { permissionRequest } from "../../support/permission-request.ts";
import { silentLog } from "../../support/silent-log.ts";

/** What happens at the boundaries while a grant is used: by default, what must. */
interface Meanwhile {
  readonly refusal?: Approvers["refusal"];
  readonly show?: () => Promise<ShowOutcome>;
  readonly hears?: () => boolean;
  readonly isInPlace?: () => Promise<boolean>;
  readonly record?: () => Promise<"recorded" | "failed">;
  readonly reply?: (asked: Asked, withdrawn: AbortSignal | undefined) => void;
}

const request = permissionRequest({ call: { tool: "bash", args: { command: "npm test" } } });
const provenance = { sessionIDs: ["ses_1"], agent: "build", model: "m", places: ["/p"] };
const content = {
  request: { kind: "permission", permission: "bash", always: [] },
  details: [{ label: "Command", text: "npm test", isWhole: true }],
  offers: { replies: ["once", "reject"], grantMinutes: 30 },
  session: { titles: ["Title"], rootID: "ses_1" },
  isVerbatim: true,
} as unknown as CardContent;

function askedFor(requestID: string): Asked {
  return {
    request: { ...request, requestID },
    closed: new AbortController(),
    over: new AbortController(),
    forgotten: new AbortController(),
    content,
    provenance,
    isInPlace: async () => true,
    state: { kind: "asked" },
    attempts: [],
  };
}

/** A grant that was given with one request, and another request that it is used for. */
function given(meanwhile: Meanwhile = {}): {
  readonly grants: Grants;
  readonly first: Asked;
  readonly second: Asked;
  /** What was told to OpenCode. */
  readonly told: readonly string[];
  readonly use: (shown?: CardContent) => Promise<void>;
} {
  const first = askedFor("per_1");
  const row = { asked: first, values: new Map<string, string>() } as AskedRow;
  const card = {
    attemptID: "a",
    rows: [row],
    address: () => ({ channel: "C1", ts: "1.0" }),
    deleted: new AbortController().signal,
    show: meanwhile.show ?? (async () => "done" as const),
  } as unknown as Card<AskedRow>;
  first.attempts.push(card);
  const grants = createGrants({
    buttons: { add: () => undefined, mint: () => "value" },
    ledger: { granted: () => undefined },
    audit: { granted: () => undefined, grantEnded: async () => undefined },
    log: silentLog,
  });
  const by = { kind: "approver", userID: "U1" } as const;
  first.submitted = {
    by,
    teamID: "T1",
    answer: { kind: "permission", reply: "once", forMinutes: 30 },
    isPending: true,
    age: () => 0,
  };
  first.state = { kind: "replied", answer: first.submitted.answer, by, at: new Date() };
  grants.answered(first);

  const second = askedFor("per_2");
  second.isInPlace = meanwhile.isInPlace ?? second.isInPlace;
  const told: string[] = [];
  const useGrant = createUsing({
    grants,
    replies: {
      async send(asked, { reply }, _closed, withdrawn) {
        told.push(`${asked.requestID} ${reply}`);
        meanwhile.reply?.(second, withdrawn);
        if (second.state.kind === "asked" && withdrawn?.aborted !== true) close(second, "grant");
        return "replied";
      },
    },
    audit: { used: meanwhile.record ?? (async () => "recorded") },
    log: silentLog,
  });
  const connection = {
    hears: meanwhile.hears ?? (() => true),
    approvers: { refusal: meanwhile.refusal ?? (async () => undefined) },
    cards: { threadForm: () => undefined, offers: () => ["once", "reject"] } as Pick<
      Cards,
      "offers" | "threadForm"
    >,
  } as unknown as Connection;
  const use = async (shown = content): Promise<void> => useGrant(second, shown, connection);
  return { grants, first, second, told, use };
}

function close(asked: Asked, by: "grant" | "opencode"): void {
  const answer = { kind: "permission", reply: "once" } as const;
  const replier = by === "grant" ? ({ kind: by, userID: "U1" } as const) : ({ kind: by } as const);
  asked.state = { kind: "replied", answer, by: replier, at: new Date() };
}

const usesOf = ({ state }: Asked): number | undefined =>
  state.kind === "replied" ? state.grant?.uses : undefined;

test("as long as all can be looked at, it answers once", async () => {
  const { first, told, use } = given();
  await use();
  expect(told).toEqual(["per_2 once"]);
  expect(usesOf(first)).toBe(1);
});

test("revoked while the record is being written, it answers nothing", async () => {
  const all = given({
    async record() {
      all.grants.revoke(all.first, "U2");
      return "recorded";
    },
  });
  await all.use();
  expect(all.told).toEqual([]);
  expect(usesOf(all.first)).toBe(0);
});

test("revoked while OpenCode is being told, no further way is tried, and whoever revokes it is told", async () => {
  const said: unknown[] = [];
  const all = given({
    reply(_, withdrawn) {
      said.push(all.grants.revoke(all.first, "U2"), withdrawn?.aborted);
    },
  });
  await all.use();
  expect(said).toEqual([{ kind: "revoked", uses: 1, isUnderway: true }, true]);
});

test.each<[string, Meanwhile]>([
  ["its record fails", { record: async () => "failed" }],
  ["its card cannot be changed", { show: async () => "interrupted" }],
  ["its card is gone", { show: async () => "deleted" }],
  ["whoever gave it may not answer any more", { refusal: async () => "not-listed" }],
  ["nobody can tell whether they may", { refusal: async () => "group-unknown" }],
  ["a link leads elsewhere by then", { isInPlace: async () => false }],
  ["something throws when it is counted", { isInPlace: async () => Promise.reject(new Error("broken")) }],
  ["no press would reach it", { hears: () => false }],
  ["something throws", { refusal: async () => Promise.reject(new Error("broken")) }],
])("where %s, it answers nothing", async (_, meanwhile) => {
  const { first, told, use } = given(meanwhile);
  await use();
  expect(told).toEqual([]);
  expect(usesOf(first)).toBe(0);
});

test("what is answered in OpenCode while the record is being written is not answered again", async () => {
  const all = given({
    async record() {
      close(all.second, "opencode");
      return "recorded";
    },
  });
  await all.use();
  expect(all.told).toEqual([]);
  expect(usesOf(all.first)).toBe(0);
});

test.each<[string, Partial<CardContent>]>([
  ["in other words", { details: [{ label: "Command", text: "npm test ", isWhole: true }] }],
  ["with a warning", { remarks: ["1 secret is masked."] }],
  ["in doubt", { doubt: "Why." }],
  ["masked or escaped", { isVerbatim: false }],
  ["where nobody may answer", { noApprover: "channel-not-private" }],
])("what would be shown %s is not answered", async (_, changed) => {
  const { told, use } = given();
  await use({ ...content, ...changed });
  expect(told).toEqual([]);
});

test("what the session is called by now, and that the same was rejected before the grant, changes nothing", async () => {
  const { told, use } = given();
  await use({ ...content, session: { ...content.session, titles: ["Other"] }, rejectedAt: new Date() });
  expect(told).toEqual(["per_2 once"]);
});
