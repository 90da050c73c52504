import { expect, test } from "vitest";
import { readJsonc } from "../../../../src/commands/checks/jsonc.ts";

test.each([
  ["{}", {}],
  ['{ "a": [1, 2,], }', { a: [1, 2] }],
  ['{ // a comment, with "quotes"\n "a": 1, /* and, ] another */ }', { a: 1 }],
  [
    '{ "url": "https://example.com/*x*/", "b": "a \\" // b" }',
    { url: "https://example.com/*x*/", b: 'a " // b' },
  ],
  ['\uFEFF{ "a": [ "x", // the last\n ] }', { a: ["x"] }],
  ['{ "a": ",]" }', { a: ",]" }],
])("%j is read as people mean it", (text, value) => {
  expect(readJsonc(text)).toEqual({ ok: true, value });
});

test.each(["{", "{ a: 1 }", '{ "a": 1,, }', '{ "a": "', "", "/* open"])("%j is no configuration", (text) => {
  expect(readJsonc(text)).toMatchObject({ ok: false });
});

test("a megabyte of comments and of what never ends is read at once", () => {
  for (const text of ["/*", "//\n", '"', ",]", "\\"])
    expect(readJsonc(text.repeat(1_000_000 / text.length))).toMatchObject({ ok: false });
});

test("what is nested a million levels deep is no configuration", () => {
  expect(readJsonc("[".repeat(1_000_000))).toMatchObject({ ok: false });
});
