/** Checks of what is set where OpenCode starts: the variables, the plugin's options, and the rules that they make. */

import { mistakeInSetting, readConfig, SETTINGS, type Setting } from "../../composition/config.ts";
import { trimmed, type Environment } from "../../composition/environment.ts";
import { findUnknownVariables } from "../../composition/unknown-variables.ts";
import { countDefaults, sayRules } from "../../policy/rules-in-force.ts";
import type { Rules } from "../../policy/rules.ts";
import { namesNear } from "../../system/nearest.ts";
import { ok, unknown, wrong, type Check } from "./check.ts";

/** They have a check of their own. */
const TOKENS: ReadonlySet<Setting> = new Set(["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]);

/** Each variable that is wrong, and one line for all that are right. */
export function checkVariables(env: Environment): readonly Check[] {
  const others = SETTINGS.filter((name) => !TOKENS.has(name));
  const mistakes = others.flatMap((name) => mistakeInSetting(name, env) ?? []);
  const set = others.filter((name) => trimmed(env)[name] !== undefined);
  const right = set.filter((name) => mistakeInSetting(name, env) === undefined);
  return [
    ...(right.length === 0 ? [] : [ok(`Set, and read without a mistake: ${right.join(", ")}`)]),
    ...mistakes.map(({ what, fix }) => wrong(what, fix)),
    ...checkUnknown(env),
    ...checkMisspelt(env),
    ...checkUnchecked(env),
    ...checkServer(env),
  ];
}

/** While one is set, no card has Allow. */
function checkUnknown(env: Environment): readonly Check[] {
  return findUnknownVariables(env, SETTINGS).map(({ name, meant }) =>
    wrong(
      `${name} is not known here, so nothing can be allowed from Slack`,
      meant === undefined
        ? "Remove it, or update the gateway: a newer version may know it."
        : `Rename it to ${meant}. If it is of a newer version, update the gateway.`,
    ),
  );
}

/** Other programs have variables that begin with `SLACK_`, too: only what is missing here may be meant. */
function checkMisspelt(env: Environment): readonly Check[] {
  const missing = SETTINGS.filter((name) => name.startsWith("SLACK_") && trimmed(env)[name] === undefined);
  return Object.keys(env)
    .filter((name) => name.startsWith("SLACK_") && !SETTINGS.some((known) => known === name))
    .flatMap((name) => {
      const [meant] = namesNear(name, missing);
      return meant === undefined
        ? []
        : [wrong(`Nobody reads the variable ${name}`, `If you mean ${meant}, rename it.`)];
    });
}

function checkUnchecked(env: Environment): readonly Check[] {
  if (trimmed(env)["OPENCODE_SLACK_GATEWAY_CARD_CHECK"] !== "off") return [];
  return [
    unknown(
      "OPENCODE_SLACK_GATEWAY_CARD_CHECK is off: an Allow counts even if somebody has rewritten the card",
      "Remove it when you no longer need it.",
    ),
  ];
}

/** Only OpenCode knows whether it has a server. */
function checkServer(env: Environment): readonly Check[] {
  if (env["OPENCODE_SERVER_PASSWORD"]) return [ok("OpenCode's server wants a password")];
  return [
    unknown(
      "OpenCode's server has no password, if it has one at all",
      "Set OPENCODE_SERVER_PASSWORD for opencode serve, opencode web and --port: without it every program that reaches the server can allow what OpenCode asks.",
    ),
  ];
}

/** @param options of each line that loads the plugin. */
export function checkOptions(options: unknown, env: Environment): readonly Check[] {
  if (options === undefined) return [];
  const { ok: isRight, problems } = problemsOf(options, env);
  if (isRight) return [ok("The plugin's options are read without a mistake")];
  return problems.map((problem) => wrong(`The gateway is off for the plugin's options`, problem));
}

/** Those of the options alone: the variables have lines of their own. */
function problemsOf(options: unknown, env: Environment) {
  const ofVariables = problemsIn(undefined, env);
  const problems = problemsIn(options, env).filter((problem) => !ofVariables.includes(problem));
  return { ok: problems.length === 0, problems };
}

function problemsIn(options: unknown, env: Environment): readonly string[] {
  const result = readConfig(options, env);
  return result.ok ? [] : result.problems;
}

/** Which rules are in force; `CONFIRM` without `default` has dropped all default rules. */
export function checkRules(rules: Rules, env: Environment): Check {
  const { confirm, terminalOnly, slackMayAllow, mayAllowAlways } = sayRules(rules);
  const what = `Rules in force: ${confirm} to be asked twice, ${terminalOnly} for OpenCode only. Slack may allow: ${slackMayAllow}. More for Allow always: ${mayAllowAlways}`;
  const list = trimmed(env)["OPENCODE_SLACK_GATEWAY_CONFIRM"];
  return list === undefined || list === "none" || countDefaults(rules.confirm) > 0
    ? ok(what)
    : unknown(
        what,
        'No default rule is in force. If you want them, too, write "default" into OPENCODE_SLACK_GATEWAY_CONFIRM.',
      );
}
