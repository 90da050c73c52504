import { describe, expect, test } from "vitest";
import { readJsonc } from "../../../../src/commands/checks/jsonc.ts";
import {
  addPermission,
  addPlugin,
  removePlugin,
  replacePlugin,
} from "../../../../src/commands/init/config-text.ts";

const SPEC = "opencode-slack-gateway@0.1.0";

/** What OpenCode reads in it. */
function value(text: string): unknown {
  const read = readJsonc(text);
  return read.ok ? read.value : read.why;
}

test.each([
  ["of nothing", undefined],
  ["of an empty file", " \n"],
])("a file is made %s", (_, text) => {
  expect(addPermission(addPlugin(text, SPEC))).toBe(`{
  "$schema": "https://opencode.ai/config.json",
  "plugin": [
    "opencode-slack-gateway@0.1.0"
  ],
  "permission": {
    "bash": "ask",
    "edit": "ask",
    "webfetch": "ask",
    "external_directory": "ask"
  }
}
`);
});

test("comments, tabs, Windows' line ends, trailing commas and a byte order mark stay", () => {
  const text = '\uFEFF{\r\n\t// mine\r\n\t"plugin": [\r\n\t\t"other@1.0.0", // old\r\n\t],\r\n}\r\n';
  const changed = addPermission(addPlugin(text, SPEC));
  expect(changed).toMatch(
    /^\uFEFF\{\r\n\t\/\/ mine\r\n\t"plugin": \[\r\n\t\t"other@1\.0\.0",\r\n\t\t"opencode-/,
  );
  expect(changed).toContain(" // old\r\n");
  expect(changed).toContain('\r\n\t"permission": {\r\n\t\t"bash": "ask",\r\n');
  expect(changed.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  expect(value(changed)).toEqual({
    plugin: ["other@1.0.0", SPEC],
    permission: { bash: "ask", edit: "ask", webfetch: "ask", external_directory: "ask" },
  });
});

describe("of another version", () => {
  test.each([
    ["a name", '{"plugin":["a","opencode-slack-gateway@0.0.9"/*x*/]}', ["a", SPEC]],
    [
      "a name with options",
      '{"plugin":[["opencode-slack-gateway@0.0.9", {"allowAlways":false}]]}',
      [[SPEC, { allowAlways: false }]],
    ],
  ])("%s is replaced in its place", (_, text, plugin) => {
    expect(value(replacePlugin(text, "opencode-slack-gateway@0.0.9", SPEC))).toEqual({ plugin });
  });

  test("a package of OpenCode 2 is replaced in its place", () => {
    const text = '{"plugins":[{"package":"opencode-slack-gateway@0.0.9","options":{}}]}';
    expect(value(replacePlugin(text, "opencode-slack-gateway@0.0.9", SPEC))).toEqual({
      plugins: [{ package: SPEC, options: {} }],
    });
  });
});

test.each([
  [`{"plugin":["a", "${SPEC}"]}`, { plugin: ["a"] }],
  [`{"plugin":["${SPEC}", // ours\n "a",]}`, { plugin: ["a"] }],
  [`{"plugin":[["${SPEC}", {}]]}`, { plugin: [] }],
  [`{"plugins":[{"package":"${SPEC}"}], "x": 1}`, { plugins: [], x: 1 }],
  [`{"plugin":["a"]}`, { plugin: ["a"] }],
])("the plugin is removed from %s, and nothing else", (text, expected) => {
  expect(value(removePlugin(text, SPEC))).toEqual(expected);
});

test("a plugin on a line of its own leaves what stands around it", () => {
  const text = `{\n  "plugin": [\n    "a", // one, two\n    "${SPEC}" // ours\n  ]\n}\n`;
  expect(removePlugin(text, SPEC)).toBe('{\n  "plugin": [\n    "a" // one, two\n     // ours\n  ]\n}\n');
});

test.each([
  ['{"permission":"allow"}', {}],
  ['{"permission":{"bash":"allow","doom_loop":"deny"}}', { doom_loop: "deny" }],
])("a block that asks nothing is made to ask: %s", (text, others) => {
  const asking = { bash: "ask", edit: "ask", webfetch: "ask", external_directory: "ask" };
  expect(value(addPermission(text))).toEqual({ permission: { ...others, ...asking } });
});
