/** The file of variables, written: lines that somebody has put there stay. */

import { chmodSync, existsSync, lstatSync, readFileSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { readEnvFile, variableIn, type EnvFile } from "../../composition/env-file.ts";
import { trimmed, type Environment } from "../../composition/environment.ts";
import { ENV_FILE_VARIABLE } from "../../composition/variables.ts";
import { replaceFile } from "../../system/atomic-file.ts";
import { findHome } from "../../system/home.ts";
import { makeDirectory } from "../../system/make-directory.ts";

/** By its end OpenCode asks, by default, before its tool reads the file. */
const NAME = "gateway.env";

const REPOSITORIES = [".git", ".hg", ".svn", ".jj"];

/** Where the file is: as somebody says, as the environment names it, or where we put it; undefined without a home. */
export function envFilePath(given: string | undefined, env: Environment): string | undefined {
  const named = given ?? env[ENV_FILE_VARIABLE]?.trim();
  if (named !== undefined && named !== "") return named;
  const config = env["XDG_CONFIG_HOME"];
  const home = env["HOME"] || findHome();
  const base = config && isAbsolute(config) ? config : home && join(home, ".config");
  return base ? join(base, "opencode-slack-gateway", NAME) : undefined;
}

export type WrittenEnv =
  | { readonly kind: "written" }
  | { readonly kind: "unchanged" }
  /** A sentence or two. */
  | { readonly kind: "refused"; readonly why: string };

/** Does not throw. */
export function writeEnvFile(path: string, variables: Readonly<Record<string, string>>): WrittenEnv {
  const why = whyNotThere(path);
  if (why !== undefined) return { kind: "refused", why };
  const read = readEnvFile(path);
  if (!read.ok && !read.missing) return { kind: "refused", why: `${path}: ${read.problem}` };
  if (holdsVariables(read, variables)) return { kind: "unchanged" };
  try {
    makeDirectory(dirname(path), 0o700);
    const real = existsSync(path) ? realpathSync(path) : path;
    replaceFile(real, withVariables(read.ok ? readFileSync(real, "utf8") : HEADER, variables));
    chmodSync(real, 0o600);
    return { kind: "written" };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    return { kind: "refused", why: `${path} cannot be written (${code}).` };
  }
}

/** Whether a file says just that, as the gateway reads it. */
export function holdsVariables(read: EnvFile, variables: Readonly<Record<string, string>>): boolean {
  const held = read.ok ? trimmed(read.variables) : {};
  return Object.entries(variables).every(([name, value]) => held[name] === value);
}

const HEADER = "# Read by opencode-slack-gateway. Only your user may read this file: it holds tokens.\n";

/** Tokens in a repository are soon in a commit. */
function whyNotThere(path: string): string | undefined {
  if (!isAbsolute(path)) return `${path} is no absolute path.`;
  const repository = directoriesAbove(path).find((each) =>
    REPOSITORIES.some((name) => existsSync(join(each, name))),
  );
  if (repository !== undefined)
    return `${path} is in the repository ${repository}, where tokens do not belong: name another place with --env-path.`;
  return isDanglingLink(path) ? `${path} is a link to nothing.` : undefined;
}

function isDanglingLink(path: string): boolean {
  return !existsSync(path) && lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function directoriesAbove(path: string): string[] {
  const above = dirname(path);
  return above === path ? [] : [above, ...directoriesAbove(above)];
}

function withVariables(text: string, variables: Readonly<Record<string, string>>): string {
  const names = Object.keys(variables);
  const kept = text.split(/\r?\n/).filter((line) => !names.includes(variableIn(line) ?? ""));
  const end = kept.at(-1) === "" ? kept.slice(0, -1) : kept;
  return [...end, ...names.map((name) => `${name}=${variables[name] ?? ""}`), ""].join("\n");
}
