import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PermissionRequest } from "../../../src/gateway/domain/ask.ts";
import {
  fingerprintOf,
  isSameRequest,
  serialize,
  type Provenance,
} from "../../../src/gateway/grants/fingerprint.ts";
import { permissionRequest } from "../../support/permission-request.ts";

/** What JSON can say, and what OpenCode's metadata may hold besides. */
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.string({ unit: "binary" }),
    fc.double(),
    fc.boolean(),
    fc.constantFrom(null, undefined, "", "undefined", "null", 0, -0, Number.NaN),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: "binary" }), tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;
const fields = fc.dictionary(fc.string(), value, { maxKeys: 4, noNullPrototype: true });
const texts = fc.array(fc.string({ unit: "binary" }), { maxLength: 3 });

/** As what OpenCode tells is copied. */
const plain = { noNullPrototype: true } as const;
const request: fc.Arbitrary<PermissionRequest> = fc.record(
  {
    kind: fc.constant("permission" as const),
    requestID: fc.string(),
    sessionID: fc.string(),
    permission: fc.string(),
    patterns: texts,
    always: texts,
    metadata: fields,
    messageID: fc.string(),
    call: fc.record({ tool: fc.string(), args: fields }, plain),
  },
  plain,
);
const provenance: fc.Arbitrary<Provenance> = fc.record(
  { sessionIDs: texts, agent: fc.string(), model: fc.string(), places: texts },
  plain,
);

const here: Provenance = { sessionIDs: ["ses_1"], agent: "build", model: "m", places: ["/p"] };

describe("the fingerprint of a request", () => {
  test("is the same when OpenCode asks it again under other names, with its fields in another order", () => {
    fc.assert(
      fc.property(request, provenance, fc.string(), (one, from, name) => {
        const again = { ...(reversed(one) as PermissionRequest), requestID: name, messageID: name };
        expect(fingerprintOf(again, from)).toBe(fingerprintOf(one, from));
        expect(isSameRequest(again, one)).toBe(true);
      }),
    );
  });

  test("is another one for any other request, or one that is made elsewhere", () => {
    fc.assert(
      fc.property(request, request, provenance, provenance, (one, other, from, elsewhere) => {
        fc.pre(!isSameRequest(one, other));
        expect(fingerprintOf(one, from)).not.toBe(fingerprintOf(other, from));
        fc.pre(serialize(from) !== serialize(elsewhere));
        expect(fingerprintOf(one, from)).not.toBe(fingerprintOf(one, elsewhere));
      }),
    );
  });

  test("is another one when any one value in it is changed, taken away or added", () => {
    fc.assert(
      fc.property(request, value, fc.nat(), (one, other, place) => {
        const changed = withChange(one, other, place);
        fc.pre(!isSameRequest(one, changed));
        expect(fingerprintOf(changed, here)).not.toBe(fingerprintOf(one, here));
      }),
      { numRuns: 500 },
    );
  });

  test.each<[string, Partial<PermissionRequest>]>([
    ["a blank", { patterns: ["npm  test"] }],
    ["a small letter", { patterns: ["npm Test"] }],
    ["two patterns for one", { patterns: ["npm", "test"] }],
    ["a half of a character", { patterns: ["\uD800"] }],
    ["what is not known by now", { isCallUnclear: true }],
    ["what is known by now to be less than all", { isCut: true }],
  ])("tells %s", (_, given) => {
    const one = permissionRequest({ patterns: ["npm test"] });
    const prints = [one, { ...one, ...given }, { ...one, patterns: ["\uDBFF"] }];
    expect(new Set(prints.map((each) => fingerprintOf(each, here))).size).toBe(3);
  });
});

test("what is written out equally is equal, whatever it is", () => {
  fc.assert(
    fc.property(value, value, (one, other) => {
      expect(serialize(one) === serialize(other)).toBe(isDeepStrictEqual(one, other));
    }),
  );
  expect(serialize({ b: [undefined, "undefined"], a: -0 })).toBe('{"a":-0,"b":[undefined,"undefined"]}');
});

/** The same, with its fields in another order. */
function reversed(given: unknown): unknown {
  if (Array.isArray(given)) return given.map(reversed);
  if (typeof given !== "object" || given === null) return given;
  return Object.fromEntries(
    Object.entries(given)
      .toReversed()
      .map(([key, field]) => [key, reversed(field)]),
  );
}

/** A request of which one field, chosen by a number, is another one. */
function withChange(one: PermissionRequest, other: unknown, place: number): PermissionRequest {
  const { call, metadata } = one;
  const args = { ...call?.args };
  const changes: readonly Partial<PermissionRequest>[] = [
    { sessionID: JSON.stringify(other) ?? "" },
    { permission: JSON.stringify(other) ?? "" },
    { patterns: [...one.patterns, JSON.stringify(other) ?? ""] },
    { patterns: one.patterns.slice(1) },
    { always: [JSON.stringify(other) ?? "", ...one.always] },
    { metadata: { ...metadata, [JSON.stringify(other) ?? ""]: other } },
    { metadata: {} },
    { call: { tool: JSON.stringify(other) ?? "", args } },
    { call: { tool: call?.tool ?? "", args: { ...args, [JSON.stringify(other) ?? ""]: other } } },
    { call: { tool: call?.tool ?? "", args: {} } },
    { call: { tool: call?.tool ?? "", args, isNested: true } },
  ];
  return { ...one, ...changes[place % changes.length] };
}
