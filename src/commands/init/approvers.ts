/** Who may answer in a channel: who is named, or whoever presses a button there and shows to sit at this terminal. */

import { randomBytes } from "node:crypto";
import { mistakeInSetting, readConfig, type Config } from "../../composition/config.ts";
import type { Environment } from "../../composition/environment.ts";
import { readLogSettings } from "../../composition/log-settings.ts";
import { parseInteraction } from "../../slack/connection/interaction.ts";
import { renderJoiningCard } from "../../slack/cards/joining-card.ts";
import { createLog } from "../../system/log.ts";
import { joinAsMember, type Member } from "../member.ts";
import { askForCode, codeText, makeCode } from "./identity-code.ts";
import { channelNameIn, isPrivateName } from "./pressed-channel.ts";
import { cannotAsk, sayCheck, settingIn, StepFailed, type Setup } from "./setup.ts";
import { deleteMessage, postMessage, tellPrivately } from "./slack-messages.ts";
import type { Tokens } from "./tokens.ts";

/** How often somebody may press, and type what is not the number. */
const TRIES = 5;

/** @returns what SLACK_APPROVER_IDS is to be. @throws StepFailed */
export async function chooseApprovers(setup: Setup, tokens: Tokens, channelID: string): Promise<string> {
  const { wanted, env } = setup;
  setup.step("Who may answer");
  const known = wanted.approvers?.trim() || settingIn(setup, "SLACK_APPROVER_IDS");
  if (known !== undefined) return checkApprovers(setup, tokens, known);
  if (wanted.yes) throw cannotAsk(setup, "Add --approvers with the member IDs of those who may answer.");
  const config = configOf({
    ...env,
    SLACK_BOT_TOKEN: tokens.botToken,
    SLACK_APP_TOKEN: tokens.appToken,
    SLACK_CHANNEL_ID: channelID,
  });
  return findPresser(setup, config);
}

function checkApprovers({ terminal }: Setup, { bot }: Tokens, list: string): string {
  const mistake = mistakeInSetting("SLACK_APPROVER_IDS", { SLACK_APPROVER_IDS: list });
  if (mistake !== undefined) {
    sayCheck(terminal, { state: "wrong", ...mistake });
    throw new StepFailed();
  }
  const needed = list === "*" ? "groups:read" : /(?:^|,\s*)S/.test(list) ? "usergroups:read" : undefined;
  if (needed !== undefined && bot.scopes?.includes(needed) === false) {
    terminal.say(`   ✗ For ${list} the Slack app needs the scope ${needed}.`);
    terminal.say("     Add it under OAuth & Permissions, and install the app again; then run this again.");
    throw new StepFailed();
  }
  terminal.say(`   ✓ ${list === "*" ? "Everybody in the channel, if it is private" : list} may answer`);
  return list;
}

function configOf(env: Environment): Config {
  const result = readConfig(undefined, env);
  if (result.ok) return result.config;
  throw new Error(result.problems.join(" "));
}

/** Posts a card with one button, and asks whoever pressed it for a number that only they see. */
async function findPresser(setup: Setup, config: Config): Promise<string> {
  const { terminal, io, env } = setup;
  const log = createLog(readLogSettings(env)).child({ command: "init" });
  terminal.say("   Connecting to Slack …");
  const joined = await joinAsMember({ config, signal: io.signal, log });
  if (joined.kind === "failed") {
    sayCheck(terminal, joined.check);
    throw new StepFailed();
  }
  const { member, leave } = joined;
  try {
    return await askPressers(setup, config, member);
  } finally {
    await leave();
  }
}

async function askPressers({ terminal }: Setup, config: Config, member: Member): Promise<string> {
  const value = randomBytes(16).toString("base64url");
  const card = renderJoiningCard({ memberID: member.memberID, value });
  member.noted.attempted();
  const posted = await postMessage(config, config.channelID, card);
  if (posted.kind === "failed") {
    member.noted.closed();
    terminal.say(`   ✗ Slack takes no message for ${config.channelID}. ${posted.why}`);
    throw new StepFailed();
  }
  member.noted.posted(posted.message);
  try {
    terminal.say(
      "   In the channel, press the button below the app's message. Slack then shows a number to you alone.",
    );
    for (let tries = 0; tries < TRIES; tries += 1) {
      const payload = await terminal.unlessEnded(member.received((each) => valueIn(each) === value));
      const { userID } = pressIn(payload) ?? {};
      if (userID === undefined) continue;
      const code = makeCode();
      await tellPrivately(config, posted.message.channel, userID, codeText(code));
      if (await askForCode(terminal, code, "Slack shows to you")) {
        sayChannel(terminal.say, channelNameIn(payload));
        terminal.say(`   ✓ You are ${userID}, and may answer`);
        return userID;
      }
      terminal.say(`   ✗ That is not the number that ${userID} sees. Press the button again.`);
    }
    throw new StepFailed();
  } finally {
    if (await deleteMessage(config, posted.message)) member.noted.closed();
  }
}

function sayChannel(say: (line: string) => void, name: string | undefined): void {
  if (name === undefined || isPrivateName(name)) return;
  say(
    `   – The channel #${name} is public: everybody in the workspace can read what cards show. Use a private one.`,
  );
}

function pressIn(payload: unknown) {
  const interaction = parseInteraction("off", payload);
  return interaction.kind === "press" ? interaction.press : undefined;
}

function valueIn(payload: unknown): string | undefined {
  return pressIn(payload)?.value;
}
