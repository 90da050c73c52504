import { expect, test } from "vitest";
import { plainJson, readJsonc } from "../../../../src/commands/checks/jsonc.ts";

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

test("every place in the plain text is the same place in the text", () => {
  const text = '{\r\n  // one\n  "a": [1,], /* two */ "b": 2\n}';
  const plain = plainJson(text);
  expect(plain).toHaveLength(text.length);
  expect(plain.indexOf('"b"')).toBe(text.indexOf('"b"'));
  expect(plain.split("\n")).toHaveLength(text.split("\n").length);
});

test("a megabyte of comments and of what never ends is read at once", () => {
  for (const text of ["/*", "//\n", '"', ",]", "\\"])
    expect(plainJson(text.repeat(1_000_000 / text.length))).toHaveLength(
      text.length * Math.floor(1_000_000 / text.length),
    );
});
