import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { pathToFileURL } from "node:url";

const run = promisify(execFile);
const repository = path.join(import.meta.dirname, "..", "..");

/** The plugin as people get it: built, packed, and installed from the tarball with its dependencies, elsewhere. */
export interface PackedPlugin extends AsyncDisposable {
  /** For OpenCode's config. */
  readonly url: string;
  /** The installed package. */
  readonly directory: string;
}

/** Takes some seconds: once for a test run, see `global-setup.ts`. */
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
  await mkdir(home);
  await writeFile(path.join(home, "package.json"), "{}");
  await run("npm", ["install", "--ignore-scripts", "--prefer-offline", path.join("..", tarball)], {
    cwd: home,
  });
  const directory = path.join(home, "node_modules", "opencode-slack-gateway");
  return {
    url: pathToFileURL(directory).href,
    directory,
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}
