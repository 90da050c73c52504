/** The entry that OpenCode loads, before and without the rest of the plugin. */

import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { Hooks, PluginInput } from "@opencode-ai/plugin";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import plugin from "../../../src/index.ts";
import { OPENCODE } from "../../support/runtime.ts";

const REPOSITORY = path.join(import.meta.dirname, "..", "..", "..");
const ASKED = {
  type: "permission.asked",
  properties: { id: "per_1", sessionID: "ses_1", permission: "bash" },
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "index-"));
});
afterEach(async () => rm(folder, { recursive: true }));

/** Resolves when whatever loads the rest has gone on. */
async function settle(): Promise<void> {
  await import("../../../src/composition/plugin.ts");
  await new Promise((resolve) => setImmediate(resolve));
}

describe("when OpenCode ends", () => {
  let hooks: Hooks;
  let logFile: string;

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    logFile = path.join(folder, "gateway.log");
    vi.stubEnv("OPENCODE_SLACK_GATEWAY_LOG_FILE", logFile);
    hooks = await plugin({
      client: {},
      directory: folder,
      serverUrl: new URL("http://localhost:4096/"),
    } as PluginInput);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
  });

  /** Whether the rest of the plugin was there: it says at once that it has no tokens. */
  const wasLoaded = async (): Promise<boolean> =>
    readFile(logFile, "utf8").then(
      (text) => text.includes("the gateway is off"),
      () => false,
    );
  test("soon after its start, nothing of us is loaded any more, and no timer is left", async () => {
    expect(vi.getTimerCount()).toBe(1);
    await hooks.dispose?.();
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(10_000);
    await hooks.event?.({ event: ASKED as never });
    await settle();
    expect(await wasLoaded()).toBe(false);
  });

  test("while the rest is being loaded, nothing is begun with it", async () => {
    const asking = hooks.event?.({ event: ASKED as never });
    await hooks.dispose?.();
    await asking;
    await settle();
    expect(await wasLoaded()).toBe(false);
  });

  test("later, what the tests before look for is there", async () => {
    await vi.advanceTimersByTimeAsync(2_000);
    await settle();
    expect(await wasLoaded()).toBe(true);
    await hooks.dispose?.();
  });
});

/** Loads the plugin where a part of it is missing, lets OpenCode ask, brings the part back, and lets OpenCode ask again. */
const SCRIPT = `
  import { rename } from "node:fs/promises";
  const [entry, missing] = process.argv.slice(-2);
  const plugin = (await import(entry)).default;
  const said = [];
  const say = (where) => async ({ body }) => void said.push(where + ": " + body.message);
  const client = { app: { log: say("log") }, tui: { showToast: say("toast") } };
  const hooks = await plugin({ client, directory: "/tmp", serverUrl: new URL("http://localhost:4096/") });
  const event = ${JSON.stringify(ASKED)};
  await hooks.event({ event });
  const before = said.splice(0);
  await rename(missing + ".away", missing);
  await hooks.event({ event });
  console.log(JSON.stringify({ before, after: said }));
  process.exit();
`;

const RUNTIMES = { Node: [process.execPath, "--import", "tsx"], Bun: [OPENCODE, "run"] } as const;

test.each(["Node", "Bun"] as const)(
  "in %s a part that could not be loaded is loaded for the next request, and the first is told of",
  async (runtime) => {
    await cp(path.join(REPOSITORY, "src"), path.join(folder, "src"), { recursive: true });
    await cp(path.join(REPOSITORY, "package.json"), path.join(folder, "package.json"));
    await symlink(path.join(REPOSITORY, "node_modules"), path.join(folder, "node_modules"));
    const missing = path.join(folder, "src", "composition", "plugin.ts");
    await rename(missing, `${missing}.away`);
    const script = path.join(folder, "script.mts");
    await writeFile(script, SCRIPT);
    const [file, ...args] = RUNTIMES[runtime];
    const entry = pathToFileURL(path.join(folder, "src", "index.ts")).href;
    const env = { PATH: process.env["PATH"], HOME: folder, BUN_BE_BUN: "1" };
    const { stdout } = await promisify(execFile)(file, [...args, script, entry, missing], {
      cwd: REPOSITORY,
      env,
    });
    const { before, after } = JSON.parse(stdout) as { before: string[]; after: string[] };
    expect(before).toEqual([
      expect.stringMatching(/^log: opencode-slack-gateway does not work: /),
      "toast: The Slack gateway does not work: answer here. OpenCode's log says why.",
    ]);
    // It is there, and says what it lacks.
    expect(after).toEqual([expect.stringContaining("toast: The Slack gateway is off.")]);
  },
);
