/**
 * One OpenCode for many desks: to start one, and its first turn, takes five times what a directory takes that is new to
 * it. Each desk has projects, a config and an environment of its own; the environment is the process's, so that one desk
 * follows the other.
 */

import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { createProject } from "./home.ts";
import { startOpenCode, startServer, workAt, type OpenCode, type Server, type Session } from "./opencode.ts";
import { createSandbox, openCodeConfig, type OpenCodeOptions } from "./sandbox.ts";

/** Sets a desk's variables before the plugins of its projects are loaded. */
const ENVIRONMENT = pathToFileURL(path.join(import.meta.dirname, "environment-plugin.ts")).href;

/** All others are read when OpenCode starts, by it or by what it is made of. */
const READ_BY_PLUGINS = /^(?:SLACK_|OPENCODE_SLACK_GATEWAY_|XDG_STATE_HOME$)/;

/** So long a directory's instance may take to end. One that still has something to do may take for ever. */
const LEAVE_LIMIT_MS = 30_000;

type Ended = (directory: string) => Promise<unknown>;

/** The one OpenCode of this process: test files that share the process share it, too. */
const shared: { server?: Server; desks: number; isTaken: boolean } = { desks: 0, isTaken: false };

/**
 * The OpenCode that is shared, if nobody works there and it can be as the options want it; otherwise one of its own.
 *
 * @param register a folder where the ID of its process and its sandbox are noted, for whoever ends it.
 * @param ended resolves when the plugins of a directory have ended: OpenCode does not wait for them.
 */
export async function borrowOpenCode(
  options: OpenCodeOptions,
  register: string,
  ended: Ended,
): Promise<OpenCode> {
  if (!canShare(options) || shared.isTaken) return startOpenCode(options);
  shared.isTaken = true;
  try {
    if (shared.server?.isRunning() !== true) shared.server = await startShared(options, register);
    return await moveIn(shared.server, options, ended);
  } catch (error) {
    shared.isTaken = false;
    throw error;
  }
}

async function moveIn(server: Server, options: OpenCodeOptions, ended: Ended): Promise<OpenCode> {
  shared.desks += 1;
  const root = path.join(server.sandbox.root, `desk-${shared.desks}`);
  await mkdir(root);
  const { projects = ["project"], plugin = [], env = {} } = options;
  const config = openCodeConfig({ ...options, plugin: [[ENVIRONMENT, { env }], ...plugin] });
  const directories = await Promise.all(
    projects.map(async (name) => createProject(path.join(root, name), config)),
  );
  const opencode = workAt({ server, directories, root, leave });
  let isLeft = false;
  return { ...opencode, isRunning: () => !isLeft && opencode.isRunning() };

  async function leave(): Promise<void> {
    if (isLeft) return;
    isLeft = true;
    if (server.isRunning()) await endAll(opencode, ended).catch(async () => server.kill());
    await rm(root, { recursive: true, force: true });
    shared.isTaken = false;
  }
}

function canShare({ version, password, prepare, env = {} }: OpenCodeOptions): boolean {
  if (version !== undefined || password !== undefined || prepare !== undefined) return false;
  return Object.keys(env).every((name) => READ_BY_PLUGINS.test(name));
}

async function startShared({ model }: OpenCodeOptions, register: string): Promise<Server> {
  const sandbox = await createSandbox({ model, config: { snapshot: false } });
  const server = await startServer(sandbox);
  await writeFile(path.join(register, String(server.pid)), sandbox.root);
  return server;
}

/** Ends what still runs in a desk's projects, and their instances with their plugins. */
async function endAll(opencode: OpenCode, ended: Ended): Promise<void> {
  const limit = AbortSignal.timeout(LEAVE_LIMIT_MS);
  const late = new Promise<never>((_, reject) => {
    limit.addEventListener("abort", () => reject(new Error("An instance of OpenCode's does not end.")));
  });
  const all = [...opencode.visited()].map(async ([directory, sessions]) => end(directory, sessions));
  await Promise.race([Promise.all(all), late]);

  async function end(directory: string, sessions: readonly Session[]): Promise<void> {
    await Promise.all(sessions.map(async (session) => opencode.abort(session).catch(isGone)));
    for (const { id } of await opencode.questions(directory))
      await opencode.dismiss(String(id), directory).catch(isGone);
    for (const { id } of await opencode.pending(directory))
      await opencode.reply(String(id), "reject", { directory }).catch(isGone);
    await opencode.dispose(directory);
    await ended(directory);
  }
}

/** A session may have been deleted, and what is rejected may end what the same session asks besides. */
function isGone(): void {
  // Then there is nothing to end.
}
