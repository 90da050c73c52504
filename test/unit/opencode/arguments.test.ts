import * as fc from "fast-check";
import { expect, test } from "vitest";
import { describeValues as describeInPieces } from "../../../src/opencode/arguments.ts";
import { runToEnd } from "../../../src/system/sliced.ts";

const describeValues = (...described: Parameters<typeof describeInPieces>) =>
  runToEnd(describeInPieces(...described));

const of = (values: Readonly<Record<string, unknown>>) => describeValues({ label: "Arguments" }, values);

test("short values stand below each other, each behind its name", () => {
  expect(of({ title: "Broken build", priority: 2, labels: ["ci", "urgent"], draft: false })).toEqual([
    {
      label: "Arguments",
      text: 'title:    "Broken build"\npriority: 2\nlabels:   ["ci","urgent"]\ndraft:    false',
    },
  ]);
});

test("a text with lines of its own stands as lines below its name", () => {
  const body = '## Steps\n\n1. Open “the” page\n2. Say "hello"\n\tand a tab\n';
  expect(of({ title: "Broken", body })).toEqual([
    { label: "Arguments", text: 'title: "Broken"' },
    { label: "“body”", text: body },
  ]);
});

test("a long sentence stands below its name, a long word such as an address behind it", () => {
  const text = "The build has been broken since yesterday because nobody looks at it.";
  const url = `https://example.com/${"x".repeat(80)}`;
  expect(of({ url, text })).toEqual([
    { label: "Arguments", text: `url: "${url}"` },
    { label: "“text”", text },
  ]);
});

test("texts deep in the arguments are lines below the way to them", () => {
  const edits = [
    { oldText: "one\ntwo", newText: "one\n2" },
    { oldText: "x", newText: "y" },
  ];
  expect(of({ path: "a.ts", edits })).toEqual([
    {
      label: "Arguments",
      text: [
        'path:  "a.ts"',
        "edits: [",
        "  {",
        '    "oldText": (below),',
        '    "newText": (below)',
        "  },",
        '  {"oldText":"x","newText":"y"}',
        "]",
      ].join("\n"),
    },
    { label: "“edits[0].oldText”", text: "one\ntwo" },
    { label: "“edits[0].newText”", text: "one\n2" },
  ]);
});

test("what only the request says is told apart from what the call says", () => {
  const said = describeValues({ label: "OpenCode says", source: "OpenCode says" }, { note: "a\nb", n: 1 });
  expect(said).toEqual([
    { label: "OpenCode says", text: "n: 1" },
    { label: "“note” (OpenCode says)", text: "a\nb" },
  ]);
});

test("a secret's name stays with its value, so that it is masked", () => {
  for (const name of ["password", "api_key", "clientSecret", "smtpPass", "seed_phrase"]) {
    const secret = "correct horse battery staple\nand a second line of the same secret";
    expect(of({ [name]: secret, auth: { [name]: secret } }).map(({ label }) => label)).toEqual(["Arguments"]);
  }
});

/** What a line of a block says it is the value of. */
const names = (text: string): string[] =>
  text.split("\n").flatMap((line) => /^\s*("(?:[^"\\]|\\.)*"|[\w.-]+):/.exec(line)?.[1] ?? []);

test("nothing that an argument holds looks like the name of another one", () => {
  const forged = 'safe\nmode: "readonly"\n  "mode": "readonly",\n“mode”\nArguments of “x”';
  const key = fc.oneof(fc.constantFrom("mode", "a b", forged, '"', "“x”", "x: 1\ny"), fc.string());
  const text = fc.oneof(fc.constantFrom(forged, "(below)", '", "mode": "readonly'), fc.string());
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      text,
      fc.integer(),
      fc.constant(null),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(key, tie("value"), { maxKeys: 3 }),
    ),
  })).value;
  const keysOf = (some: unknown): string[] =>
    typeof some !== "object" || some === null
      ? []
      : (Array.isArray(some) ? [] : Object.keys(some)).concat(Object.values(some).flatMap(keysOf));
  fc.assert(
    fc.property(fc.dictionary(key, value, { maxKeys: 3 }), (values) => {
      const [block, ...own] = of(values);
      const known = new Set(keysOf(values).flatMap((name) => [name, JSON.stringify(name)]));
      const inBlock = block?.label === "Arguments" ? names(block.text) : [];
      expect(inBlock.filter((name) => !known.has(name))).toEqual([]);
      for (const { label } of block?.label === "Arguments"
        ? own
        : [block, ...own].filter((each) => each !== undefined))
        expect(label).toMatch(/^“[\w.[\]-]+”$/);
    }),
  );
});

test("nothing of any arguments is left out", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string({ unit: "binary" }), { maxKeys: 5 }), (values) => {
      const said = of(values);
      for (const text of Object.values(values))
        expect(
          said.some((detail) => detail.text === text || detail.text.includes(JSON.stringify(text))),
        ).toBe(true);
    }),
  );
});

test("of texts that are long in quotation marks, no more is written than twice what a card's file shows", () => {
  const long = "\u0001".repeat(100_000);
  const [block] = of({ first: long, second: long, [long]: "last" });
  expect(block?.text.length).toBeGreaterThan(200_000);
  expect(block?.text.length).toBeLessThan(400_000);
  expect(block?.text).toMatch(/^first: {2}"\\u0001.*…\nsecond: …\n…: +…$/s);
});

test("a long text is the same in quotation marks as a short one", () => {
  const long = `${"x".repeat(19_999)}🙂${"\uD83D".repeat(3)}y"z`;
  expect(of({ token: long })).toEqual([{ label: "Arguments", text: `token: ${JSON.stringify(long)}` }]);
});
