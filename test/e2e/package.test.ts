/** What people install, and what they read: the tarball, and the documents that are to be true of it. */

import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { createRequire, isBuiltin } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { publint } from "publint";
import { describe, expect, inject, it } from "vitest";
import { readConfig } from "../../src/composition/config.ts";
import { ALWAYS_TABLE } from "../../src/policy/always-table.ts";
import { DEFAULT_RULE_TABLE } from "../../src/policy/default-rules.ts";
import { sitDown } from "../support/desk.ts";
import { bash, say } from "../support/opencode/scripted-model.ts";
import { renderPlain } from "../support/slack/plain.ts";

const run = promisify(execFile);
const repository = path.join(import.meta.dirname, "..", "..");
const installed = fileURLToPath(inject("pluginURL"));

interface PackageJSON {
  readonly version: string;
  readonly main: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

const packageJSON = JSON.parse(await read("package.json")) as PackageJSON;

async function read(file: string): Promise<string> {
  return readFile(path.join(repository, file), "utf8");
}

/** All files below, with `/` between the parts of their paths. */
async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
    .map((file) => file.replaceAll(path.sep, "/"))
    .sort();
}

/** What stands under a heading of a document, down to the next one of any level. */
function sectionOf(markdown: string, heading: string): string {
  const [, section] = markdown.split(new RegExp(`^#+ ${heading}$`, "m"));
  if (section === undefined) throw new Error(`There is no heading "${heading}"`);
  return section.split(/^#+ /m)[0] ?? "";
}

/** The first cells of a section's tables, without their heads. */
function firstCells(section: string): string[] {
  return [...section.matchAll(/^\| (.*?) +\|/gm)]
    .map(([, cell = ""]) => cell)
    .filter((cell) => !/^-+$/.test(cell))
    .slice(1);
}

function codeIn(markdown: string): string[] {
  return [...markdown.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}

function scopesIn(manifest: string): string[] {
  const [, list = ""] = /^ {4}bot:\n((?: {6}- \S+\n)+)/m.exec(manifest) ?? [];
  return [...list.matchAll(/- (\S+)/g)].map(([, scope = ""]) => scope);
}

describe("the tarball", () => {
  it("holds the built plugin, the documents, and nothing else", async () => {
    const sources = await filesIn(path.join(repository, "src"));
    const built = sources
      .map((file) => `dist/${file.replace(/\.ts$/, "")}`)
      .flatMap((module) => [`${module}.js`, `${module}.d.ts`]);
    const documents = [
      "LICENSE",
      "README.md",
      "opencode.example.json",
      "package.json",
      "slack-app-manifest.yaml",
    ];
    expect(await filesIn(installed)).toEqual([...documents, ...built].sort());
  });

  it("is put together as npm packages should be", async () => {
    const { messages } = await publint({ pkgDir: installed, pack: false, strict: true });
    expect(messages).toEqual([]);
  });

  it.each([
    ["main, which OpenCode before 1.14 loads", path.join(installed, packageJSON.main)],
    [
      'exports["./server"], which later ones load',
      createRequire(path.join(installed, "index.js")).resolve("opencode-slack-gateway/server"),
    ],
  ])("loads in Node by %s, and exports the plugin function and nothing else", async (_, entry) => {
    const plugin = (await import(pathToFileURL(entry).href)) as Record<string, unknown>;
    expect(Object.keys(plugin)).toEqual(["default"]);
    expect(plugin["default"]).toBeTypeOf("function");
    expect(plugin["default"]).toHaveProperty("id", "opencode-slack-gateway");
    expect(plugin["default"]).toHaveProperty("server", plugin["default"]);
  });

  it("depends on every package that it imports, and on no other", async () => {
    const { metafile } = await build({
      entryPoints: [path.join(installed, packageJSON.main)],
      bundle: true,
      packages: "external",
      platform: "node",
      format: "esm",
      outdir: "unwritten",
      write: false,
      metafile: true,
    });
    const imported = Object.values(metafile.inputs)
      .flatMap(({ imports }) => imports.filter(({ external }) => external))
      .map((found) => /^(?:@[^/]+\/)?[^/]+/.exec(found.path)?.[0] ?? found.path)
      .filter((name) => !isBuiltin(name));
    expect([...new Set(imported)].sort()).toEqual(Object.keys(packageJSON.dependencies).sort());
  });
});

describe("the Slack app's manifest", () => {
  it("is what the README's link hands to Slack", async () => {
    const [link] =
      /https:\/\/api\.slack\.com\/apps\?new_app=1&manifest_yaml=[^\s)]+/.exec(await read("README.md")) ?? [];
    const query = new URL(link ?? "about:blank").searchParams;
    expect(query.get("manifest_yaml")).toBe(await read("slack-app-manifest.yaml"));
  });

  it("switches on what the gateway needs", async () => {
    const manifest = await read("slack-app-manifest.yaml");
    expect(manifest).toMatch(/^ {2}interactivity:\n {4}is_enabled: true$/m);
    expect(manifest).toMatch(/^ {2}socket_mode_enabled: true$/m);
    expect(manifest).toMatch(/^ {2}token_rotation_enabled: false$/m);
    expect(manifest).toMatch(/^ {4}messages_tab_enabled: true$/m);
  });

  it("asks for enough scopes to post, to answer and to turn somebody away", async () => {
    const botScopes = scopesIn(await read("slack-app-manifest.yaml"));
    await using desk = await sitDown({ slack: { botScopes } });
    const task = await desk.start([bash("echo enough"), say("done")]);
    const card = await desk.card("echo enough");
    const stranger = desk.slack.user("U2");
    await stranger.press(card, "Allow once");
    await desk.slack.waitFor(() => stranger.ephemerals().length > 0);
    await desk.slack.user("U1").press(card, "Allow once");
    await desk.cardSays(card, "Allowed once by @U1");
    await task.end();
    const missing = desk.slack.calls().filter(({ answer }) => answer?.["error"] === "missing_scope");
    expect(missing).toEqual([]);
  });

  it.each([
    { added: [], says: "Slack does not say whether this channel is private" },
    { added: ["groups:read"], says: "[Allow once]" },
  ])("with $added added, a card under SLACK_APPROVER_IDS=* says: $says", async ({ added, says }) => {
    const botScopes = [...scopesIn(await read("slack-app-manifest.yaml")), ...added];
    const channels = [{ id: "C1", kind: "private" as const, members: ["U1"] }];
    await using desk = await sitDown({ slack: { botScopes, channels }, env: { SLACK_APPROVER_IDS: "*" } });
    await desk.start([bash("echo everyone"), say("done")]);
    const card = renderPlain(await desk.card("echo everyone"));
    expect(card).toContain(says);
    expect(card.includes("Nobody may answer")).toBe(added.length === 0);
  });
});

describe("the README", () => {
  it("names every variable that the configuration reads, and no other", async () => {
    const files = ["config", "environment", "log-settings", "paths"];
    const sources = await Promise.all(files.map(async (file) => read(`src/composition/${file}.ts`)));
    const source = sources.join("\n");
    const variables = [
      ...source.matchAll(/(?:env|settings)\["(\w+)"\]/g),
      ...source.matchAll(/^ {2}([A-Z]+_[A-Z_]+):/gm),
    ].map(([, name = ""]) => name);
    const told = firstCells(sectionOf(await read("README.md"), "Environment")).flatMap(codeIn);
    expect(told.sort()).toEqual([...new Set(variables)].sort());
  });

  it("lists the rules that are the default, what they are about, and why they ask", async () => {
    const rows = sectionOf(await read("README.md"), "The default rules")
      .split("\n")
      .filter((line) => line.startsWith("| `"))
      .map((line) => line.split("|").map((cell) => cell.trim()));
    expect(rows).toEqual(
      DEFAULT_RULE_TABLE.map(({ name, about, reason }) => ["", `\`${name}\``, about, reason, ""]),
    );
  });

  it("lists the commands for which Allow always is offered", async () => {
    const section = sectionOf(await read("README.md"), "Allow always");
    const [, list = ""] = /is offered for (.*?) and/.exec(section) ?? [];
    expect(codeIn(list)).toEqual(ALWAYS_TABLE.map(({ command }) => command));
  });

  it("names every option that the configuration takes, and no other", async () => {
    const told = firstCells(sectionOf(await read("README.md"), "Options")).flatMap(codeIn);
    const refused = readConfig({ other: true }, {});
    const [, known = ""] = /there are (.*?)\./.exec(refused.ok ? "" : refused.problems.join(" ")) ?? [];
    expect(told).toEqual([...known.matchAll(/"(\w+)"/g)].map(([, option]) => option));
  });

  it("quotes the messages that people search for as the code says them", async () => {
    const files = await filesIn(path.join(repository, "src"));
    const source = (await Promise.all(files.map(async (file) => read(`src/${file}`)))).join("\n");
    const quoted = firstCells(sectionOf(await read("README.md"), "Messages")).flatMap(codeIn);
    expect(quoted.length).toBeGreaterThan(10);
    expect(
      quoted.flatMap((message) => message.split("…")).filter((part) => !source.includes(part.trim())),
    ).toEqual([]);
  });

  it("pins the version that is in package.json, as the example does", async () => {
    const pinned = `"opencode-slack-gateway@${packageJSON.version}"`;
    expect(await read("opencode.example.json")).toContain(pinned);
    const versions = [...(await read("README.md")).matchAll(/"opencode-slack-gateway@[^"]+"/g)].map(
      ([pin]) => pin,
    );
    expect(new Set(versions)).toEqual(new Set([pinned]));
  });
});

describe("the architecture", () => {
  it("has a line for every source file", async () => {
    const table = sectionOf(await read("ARCHITECTURE.md"), "The files");
    const described = firstCells(table).flatMap(codeIn);
    const sources = await filesIn(path.join(repository, "src"));
    expect(described.sort()).toEqual(sources.map((file) => `src/${file}`));
  });
});

describe("the repository", () => {
  it("names no directory of a developer's machine", async () => {
    const { stdout } = await run("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
      cwd: repository,
    });
    const files = stdout.split("\0").filter((file) => file !== "" && !/\.(png|jpg)$/.test(file));
    // Ada and dev are the people of our examples.
    const home = /(?<![\w.-])\/(?:root|(?:home|Users)\/(?!(?:ada|dev)\b)\w+)\//;
    const found = await Promise.all(
      files.map(async (file) => {
        const text = await read(file).catch(() => "");
        const line = text
          .split("\n")
          .find((candidate) => home.test(candidate) || candidate.includes(`${repository}/`));
        return line === undefined ? [] : [`${file}: ${line.slice(0, 200)}`];
      }),
    );
    expect(found.flat()).toEqual([]);
  });
});
