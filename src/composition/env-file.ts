/**
 * The gateway's variables in a file that only its user can read, for launchers that have no place for secrets. The
 * environment wins over the file. What is read here never becomes a variable of this process, so no command inherits it.
 */

import { isAbsolute } from "node:path";
import { readOwnFile, type FileRefusal } from "../system/own-file.ts";
import type { Environment } from "./environment.ts";
import { ENV_FILE_VARIABLE, isOurs } from "./variables.ts";

/** Far more than all variables with long lists of rules take. */
const FILE_LIMIT_BYTES = 64 * 1024;

const OPEN_TO_OTHERS = 0o077;

const REFUSALS: Readonly<Record<FileRefusal, string>> = {
  "no-file": "this is not a file.",
  "too-large": "the file is too large for a file of variables.",
  foreign: "the file belongs to another user.",
  "open-to-others":
    "other users may read the file or write to it. Run chmod 600 on it, and make new tokens if others could have read them.",
};

/** What may be set in a file, besides what is named like the gateway. */
const PROXY_VARIABLES: ReadonlySet<string> = new Set(["HTTPS_PROXY", "NO_PROXY"]);

/** `NAME=value`, as shells, systemd and env files of others write it. */
const ASSIGNMENT = /^(?:export[ \t]+)?([A-Za-z_]\w*)=(.*)$/;

export interface LoadedEnvironment {
  readonly env: Environment;
  /** What is wrong with the file, as sentences without a value; then nothing of it counts. */
  readonly problems: readonly string[];
}

/** Reads the file that the environment names, if it names one. Does not throw. */
export function loadEnvironment(env: Environment): LoadedEnvironment {
  const path = env[ENV_FILE_VARIABLE]?.trim();
  if (!path) return { env, problems: [] };
  const read = readEnvFile(path);
  if (!read.ok) return { env, problems: [`${ENV_FILE_VARIABLE}: ${read.problem}`] };
  const set = Object.entries(env).filter(([, value]) => value?.trim());
  return { env: { ...env, ...read.variables, ...Object.fromEntries(set) }, problems: [] };
}

export type EnvFile =
  | { readonly ok: true; readonly variables: Readonly<Record<string, string>> }
  /** A sentence or two, without a value. */
  | { readonly ok: false; readonly missing: boolean; readonly problem: string };

/** Does not throw. */
export function readEnvFile(path: string): EnvFile {
  if (!isAbsolute(path)) return refused("the path must be absolute.");
  const file = readOwnFile(path, { limitBytes: FILE_LIMIT_BYTES, forbiddenMode: OPEN_TO_OTHERS });
  switch (file.kind) {
    case "read":
      return parseEnvFile(file.text);
    case "missing":
      return { ok: false, missing: true, problem: "there is no such file." };
    case "refused":
      return refused(REFUSALS[file.why]);
    case "unreadable":
      return refused(`the file cannot be read (${file.code}).`);
  }
}

function refused(problem: string): EnvFile {
  return { ok: false, missing: false, problem };
}

function parseEnvFile(text: string): EnvFile {
  const variables: Record<string, string> = {};
  for (const [index, line] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    const { name, value } = parseLine(trimmed);
    if (name === undefined) return refused(`line ${index + 1} is not NAME=value.`);
    if (!mayStandInFile(name))
      return refused(`line ${index + 1} sets ${name}, which cannot be set in this file.`);
    variables[name] = value;
  }
  return { ok: true, variables };
}

/** The variable that a line of the file sets; undefined where it sets none. */
export function variableIn(line: string): string | undefined {
  return parseLine(line.trim()).name;
}

function parseLine(trimmed: string): { readonly name: string | undefined; readonly value: string } {
  const [, name, value = ""] = ASSIGNMENT.exec(trimmed) ?? [];
  return { name, value };
}

/** Not where its files are, nor another file of variables, nor what is OpenCode's. */
function mayStandInFile(name: string): boolean {
  return (isOurs(name) && name !== ENV_FILE_VARIABLE) || PROXY_VARIABLES.has(name);
}
