/** `opencode-slack-gateway doctor`: what is right and wrong with the set-up, and whether a press arrives. */

import { readConfig, readWayToSlack, type Config } from "../composition/config.ts";
import { trimmed } from "../composition/environment.ts";
import { readLogSettings } from "../composition/log-settings.ts";
import type { TokenVariable } from "../slack/connection/error-codes.ts";
import { createLog } from "../system/log.ts";
import { readOwnPackage } from "../system/own-package.ts";
import { checkEnvFile } from "./checks/env-file.ts";
import { checkApp, checkApprovers, checkChannel } from "./checks/app.ts";
import { unknown, type Check } from "./checks/check.ts";
import { checkLastLoad } from "./checks/last-load.ts";
import { checkClock, checkProxy, checkSocketDirectory, checkStateDirectory } from "./checks/machine.ts";
import { checkReadable, placeForMore, pluginFiles, readOpenCodeConfigs } from "./checks/opencode-configs.ts";
import { checkMute } from "./checks/mute.ts";
import { checkOpenCodeVersion } from "./checks/opencode-version.ts";
import { checkPermissions } from "./checks/permissions.ts";
import { checkPluginLine, findPluginLines, findPluginFiles } from "./checks/plugin-line.ts";
import { NOT_PROVEN } from "./checks/press.ts";
import { checkOptions, checkRules, checkVariables } from "./checks/settings.ts";
import { checkToken, checkTokenKind, type CheckedToken } from "./checks/tokens.ts";
import { readArguments, UsageError } from "./arguments.ts";
import { processIO, type CommandIO, type ExitStatus } from "./io.ts";

const DEFAULT_WAIT_SECONDS = 120;
const LONGEST_WAIT_SECONDS = 3_600;

const OPTIONS = {
  "no-press": { type: "boolean" },
  wait: { type: "string" },
  json: { type: "boolean" },
} as const;

const TOKENS: readonly TokenVariable[] = ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"];

/** A part of the set-up, under its heading. */
interface Section {
  readonly title: string;
  readonly checks: readonly Check[];
}

interface Wanted {
  readonly press: boolean;
  readonly waitMs: number;
  readonly json: boolean;
}

/** Checks everything; see its help. */
export async function doctor(args: readonly string[], io: CommandIO = processIO()): Promise<ExitStatus> {
  const wanted = readWanted(args);
  const sections: Section[] = [];
  for await (const section of examine(wanted, io)) {
    sections.push(section);
    if (!wanted.json) for (const line of renderSection(section)) io.print(line);
  }
  const checks = sections.flatMap((section) => section.checks);
  // What was stopped has proven nothing.
  const isRight = checks.every(({ state }) => state !== "wrong") && !io.signal.aborted;
  if (wanted.json) io.print(renderJSON(sections, isRight));
  else io.print(summarize(checks));
  return isRight ? 0 : 1;
}

/** @throws UsageError */
function readWanted(args: readonly string[]): Wanted {
  const given = readArguments(args, OPTIONS);
  if (given.positionals.length > 0)
    throw new UsageError(`doctor takes no arguments: ${given.positionals.join(" ")}.`);
  const wait = given.value("wait") ?? String(DEFAULT_WAIT_SECONDS);
  const seconds = /^\d{1,4}$/.test(wait) ? Number(wait) : 0;
  if (seconds < 1 || seconds > LONGEST_WAIT_SECONDS)
    throw new UsageError(`--wait must be a number of seconds, from 1 to ${LONGEST_WAIT_SECONDS}.`);
  return { press: !given.has("no-press"), waitMs: seconds * 1_000, json: given.has("json") };
}

/** One section after the other, so that a person sees how far it is. */
async function* examine(wanted: Wanted, given: CommandIO): AsyncGenerator<Section> {
  const file = checkEnvFile(given.env);
  const io = { ...given, env: file.env };
  const { env, signal } = io;
  const { name, version } = readOwnPackage();
  io.say(`${name} ${version}, on ${runtimeName()}. Tokens are read, and never printed.`);
  const tokens = TOKENS.map((variable) => checkTokenKind(variable, env));
  const result = readConfig(undefined, env);
  const rules = result.ok ? [checkRules(result.config.rules, env)] : [];
  yield {
    title: "Variables",
    checks: [...file.checks, ...tokens, ...checkVariables(env), ...rules],
  };
  yield await examineOpenCode(io, version);
  if (!result.ok) {
    const checks = tokens.every(({ state }) => state === "ok") ? await examineTokens(io) : [];
    yield {
      title: "Slack",
      checks: [...checks, unknown("Nothing else is asked of Slack before all variables are right")],
    };
    return;
  }
  const { config } = result;
  yield { title: "This machine", checks: [...examineMachine(config)] };
  io.say("Asking Slack …");
  const asked = await examineSlack(config, signal);
  yield { title: "Slack", checks: asked.checks };
  yield { title: "A press", checks: await examinePress(wanted, io, config, asked.isTaken) };
}

async function examineOpenCode({ env, directory, signal }: CommandIO, version: string): Promise<Section> {
  const { check: installed, major: openCodeMajor } = await checkOpenCodeVersion(env, signal);
  const configs = readOpenCodeConfigs({ env, directory });
  const place = placeForMore(env);
  const lines = [...findPluginLines(configs), ...findPluginFiles(pluginFiles({ env, directory }))];
  return {
    title: "OpenCode",
    checks: [
      installed,
      ...checkReadable(configs),
      ...checkPluginLine(lines, { version, openCodeMajor, newLinePlace: place }),
      ...lines.flatMap(({ options }) => checkOptions(options, env)),
      checkPermissions(configs, env, openCodeMajor, place),
      ...checkLastLoad(readLogSettings(env).file),
    ],
  };
}

function examineMachine(config: Config): readonly Check[] {
  const { stateDirectory } = config;
  return [
    checkStateDirectory(stateDirectory),
    ...checkMute(stateDirectory),
    checkSocketDirectory(config),
    checkProxy(config),
  ];
}

interface AskedSlack {
  readonly checks: readonly Check[];
  /** Whether it takes both tokens. */
  readonly isTaken: boolean;
}

/** Where other variables are wrong: so that not one mistake is found after the other. */
async function examineTokens({ env, say, signal }: CommandIO): Promise<readonly Check[]> {
  const way = readWayToSlack(env);
  if (way === undefined) return [];
  say("Asking Slack …");
  const settings = trimmed(env);
  const asked = TOKENS.map(async (variable) => checkToken(variable, settings[variable] ?? "", way, signal));
  return (await Promise.all(asked)).map(({ check }) => check);
}

async function examineSlack(config: Config, signal: AbortSignal): Promise<AskedSlack> {
  const ask = async (variable: TokenVariable, token: string): Promise<CheckedToken> =>
    checkToken(variable, token, config, signal);
  const [bot, app] = await Promise.all([
    ask("SLACK_BOT_TOKEN", config.botToken),
    ask("SLACK_APP_TOKEN", config.appToken),
  ]);
  const isTaken = bot.test.kind === "accepted" && app.test.kind === "accepted";
  if (bot.test.kind !== "accepted") return { checks: [bot.check, app.check], isTaken };
  const { test } = bot;
  const [channel, approvers] = await Promise.all([
    checkChannel(config, signal),
    checkApprovers(config, test.scopes, signal),
  ]);
  return {
    checks: [
      bot.check,
      app.check,
      ...checkApp(test, config),
      channel,
      ...approvers,
      checkClock(test.aheadMs),
    ],
    isTaken,
  };
}

async function examinePress(
  { press, waitMs }: Wanted,
  { env, say, signal }: CommandIO,
  config: Config,
  isTaken: boolean,
): Promise<readonly Check[]> {
  if (!press) return [NOT_PROVEN];
  if (!isTaken) return [unknown("No test card is posted before Slack takes both tokens")];
  const log = createLog(readLogSettings(env)).child({ command: "doctor" });
  say("Joining the OpenCodes of this machine …");
  const { proveRoundTrip } = await import("./round-trip.ts");
  return proveRoundTrip({ config, waitMs, say, signal, log });
}

const SIGNS: Readonly<Record<Check["state"], string>> = { ok: "✓", wrong: "✗", unknown: "–" };

function renderSection({ title, checks }: Section): readonly string[] {
  return [
    "",
    title,
    ...checks.flatMap(({ state, what, fix }) => [
      `  ${SIGNS[state]} ${what}`,
      ...(fix === undefined ? [] : [`      ${fix}`]),
    ]),
  ];
}

function summarize(checks: readonly Check[]): string {
  const count = (state: Check["state"]): number => checks.filter((check) => check.state === state).length;
  const [wrongs, unknowns] = [count("wrong"), count("unknown")];
  const open = unknowns === 0 ? "" : ` ${unknowns} could not be told from here (–).`;
  return wrongs === 0
    ? `\nNothing is wrong.${open}`
    : `\n${wrongs === 1 ? "One thing is" : `${wrongs} things are`} wrong (✗). Fix the first one, and run this again.${open}`;
}

function renderJSON(sections: readonly Section[], isRight: boolean): string {
  const checks = sections.flatMap(({ title, checks: of }) =>
    of.map((check) => ({ section: title, ...check })),
  );
  return JSON.stringify({ version: readOwnPackage().version, ok: isRight, checks }, null, 2);
}

function runtimeName(): string {
  const bun = process.versions["bun"];
  return bun === undefined ? `Node ${process.versions.node}` : `Bun ${bun}`;
}
