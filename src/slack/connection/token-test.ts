/** Whether Slack takes one of the app's two tokens: one bare call for each. */

import * as z from "zod";
import { callBare } from "./bare-call.ts";
import { adviceForCode, ERROR_CODES, type TokenVariable } from "./error-codes.ts";
import type { ProxySettings } from "./proxy.ts";

/** What Slack says of an app's bot in its workspace. */
export interface BotIdentity {
  readonly team: string | undefined;
  readonly teamID: string | undefined;
  readonly botUserID: string | undefined;
  readonly isOrganisationWide: boolean;
}

export type TokenTest =
  | {
      readonly kind: "accepted";
      /** Of the bot token; undefined where Slack does not say. */
      readonly scopes: readonly string[] | undefined;
      readonly bot: BotIdentity;
      /** How far this machine's clock is ahead of Slack's; undefined where Slack tells no time. */
      readonly aheadMs: number | undefined;
    }
  /** `advice` names the token, and says what to do. */
  | { readonly kind: "refused"; readonly code: string; readonly advice: string }
  /** Nothing is known of the token. `why` is a sentence. */
  | { readonly kind: "unreachable"; readonly why: string }
  | { readonly kind: "unclear"; readonly why: string };

/** What each kind of token can call, whatever else it may do. The second makes an address for one connection, and none. */
const METHODS: Readonly<Record<TokenVariable, string>> = {
  SLACK_BOT_TOKEN: "auth.test",
  SLACK_APP_TOKEN: "apps.connections.open",
};

const identitySchema = z
  .object({
    team: z.string().optional().catch(undefined),
    team_id: z.string().optional().catch(undefined),
    user_id: z.string().optional().catch(undefined),
    is_enterprise_install: z.boolean().optional().catch(undefined),
  })
  .transform(({ team, team_id, user_id, is_enterprise_install }): BotIdentity => ({
    team,
    teamID: team_id,
    botUserID: user_id,
    isOrganisationWide: is_enterprise_install === true,
  }));

/** Does not reject. */
export async function testToken(
  variable: TokenVariable,
  token: string,
  proxy: ProxySettings,
  signal?: AbortSignal,
): Promise<TokenTest> {
  const answer = await callBare({
    ...proxy,
    method: METHODS[variable],
    token,
    ...(signal !== undefined && { signal }),
  });
  switch (answer.kind) {
    case "unreachable":
      return answer;
    case "unclear":
      return { kind: "unclear", why: `Something else than Slack answered, with HTTP ${answer.status}.` };
    case "answered": {
      const { body, scopes, aheadMs } = answer;
      if (body.ok) return { kind: "accepted", scopes, bot: identitySchema.parse(body), aheadMs };
      return refusal(variable, body.error ?? "unknown_error");
    }
  }
}

function refusal(variable: TokenVariable, code: string): TokenTest {
  const advice = adviceForCode(code, variable);
  return ERROR_CODES.get(code)?.meaning === "app" && advice !== undefined
    ? { kind: "refused", code, advice }
    : { kind: "unclear", why: advice ?? `Slack answers ${code}.` };
}
