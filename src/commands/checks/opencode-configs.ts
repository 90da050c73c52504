/**
 * Every place where OpenCode, 1 and 2, reads its configuration from, in the order in which later ones win. Read in the
 * code of 1.18.33; organisations' own places (`.well-known/opencode`, a console) are not looked at.
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import type { Environment } from "../../composition/environment.ts";
import { findHome } from "../../system/home.ts";
import { wrong, type Check } from "./check.ts";
import { readJsonc } from "./jsonc.ts";

/** One file of OpenCode's configuration that is there, or a variable that stands for one. */
export interface OpenCodeConfig {
  /** The file's absolute path, or the variable's name. */
  readonly place: string;
  /** What relative paths in it start from. */
  readonly directory: string;
  /** What it says; undefined where it cannot be read. */
  readonly value: Readonly<Record<string, unknown>> | undefined;
  /** Why it cannot be read. */
  readonly why?: string;
}

/** What the configuration of OpenCode is read from. */
export interface OpenCodePlaces {
  readonly env: Environment;
  /** Where OpenCode would be started: a project's directory, or any other. */
  readonly directory: string;
}

const GLOBAL_NAMES = ["config.json", "opencode.json", "opencode.jsonc"];
const NAMES = ["opencode.json", "opencode.jsonc"];

/** The directory of OpenCode's global configuration; undefined where there is no home. */
export function globalConfigDirectory(env: Environment): string | undefined {
  const base = env["XDG_CONFIG_HOME"] || undefined;
  if (base !== undefined && isAbsolute(base)) return join(base, "opencode");
  const home = homeOf(env);
  return home === undefined ? undefined : join(home, ".config", "opencode");
}

/** The file of the global configuration that OpenCode itself would write to: the first that is there. */
export function placeForMore(env: Environment): string {
  const directory = globalConfigDirectory(env);
  if (directory === undefined) return "opencode.json";
  const files = GLOBAL_NAMES.toReversed().map((name) => join(directory, name));
  return files.find((file) => existsSync(file)) ?? join(directory, "opencode.json");
}

/** All that there is of it. Does not throw. */
export function readOpenCodeConfigs(places: OpenCodePlaces): readonly OpenCodeConfig[] {
  const content = places.env["OPENCODE_CONFIG_CONTENT"];
  const [managed, others] = [managedFiles(places.env), filesOf(places)];
  return [
    ...others.flatMap(readConfigFile),
    ...(content ? [parseConfig("OPENCODE_CONFIG_CONTENT", places.directory, content)] : []),
    ...managed.flatMap(readConfigFile),
  ];
}

/** Those that nobody can read. */
export function checkReadable(configs: readonly OpenCodeConfig[]): readonly Check[] {
  return configs
    .filter(({ value }) => value === undefined)
    .map(({ place, why }) =>
      wrong(`${place} cannot be read: ${why}`, "Fix it: OpenCode does not read it either."),
    );
}

/** The files beside it from which OpenCode loads plugins without a line in its configuration. */
export function pluginFiles(places: OpenCodePlaces): readonly string[] {
  const folders = configDirectories(places).flatMap((each) => [join(each, "plugin"), join(each, "plugins")]);
  return [...new Set(folders)].flatMap((folder) =>
    namesIn(folder)
      .filter((name) => /\.[jt]s$/.test(name))
      .map((name) => join(folder, name)),
  );
}

function filesOf(places: OpenCodePlaces): readonly string[] {
  const { env, directory } = places;
  const global = globalConfigDirectory(env);
  const own = env["OPENCODE_CONFIG"];
  const files = [
    ...(global === undefined ? [] : GLOBAL_NAMES.map((name) => join(global, name))),
    ...(own ? [resolve(directory, own)] : []),
    ...(env["OPENCODE_DISABLE_PROJECT_CONFIG"] ? [] : projectDirectories(directory).flatMap(namesUnder)),
    // The global one was read by all its names already.
    ...configDirectories(places)
      .filter((each) => each !== global)
      .flatMap(namesUnder),
  ];
  return [...new Set(files)];
}

function namesUnder(directory: string): string[] {
  return NAMES.map((name) => join(directory, name));
}

/** Those that hold more than a file. */
function configDirectories({ env, directory }: OpenCodePlaces): readonly string[] {
  const [global, home, own] = [globalConfigDirectory(env), homeOf(env), env["OPENCODE_CONFIG_DIR"]];
  return [
    ...(global === undefined ? [] : [global]),
    ...(home === undefined ? [] : [join(home, ".opencode")]),
    ...(env["OPENCODE_DISABLE_PROJECT_CONFIG"]
      ? []
      : projectDirectories(directory).map((each) => join(each, ".opencode"))),
    ...(own ? [resolve(directory, own)] : []),
  ];
}

/** From the top of the repository, or of the disk, down to the directory itself. */
function projectDirectories(directory: string): readonly string[] {
  const above = dirname(directory);
  if (existsSync(join(directory, ".git")) || above === directory) return [directory];
  return [...projectDirectories(above), directory];
}

/** Where an administrator's configuration stands, which no other takes back. */
function managedFiles(env: Environment): readonly string[] {
  if (process.platform === "darwin") return namesUnder("/Library/Application Support/opencode");
  if (process.platform === "win32")
    return namesUnder(join(env["ProgramData"] ?? "C:\\ProgramData", "opencode"));
  return namesUnder("/etc/opencode");
}

function readConfigFile(file: string): OpenCodeConfig[] {
  try {
    return existsSync(file) ? [parseConfig(file, dirname(file), readFileSync(file, "utf8"))] : [];
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : String(error);
    return [{ place: file, directory: dirname(file), value: undefined, why }];
  }
}

function parseConfig(place: string, directory: string, text: string): OpenCodeConfig {
  const read = readJsonc(text);
  if (!read.ok) return { place, directory, value: undefined, why: read.why };
  return isRecord(read.value)
    ? { place, directory, value: read.value }
    : { place, directory, value: undefined, why: "it is not an object" };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function homeOf(env: Environment): string | undefined {
  return env["HOME"] || findHome();
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
