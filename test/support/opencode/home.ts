import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import {
  access,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { CACHE, opencodeBinary } from "./versions.ts";

const run = promisify(execFile);

/** Where, in a home, OpenCode's first start installs its SDK: tens of megabytes on later versions. */
const NODE_MODULES = ".config/opencode/node_modules";

/**
 * Where, in a home, OpenCode finds the models of the world: none. The catalogue that it carries takes it seconds to
 * read, and tests have a model of their own. 1.1.53 and 1.3.0 read it all the same, and faster.
 */
const MODELS = ".cache/opencode/models.json";

/** A home directory of one OpenCode: HOME and every XDG directory lie inside. */
export interface Home {
  readonly directory: string;
  /** What OpenCode finds in its environment: of the developer's own only PATH and the like. */
  readonly env: Record<string, string>;
  /** The end of OpenCode's own log. */
  readonly logTail: () => Promise<string>;
}

/** Makes a home that needs no network (a copy of the version's warm one) with `config` as OpenCode's config. */
export async function createHome(directory: string, version: string, config: object): Promise<Home> {
  const warm = await warmHome(version);
  const nodeModules = path.join(warm, NODE_MODULES);
  await cp(warm, directory, { recursive: true, filter: (source) => source !== nodeModules });
  await symlink(nodeModules, path.join(directory, NODE_MODULES));
  await writeConfig(directory, config);
  await mkdir(path.dirname(path.join(directory, MODELS)), { recursive: true });
  await writeFile(path.join(directory, MODELS), "{}");
  return {
    directory,
    env: { ...inheritedEnv(), ...homeEnv(directory) },
    logTail: () => logTail(path.join(directory, ".local/share/opencode/log")),
  };
}

/** A new directory by its real path: OpenCode resolves links before it compares paths. */
export async function createScratch(): Promise<string> {
  return realpath(await mkdtemp(path.join(tmpdir(), "opencode-")));
}

/**
 * A git repository with one commit; OpenCode treats directories without one as a single project.
 *
 * @param config OpenCode's config of the project, if it has one of its own
 */
export async function createProject(directory: string, config?: object): Promise<string> {
  await mkdir(directory, { recursive: true });
  if (config) await writeFile(path.join(directory, "opencode.json"), JSON.stringify(config, null, 2));
  const git = (...args: string[]) =>
    run("git", ["-c", "user.name=dev", "-c", "user.email=dev@example.com", ...args], { cwd: directory });
  await git("init", "--quiet");
  await git("add", ".");
  // OpenCode identifies a project by its first commit, so that commit is another in every project.
  await git("commit", "--quiet", "--allow-empty", "--message", `Start ${directory}`);
  return directory;
}

/** Homes that this process makes warm, by version: tests that start at the same time share one. */
const warming = new Map<string, Promise<string>>();

/**
 * OpenCode's first start in a new home installs its SDK beside the config: seconds, over the network.
 * It is done once per machine and version.
 *
 * @returns the home, to be copied.
 */
export async function warmHome(version: string): Promise<string> {
  const known = warming.get(version) ?? findOrMakeHome(version);
  warming.set(version, known);
  return known;
}

/** Whether OpenCode's first start is over on this machine. If not, it needs the network. */
export function hasWarmHome(version: string): boolean {
  return existsSync(warmHomeOf(version));
}

function warmHomeOf(version: string): string {
  return path.join(CACHE, version, "home");
}

async function findOrMakeHome(version: string): Promise<string> {
  const warm = warmHomeOf(version);
  if (existsSync(warm)) return warm;

  console.log(
    `Starting OpenCode ${version} for the first time: it installs its own SDK (once, into .cache/) …`,
  );
  await mkdir(path.dirname(warm), { recursive: true });
  const home = await mkdtemp(`${warm}.`);
  try {
    await startOnce(await opencodeBinary(version), home);
    await rename(home, warm).catch((error: unknown) => {
      if (!existsSync(warm)) throw error; // else another test process was faster
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
  return warm;
}

async function startOnce(binary: string, home: string): Promise<void> {
  const scratch = await createScratch();
  try {
    // Only a config with a plugin makes every version install the SDK, which plugins may import.
    const plugin = path.join(scratch, "plugin.mjs");
    await writeFile(plugin, "export default async () => ({});");
    await writeConfig(home, { autoupdate: false, plugin: [pathToFileURL(plugin).href] });
    const cwd = await createProject(path.join(scratch, "project"));
    await run(binary, ["session", "list"], {
      cwd,
      env: { ...process.env, ...homeEnv(home) },
      timeout: 120_000,
    });
    await access(path.join(home, NODE_MODULES, "@opencode-ai/plugin"));
    await Promise.all(
      [".npm", ".bun"].map((cache) => rm(path.join(home, cache), { recursive: true, force: true })),
    );
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function writeConfig(home: string, config: object): Promise<void> {
  const file = path.join(home, ".config/opencode/opencode.json");
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(config, null, 2));
}

function homeEnv(home: string): Record<string, string> {
  return {
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, ".config"),
    XDG_DATA_HOME: path.join(home, ".local/share"),
    XDG_STATE_HOME: path.join(home, ".local/state"),
    XDG_CACHE_HOME: path.join(home, ".cache"),
    OPENCODE_DISABLE_AUTOUPDATE: "1",
    OPENCODE_DISABLE_DEFAULT_PLUGINS: "1",
    OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
    OPENCODE_DISABLE_MODELS_FETCH: "1",
    OPENCODE_MODELS_PATH: path.join(home, MODELS),
  };
}

function inheritedEnv(): Record<string, string> {
  const names = ["PATH", "LANG", "SHELL", "TERM", "TMPDIR", "USER"];
  return Object.fromEntries(
    names.flatMap((name) => [[name, process.env[name] ?? ""]]).filter(([, value]) => value),
  );
}

async function logTail(directory: string): Promise<string> {
  if (!existsSync(directory)) return "(OpenCode wrote no log)";
  const files = (await readdir(directory)).filter((name) => name.endsWith(".log")).toSorted();
  const latest = files.at(-1);
  if (latest === undefined) return "(OpenCode wrote no log)";
  const text = await readFile(path.join(directory, latest), "utf8");
  return text.trimEnd().split("\n").slice(-30).join("\n");
}
