import { spawn, type ChildProcessByStdio } from "node:child_process";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { buildSync, type OutputFile } from "esbuild";

/** What an OpenCode may run us in. */
export type Runtime = "Node" | "Bun";

/** OpenCode's binary; where the environment has `BUN_BE_BUN=1` it is the Bun inside, and runs scripts. */
export const OPENCODE = fileURLToPath(
  new URL(`../../node_modules/opencode-${process.platform}-${process.arch}/bin/opencode`, import.meta.url),
);

/** As far from package.json as the sources are. */
const BUNDLES = fileURLToPath(new URL("../../.cache", import.meta.url));

/** Some packages are no modules of JavaScript's, and require what comes with Node. */
const REQUIRE = `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`;

/** Scripts that were made ready for Node, by their own paths. */
const bundles = new Map<string, string>();

/**
 * A script in JavaScript with its packages, which Node starts in a fifth of the time that it takes to translate each of
 * its files first and to find each file of each package: one file, and one for each part that is loaded later, so that
 * nothing is loaded before it is needed.
 */
function bundle(script: string): string {
  const known = bundles.get(script);
  if (known !== undefined) return known;
  const { outputFiles } = buildSync({
    entryPoints: [script],
    outdir: BUNDLES,
    outExtension: { ".js": ".mjs" },
    chunkNames: "chunks/[hash]",
    write: false,
    bundle: true,
    splitting: true,
    banner: { js: REQUIRE },
    // It finds its own files in a way that esbuild does not see.
    external: ["jsonc-parser"],
    platform: "node",
    format: "esm",
  });
  const entry = path.join(BUNDLES, `${path.basename(script, ".ts")}.mjs`);
  const parts = outputFiles.filter((file) => file.path !== entry);
  // What the entry loads is there when it is.
  for (const file of [...parts, ...outputFiles.filter((each) => each.path === entry)]) write(file);
  bundles.set(script, entry);
  return entry;
}

/** Other test files may be making the same at the same time, or running it. */
function write({ path: file, contents }: OutputFile): void {
  const made = `${file}.${process.pid}`;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(made, contents);
  renameSync(made, file);
}

/** The command that runs a script. In Bun it needs `BUN_BE_BUN=1` in its environment. */
export function scriptCommand(runtime: Runtime, script: string): [file: string, ...args: string[]] {
  return runtime === "Node" ? [process.execPath, bundle(script)] : [OPENCODE, "run", script];
}

interface ScriptOptions {
  readonly args?: readonly string[];
  /** Over the environment of the test. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a script with Node, or with the Bun inside OpenCode; its stdin and stdout are the test's. */
export function spawnScript(
  runtime: Runtime,
  script: string,
  { args = [], env = {} }: ScriptOptions = {},
): ChildProcessByStdio<Writable, Readable, null> {
  const [file, ...first] = scriptCommand(runtime, script);
  return spawn(file, [...first, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...(runtime === "Bun" && { BUN_BE_BUN: "1" }), ...env },
  });
}
