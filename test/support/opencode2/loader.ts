/** How OpenCode 2 loads a plugin from an installed package: core/src/plugin/module.ts, plugin/src/host.ts. */

import { readFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";

export interface Plugin {
  readonly id: string;
  readonly setup: (context: object) => unknown;
}

interface Manifest {
  readonly name: string;
  readonly main?: string;
  readonly exports?: Readonly<Record<string, { readonly default?: string } | string>>;
}

/** `<name>/server`, then `<name>`, by `exports` or else `main`. */
export async function loadPlugin(directory: string): Promise<Plugin> {
  const manifest = JSON.parse(await readFile(path.join(directory, "package.json"), "utf8")) as Manifest;
  const entry = entryOf(manifest, "./server") ?? entryOf(manifest, ".") ?? manifest.main;
  if (entry === undefined) throw new Error(`${manifest.name} has no entry`);
  const module = (await import(pathToFileURL(path.join(directory, entry)).href)) as { default?: unknown };
  return decode(module.default);
}

function entryOf({ exports = {} }: Manifest, name: string): string | undefined {
  const entry = exports[name];
  return typeof entry === "string" ? entry : entry?.default;
}

/** Other keys are ignored. */
function decode(definition: unknown): Plugin {
  if (typeof definition === "object" && definition !== null) {
    const { id, setup } = definition as Record<string, unknown>;
    if (typeof id === "string" && typeof setup === "function") return { id, setup: setup as Plugin["setup"] };
  }
  throw new Error("Plugin must export a default definition with an id and an effect or setup function.");
}
