import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const require = createRequire(import.meta.url);

/** The OpenCode that the lockfile pins. */
export const LATEST = (require("opencode-ai/package.json") as { version: string }).version;

/** The OpenCode that tests start unless they name one; `npm run test:matrix` sets the variable. */
export const TESTED_VERSION = process.env["OPENCODE_TEST_VERSION"] ?? LATEST;

/** What tests start it with beside that: all that OpenCode tries out, if the matrix says so. */
export const TESTED_EXPERIMENTS: Readonly<Record<string, string>> =
  process.env["OPENCODE_TEST_EXPERIMENTS"] === "on" ? { OPENCODE_EXPERIMENTAL: "1" } : {};

/** `GET /event` of `opencode serve` 1.14.48 is of another runtime than its sessions: nothing comes. */
export const TELLS_EVENTS = TESTED_VERSION !== "1.14.48";

/** The versions the test matrix runs on; what changed between them: test/fixtures/opencode/README.md. */
export const MATRIX = ["1.1.53", "1.2.27", "1.3.0", "1.14.48", "1.15.0", "1.17.11", LATEST] as const;

/** Where downloads and warm homes are kept; git ignores it. */
export const CACHE = path.resolve(import.meta.dirname, "../../../.cache/opencode");

const BINARY = process.platform === "win32" ? "bin/opencode.exe" : "bin/opencode";

/**
 * The path of OpenCode's own binary (not npm's wrapper, which would leave a second process to kill).
 * The pinned version is in node_modules; any other one is fetched from npm once and kept in `.cache/`.
 */
export async function opencodeBinary(version: string): Promise<string> {
  const packages = platformPackages();
  for (const name of packages) {
    const binary = version === LATEST ? installedBinary(name) : await fetchedBinary(name, version);
    if (binary !== undefined && (await runs(binary))) return binary;
  }
  throw new Error(`OpenCode ${version} does not run here; tried ${packages.join(", ")}`);
}

/** npm installs several builds side by side where a machine's processor or C library is in doubt. */
function platformPackages(): string[] {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `opencode-${platform}-${process.arch}`;
  return [name, `${name}-baseline`, `${name}-musl`, `${name}-baseline-musl`];
}

function installedBinary(name: string): string | undefined {
  try {
    return path.join(path.dirname(require.resolve(`${name}/package.json`)), BINARY);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

async function fetchedBinary(name: string, version: string): Promise<string | undefined> {
  const directory = path.join(CACHE, version, name);
  const binary = path.join(directory, BINARY);
  if (existsSync(binary)) return binary;

  console.log(`Fetching ${name}@${version} from npm (once, into .cache/) …`);
  const download = `${directory}.${process.pid}`;
  await mkdir(download, { recursive: true });
  try {
    await run("npm", ["pack", `${name}@${version}`, "--silent", "--pack-destination", download]);
    await run("tar", ["-xzf", `${name}-${version}.tgz`], { cwd: download });
    await rename(path.join(download, "package"), directory).catch((error: unknown) => {
      if (!existsSync(binary)) throw error; // else another test process was faster
    });
  } finally {
    await rm(download, { recursive: true, force: true });
  }
  return binary;
}

/**
 * A build for another C library or a newer processor does not even start. What starts here is only the Bun inside:
 * OpenCode itself takes more than a second to load, whatever it is asked.
 */
async function runs(binary: string): Promise<boolean> {
  return run(binary, ["-e", ""], { env: { ...process.env, BUN_BE_BUN: "1" } }).then(
    () => true,
    () => false,
  );
}
