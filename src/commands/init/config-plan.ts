/** What is to be changed in OpenCode's configuration, and what is right already. Reads, and writes nothing. */

import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { PACKAGE, type PluginLine } from "../checks/plugin-line.ts";
import type { OpenCodeConfig } from "../checks/opencode-configs.ts";

export type PluginPlan =
  | { readonly kind: "right"; readonly line: PluginLine }
  /** Whoever put it there changes it: in a project, in a variable, or as another place of the plugin's. */
  | { readonly kind: "left"; readonly line: PluginLine }
  | { readonly kind: "twice"; readonly lines: readonly PluginLine[] }
  | { readonly kind: "replace"; readonly file: string; readonly from: string }
  | { readonly kind: "add"; readonly file: string };

interface Wanted {
  /** OpenCode's global configuration. */
  readonly directory: string;
  /** The plugin, as OpenCode's configuration names it. */
  readonly spec: string;
  /** Whether a person has chosen it; otherwise it is this version of the package. */
  readonly isChosen: boolean;
}

export function planPlugin(lines: readonly PluginLine[], { directory, spec, isChosen }: Wanted): PluginPlan {
  const [line, second] = lines;
  if (line === undefined) return { kind: "add", file: fileToWrite(directory) };
  if (second !== undefined) return { kind: "twice", lines };
  if (line.spec === spec) return { kind: "right", line };
  const isGlobal = dirname(line.place) === directory;
  if (!isGlobal || (line.kind.kind === "local" && !isChosen)) return { kind: "left", line };
  return { kind: "replace", file: line.place, from: line.spec };
}

export type PermissionPlan =
  | { readonly kind: "asks" }
  | { readonly kind: "write"; readonly file: string }
  /** There is a block that asks about nothing, as somebody wanted; or nobody wants one. */
  | { readonly kind: "left"; readonly place: string | undefined };

interface WantedPermission {
  /** Whether OpenCode asks about anything. */
  readonly asks: boolean;
  readonly wanted: "ask" | "keep" | undefined;
  /** OpenCode's global configuration. */
  readonly directory: string;
}

export function planPermission(
  configs: readonly OpenCodeConfig[],
  { asks, wanted, directory }: WantedPermission,
): PermissionPlan {
  if (asks) return { kind: "asks" };
  const blocks = configs.filter(({ value }) => value?.["permission"] !== undefined);
  const [place] = blocks.map((config) => config.place);
  if (wanted === "keep" || (place !== undefined && wanted === undefined)) return { kind: "left", place };
  const global = blocks.findLast((config) => dirname(config.place) === directory);
  return { kind: "write", file: global?.place ?? fileToWrite(directory) };
}

/** The one that OpenCode reads last of those that are there; else the one that its own command makes. */
function fileToWrite(directory: string): string {
  const names = ["opencode.jsonc", "opencode.json", "config.json"];
  const name = names.find((each) => existsSync(join(directory, each))) ?? "opencode.jsonc";
  return join(directory, name);
}

/** As OpenCode's configuration names what somebody gave: a package, a tarball, or a directory. */
export function pluginSpec(given: string, version: string, directory: string): string {
  if (given === PACKAGE) return `${PACKAGE}@${version}`;
  if (!/^[./]|^[A-Za-z]:\\/.test(given) && !given.endsWith(".tgz")) return given;
  const path = resolve(directory, given);
  return path.endsWith(".tgz") ? `${PACKAGE}@file:${path}` : pathToFileURL(path).href;
}
