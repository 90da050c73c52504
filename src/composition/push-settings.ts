/** Whom cards notify, when they remind, and when what they ask expires: by the environment alone. */

import * as z from "zod";
import type { ExpiryRule } from "../gateway/expiry.ts";
import type { ReminderRule } from "../gateway/domain/reminder.ts";
import type { ApproverList } from "../slack/people/approvers.ts";

/** Slack notifies each of them; a card has room for so many beside what it must show. */
const MENTIONS_LIMIT = 10;
/** People who are mentioned without having been named for it: more of them are a team, which a card for one disturbs. */
const DEFAULT_MENTIONS_LIMIT = 3;

const MINUTE_MS = 60_000;

/** Said in the log, at the start. */
export const NO_MENTION =
  "Cards mention nobody, so in a channel Slack may notify nobody of them. Set OPENCODE_SLACK_GATEWAY_MENTION to the IDs of those who are to be notified, or to none.";
const REMINDS_NOBODY =
  "OPENCODE_SLACK_GATEWAY_REMIND_AFTER_MINUTES is set, but cards mention nobody, so a reminder would notify nobody. Set OPENCODE_SLACK_GATEWAY_MENTION to the IDs of those who are to be notified.";
const REMINDS_TOO_LATE =
  "OPENCODE_SLACK_GATEWAY_REMIND_AFTER_MINUTES must be less than OPENCODE_SLACK_GATEWAY_EXPIRE_AFTER_MINUTES: later there is nothing left to remind of.";
const EXPIRES_UNSEEN =
  "OPENCODE_SLACK_GATEWAY_EXPIRE_AFTER_MINUTES must be longer than OPENCODE_SLACK_GATEWAY_POST_AFTER_SECONDS: before that there is no card.";

const IDS = /^[UWS][A-Z0-9]+(\s*,\s*[UWS][A-Z0-9]+)*,?$/;

/** What stands in the environment of whom cards mention. */
type MentionSetting =
  | { readonly kind: "approvers" }
  | { readonly kind: "none" }
  | { readonly kind: "listed"; readonly ids: readonly string[] };

/** How a person who is away learns that something waits, and for how long it does. */
export interface Push {
  /** Whom cards mention, by their IDs. */
  readonly mention: readonly string[];
  /** Whether cards mention nobody although nobody has wanted that, in a channel where Slack then notifies nobody. */
  readonly isMentionMissing: boolean;
  /** Undefined where no card reminds. Direct messages notify without a mention, and so do reminders there. */
  readonly reminder: ReminderRule | undefined;
  /** Undefined where what is asked waits for ever. */
  readonly expiry: ExpiryRule | undefined;
}

interface Settings {
  readonly OPENCODE_SLACK_GATEWAY_MENTION?: MentionSetting | undefined;
  readonly OPENCODE_SLACK_GATEWAY_REMIND_AFTER_MINUTES?: number | undefined;
  readonly OPENCODE_SLACK_GATEWAY_EXPIRE_AFTER_MINUTES?: number | undefined;
  readonly OPENCODE_SLACK_GATEWAY_ON_EXPIRE: ExpiryRule["onExpire"];
  readonly OPENCODE_SLACK_GATEWAY_POST_AFTER_SECONDS: number;
}

export function mentionSchema(variable: string, whereToFind: string) {
  return z
    .string()
    .refine((text) => text === "approvers" || text === "none" || IDS.test(text), {
      error: `${variable} must be approvers, none, or member IDs (U… or W…) and IDs of user groups (S…), separated by commas; names do not work. ${whereToFind}`,
    })
    .transform((text): MentionSetting => {
      if (text === "approvers" || text === "none") return { kind: text };
      return { kind: "listed", ids: idsIn(text) };
    })
    .refine((setting) => setting.kind !== "listed" || setting.ids.length <= MENTIONS_LIMIT, {
      error: `${variable} must be at most ${MENTIONS_LIMIT} IDs.`,
    })
    .optional();
}

/** @returns also every mistake, as a sentence: settings that are right each, and not together. */
export function readPush(
  settings: Settings,
  approvers: ApproverList,
  channelID: string,
): { readonly push: Push; readonly mistakes: readonly string[] } {
  const isDirect = /^[DUW]/.test(channelID);
  const setting = settings.OPENCODE_SLACK_GATEWAY_MENTION;
  const mention = isDirect ? [] : mentionOf(setting, approvers);
  const isSilent = !isDirect && mention.length === 0;
  const remindAfter = settings.OPENCODE_SLACK_GATEWAY_REMIND_AFTER_MINUTES;
  const expireAfter = settings.OPENCODE_SLACK_GATEWAY_EXPIRE_AFTER_MINUTES;
  const postAfterSeconds = settings.OPENCODE_SLACK_GATEWAY_POST_AFTER_SECONDS;
  const push = {
    mention,
    isMentionMissing: isSilent && setting?.kind !== "none",
    reminder:
      remindAfter === undefined ? undefined : { afterMs: remindAfter * MINUTE_MS, isPassing: isDirect },
    expiry:
      expireAfter === undefined
        ? undefined
        : { afterMs: expireAfter * MINUTE_MS, onExpire: settings.OPENCODE_SLACK_GATEWAY_ON_EXPIRE },
  };
  const mistakes = [
    ...(remindAfter !== undefined && isSilent ? [REMINDS_NOBODY] : []),
    ...(remindAfter !== undefined && expireAfter !== undefined && remindAfter >= expireAfter
      ? [REMINDS_TOO_LATE]
      : []),
    ...(expireAfter !== undefined && postAfterSeconds >= expireAfter * 60 ? [EXPIRES_UNSEEN] : []),
  ];
  return { push, mistakes };
}

/** Groups, and everybody in a channel, are named or not notified. */
function mentionOf(setting: MentionSetting | undefined, approvers: ApproverList): readonly string[] {
  if (setting?.kind === "listed") return setting.ids;
  if (setting?.kind === "none" || approvers.kind === "everyone") return [];
  const people = [...new Set(approvers.userIDs)];
  const limit = setting === undefined ? DEFAULT_MENTIONS_LIMIT : MENTIONS_LIMIT;
  return people.length <= limit ? people : [];
}

function idsIn(list: string): string[] {
  const ids = list.split(",").map((id) => id.trim());
  return [...new Set(ids.filter((id) => id !== ""))];
}
