/** What the log needs, known even where the rest of the configuration is wrong. */

import { devNull } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { maskBeginning } from "../sanitize/secrets.ts";
import { LOG_LEVELS, type LogSettings } from "../system/log.ts";
import { loadEnvironment } from "./env-file.ts";
import { trimmed, type Environment } from "./environment.ts";
import { stateDirectory } from "./paths.ts";
import { pathSchema } from "./setting-schemas.ts";

/** Characters of a string in the log beyond which it is cut: looking for secrets takes time. */
const STRING_LIMIT = 20_000;

export const logFileSchema = pathSchema("OPENCODE_SLACK_GATEWAY_LOG_FILE");
export const logLevelSchema = z
  .enum(LOG_LEVELS, { error: `OPENCODE_SLACK_GATEWAY_LOG_LEVEL must be one of ${LOG_LEVELS.join(", ")}.` })
  .optional();

/**
 * Never fails: a wrong value, which the configuration names, means the default here, so that it can be logged. Where
 * there is no place for a log, there is none.
 */
export function readLogSettings(given: Environment = process.env): LogSettings {
  const { env } = loadEnvironment(given);
  const settings = trimmed(env);
  const file = logFileSchema.safeParse(settings["OPENCODE_SLACK_GATEWAY_LOG_FILE"]).data;
  const level = logLevelSchema.safeParse(settings["OPENCODE_SLACK_GATEWAY_LOG_LEVEL"]).data ?? "info";
  const directory = stateDirectory(env);
  const place = file ?? (directory === undefined ? undefined : join(directory, "gateway.log"));
  const secrets = [
    settings["SLACK_BOT_TOKEN"],
    settings["SLACK_APP_TOKEN"],
    env["OPENCODE_SERVER_PASSWORD"],
  ].filter((secret) => secret !== undefined);
  return {
    file: place ?? devNull,
    level: place === undefined ? "silent" : level,
    mask: maskFor(secrets),
  };
}

/** @param secrets values that are never written, whatever they look like. */
export function maskFor(secrets: readonly string[]): LogSettings["mask"] {
  return (text) => maskBeginning(text, STRING_LIMIT, secrets).text;
}
