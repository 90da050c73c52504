import { ErrorCode } from "@slack/web-api";
import { describe, expect, it } from "vitest";
import { ERROR_CODES, type Meaning } from "../../../src/slack/connection/error-codes.ts";
import {
  adviceFor,
  createJudge,
  isFatal,
  parseSlackFailure,
  type SlackFailure,
} from "../../../src/slack/connection/errors.ts";
import { DOCUMENTED_CODES } from "../../support/corpora/slack-errors.ts";

const refused = (code: string): SlackFailure => ({
  kind: "refused",
  code,
  needed: undefined,
  messages: undefined,
});

/** What Slack's client throws. */
const thrown = (data: object): unknown => ({ code: ErrorCode.PlatformError, data });

interface Documented {
  readonly method: string;
  readonly meaning: Meaning;
  readonly code: string;
}

const documented: readonly Documented[] = Object.entries(DOCUMENTED_CODES).flatMap(([method, byMeaning]) =>
  Object.entries(byMeaning).flatMap(([meaning, codes]) =>
    codes.split(" ").map((code) => ({ method, meaning: meaning as Meaning, code })),
  ),
);

describe("every code that Slack documents", () => {
  it.each(Object.keys(DOCUMENTED_CODES))("for %s means what it should", (method) => {
    const codes = documented.filter((one) => one.method === method);
    expect(codes.length).toBeGreaterThan(0);
    const judged = codes.map(({ code }) => ({ code, meaning: createJudge()(refused(code)) }));
    expect(judged).toEqual(codes.map(({ code, meaning }) => ({ code, meaning })));
  });

  it("is in the table, and no other", () => {
    const codes = new Set(documented.map(({ code }) => code));
    expect([...ERROR_CODES.keys()].sort()).toEqual([...codes].sort());
  });

  it("comes with advice where nothing works, or nothing in the channel, before a person does something", () => {
    const silent = documented.filter(
      ({ code, meaning }) =>
        (meaning === "app" || meaning === "channel") && adviceFor(refused(code)) === undefined,
    );
    expect(silent).toEqual([]);
  });

  it("ends a connection only where it means the whole app", () => {
    for (const { code, meaning } of documented) expect(isFatal(refused(code))).toBe(meaning === "app");
  });
});

describe("a code that nobody has documented", () => {
  const unknown = refused("surprise");

  it("is tried later, ten times, and then a person is to look at it", () => {
    const judge = createJudge();
    const meanings = Array.from({ length: 20 }, () => judge(unknown));
    expect(meanings.slice(0, 10)).toEqual([...Array<string>(9).fill("later"), "app"]);
    expect(meanings.slice(10)).toEqual(meanings.slice(0, 10));
  });

  it("is not counted where Slack said something else", () => {
    const judge = createJudge();
    for (let n = 0; n < 100; n += 1) {
      expect(judge(refused("internal_error"))).toBe("later");
      expect(judge({ kind: "limited", retryAfterMs: 1_000 })).toBe("later");
      expect(judge({ kind: "unanswered" })).toBe("later");
    }
    expect(judge(unknown)).toBe("later");
  });

  it("is named", () => {
    expect(adviceFor(unknown)).toContain("the gateway does not know: surprise.");
  });

  it("is none that every object has", () => {
    expect(createJudge()(refused("constructor"))).toBe("later");
    expect(adviceFor(refused("__proto__"))).toContain("does not know");
  });
});

describe("a file", () => {
  it.each(["missing_scope", "no_permission", "not_allowed_token_type", "storage_limit_reached"])(
    "that is refused with %s says nothing of messages",
    (code) => expect(createJudge("file")(refused(code))).toBe("message"),
  );
  it("is refused with everything else when the app is", () => {
    expect(createJudge("file")(refused("token_revoked"))).toBe("app");
  });
});

describe("a refusal is understood by its code", () => {
  it.each([
    ["nothing else", {}],
    ["null for everything else", { needed: null, response_metadata: null }],
    ["empty fields", { needed: "", response_metadata: {} }],
    ["fields that are otherwise than documented", { needed: 1, response_metadata: { messages: null } }],
    ["messages that are none", { response_metadata: { messages: [1] } }],
  ])("with %s", (_, more) => {
    expect(parseSlackFailure(thrown({ error: "is_archived", ...more }))).toEqual(refused("is_archived"));
  });

  it("with the scope and the words that Slack adds", () => {
    const failure = parseSlackFailure(
      thrown({
        error: "missing_scope",
        needed: "chat:write",
        response_metadata: { messages: ["[ERROR] x"] },
      }),
    );
    expect(failure).toMatchObject({ needed: "chat:write", messages: ["[ERROR] x"] });
  });
});
