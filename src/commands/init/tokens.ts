/** The app and its two tokens: each is asked for, and shown to Slack at once. */

import { mistakeInSetting } from "../../composition/config.ts";
import type { TokenVariable } from "../../slack/connection/error-codes.ts";
import type { TokenTest } from "../../slack/connection/token-test.ts";
import { manifestLink } from "../../slack/manifest.ts";
import { checkToken } from "../checks/tokens.ts";
import { cannotAsk, sayCheck, settingIn, type Setup, type Surroundings } from "./setup.ts";

type Accepted = Extract<TokenTest, { kind: "accepted" }>;

export interface Tokens {
  readonly botToken: string;
  readonly appToken: string;
  /** What Slack says of the bot token. */
  readonly bot: Accepted;
}

const CREATE_APP = `   Open this link, choose your workspace, press Create, and then Install to Workspace:

${manifestLink()}

   Must an admin approve apps in your workspace? Send the request that Slack offers, and stop here with Ctrl-C. When it
   is approved, run this again. The app may write messages (chat:write) and read none.`;

const PROMPTS: Readonly<Record<TokenVariable, string>> = {
  SLACK_BOT_TOKEN:
    "   On the app's page: Install App, Bot User OAuth Token. Paste it here, it is not shown (xoxb-…): ",
  SLACK_APP_TOKEN:
    "   On the app's page: Basic Information, App-Level Tokens, Generate Token and Scopes, Add Scope connections:write,\n   Generate. Paste it here, it is not shown (xapp-…): ",
};

/** @throws StepFailed where a token is missing or wrong and nobody can be asked. */
export async function takeTokens(setup: Setup, surroundings: Surroundings): Promise<Tokens> {
  const { terminal } = setup;
  setup.step("The Slack app");
  if (settingIn(setup, "SLACK_BOT_TOKEN") === undefined) terminal.say(CREATE_APP);
  else terminal.say("   Its tokens are set already: they are only checked.");
  setup.step("Its two tokens");
  const bot = await takeToken(setup, surroundings, "SLACK_BOT_TOKEN");
  const app = await takeToken(setup, surroundings, "SLACK_APP_TOKEN");
  return { botToken: bot.token, appToken: app.token, bot: bot.test };
}

interface TakenToken {
  readonly token: string;
  readonly test: Accepted;
}

async function takeToken(
  setup: Setup,
  surroundings: Surroundings,
  variable: TokenVariable,
): Promise<TakenToken> {
  let given = settingIn(setup, variable) ?? "";
  for (;;) {
    if (given !== "") {
      const test = await tryToken(setup, surroundings, variable, given);
      if (test !== undefined) return { token: given, test };
    }
    if (setup.wanted.yes) throw cannotAsk(setup, `Set ${variable} in the environment, and run this again.`);
    given = unquoted(await setup.terminal.askSecretly(PROMPTS[variable]));
  }
}

/** Says what is found. @returns undefined when it is no token that Slack takes. */
async function tryToken(
  { terminal, io }: Setup,
  surroundings: Surroundings,
  variable: TokenVariable,
  token: string,
): Promise<Accepted | undefined> {
  const mistake = mistakeInSetting(variable, { [variable]: token });
  if (mistake !== undefined) {
    sayCheck(terminal, { state: "wrong", ...mistake });
    return undefined;
  }
  const { check, test } = await checkToken(variable, token, surroundings, io.signal);
  sayCheck(terminal, check);
  return test.kind === "accepted" ? test : undefined;
}

/** As somebody copies it out of a file of variables. */
function unquoted(token: string): string {
  return token.replace(/^(["'])(.*)\1$/, "$2").trim();
}
