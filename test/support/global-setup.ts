import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { warmHome } from "./opencode/home.ts";
import { TESTED_VERSION } from "./opencode/versions.ts";
import { packPlugin } from "./packed-plugin.ts";
import { isRunning } from "./running.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The packed plugin, for OpenCode's config. */
    pluginURL: string;
    /** Where the OpenCodes are noted that several test files share; not there where each desk has one of its own. */
    sharedOpenCodes?: string;
  }
}

/** Packs the plugin, and starts OpenCode for the first time, once for all test files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  console.log("Packing the plugin and installing it from its tarball…");
  const [plugin, shared] = await Promise.all([
    packPlugin(),
    mkdtemp(path.join(tmpdir(), "shared-opencodes-")),
    warmHome(TESTED_VERSION),
  ]);
  project.provide("pluginURL", plugin.url);
  if (project.name === "e2e") project.provide("sharedOpenCodes", shared);
  return async () => {
    await endShared(shared);
    await plugin[Symbol.asyncDispose]();
  };
}

/** The test processes that have started them have ended, and nobody else knows of them. */
async function endShared(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = Number(name);
    if (isRunning(pid)) process.kill(pid, "SIGKILL");
    const sandbox = await readFile(path.join(folder, name), "utf8");
    await rm(sandbox, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
  await rm(folder, { recursive: true });
}
