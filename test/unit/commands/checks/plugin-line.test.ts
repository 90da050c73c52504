import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  checkReadable,
  pluginFiles,
  readOpenCodeConfigs,
} from "../../../../src/commands/checks/opencode-configs.ts";
import {
  checkPluginLine,
  findPluginFiles,
  findPluginLines,
} from "../../../../src/commands/checks/plugin-line.ts";

let home: string;
let project: string;

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), "configs-"));
  project = path.join(home, "work", "shop");
  write("work/shop/.git/HEAD", "");
});
afterEach(() => rmSync(home, { recursive: true }));

function write(file: string, text: string): string {
  const whole = path.join(home, file);
  mkdirSync(path.dirname(whole), { recursive: true });
  writeFileSync(whole, text);
  return whole;
}

function configs(env: Readonly<Record<string, string>> = {}, directory = project) {
  return readOpenCodeConfigs({ env: { HOME: home, ...env }, directory });
}

function folderFiles() {
  return pluginFiles({ env: { HOME: home }, directory: project });
}

/** What is said, as `state what → fix`. */
function said(env?: Readonly<Record<string, string>>, openCodeMajor: number | undefined = 1): string[] {
  const check = { version: "0.1.0", openCodeMajor, newLinePlace: "opencode.json" };
  const lines = [...findPluginLines(configs(env)), ...findPluginFiles(folderFiles())];
  return [...checkReadable(configs(env)), ...checkPluginLine(lines, check)].map(({ state, what, fix = "" }) =>
    `${state}: ${what}. ${fix}`.replaceAll(home, "~"),
  );
}

const LINE = '{ "plugin": ["opencode-slack-gateway@0.1.0"] }';

describe("the line is found", () => {
  test.each([
    ".config/opencode/config.json",
    ".config/opencode/opencode.json",
    ".config/opencode/opencode.jsonc",
    ".opencode/opencode.json",
    "work/shop/opencode.json",
    "work/shop/opencode.jsonc",
    "work/shop/.opencode/opencode.json",
    "work/shop/.opencode/opencode.jsonc",
  ])("in ~/%s", (file) => {
    write(file, LINE);
    expect(said()).toEqual([`ok: ~/${file} loads "opencode-slack-gateway@0.1.0". `]);
  });

  test("where the variables say, and in the directories above the project's, up to the repository", () => {
    const [own, folder] = [write("own.json", LINE), write("folder/opencode.json", LINE)];
    expect(said({ OPENCODE_CONFIG: own })).toEqual([expect.stringContaining("ok: ~/own.json loads")]);
    expect(said({ OPENCODE_CONFIG_DIR: path.dirname(folder) })).toEqual([
      expect.stringContaining("ok: ~/folder/opencode.json loads"),
    ]);
    expect(said({ OPENCODE_CONFIG_CONTENT: LINE })).toEqual([
      expect.stringContaining("ok: OPENCODE_CONFIG_CONTENT loads"),
    ]);
    const config = write("config/opencode/opencode.json", LINE);
    expect(said({ XDG_CONFIG_HOME: path.dirname(path.dirname(config)) })).toEqual([
      expect.stringContaining("ok: ~/config/opencode/opencode.json loads"),
    ]);
    // Above the repository nobody looks.
    write("work/opencode.json", LINE);
    expect(said()).toEqual([expect.stringContaining("No configuration of OpenCode names the plugin")]);
    write("work/shop/opencode.json", LINE);
    mkdirSync(path.join(project, "src"));
    expect(findPluginLines(configs({}, path.join(project, "src")))).toHaveLength(1);
    expect(said({ OPENCODE_DISABLE_PROJECT_CONFIG: "1" })).toEqual([
      expect.stringContaining("No configuration"),
    ]);
  });

  test("in the forms of OpenCode 1 and 2, with comments, among others", () => {
    const file = "work/shop/opencode.jsonc";
    write(
      file,
      '{ "plugin": ["other", /* ours */ ["opencode-slack-gateway@0.1.0", { "allowAlways": false }],], }',
    );
    expect(findPluginLines(configs())).toMatchObject([
      { key: "plugin", options: { allowAlways: false }, kind: { kind: "npm", version: "0.1.0" } },
    ]);
    write(
      file,
      '{ "plugins": [{ "package": "opencode-slack-gateway@0.1.0", "options": { "allowAlways": false } }] }',
    );
    expect(findPluginLines(configs())).toMatchObject([{ key: "plugins", options: { allowAlways: false } }]);
    expect(said({}, 2)).toEqual([expect.stringMatching(/^ok/)]);
    expect(said({}, 1)).toEqual([
      'wrong: ~/work/shop/opencode.jsonc names the plugin under "plugins", which OpenCode 1 does not load. Move the line to "plugin".',
    ]);
  });

  test("as a clone on this machine, whether it is built or not", () => {
    write(
      "clone/package.json",
      '{ "name": "opencode-slack-gateway", "version": "0.2.0", "main": "./dist/index.js" }',
    );
    const url = pathToFileURL(path.join(home, "clone")).href;
    for (const spec of [url, path.join(home, "clone"), "../../clone", `${url}/dist/index.js`]) {
      rmSync(path.join(home, "clone", "dist"), { recursive: true, force: true });
      write("work/shop/opencode.json", JSON.stringify({ plugin: [spec] }));
      expect(said()).toEqual([expect.stringMatching(/^wrong: .* and there is nothing\. Build the clone/)]);
      write("clone/dist/index.js", "");
      expect(said()).toEqual([expect.stringMatching(/^ok: .* loads the plugin from .*, version 0\.2\.0\./)]);
    }
  });
});

describe("it is said what is wrong", () => {
  test.each([
    ["opencode-slack-gateway", "without a version, so OpenCode never updates it"],
    ["opencode-slack-gateway@latest", "without a version"],
    ["opencode-slack-gateway@^0.1.0", "without a version"],
    ["opencode-slack-gatway@0.1.0", 'names "opencode-slack-gatway", which is another package'],
    ["@acme/opencode-slack-gateway@0.1.0", 'names "@acme/opencode-slack-gateway", which is another package'],
    ["file:///nowhere/opencode-slack-gateway", "and there is nothing"],
    ["./opencode-slack-gateway", "and there is nothing"],
  ])("with %s", (spec, what) => {
    write("work/shop/opencode.json", JSON.stringify({ plugin: [spec] }));
    expect(said()).toEqual([expect.stringMatching(/^wrong/)]);
    expect(said().join()).toContain(what);
    expect(said().join()).toContain('"opencode-slack-gateway@0.1.0"');
  });

  test("with two lines, wherever they are", () => {
    write(".config/opencode/opencode.json", LINE);
    write("work/shop/opencode.json", '{ "plugin": ["opencode-slack-gateway"] }');
    expect(said()).toEqual([
      "wrong: OpenCode's configuration names the plugin 2 times: ~/.config/opencode/opencode.json (plugin), ~/work/shop/opencode.json (plugin). Keep one of the lines.",
      expect.stringContaining("without a version"),
    ]);
  });

  test("with another version", () => {
    write("work/shop/opencode.json", '{ "plugin": ["opencode-slack-gateway@0.0.9"] }');
    expect(said()).toEqual([
      'unknown: ~/work/shop/opencode.json loads "opencode-slack-gateway@0.0.9", and this is version 0.1.0. To check what OpenCode loads, run npx opencode-slack-gateway@0.0.9 doctor. To update, write "opencode-slack-gateway@0.1.0".',
    ]);
  });

  test("with a file that nobody can read", () => {
    write("work/shop/opencode.json", "{ plugin: 1");
    expect(said()).toEqual([
      "wrong: ~/work/shop/opencode.json cannot be read: it is not valid JSON. Fix it: OpenCode does not read it either.",
      expect.stringContaining("No configuration"),
    ]);
  });

  test.each([
    "other",
    "opencode-gateway",
    "slack",
    "opencode-slack-bridge@1.0.0",
    "file:///nowhere/other",
    5,
    {},
    [],
  ])("and %j is another's line", (spec) => {
    write("work/shop/opencode.json", JSON.stringify({ plugin: [spec], plugins: [spec] }));
    expect(said()).toEqual([expect.stringContaining("No configuration of OpenCode names the plugin")]);
  });
});

test("a file in a folder of plugins that loads ours counts as a line", () => {
  write("work/shop/.opencode/plugin/notes.txt", "opencode-slack-gateway");
  write("work/shop/.opencode/plugin/other.ts", "export {};");
  expect(said()).toEqual([expect.stringContaining("No configuration")]);
  write("work/shop/.opencode/plugins/gateway.ts", 'export { default } from "opencode-slack-gateway";');
  expect(said()).toEqual([expect.stringMatching(/^ok: ~\/work\/shop\/.opencode\/plugins\/gateway.ts loads/)]);
  write("work/shop/opencode.json", LINE);
  expect(said()).toEqual([expect.stringContaining("names the plugin 2 times")]);
});
