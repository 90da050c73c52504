import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PermissionRequest } from "../../../src/gateway/domain/ask.ts";
import { copyBounded } from "../../../src/opencode/bounded.ts";
import { createCalls } from "../../../src/opencode/v1/calls.ts";
import { parseEvent } from "../../../src/opencode/v1/events.ts";
import { readCall } from "../../support/read-call.ts";

const DEEP = 500_000;

function fields(count: number): object {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`field${n}`, n]));
}

/** Lists and objects within each other, as `JSON.parse` makes them. */
function nested(depth: number): unknown {
  let value: unknown = "the innermost";
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { within: value };
  return value;
}

test("what JSON can say, and is not endless, is copied as it is", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 20 }), (value) => {
      const copy = copyBounded(value);
      expect(copy).toEqual({ value, isCut: false });
      expect(JSON.stringify(copy.value)).toBe(JSON.stringify(value));
    }),
  );
});

test("a copy does not change when what was copied does", () => {
  const original = { list: [{ name: "before" }] };
  const { value } = copyBounded(original);
  original.list[0] = { name: "after" };
  expect(value).toEqual({ list: [{ name: "before" }] });
});

test.each([
  ["nested half a million levels deep", () => nested(DEEP)],
  ["a million values long", () => Array.from({ length: 1_000_000 }, (_, n) => n)],
  ["with a hundred thousand fields", () => fields(100_000)],
  [
    "that contains itself",
    () => {
      const value: Record<string, unknown> = {};
      value["itself"] = value;
      return value;
    },
  ],
])("a value %s is cut, and can be written, compared and cloned then", (_, make) => {
  const [one, other] = [copyBounded(make()), copyBounded(make())];
  expect(one.isCut).toBe(true);
  expect(JSON.stringify(one.value, null, 2).length).toBeLessThan(1_000_000);
  expect(isDeepStrictEqual(one.value, other.value)).toBe(true);
  expect(structuredClone(one.value)).toEqual(one.value);
});

test.each<readonly [string, unknown]>([
  ["a function", () => "run"],
  ["a date", new Date(0)],
  ["a set", new Set(["rm -rf /"])],
  ["bytes", new Uint8Array([1, 2])],
  ["a number of any size", 1n],
])("%s, which JSON cannot say, counts as something left out", (_, hidden) => {
  expect(copyBounded({ shown: "a", hidden })).toEqual({ value: { shown: "a", hidden: "…" }, isCut: true });
});

test("a field that throws when it is read is left out alone", () => {
  const value = {
    before: 1,
    get broken(): string {
      throw new Error("nobody reads this");
    },
    after: 2,
  };
  expect(copyBounded(value)).toEqual({ value: { before: 1, broken: "…", after: 2 }, isCut: true });
});

test("an object of more fields than are copied is left out as a whole, and what is beside it is copied", () => {
  expect(copyBounded({ many: fields(5_001), beside: "a" })).toEqual({
    value: { many: "…", beside: "a" },
    isCut: true,
  });
  expect(copyBounded(fields(5_000))).toEqual({ value: fields(5_000), isCut: false });
});

test("an object's own fields count before those within it: no more names are listed, however they are nested", () => {
  const copy = copyBounded({ within: fields(3_000), ...fields(3_000) });
  expect(copy).toEqual({ value: { within: "…", ...fields(3_000) }, isCut: true });
});

test("a field that is called like an object's own machinery stays a field", () => {
  const value = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}') as object;
  const copy = copyBounded(value).value;
  expect(JSON.stringify(copy)).toBe(JSON.stringify(value));
  expect(copy).not.toHaveProperty("polluted");
});

const asked = (properties: unknown) => parseEvent({ type: "permission.asked", properties });

describe("what OpenCode says of a request", () => {
  const least = { id: "per_1", sessionID: "ses_1", permission: "mcp_tool" };

  test("is known as cut where it is nested too deeply", () => {
    expect(asked({ ...least, metadata: { input: nested(DEEP) } })).toMatchObject({
      kind: "asked",
      request: { requestID: "per_1", sessionID: "ses_1", permission: "mcp_tool", isCut: true },
    });
    expect(asked({ ...least, metadata: { input: nested(20) } })).not.toHaveProperty("request.isCut");
  });

  test.each<readonly [string, object]>([
    ["patterns that are no list", { patterns: null }],
    ["a pattern that is no text", { patterns: [1] }],
    ["metadata that are none", { metadata: null }],
    ["a tool that is none", { tool: "bash" }],
    ["no name of a permission", { permission: undefined }],
  ])("is a request all the same with %s", (_, strange) => {
    expect(asked({ ...least, patterns: ["a"], ...strange })).toMatchObject({
      kind: "asked",
      request: { requestID: "per_1", sessionID: "ses_1", patterns: [], isCut: true },
    });
  });

  test("is known as cut where it has more patterns than can be shown, and whose call it is stays known", () => {
    const tool = { messageID: "msg_1", callID: "call_1" };
    const patterns = Array.from({ length: 200_000 }, (_, n) => `a${n}`);
    const { request } = asked({ ...least, patterns, always: patterns, metadata: {}, tool }) as {
      request: PermissionRequest;
    };
    expect(request).toMatchObject({ messageID: "msg_1", isCut: true });
    expect(request.patterns.length).toBeLessThan(patterns.length);
  });

  test("is not cut for what a later OpenCode says besides", () => {
    expect(asked({ ...least, later: nested(DEEP) })).not.toHaveProperty("request.isCut");
  });

  test("is none without an ID to answer to", () => {
    expect(() => asked({ ...least, id: undefined })).toThrow("id");
  });

  test("of a call's arguments is cut where they are too deep, and never throws", () => {
    const calls = createCalls();
    const call = { tool: "mcp_tool", sessionID: "ses_1" };
    const asking = (callID: string) =>
      readCall(
        calls.hear({
          type: "permission.asked",
          properties: { id: "per_1", sessionID: "ses_1", tool: { messageID: "msg_1", callID } },
        }),
      );
    calls.began({ ...call, callID: "deep" }, { path: "/etc", input: nested(DEEP) });
    calls.began({ ...call, callID: "odd" }, { run: () => "code" });
    calls.began({ ...call, callID: "plain" }, { path: "/etc" });
    expect(asking("deep")).toMatchObject({ args: { path: "/etc" }, isCut: true });
    expect(asking("odd")).toEqual({ tool: "mcp_tool", args: { run: "…" }, isCut: true });
    expect(asking("plain")).toEqual({ tool: "mcp_tool", args: { path: "/etc" } });
  });
});
