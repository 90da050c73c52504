/** Checks of the two tokens: by their looks, and by asking Slack. No check repeats a token. */

import { mistakeInSetting } from "../../composition/config.ts";
import type { Environment } from "../../composition/environment.ts";
import type { TokenVariable } from "../../slack/connection/error-codes.ts";
import type { ProxySettings } from "../../slack/connection/proxy.ts";
import { testToken, type TokenTest } from "../../slack/connection/token-test.ts";
import { ok, unknown, wrong, type Check } from "./check.ts";

const KINDS: Readonly<Record<TokenVariable, string>> = {
  SLACK_BOT_TOKEN: "bot token",
  SLACK_APP_TOKEN: "app token",
};

/** Whether a token is there, and of the kind that belongs into this variable. Asks nobody. */
export function checkTokenKind(variable: TokenVariable, env: Environment): Check {
  const mistake = mistakeInSetting(variable, env);
  return mistake === undefined
    ? ok(
        `${variable} is set, and looks like ${variable === "SLACK_BOT_TOKEN" ? "a" : "an"} ${KINDS[variable]}`,
      )
    : wrong(mistake.what, mistake.fix);
}

/** What {@link checkToken} found, and what Slack has said. */
export interface CheckedToken {
  readonly check: Check;
  readonly test: TokenTest;
}

/**
 * Asks Slack, by one call, whether it takes a token. Does not reject.
 *
 * @param token of the right kind: see {@link checkTokenKind}.
 */
export async function checkToken(
  variable: TokenVariable,
  token: string,
  proxy: ProxySettings,
  signal?: AbortSignal,
): Promise<CheckedToken> {
  const test = await testToken(variable, token, proxy, signal);
  return { test, check: renderTest(variable, test) };
}

function renderTest(variable: TokenVariable, test: TokenTest): Check {
  switch (test.kind) {
    case "accepted": {
      const { team } = test.bot;
      const where = variable === "SLACK_BOT_TOKEN" && team !== undefined ? `, in the workspace ${team}` : "";
      return ok(`Slack takes the token in ${variable}${where}`);
    }
    case "refused":
      return wrong(`Slack refuses the token in ${variable} (${test.code})`, test.advice);
    case "unreachable":
      return wrong(`Slack cannot be asked about ${variable}`, test.why);
    case "unclear":
      return unknown(`Slack does not say whether it takes the token in ${variable}`, test.why);
  }
}
