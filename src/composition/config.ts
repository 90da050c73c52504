/** Environment and options → everything the gateway needs to know, or every problem at once. */

import * as z from "zod";
import type { ServerLogin } from "../opencode/v1/server.ts";
import { ALL_DEFAULT_RULES, readAllowList, readCareList } from "../policy/rule-lists.ts";
import type { Rules } from "../policy/rules.ts";
import { CARD_CHECKS, type CardCheck } from "../slack/cards/check-setting.ts";
import type { ApproverList } from "../slack/people/approvers.ts";
import { loadEnvironment } from "./env-file.ts";
import { trimmed, type Environment } from "./environment.ts";
import { logFileSchema, logLevelSchema } from "./log-settings.ts";
import { startedAs, type StartedAs } from "./started-as.ts";
import { defaultSocketDirectory, stateDirectory } from "./paths.ts";
import { mentionSchema, readPush, type Push } from "./push-settings.ts";
import {
  addressSchema,
  channelSchema,
  minutesSchema,
  pathSchema,
  proxySchema,
  rulesSchema,
  secondsSchema,
  setMinutesSchema,
  tokenSchema,
  wordSchema,
} from "./setting-schemas.ts";
import { findUnknownVariables, type UnknownVariable } from "./unknown-variables.ts";

/** Everything the gateway needs to know, checked. */
export interface Config {
  /** `xoxb-…` */
  readonly botToken: string;
  /** `xapp-…`, with the scope `connections:write` */
  readonly appToken: string;
  /** Ends in a slash. https, or http on loopback. */
  readonly apiURL: string;
  /** Where cards are posted: `C…`, `G…`, `D…`, or a person (`U…`, `W…`) for a direct message. */
  readonly channelID: string;
  readonly approvers: ApproverList;
  /** What may be allowed from Slack. */
  readonly rules: Rules;
  /** Variables like ours that nobody here reads: while there are any, nothing may be allowed. */
  readonly unknownVariables: readonly UnknownVariable[];
  /** Whether cards carry the button "Allow always". Never where cards are not checked. */
  readonly allowAlways: boolean;
  /** For how many minutes cards offer to allow a request; 0 for never, as where cards are not checked. */
  readonly grantMinutes: number;
  /** Whether a request that is too long for a card can be allowed when all of it is in the card's thread. */
  readonly allowFromThread: boolean;
  /** Whether questions of an agent's have cards. */
  readonly questions: boolean;
  /** How much of a card that is pressed must be as it was posted. */
  readonly cardCheck: CardCheck;
  /** How long a request must stay open before it is posted, in milliseconds; a part of a second passes in any case. */
  readonly postAfterMs: number;
  readonly push: Push;
  /** Who may mute new cards from a card. */
  readonly mayMute: (typeof MAY_MUTE)[number];
  /** Undefined when OpenCode's server has no password. */
  readonly serverLogin: ServerLogin | undefined;
  readonly startedAs: StartedAs;
  /** `http://` or `https://`; may carry a password. */
  readonly httpsProxy: string | undefined;
  /** `NO_PROXY` as it stands in the environment: hosts that are reached without the proxy. */
  readonly noProxy: string | undefined;
  /** Where files that outlive a process are kept. */
  readonly stateDirectory: string;
  /** Where the processes of this machine meet; undefined on Windows, where they do not. */
  readonly socketDirectory: string | undefined;
}

/** Each problem is one sentence or two for a person: what is wrong with which key, and how to fix it. */
export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly string[] };

const USER_ID = /^[UW][A-Z0-9]+$/;
const APPROVER_IDS = /^(\*|[UWS][A-Z0-9]+(\s*,\s*[UWS][A-Z0-9]+)*,?)$/;

const FIND_BOT_TOKEN =
  "Copy the Bot User OAuth Token (xoxb-…) from your app's page on api.slack.com/apps, under Install App.";
const FIND_APP_TOKEN =
  "Generate an app-level token (xapp-…) with the scope connections:write on your app's page on api.slack.com/apps, under Basic Information, App-Level Tokens.";
const FIND_CHANNEL_ID =
  "Open the channel in Slack and click its name: its ID (C… or G…) is at the end of the About tab. For a direct message, use the person's member ID (U… or W…): profile, ⋮, Copy member ID.";
const NO_STATE_DIRECTORY =
  "There is no home directory to keep files in: set HOME or XDG_STATE_HOME to an absolute path where OpenCode starts.";
/** After more, an agent's work has stood still for longer than a person needs to come back. */
const MAX_POST_AFTER_SECONDS = 600;
/** A day: what nobody has answered by then, nobody remembers. */
const MAX_MINUTES = 1440;
const ON_EXPIRE = ["leave", "reject"] as const;
const MAY_MUTE = ["nobody", "approvers"] as const;
const DEFAULT_GRANT_MINUTES = 30;
/** A working day. */
const MAX_GRANT_MINUTES = 480;
const FIND_USER_ID = "In Slack, open the person's profile, then ⋮, Copy member ID.";

const environmentSchema = z.object({
  SLACK_BOT_TOKEN: tokenSchema("SLACK_BOT_TOKEN", "xoxb-", FIND_BOT_TOKEN),
  SLACK_APP_TOKEN: tokenSchema("SLACK_APP_TOKEN", "xapp-", FIND_APP_TOKEN),
  SLACK_API_URL: addressSchema("SLACK_API_URL", "https://slack.com/api/"),
  SLACK_CHANNEL_ID: channelSchema("SLACK_CHANNEL_ID", FIND_CHANNEL_ID),
  SLACK_APPROVER_IDS: z
    .string()
    .regex(APPROVER_IDS, {
      error: `SLACK_APPROVER_IDS must be member IDs (U… or W…) or IDs of user groups (S…), separated by commas, or * alone; names do not work. ${FIND_USER_ID}`,
    })
    .optional(),
  OPENCODE_SLACK_GATEWAY_TERMINAL_ONLY: rulesSchema("OPENCODE_SLACK_GATEWAY_TERMINAL_ONLY", (list) =>
    readCareList(list, { mayBeNone: false }),
  ).default([]),
  OPENCODE_SLACK_GATEWAY_CONFIRM: rulesSchema("OPENCODE_SLACK_GATEWAY_CONFIRM", (list) =>
    readCareList(list, { mayBeNone: true }),
  ).default([...ALL_DEFAULT_RULES]),
  OPENCODE_SLACK_GATEWAY_SLACK_MAY_ALLOW: rulesSchema(
    "OPENCODE_SLACK_GATEWAY_SLACK_MAY_ALLOW",
    readAllowList,
  ).optional(),
  OPENCODE_SLACK_GATEWAY_MAY_ALLOW_ALWAYS: rulesSchema(
    "OPENCODE_SLACK_GATEWAY_MAY_ALLOW_ALWAYS",
    readAllowList,
  ).default([]),
  OPENCODE_SLACK_GATEWAY_QUESTIONS: wordSchema("OPENCODE_SLACK_GATEWAY_QUESTIONS", ["on", "off"], "on"),
  OPENCODE_SLACK_GATEWAY_CARD_CHECK: wordSchema("OPENCODE_SLACK_GATEWAY_CARD_CHECK", CARD_CHECKS, "words"),
  OPENCODE_SLACK_GATEWAY_MUTE: wordSchema("OPENCODE_SLACK_GATEWAY_MUTE", MAY_MUTE, "nobody"),
  OPENCODE_SLACK_GATEWAY_POST_AFTER_SECONDS: secondsSchema(
    "OPENCODE_SLACK_GATEWAY_POST_AFTER_SECONDS",
    MAX_POST_AFTER_SECONDS,
  ),
  OPENCODE_SLACK_GATEWAY_MENTION: mentionSchema("OPENCODE_SLACK_GATEWAY_MENTION", FIND_USER_ID),
  OPENCODE_SLACK_GATEWAY_REMIND_AFTER_MINUTES: setMinutesSchema(
    "OPENCODE_SLACK_GATEWAY_REMIND_AFTER_MINUTES",
    MAX_MINUTES,
  ),
  OPENCODE_SLACK_GATEWAY_EXPIRE_AFTER_MINUTES: setMinutesSchema(
    "OPENCODE_SLACK_GATEWAY_EXPIRE_AFTER_MINUTES",
    MAX_MINUTES,
  ),
  OPENCODE_SLACK_GATEWAY_ON_EXPIRE: wordSchema("OPENCODE_SLACK_GATEWAY_ON_EXPIRE", ON_EXPIRE, "leave"),
  OPENCODE_SLACK_GATEWAY_GRANT_MINUTES: minutesSchema(
    "OPENCODE_SLACK_GATEWAY_GRANT_MINUTES",
    DEFAULT_GRANT_MINUTES,
    MAX_GRANT_MINUTES,
  ),
  HTTPS_PROXY: proxySchema("HTTPS_PROXY"),
  NO_PROXY: z.string().optional(),
  OPENCODE_SLACK_GATEWAY_LOG_LEVEL: logLevelSchema,
  OPENCODE_SLACK_GATEWAY_LOG_FILE: logFileSchema,
  OPENCODE_SLACK_GATEWAY_SOCKET_DIR: pathSchema("OPENCODE_SLACK_GATEWAY_SOCKET_DIR"),
  OPENCODE_SLACK_GATEWAY_ENV_FILE: pathSchema("OPENCODE_SLACK_GATEWAY_ENV_FILE"),
});

/** The name of a variable that is read here. */
export type Setting = keyof typeof environmentSchema.shape;

/** Every variable that is read here. */
export const SETTINGS = Object.keys(environmentSchema.shape) as readonly Setting[];

/**
 * What is wrong with one variable by itself, and how to fix it; `what` is a sentence without its full stop. Undefined
 * where nothing is, also where it is not set and need not be.
 */
export function mistakeInSetting(
  name: Setting,
  env: Environment,
): { readonly what: string; readonly fix: string } | undefined {
  const { error } = environmentSchema.shape[name].safeParse(trimmed(env)[name]);
  const problem = error?.issues.map(({ message }) => message).join(" ");
  if (problem === undefined) return undefined;
  const [what = "", ...fix] = problem.split(/\.(?: |$)/);
  return {
    what,
    fix:
      fix
        .filter((part) => part !== "")
        .map((part) => `${part}.`)
        .join(" ") || FIX_SETTING,
  };
}

/** The way to Slack, where the variables for it are right by themselves. */
export function readWayToSlack(
  env: Environment,
): Pick<Config, "apiURL" | "httpsProxy" | "noProxy"> | undefined {
  const way = environmentSchema
    .pick({ SLACK_API_URL: true, HTTPS_PROXY: true, NO_PROXY: true })
    .safeParse(trimmed(env)).data;
  return way && { apiURL: way.SLACK_API_URL, httpsProxy: way.HTTPS_PROXY, noProxy: way.NO_PROXY };
}

/** The variables of this process. */
export function readProcessEnvironment(): Environment {
  return process.env;
}

const FIX_SETTING = "Change the variable where OpenCode starts, and restart OpenCode.";

/** A wrong option is refused, never skipped: skipping one that was meant to narrow would widen. */
const optionsSchema = z
  .strictObject(
    {
      allowAlways: switchSchema("allowAlways"),
      allowFromThread: switchSchema("allowFromThread"),
      questions: switchSchema("questions"),
      allowGrants: switchSchema("allowGrants"),
    },
    {
      error: (issue) =>
        issue.code === "unrecognized_keys"
          ? `Unknown plugin option ${issue.keys.map((key) => JSON.stringify(key)).join(", ")}: there are "allowAlways", "allowFromThread", "questions" and "allowGrants". Set tokens, channel and approvers in the environment.`
          : 'The plugin options must be an object, such as {"allowAlways": false}.',
    },
  )
  .prefault({});

/**
 * Reads and checks the whole configuration.
 *
 * What decides over trust comes from the environment alone. The options come from OpenCode's config, which a
 * project that was merely cloned can carry: they hold preferences and can only narrow.
 *
 * @returns every problem at once. No problem repeats a value: a token may stand in the wrong variable.
 */
export function readConfig(options: unknown, given: Environment = process.env): ConfigResult {
  const { env, problems } = loadEnvironment(given);
  // What else is missing then may be in the file.
  if (problems.length > 0) return { ok: false, problems };
  const parsed = z
    .object({ env: environmentSchema, options: optionsSchema })
    .safeParse({ env: trimmed(env), options });
  const directory = stateDirectory(env);
  if (!parsed.success || directory === undefined) {
    const mistakes = parsed.error?.issues.map(({ message }) => message) ?? [];
    return { ok: false, problems: [...mistakes, ...(directory === undefined ? [NO_STATE_DIRECTORY] : [])] };
  }

  const { env: settings, options: preferences } = parsed.data;
  const approvers = approversOf(settings.SLACK_APPROVER_IDS, settings.SLACK_CHANNEL_ID);
  const { push, mistakes } = readPush(settings, approvers, settings.SLACK_CHANNEL_ID);
  if (mistakes.length > 0) return { ok: false, problems: mistakes };
  const isChecked = settings.OPENCODE_SLACK_GATEWAY_CARD_CHECK !== "off";
  return {
    ok: true,
    config: {
      botToken: settings.SLACK_BOT_TOKEN,
      appToken: settings.SLACK_APP_TOKEN,
      apiURL: settings.SLACK_API_URL,
      channelID: settings.SLACK_CHANNEL_ID,
      approvers,
      rules: {
        terminalOnly: settings.OPENCODE_SLACK_GATEWAY_TERMINAL_ONLY,
        confirm: settings.OPENCODE_SLACK_GATEWAY_CONFIRM,
        slackMayAllow: settings.OPENCODE_SLACK_GATEWAY_SLACK_MAY_ALLOW,
        mayAllowAlways: settings.OPENCODE_SLACK_GATEWAY_MAY_ALLOW_ALWAYS,
      },
      unknownVariables: findUnknownVariables(env, SETTINGS),
      allowAlways: preferences.allowAlways && isChecked,
      grantMinutes: preferences.allowGrants && isChecked ? settings.OPENCODE_SLACK_GATEWAY_GRANT_MINUTES : 0,
      allowFromThread: preferences.allowFromThread,
      questions: preferences.questions && settings.OPENCODE_SLACK_GATEWAY_QUESTIONS === "on",
      cardCheck: settings.OPENCODE_SLACK_GATEWAY_CARD_CHECK,
      postAfterMs: settings.OPENCODE_SLACK_GATEWAY_POST_AFTER_SECONDS * 1_000,
      push,
      mayMute: settings.OPENCODE_SLACK_GATEWAY_MUTE,
      serverLogin: serverLogin(env),
      startedAs: startedAs(env, process.argv),
      httpsProxy: settings.HTTPS_PROXY,
      noProxy: settings.NO_PROXY,
      stateDirectory: directory,
      socketDirectory: settings.OPENCODE_SLACK_GATEWAY_SOCKET_DIR ?? defaultSocketDirectory(),
    },
  };
}

/** @param option what it switches can be taken away with `false`. */
function switchSchema(option: string) {
  return z
    .boolean({ error: `The plugin option "${option}" must be true or false, without quotes.` })
    .default(true);
}

function approversOf(list: string | undefined, channelID: string): ApproverList {
  if (list === "*") return { kind: "everyone" };
  const ids = (list ?? channelID).split(",").map((id) => id.trim());
  return {
    kind: "listed",
    userIDs: ids.filter((id) => USER_ID.test(id)),
    groupIDs: list === undefined ? [] : ids.filter((id) => id.startsWith("S")),
  };
}

/** OpenCode's variables are taken as OpenCode takes them, blanks and all. */
function serverLogin(env: Environment): ServerLogin | undefined {
  const password = env["OPENCODE_SERVER_PASSWORD"];
  return password ? { username: env["OPENCODE_SERVER_USERNAME"] ?? "opencode", password } : undefined;
}
