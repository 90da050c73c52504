/**
 * Tells of a token that Slack refuses before somebody waits for a card: one bare call for each token, once an hour on this
 * machine. What is noted is a hash of the token, and Slack's word for why it refuses it.
 */

import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Config } from "./config.ts";
import { readNote, removeNote, writeNote } from "../machine/once.ts";
import { adviceForCode, type TokenVariable } from "../slack/connection/error-codes.ts";
import { testToken } from "../slack/connection/token-test.ts";
import type { Log } from "../system/log.ts";

const NOTED_MS = 60 * 60 * 1_000;

/** What is noted of a token that Slack did not refuse. */
const NOT_REFUSED = "";

/** Resolves when every token was looked at. Does not reject. */
export async function watchTokens(config: Config, advise: (advice: string) => void, log: Log): Promise<void> {
  const tokens = [
    ["SLACK_BOT_TOKEN", config.botToken],
    ["SLACK_APP_TOKEN", config.appToken],
  ] as const;
  await Promise.all(
    tokens.map(async ([variable, token]) => {
      const code = await refusalOf(variable, token, config);
      if (code === NOT_REFUSED) return;
      const advice = adviceForCode(code, variable) ?? `Slack refuses the token in ${variable}: ${code}.`;
      log.error({ variable, code, advice }, "Slack refuses a token");
      advise(advice);
    }),
  );
}

/** Slack's word for why; what was asked within the hour is not asked again. */
async function refusalOf(variable: TokenVariable, token: string, config: Config): Promise<string> {
  const file = noteOf(token, config);
  const noted = readNote(file, NOTED_MS);
  if (noted !== undefined) return /^\w*$/.test(noted) ? noted : NOT_REFUSED;
  // First, so that those who start together ask once.
  writeNote(file, NOT_REFUSED);
  const test = await testToken(variable, token, config);
  if (test.kind === "unreachable" || test.kind === "unclear") removeNote(file);
  if (test.kind !== "refused") return NOT_REFUSED;
  writeNote(file, test.code);
  return test.code;
}

function noteOf(token: string, { apiURL, stateDirectory }: Config): string {
  const hash = createHash("sha256").update(`${token}\n${apiURL}`).digest("hex").slice(0, 24);
  return join(stateDirectory, "token-checks", hash);
}
