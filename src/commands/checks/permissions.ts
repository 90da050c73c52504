/** Whether OpenCode asks for anything at all: what it does not ask about makes no card. */

import type { Environment } from "../../composition/environment.ts";
import { ok, wrong, type Check } from "./check.ts";
import { readJsonc } from "./jsonc.ts";
import { isRecord, type OpenCodeConfig } from "./opencode-configs.ts";

/** What to write where nothing asks, for OpenCode 1 and for 2. */
export const ASKING_PERMISSION =
  '"permission": { "bash": "ask", "edit": "ask", "webfetch": "ask", "external_directory": "ask" }';
const ASKING_PERMISSIONS =
  '"permissions": [{ "action": "shell", "resource": "*", "effect": "ask" }, { "action": "edit", "resource": "*", "effect": "ask" }]';

/** @param newBlockPlace where a block that is missing should go. */
export function checkPermissions(
  configs: readonly OpenCodeConfig[],
  env: Environment,
  openCodeMajor: number | undefined,
  newBlockPlace: string,
): Check {
  const asking = askedFor(configs, env);
  if (asking.length > 0) return ok(`OpenCode asks before: ${asking.join(", ")}`);
  const block = openCodeMajor === 2 ? ASKING_PERMISSIONS : ASKING_PERMISSION;
  const has = configs.find(({ value }) => value?.["permission"] !== undefined);
  const where =
    has === undefined
      ? `Add this to ${newBlockPlace}`
      : `Write this in place of "permission" in ${has.place}`;
  return wrong(
    "OpenCode asks for hardly anything: by default it allows most tools, and what it does not ask makes no card",
    `${where}, and restart OpenCode: ${block}.`,
  );
}

/** The permissions with an `ask` among their rules, of the whole configuration or of an agent; `everything` for `*`. */
function askedFor(configs: readonly OpenCodeConfig[], env: Environment): readonly string[] {
  const own = readJsonc(env["OPENCODE_PERMISSION"] ?? "");
  const merged = mergePermissions([
    ...configs.map(({ value }) => value?.["permission"]),
    own.ok ? own.value : undefined,
  ]);
  const ofAgents = configs.flatMap(({ value }) => agentsIn(value).flatMap(({ permission }) => [permission]));
  const native = configs.flatMap(({ value }) => [
    value?.["permissions"],
    ...agentsIn(value).map(({ permissions }) => permissions),
  ]);
  const names = [...[merged, ...ofAgents].flatMap(namesThatAsk), ...native.flatMap(actionsThatAsk)];
  return [...new Set(names)].map((name) => (name === "*" ? "everything" : name));
}

/** Later files win, permission by permission. */
function mergePermissions(blocks: readonly unknown[]): Readonly<Record<string, unknown>> {
  const all: Readonly<Record<string, unknown>>[] = blocks.map((block) =>
    typeof block === "string" ? { "*": block } : isRecord(block) ? block : {},
  );
  return Object.assign({}, ...all) as Readonly<Record<string, unknown>>;
}

function agentsIn(value: OpenCodeConfig["value"]): readonly Readonly<Record<string, unknown>>[] {
  const groups = [value?.["agent"], value?.["agents"], value?.["mode"]];
  return groups.flatMap((group) => (isRecord(group) ? Object.values(group).filter(isRecord) : []));
}

/** Of OpenCode 1: `"ask"`, `{ bash: "ask" }`, `{ bash: { "git *": "ask" } }`. */
function namesThatAsk(block: unknown): readonly string[] {
  if (block === "ask") return ["*"];
  if (!isRecord(block)) return [];
  return Object.entries(block).flatMap(([name, rule]) => {
    const asks = rule === "ask" || (isRecord(rule) && Object.values(rule).includes("ask"));
    return asks ? [name] : [];
  });
}

/** Of OpenCode 2: `[{ action, resource, effect }]`. */
function actionsThatAsk(list: unknown): readonly string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((rule: unknown) =>
    isRecord(rule) && rule["effect"] === "ask" && typeof rule["action"] === "string" ? [rule["action"]] : [],
  );
}
