import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { pathToFileURL } from "node:url";

const run = promisify(execFile);
const NAME = "opencode-slack-gateway";
const repository = path.join(import.meta.dirname, "..", "..");

/** The plugin as people get it: built, packed, and unpacked beside its dependencies as npm installs them, elsewhere. */
export interface PackedPlugin extends AsyncDisposable {
  /** For OpenCode's config. */
  readonly url: string;
  /** The installed package. */
  readonly directory: string;
}

/** Takes some seconds, and the first time longer: once for a test run, see `global-setup.ts`. */
export async function packPlugin(): Promise<PackedPlugin> {
  const root = await mkdtemp(path.join(tmpdir(), "packed-plugin-"));
  try {
    return await packInto(root);
  } catch (error) {
    await rm(root, { recursive: true, force: true });
    // What tsc and npm have to say they print to stdout.
    const { stdout = "" } = error as { stdout?: string };
    throw new Error(`The plugin could not be packed.\n${stdout}`, { cause: error });
  }
}

async function packInto(root: string): Promise<PackedPlugin> {
  await run("npm", ["run", "build"], { cwd: repository });
  return installPacked(repository, root);
}

/** @param source the directory of a package that is built. @param root for the tarball and all that is installed. */
export async function installPacked(source: string, root: string): Promise<PackedPlugin> {
  await run("npm", ["pack", "--ignore-scripts", "--pack-destination", root], { cwd: source });
  const tarball = (await readdir(root)).find((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("npm pack made no tarball");

  const home = path.join(root, "install");
  await cp(await installed(path.join(root, tarball)), home, { recursive: true, verbatimSymlinks: true });
  const directory = path.join(home, "node_modules", NAME);
  await rm(directory, { recursive: true });
  await mkdir(directory);
  await run("tar", ["-xzf", path.join(root, tarball), "--strip-components=1", "-C", directory]);
  // As npm does.
  await chmod(path.join(directory, "dist", "cli.js"), 0o755);
  return {
    url: pathToFileURL(directory).href,
    directory,
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

/**
 * Where npm has installed a tarball that depends on the same: that takes ten times what it takes to copy it. It is done
 * once per machine, and again when the dependencies change.
 */
async function installed(tarball: string): Promise<string> {
  const { dependencies } = JSON.parse(await readFile(path.join(repository, "package.json"), "utf8")) as {
    dependencies: object;
  };
  const key = createHash("sha256").update(JSON.stringify(dependencies)).digest("hex").slice(0, 16);
  const kept = path.join(repository, ".cache", "installed", key);
  if (existsSync(kept)) return kept;

  await mkdir(path.dirname(kept), { recursive: true });
  const home = await mkdtemp(`${kept}.`);
  try {
    await writeFile(path.join(home, "package.json"), "{}");
    await run("npm", ["install", "--ignore-scripts", "--prefer-offline", tarball], { cwd: home });
    await rename(home, kept).catch((error: unknown) => {
      if (!existsSync(kept)) throw error; // else another process was faster
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
  return kept;
}
