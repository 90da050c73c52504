/** What people install: the tarball, and the Slack app that they make for it. */

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { createRequire, isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from "vitest";
import { SLACK_APP_MANIFEST } from "../../src/slack/manifest.ts";
import { sitDown, type Desk } from "../support/desk.ts";
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

interface Plugin {
  readonly default: unknown;
}

/** As somebody who has it installed gets it. */
function resolved(name: string): string {
  return createRequire(path.join(installed, "index.js")).resolve(name);
}

const SCOPES = SLACK_APP_MANIFEST.oauth_config.scopes.bot;

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

describe("the tarball", () => {
  it("holds the built plugin, the documents, and nothing else", async () => {
    const sources = await filesIn(path.join(repository, "src"));
    const built = sources
      .filter((file) => file.endsWith(".ts"))
      .map((file) => `dist/${file.replace(/\.ts$/, "")}`)
      .flatMap((module) => [`${module}.js`, `${module}.d.ts`]);
    const documents = ["LICENSE", "README.md", "opencode.example.json", "package.json"];
    expect(await filesIn(installed)).toEqual([...documents, ...built].sort());
  });

  it("is put together as npm packages should be", async () => {
    const { messages } = await publint({ pkgDir: installed, pack: false, strict: true });
    expect(messages).toEqual([]);
  });

  it.each([
    ["main, which OpenCode before 1.14 loads", path.join(installed, packageJSON.main)],
    ["its name", resolved("opencode-slack-gateway")],
  ])("loads in Node by %s, and exports the plugin function and nothing else", async (_, entry) => {
    const plugin = (await import(pathToFileURL(entry).href)) as Record<string, unknown>;
    expect(Object.keys(plugin)).toEqual(["default"]);
    expect(plugin["default"]).toBeTypeOf("function");
    expect(plugin["default"]).toHaveProperty("id", "opencode-slack-gateway");
    expect(plugin["default"]).toHaveProperty("server", plugin["default"]);
  });

  it('exports by "./server", which later ones load, one object for OpenCode 1 and 2', async () => {
    const main = (await import(pathToFileURL(path.join(installed, packageJSON.main)).href)) as Plugin;
    const server = (await import(pathToFileURL(resolved("opencode-slack-gateway/server")).href)) as Plugin;
    expect(Object.keys(server)).toEqual(["default"]);
    expect(server.default).toEqual({
      id: "opencode-slack-gateway",
      server: main.default,
      setup: expect.any(Function),
    });
  });

  it("depends on every package that it imports, and on no other", async () => {
    const { metafile } = await build({
      entryPoints: [
        path.join(installed, packageJSON.main),
        resolved("opencode-slack-gateway/server"),
        path.join(installed, "dist/cli.js"),
      ],
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

describe("a fresh clone", () => {
  it("packs a tarball with all that was built, whose command runs where nothing is installed", async () => {
    const root = await mkdtemp(path.join(tmpdir(), "clone-"));
    onTestFinished(async () => rm(root, { recursive: true }));
    const clone = path.join(root, "clone");
    const { stdout: listed } = await run(
      "git",
      ["ls-files", "--cached", "--others", "--exclude-standard", "-z"],
      {
        cwd: repository,
      },
    );
    for (const file of listed
      .split("\0")
      .filter((each) => existsSync(path.join(repository, each)) && each !== ""))
      await cp(path.join(repository, file), path.join(clone, file));
    // As after npm ci.
    await symlink(path.join(repository, "node_modules"), path.join(clone, "node_modules"));
    const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", root], { cwd: clone });
    const [packed] = JSON.parse(stdout.slice(stdout.indexOf("[\n"))) as {
      filename: string;
      files: { path: string }[];
    }[];
    expect(packed?.files.map((file) => file.path).sort()).toEqual(await filesIn(installed));

    const env = { PATH: process.env["PATH"], HOME: root, npm_config_cache: await npmCache() };
    const tarball = `./${packed?.filename ?? ""}`;
    const npx = ["--yes", "--prefer-offline", "-p", tarball, "opencode-slack-gateway"];
    const version = await run("npx", [...npx, "--version"], { cwd: root, env });
    expect(version.stdout).toBe(`${packageJSON.version}\n`);
    const doctor = await run("npx", [...npx, "doctor", "--no-press"], { cwd: root, env }).catch(
      (failed: { code: number; stdout: string }) => failed,
    );
    expect(doctor).toMatchObject({ code: 1 });
    expect(doctor.stdout).toContain("✗ SLACK_BOT_TOKEN is not set");
  });
});

async function npmCache(): Promise<string> {
  return (await run("npm", ["config", "get", "cache"])).stdout.trim();
}

describe("the Slack app's manifest", () => {
  it("switches on what the gateway needs", () => {
    const { features, settings } = SLACK_APP_MANIFEST;
    expect(settings.interactivity.is_enabled).toBe(true);
    expect(settings.socket_mode_enabled).toBe(true);
    expect(settings.token_rotation_enabled).toBe(false);
    expect(features.app_home.messages_tab_enabled).toBe(true);
  });

  it("asks for enough scopes to post, to answer and to turn somebody away", async () => {
    await using desk = await sitDown({ slack: { botScopes: SCOPES } });
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

  describe("under SLACK_APPROVER_IDS=*, a card says", () => {
    let desk: Desk;
    beforeAll(async () => {
      const channels = [{ id: "C1", kind: "private" as const, members: ["U1"] }];
      const slack = { botScopes: [...SCOPES], channels };
      desk = await sitDown({ slack, env: { SLACK_APPROVER_IDS: "*" } });
    });
    afterAll(async () => desk[Symbol.asyncDispose]());

    it.each([
      { added: [], says: "Slack does not say whether this channel is private" },
      { added: ["groups:read"], says: "[Allow once]" },
    ])("with $added added: $says", async ({ added, says }) => {
      for (const scope of added) desk.slack.installation.scopes.bot.add(scope);
      await desk.start([bash(`echo everyone ${added.join()}`), say("done")]);
      const card = renderPlain(await desk.card(`echo everyone ${added.join()}`));
      expect(card).toContain(says);
      expect(card.includes("Nobody may answer")).toBe(added.length === 0);
    });
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
