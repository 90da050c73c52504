import * as fc from "fast-check";
import { expect, test } from "vitest";
import { jsonBytes } from "../../../src/audit/json.ts";
import { runToEnd } from "../../../src/system/sliced.ts";

const textOf = (value: unknown): string => Buffer.concat(runToEnd(jsonBytes(value))).toString();

test("a value is what JSON says of it", () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
      expect(textOf(value)).toBe(JSON.stringify(value));
    }),
  );
});

test("a field that is undefined is none", () => {
  const value = { before: undefined, tool: "bash", after: undefined };
  expect(textOf(value)).toBe(JSON.stringify(value));
});

test("long texts, and many values, are pieces of their own", () => {
  const value = { text: "сору\u0000".repeat(40_000), list: Array.from({ length: 50_000 }, (_, n) => n) };
  const work = jsonBytes(value);
  let pieces = 0;
  while (work.next().done !== true) pieces += 1;
  expect(pieces).toBeGreaterThan(5);
  expect(textOf(value)).toBe(JSON.stringify(value));
});
