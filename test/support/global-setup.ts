import type { TestProject } from "vitest/node";
import { warmHome } from "./opencode/home.ts";
import { TESTED_VERSION } from "./opencode/versions.ts";
import { packPlugin } from "./packed-plugin.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The packed plugin, for OpenCode's config. */
    pluginURL: string;
  }
}

/** Packs the plugin, and starts OpenCode for the first time, once for all test files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  console.log("Packing the plugin and installing it from its tarball…");
  const [plugin] = await Promise.all([packPlugin(), warmHome(TESTED_VERSION)]);
  project.provide("pluginURL", plugin.url);
  return async () => plugin[Symbol.asyncDispose]();
}
