import type { TestProject } from "vitest/node";
import { packPlugin } from "./packed-plugin.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The packed plugin, for OpenCode's config. */
    pluginURL: string;
  }
}

/** Packs the plugin once for all test files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  console.log("Packing the plugin and installing it from its tarball…");
  const plugin = await packPlugin();
  project.provide("pluginURL", plugin.url);
  return async () => plugin[Symbol.asyncDispose]();
}
