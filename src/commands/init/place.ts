/** Where cards come: to the person who sets this up, or into a channel. */

import { mistakeInSetting } from "../../composition/config.ts";
import { checkPair } from "../checks/press.ts";
import { askForCode, codeText, makeCode } from "./identity-code.ts";
import { cannotAsk, sayCheck, settingIn, StepFailed, type Setup, type Surroundings } from "./setup.ts";
import { deleteMessage, postMessage, type PostedMessage, type SlackPlace } from "./slack-messages.ts";
import type { Tokens } from "./tokens.ts";

const QUESTION = `   To you alone, as direct messages: paste your member ID. In Slack: your picture, Profile, ⋮, Copy member ID.
   Or into a private channel: type /invite @opencode-gateway there, and paste the channel's ID. It is at the end of what
   you see when you press the channel's name.`;
const PROMPT = "   Member ID (U…) or channel ID (C…): ";

/** A person's ID stands for direct messages. */
export function isPerson(id: string): boolean {
  return /^[UW]/.test(id);
}

/**
 * @returns the ID of a channel or a person to whom Slack takes messages; of a person, that it is whoever sits here.
 * @throws StepFailed
 */
export async function choosePlace(setup: Setup, surroundings: Surroundings, tokens: Tokens): Promise<string> {
  const { wanted, terminal } = setup;
  setup.step("Where cards come");
  const known = settingIn(setup, "SLACK_CHANNEL_ID");
  const chosen = wanted.dm ?? wanted.channel;
  let id = chosen ?? known;
  if (id === undefined || id === "") terminal.say(QUESTION);
  for (;;) {
    if (id !== undefined && id !== "" && (await isRight(setup, surroundings, tokens, id, id === known)))
      return id;
    if (wanted.yes) throw cannotAsk(setup, "Add --dm <member ID> or --channel <ID>.");
    id = await terminal.ask(PROMPT);
  }
}

/** @param isKnown it was set up before: it is not asked again who that is. */
async function isRight(
  setup: Setup,
  surroundings: Surroundings,
  tokens: Tokens,
  id: string,
  isKnown: boolean,
): Promise<boolean> {
  const { terminal, wanted } = setup;
  const mistake = mistakeInSetting("SLACK_CHANNEL_ID", { SLACK_CHANNEL_ID: id });
  if (mistake !== undefined) {
    sayCheck(terminal, { state: "wrong", ...mistake });
    return false;
  }
  const place = { ...surroundings, botToken: tokens.botToken };
  const isAsked = isPerson(id) && !isKnown && !wanted.yes;
  const code = makeCode();
  const text = isAsked ? codeText(code) : "opencode-slack-gateway is being set up: this is where cards come.";
  const posted = await postMessage(place, id, { text });
  if (posted.kind === "failed") {
    terminal.say(`   ✗ Slack takes no message for ${id}. ${posted.why}`);
    return false;
  }
  const { message } = posted;
  try {
    checkSameApp(setup, message, tokens.appToken);
    if (isAsked && !(await isWhoSitsHere(setup, id, code))) return false;
  } finally {
    await remove(place, message, setup);
  }
  const alone = settingIn(setup, "SLACK_APPROVER_IDS") === undefined ? ", who alone may answer" : "";
  terminal.say(
    isPerson(id)
      ? `   ✓ Cards come as direct messages to ${id}${alone}`
      : `   ✓ Cards come into the channel ${id}`,
  );
  return true;
}

/** A typing mistake must not hand this machine's Allow to somebody else. */
async function isWhoSitsHere({ terminal }: Setup, id: string, code: string): Promise<boolean> {
  terminal.say(`   The app has sent a direct message to ${id}, to see that this is you.`);
  if (await askForCode(terminal, code, "it says")) return true;
  terminal.say(`   ✗ That is not the number. If no message came to you, ${id} is somebody else's member ID.`);
  return false;
}

/** Between two apps no press would ever arrive. */
function checkSameApp({ terminal }: Setup, { appID }: PostedMessage, appToken: string): void {
  const checks = checkPair(appToken, appID);
  for (const check of checks) sayCheck(terminal, check);
  if (checks.length > 0) throw new StepFailed();
}

async function remove(place: SlackPlace, message: PostedMessage, { terminal }: Setup): Promise<void> {
  if (!(await deleteMessage(place, message))) terminal.say("   – Slack did not delete the test message.");
}
