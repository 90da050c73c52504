import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { createHome, createProject, createScratch } from "./home.ts";
import type { ScriptedModel } from "./scripted-model.ts";
import { TESTED_EXPERIMENTS, TESTED_VERSION, opencodeBinary } from "./versions.ts";

/** The scripted model by a name to which OpenCode offers `apply_patch` in place of `edit` and `write`. */
export const PATCHING_MODEL = "gpt-5";

export interface OpenCodeOptions {
  readonly model: Pick<ScriptedModel, "baseURL">;
  readonly version?: string | undefined;
  /** As in OpenCode's config: `file:///…`, a package's name, or `[name, options]`. */
  readonly plugin?: readonly unknown[];
  readonly env?: Record<string, string>;
  /** Merged over the config that `openCodeConfig` makes. */
  readonly config?: object;
  /** Names of the project directories to make; the first is where OpenCode is started. */
  readonly projects?: readonly string[];
  /** What somebody does there before OpenCode is started. */
  readonly prepare?: (sandbox: Sandbox) => Promise<void>;
  /** That of another OpenCode, which ends later; what would be made in a new one is there then, as it is. */
  readonly sandbox?: Sandbox;
  /** OPENCODE_SERVER_PASSWORD: OpenCode's HTTP server then wants it with every request. */
  readonly password?: string;
}

/** Where one OpenCode lives: its binary, its home, its projects, and nothing of the developer's. */
export interface Sandbox extends AsyncDisposable {
  readonly version: string;
  readonly binary: string;
  readonly root: string;
  readonly directories: readonly string[];
  /** Where OpenCode is started. */
  readonly firstDirectory: string;
  readonly env: Record<string, string>;
  logTail(): Promise<string>;
}

export async function createSandbox(options: OpenCodeOptions): Promise<Sandbox> {
  const { version = TESTED_VERSION, projects = ["project"], password, env } = options;
  const binary = await opencodeBinary(version);
  const root = await createScratch();
  const home = await createHome(path.join(root, "home"), version, openCodeConfig(options));
  const directories = await Promise.all(projects.map((name) => createProject(path.join(root, name))));
  // OpenCode's Bun leaves a library of 4 MB there at each start.
  const tmp = path.join(root, "tmp");
  await mkdir(tmp);
  const [firstDirectory] = directories;
  if (firstDirectory === undefined) throw new Error("OpenCode needs a project to be started in");
  return {
    version,
    binary,
    root,
    directories,
    firstDirectory,
    env: {
      ...home.env,
      TMPDIR: tmp,
      ...TESTED_EXPERIMENTS,
      ...(password !== undefined && { OPENCODE_SERVER_PASSWORD: password }),
      ...env,
    },
    logTail: home.logTail,
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

/** OpenCode's config with the scripted model, everything asked about, and nothing from outside. */
export function openCodeConfig({ model, plugin = [], config = {} }: OpenCodeOptions): object {
  const scripted = { name: "scripted", limit: { context: 100_000, output: 4_000 }, tool_call: true };
  return {
    autoupdate: false,
    share: "disabled",
    lsp: false,
    formatter: false,
    provider: {
      fake: {
        npm: "@ai-sdk/openai-compatible",
        options: { baseURL: model.baseURL, apiKey: "scripted" },
        models: { scripted, [PATCHING_MODEL]: scripted },
      },
    },
    model: "fake/scripted",
    small_model: "fake/scripted",
    permission: { bash: "ask", edit: "ask", webfetch: "ask", external_directory: "ask" },
    plugin,
    ...config,
  };
}
