/** The line by which OpenCode loads this plugin: wherever it may stand, and what is wrong with it. */

import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isNear } from "../../system/nearest.ts";
import { unknown, ok, wrong, type Check } from "./check.ts";
import { isRecord, type OpenCodeConfig } from "./opencode-configs.ts";

export const PACKAGE = "opencode-slack-gateway";

/** One line of a configuration that names this plugin, or means to. */
export interface PluginLine {
  /** Of the configuration that it stands in. */
  readonly place: string;
  /** `plugin` of OpenCode 1, which 2 reads as well; `plugins` is of 2 alone. */
  readonly key: "plugin" | "plugins";
  /** As it is written. */
  readonly spec: string;
  readonly options: unknown;
  readonly kind:
    | { readonly kind: "npm"; readonly version: string | undefined }
    /** A directory or a file of this machine, with what its package says of its version. */
    | { readonly kind: "local"; readonly version: string | undefined }
    /** Names a directory or a file that is not there. */
    | { readonly kind: "missing" }
    /** Another package, by a name like ours. */
    | { readonly kind: "misspelt"; readonly name: string };
}

export interface PluginLineCheck {
  /** Of the package that looks. */
  readonly version: string;
  /** The major version of the OpenCode that is installed; undefined where nobody knows. */
  readonly openCodeMajor: number | undefined;
  /** Where a line that is missing should go. */
  readonly newLinePlace: string;
}

const KEYS = ["plugin", "plugins"] as const;
/** What is no version: `latest`, `^0.1.0`, `*`. OpenCode keeps whatever that was when it first saw the line. */
const PINNED = /^v?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/;

/** All lines that name this plugin, or something that looks like it. */
export function findPluginLines(configs: readonly OpenCodeConfig[]): readonly PluginLine[] {
  return configs.flatMap((config) =>
    KEYS.flatMap((key) => {
      const list = config.value?.[key];
      return Array.isArray(list) ? list.flatMap((item: unknown) => readLine(config, key, item)) : [];
    }),
  );
}

/** Files in a folder of plugins, from which OpenCode loads each: those that name this package may load it, too. */
export function findPluginFiles(files: readonly string[]): readonly PluginLine[] {
  return files
    .filter((file) => readText(file).includes(PACKAGE))
    .map((file) => ({
      place: file,
      key: "plugin",
      spec: file,
      options: undefined,
      kind: { kind: "local", version: undefined },
    }));
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/**
 * What OpenCode makes of them.
 *
 * @param lines all that there are.
 */
export function checkPluginLine(
  lines: readonly PluginLine[],
  { version, openCodeMajor, newLinePlace }: PluginLineCheck,
): readonly Check[] {
  const [line, second] = lines;
  if (line === undefined) {
    const add = `Add this to ${newLinePlace}, and restart OpenCode: "plugin": ["${PACKAGE}@${version}"].`;
    return [wrong("No configuration of OpenCode names the plugin", add)];
  }
  const checks = lines.flatMap((each) => checkLine(each, version, openCodeMajor));
  if (second === undefined) return checks;
  const places = lines.map(({ place, key }) => `${place} (${key})`).join(", ");
  return [
    wrong(
      `OpenCode's configuration names the plugin ${lines.length} times: ${places}`,
      "Keep one of the lines.",
    ),
    ...checks.filter(({ state }) => state === "wrong"),
  ];
}

function checkLine(line: PluginLine, version: string, openCodeMajor: number | undefined): readonly Check[] {
  const { place, key, spec, kind } = line;
  const pinned = `"${PACKAGE}@${version}"`;
  const said = JSON.stringify(spec);
  if (key === "plugins" && openCodeMajor === 1)
    return [
      wrong(
        `${place} names the plugin under "plugins", which OpenCode 1 does not load`,
        'Move the line to "plugin".',
      ),
    ];
  switch (kind.kind) {
    case "misspelt":
      return [
        wrong(
          `${place} names ${JSON.stringify(kind.name)}, which is another package`,
          `Write ${pinned} in its place.`,
        ),
      ];
    case "missing":
      return [
        wrong(
          `${place} names ${said}, and there is nothing`,
          `Build the clone there (npm ci && npm run build), or write ${pinned}.`,
        ),
      ];
    case "local":
      return [
        ok(
          `${place} loads the plugin from ${said}${kind.version === undefined ? "" : `, version ${kind.version}`}`,
        ),
      ];
    case "npm": {
      if (kind.version === undefined || !PINNED.test(kind.version))
        return [
          wrong(
            `${place} names ${said} without a version, so OpenCode never updates it`,
            `Write ${pinned} in its place, and restart OpenCode.`,
          ),
        ];
      if (kind.version.replace(/^v/, "") === version) return [ok(`${place} loads ${said}`)];
      return [
        unknown(
          `${place} loads ${said}, and this is version ${version}`,
          `To check what OpenCode loads, run npx ${PACKAGE}@${kind.version} doctor. To update, write ${pinned}.`,
        ),
      ];
    }
  }
}

function readLine(config: OpenCodeConfig, key: PluginLine["key"], item: unknown): PluginLine[] {
  const [spec, options] = specOf(item);
  if (spec === undefined) return [];
  const kind = kindOf(spec, config.directory);
  return kind === undefined ? [] : [{ place: config.place, key, spec, options, kind }];
}

/** `"name"`, `["name", options]` of OpenCode 1, `{ package, options }` of OpenCode 2. */
function specOf(item: unknown): readonly [spec: string | undefined, options: unknown] {
  if (typeof item === "string") return [item, undefined];
  if (Array.isArray(item)) return [typeof item[0] === "string" ? item[0] : undefined, item[1]];
  const { package: spec, options } = isRecord(item) ? item : {};
  return [typeof spec === "string" ? spec : undefined, options];
}

/** @returns undefined for what is another plugin. */
function kindOf(spec: string, directory: string): PluginLine["kind"] | undefined {
  const path = pathOf(spec, directory);
  if (path !== undefined) return kindOfPath(path);
  // `@scope/name` begins with what otherwise parts name and version.
  const at = spec.indexOf("@", 1);
  const name = at === -1 ? spec : spec.slice(0, at);
  const version = at === -1 ? undefined : spec.slice(at + 1);
  if (name === PACKAGE && version?.startsWith("file:") === true) return kindOfTarball(version, directory);
  if (name === PACKAGE) return { kind: "npm", version };
  return isNear(name.replace(/^@[^/]*\//, ""), PACKAGE) ? { kind: "misspelt", name } : undefined;
}

/** `name@file:/path/to.tgz`: what is in it, npm alone reads. */
function kindOfTarball(version: string, directory: string): PluginLine["kind"] {
  const path = resolve(directory, version.slice("file:".length));
  return existsSync(path) ? { kind: "local", version: undefined } : { kind: "missing" };
}

/** @returns undefined where a spec is the name of a package. */
function pathOf(spec: string, directory: string): string | undefined {
  if (spec.startsWith("file://")) return URL.canParse(spec) ? pathIn(spec) : spec;
  if (isAbsolute(spec)) return spec;
  return spec.startsWith("./") || spec.startsWith("../") ? resolve(directory, spec) : undefined;
}

function pathIn(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    return url;
  }
}

function kindOfPath(path: string): PluginLine["kind"] | undefined {
  const found = packageAt(path);
  if (found?.name === PACKAGE)
    return existsSync(join(found.directory, found.main))
      ? { kind: "local", version: found.version }
      : { kind: "missing" };
  const isMeant = found === undefined && path.split(/[\\/]/).some((part) => part.startsWith(PACKAGE));
  return isMeant ? { kind: "missing" } : undefined;
}

interface FoundPackage {
  readonly directory: string;
  readonly name: unknown;
  readonly version: string | undefined;
  readonly main: string;
}

/** The package of a directory, or the one that a file lies in. */
function packageAt(path: string): FoundPackage | undefined {
  const file = join(path, "package.json");
  if (existsSync(path) && statSync(path).isDirectory() && existsSync(file)) return readPackage(file);
  const above = dirname(path);
  return above === path || basename(path) === "node_modules" ? undefined : packageAt(above);
}

function readPackage(file: string): FoundPackage | undefined {
  try {
    const { name, version, main } = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    return {
      directory: dirname(file),
      name,
      version: typeof version === "string" ? version : undefined,
      main: typeof main === "string" ? main : "index.js",
    };
  } catch {
    return undefined;
  }
}
