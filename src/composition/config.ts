import { createHash } from "node:crypto";
import { devNull } from "node:os";
import { isAbsolute, join } from "node:path";

import * as z from "zod";
import { findHome } from "../system/home.ts";
import { ALL_DEFAULT_RULES, readAllowList, readCareList, type ReadList } from "../policy/rule-lists.ts";
import type { Rules } from "../policy/rules.ts";

/**
 * Who may answer a permission request from Slack. Empty lists mean nobody; who is in a group, and whether a channel is
 * private, which `everyone` is only good in, Slack has to be asked.
 */
export type Approvers =
  | { readonly kind: "listed"; readonly userIDs: readonly string[]; readonly groupIDs: readonly string[] }
  | { readonly kind: "everyone" };

/** What OpenCode's own HTTP server asks for as Basic authorisation. */
export interface ServerLogin {
  readonly username: string;
  readonly password: string;
}

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
  readonly approvers: Approvers;
  /** What may be allowed from Slack. */
  readonly rules: Rules;
  /** Whether cards carry the button "Allow always". */
  readonly allowAlways: boolean;
  /** Whether a request that is too long for a card can be allowed when all of it is in the card's thread. */
  readonly allowFromThread: boolean;
  /** Undefined when OpenCode's server has no password. */
  readonly serverLogin: ServerLogin | undefined;
  /** `http://` or `https://`; may carry a password. */
  readonly httpsProxy: string | undefined;
  /** `NO_PROXY` as it stands in the environment: hosts that are reached without the proxy. */
  readonly noProxy: string | undefined;
  /** Where files that outlive a process are kept. */
  readonly stateDirectory: string;
  /** Where the processes of this machine meet; undefined on Windows, where they do not. */
  readonly socketDirectory: string | undefined;
}

/** Each problem is one sentence or two for a person: what is wrong with which key, and how to mend it. */
export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly string[] };

const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

/** What the log needs, known even where the rest of the configuration is wrong. */
export interface LogSettings {
  readonly file: string;
  readonly level: (typeof LOG_LEVELS)[number];
  /** Values that must never be written, whatever they look like. */
  readonly secrets: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

const CHANNEL_OR_USER_ID = /^[CGDUW][A-Z0-9]+$/;
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
const FIND_USER_ID = "In Slack, open the person's profile, then ⋮, Copy member ID.";

const logFileSchema = pathSchema("OPENCODE_SLACK_GATEWAY_LOG_FILE");
const logLevelSchema = z
  .enum(LOG_LEVELS, { error: `OPENCODE_SLACK_GATEWAY_LOG_LEVEL must be one of ${LOG_LEVELS.join(", ")}.` })
  .optional();

const environmentSchema = z.object({
  SLACK_BOT_TOKEN: tokenSchema("SLACK_BOT_TOKEN", "xoxb-", FIND_BOT_TOKEN),
  SLACK_APP_TOKEN: tokenSchema("SLACK_APP_TOKEN", "xapp-", FIND_APP_TOKEN),
  SLACK_API_URL: z
    .string()
    .default("https://slack.com/api/")
    .refine(isTrustworthyURL, {
      error:
        "SLACK_API_URL must be an https:// address (http:// only for localhost). Without it, Slack's own is used: remove it unless you need another.",
    })
    .transform(endInSlash),
  SLACK_CHANNEL_ID: z
    .string({ error: `SLACK_CHANNEL_ID is not set. ${FIND_CHANNEL_ID}` })
    .regex(CHANNEL_OR_USER_ID, {
      error: ({ input }) => `SLACK_CHANNEL_ID ${mistakeInID(String(input))}. ${FIND_CHANNEL_ID}`,
    }),
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
  HTTPS_PROXY: z
    .string()
    .transform(withScheme)
    .refine(isProxyURL, {
      error: "HTTPS_PROXY must be an http:// or https:// address, such as http://proxy.example.com:3128.",
    })
    .optional(),
  NO_PROXY: z.string().optional(),
  OPENCODE_SLACK_GATEWAY_LOG_LEVEL: logLevelSchema,
  OPENCODE_SLACK_GATEWAY_LOG_FILE: logFileSchema,
  OPENCODE_SLACK_GATEWAY_SOCKET_DIR: pathSchema("OPENCODE_SLACK_GATEWAY_SOCKET_DIR"),
});

/** A wrong option is refused, never skipped: skipping one that was meant to narrow would widen. */
const optionsSchema = z
  .strictObject(
    {
      allowAlways: switchSchema("allowAlways"),
      allowFromThread: switchSchema("allowFromThread"),
    },
    {
      error: (issue) =>
        issue.code === "unrecognized_keys"
          ? `Unknown plugin option ${issue.keys.map((key) => JSON.stringify(key)).join(", ")}: there are "allowAlways" and "allowFromThread". Tokens, channel and approvers are read from the environment.`
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
export function readConfig(options: unknown, env: Environment = process.env): ConfigResult {
  const parsed = z
    .object({ env: environmentSchema, options: optionsSchema })
    .safeParse({ env: trimmed(env), options });
  const directory = stateDirectory(env);
  if (!parsed.success || directory === undefined) {
    const mistakes = parsed.error?.issues.map(({ message }) => message) ?? [];
    return { ok: false, problems: [...mistakes, ...(directory === undefined ? [NO_STATE_DIRECTORY] : [])] };
  }

  const { env: settings, options: preferences } = parsed.data;
  return {
    ok: true,
    config: {
      botToken: settings.SLACK_BOT_TOKEN,
      appToken: settings.SLACK_APP_TOKEN,
      apiURL: settings.SLACK_API_URL,
      channelID: settings.SLACK_CHANNEL_ID,
      approvers: approversOf(settings.SLACK_APPROVER_IDS, settings.SLACK_CHANNEL_ID),
      rules: {
        terminalOnly: settings.OPENCODE_SLACK_GATEWAY_TERMINAL_ONLY,
        confirm: settings.OPENCODE_SLACK_GATEWAY_CONFIRM,
        slackMayAllow: settings.OPENCODE_SLACK_GATEWAY_SLACK_MAY_ALLOW,
        mayAllowAlways: settings.OPENCODE_SLACK_GATEWAY_MAY_ALLOW_ALWAYS,
      },
      allowAlways: preferences.allowAlways,
      allowFromThread: preferences.allowFromThread,
      serverLogin: serverLogin(env),
      httpsProxy: settings.HTTPS_PROXY,
      noProxy: settings.NO_PROXY,
      stateDirectory: directory,
      socketDirectory: settings.OPENCODE_SLACK_GATEWAY_SOCKET_DIR ?? defaultSocketDirectory(),
    },
  };
}

/**
 * Never fails: a wrong value, which {@link readConfig} names, means the default here, so that it can be logged. Where
 * there is no place for a log, there is none.
 */
export function readLogSettings(env: Environment = process.env): LogSettings {
  const settings = trimmed(env);
  const file = logFileSchema.safeParse(settings["OPENCODE_SLACK_GATEWAY_LOG_FILE"]).data;
  const level = logLevelSchema.safeParse(settings["OPENCODE_SLACK_GATEWAY_LOG_LEVEL"]).data ?? "info";
  const directory = stateDirectory(env);
  const place = file ?? (directory === undefined ? undefined : join(directory, "gateway.log"));
  return {
    file: place ?? devNull,
    level: place === undefined ? "silent" : level,
    secrets: [
      settings["SLACK_BOT_TOKEN"],
      settings["SLACK_APP_TOKEN"],
      env["OPENCODE_SERVER_PASSWORD"],
    ].filter((secret) => secret !== undefined),
  };
}

/** Names a Slack app at one Slack without telling its token: who shares it shares a connection and a ledger. */
export function appKey({ appToken, apiURL }: Pick<Config, "appToken" | "apiURL">): string {
  return createHash("sha256").update(`${appToken}\n${apiURL}`).digest("hex").slice(0, 12);
}

/** Where the processes with the same app note their open cards. */
export function ledgerDirectory(config: Pick<Config, "appToken" | "apiURL" | "stateDirectory">): string {
  return join(config.stateDirectory, appKey(config));
}

/** @param option what it switches can be taken away with `false`. */
function switchSchema(option: string) {
  return z
    .boolean({ error: `The plugin option "${option}" must be true or false, without quotes.` })
    .default(true);
}

function tokenSchema(variable: string, prefix: "xoxb-" | "xapp-", whereToFind: string) {
  return z
    .string({ error: `${variable} is not set. ${whereToFind}` })
    .regex(new RegExp(`^${prefix}[\\w-]+$`), {
      error: ({ input }) => `${variable} ${mistakeInToken(String(input), prefix)}. ${whereToFind}`,
    });
}

function mistakeInToken(value: string, prefix: "xoxb-" | "xapp-"): string {
  if (value.startsWith(prefix)) return `holds ${prefix} and then something that is no Slack token`;
  if (value.startsWith("xapp-"))
    return "holds an app token (xapp-…), which belongs in SLACK_APP_TOKEN: the two look swapped";
  if (value.startsWith("xoxb-"))
    return "holds a bot token (xoxb-…), which belongs in SLACK_BOT_TOKEN: the two look swapped";
  if (value.startsWith("xoxp-")) return "holds a user token (xoxp-…)";
  if (value.startsWith("xoxe"))
    return "holds a token that expires: token rotation must be off in the Slack app";
  return `does not start with ${prefix}`;
}

function mistakeInID(value: string): string {
  if (value.startsWith("#")) return "holds a channel's name (#…), not its ID";
  if (value.startsWith("@")) return "holds a person's name (@…), not an ID";
  if (value.includes("://")) return "holds a link, not an ID";
  return "holds a name or something else that is not an ID";
}

function approversOf(list: string | undefined, channelID: string): Approvers {
  if (list === "*") return { kind: "everyone" };
  const ids = (list ?? channelID).split(",").map((id) => id.trim());
  return {
    kind: "listed",
    userIDs: ids.filter((id) => USER_ID.test(id)),
    groupIDs: list === undefined ? [] : ids.filter((id) => id.startsWith("S")),
  };
}

function rulesSchema<Kind>(variable: string, read: (list: string) => ReadList<Kind>) {
  return z.string().transform((list, context): readonly Kind[] => {
    const result = read(list);
    if (result.ok) return result.rules;
    for (const { item, what } of result.mistakes)
      context.addIssue(`${item === undefined ? variable : `Rule ${item} of ${variable}`} ${what}.`);
    return z.NEVER;
  });
}

function isTrustworthyURL(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocol === "https:" || (protocol === "http:" && isLoopback(hostname));
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function isProxyURL(value: string): boolean {
  return URL.canParse(value) && ["http:", "https:"].includes(new URL(value).protocol);
}

/** `proxy.example.com:3128` is what many people write, and what curl understands. */
function withScheme(address: string): string {
  return address.includes("://") ? address : `http://${address}`;
}

function endInSlash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}

function pathSchema(variable: string) {
  return z
    .string()
    .refine((path) => isAbsolute(path), { error: `${variable} must be an absolute path.` })
    .optional();
}

/**
 * Without blanks and quotes around values, which env files and copying leave there; what is empty is not set.
 * The small names of the proxy variables go first, as in curl.
 */
function trimmed(env: Environment): Environment {
  const both = {
    ...env,
    HTTPS_PROXY: env["https_proxy"] || env["HTTPS_PROXY"],
    NO_PROXY: env["no_proxy"] || env["NO_PROXY"],
  };
  return Object.fromEntries(
    Object.entries(both).map(([name, value]) => [name, withoutQuotes(value) || undefined]),
  );
}

function withoutQuotes(value: string | undefined): string | undefined {
  return value
    ?.trim()
    .replace(/^(["'])(.*)\1$/s, "$2")
    .trim();
}

/** OpenCode's variables are taken as OpenCode takes them, blanks and all. */
function serverLogin(env: Environment): ServerLogin | undefined {
  const password = env["OPENCODE_SERVER_PASSWORD"];
  return password ? { username: env["OPENCODE_SERVER_USERNAME"] ?? "opencode", password } : undefined;
}

/**
 * Where files that outlive a process are kept; undefined where there is no place.
 *
 * @see https://specifications.freedesktop.org/basedir-spec/latest/: a relative path is to be ignored.
 */
export function stateDirectory(env: Environment = process.env): string | undefined {
  const home = absolute(env["HOME"]) ?? findHome();
  const base =
    absolute(env["XDG_STATE_HOME"]) ?? (home === undefined ? undefined : join(home, ".local", "state"));
  return base === undefined ? undefined : join(base, "opencode-slack-gateway");
}

function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}

/** In /tmp and not in a runtime directory: a path that is short and the same for every process of one user. */
function defaultSocketDirectory(): string | undefined {
  const uid = process.getuid?.();
  return uid === undefined ? undefined : `/tmp/opencode-slack-gateway-${uid}`;
}
