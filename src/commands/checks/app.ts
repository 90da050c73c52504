/** Checks of the Slack app: its scopes against those that are needed, the channel, and the approvers, as far as it sees them. */

import * as z from "zod";
import type { Config } from "../../composition/config.ts";
import { adviceForCode } from "../../slack/connection/error-codes.ts";
import { callBare, type BareAnswer } from "../../slack/connection/bare-call.ts";
import type { TokenTest } from "../../slack/connection/token-test.ts";
import { readingScopes } from "../../slack/people/installation.ts";
import { ok, unknown, wrong, type Check } from "./check.ts";

type Accepted = Extract<TokenTest, { kind: "accepted" }>;

/** Slack's IDs of one person each. More of them are not looked up: each takes a call. */
const LOOKED_UP = 20;

/** Where the app is installed, and its scopes. */
export function checkApp({ scopes, bot }: Accepted, config: Config): readonly Check[] {
  const organisation = bot.isOrganisationWide
    ? [
        wrong(
          "The Slack app is installed for a whole organisation, so nobody in its workspaces can answer",
          "Install it in one workspace instead, and use the bot token from there.",
        ),
      ]
    : [];
  return [...organisation, ...checkScopes(scopes, config)];
}

function checkScopes(granted: Accepted["scopes"], config: Config): readonly Check[] {
  if (granted === undefined)
    return [unknown("Slack does not tell the app's scopes: the test card proves the one that it needs")];
  const needed = neededScopes(config);
  const missing = needed.filter(({ scope }) => !granted.includes(scope));
  const names = needed.map(({ scope }) => scope).join(", ");
  const files =
    config.allowFromThread && !granted.includes("files:write")
      ? " (with files:write, too, very long requests would come as a file)"
      : "";
  return [
    ...(missing.length === 0 ? [ok(`The app has the scopes that it needs: ${names}${files}`)] : []),
    ...missing.map(({ scope, why }) =>
      wrong(
        `The Slack app lacks the scope ${scope}: ${why}`,
        "Add it under OAuth & Permissions, install the app again, and restart OpenCode.",
      ),
    ),
    ...checkReading(readingScopes({ scopes: granted })),
  ];
}

function checkReading(scopes: readonly string[]): readonly Check[] {
  if (scopes.length === 0) return [];
  return [
    wrong(
      `This Slack app may read messages (${scopes.join(", ")}): whoever has its bot token can read the cards`,
      "Make a Slack app for the gateway alone, or remove these scopes and install the app again.",
    ),
  ];
}

function neededScopes({ approvers }: Config): readonly { readonly scope: string; readonly why: string }[] {
  const hasGroups = approvers.kind === "listed" && approvers.groupIDs.length > 0;
  return [
    { scope: "chat:write", why: "without it there is no card" },
    ...(hasGroups ? [{ scope: "usergroups:read", why: "SLACK_APPROVER_IDS names user groups" }] : []),
    ...(approvers.kind === "everyone"
      ? [{ scope: "groups:read", why: "SLACK_APPROVER_IDS is *, which counts in a private channel only" }]
      : []),
  ];
}

const channelSchema = z.object({
  channel: z.object({
    name: z.string().optional().catch(undefined),
    is_archived: z.boolean().optional().catch(undefined),
    is_member: z.boolean().optional().catch(undefined),
    is_private: z.boolean().optional().catch(undefined),
  }),
});

/** Does not reject. */
export async function checkChannel(config: Config, signal: AbortSignal): Promise<Check> {
  const { channelID, approvers } = config;
  if (/^[UW]/.test(channelID)) return ok(`Cards go to ${channelID} as direct messages`);
  const answer = await ask(config, "conversations.info", { channel: channelID }, signal);
  const found = bodyOf(answer, channelSchema);
  const code = codeOf(answer);
  if (code === "channel_not_found")
    return wrong(`Slack does not know the channel in SLACK_CHANNEL_ID (${channelID})`, advice(code));
  if (found === undefined)
    return unknown(
      `The channel ${channelID}: the app has no scope to see it, so only a card proves that it may post there`,
    );
  const { name, is_archived, is_member, is_private } = found.channel;
  const said = `${channelID}${name === undefined ? "" : ` (${name})`}`;
  if (is_archived === true)
    return wrong(`The channel in SLACK_CHANNEL_ID is archived: ${said}`, advice("is_archived"));
  if (is_member === false)
    return wrong(`The Slack app is not in the channel ${said}`, advice("not_in_channel"));
  if (approvers.kind === "everyone" && is_private === false)
    return wrong(
      `Nobody may answer from Slack: SLACK_APPROVER_IDS is * (everyone), and this channel is not private: ${said}`,
      "List the approvers' IDs instead, or use a private channel.",
    );
  return ok(`Cards go to the channel ${said}`);
}

const userSchema = z.object({
  user: z.object({
    deleted: z.boolean().optional().catch(undefined),
    is_bot: z.boolean().optional().catch(undefined),
  }),
});

/** Does not reject. */
export async function checkApprovers(
  config: Config,
  scopes: Accepted["scopes"],
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const { approvers } = config;
  if (approvers.kind === "everyone")
    return [ok("Everybody in the channel may answer, if it is private (SLACK_APPROVER_IDS is *)")];
  const { userIDs, groupIDs } = approvers;
  if (userIDs.length + groupIDs.length === 0)
    return [
      wrong(
        "Nobody may answer from Slack yet: SLACK_APPROVER_IDS is empty",
        "Set it to your member ID: in Slack, open your profile, then ⋮, Copy member ID.",
      ),
    ];
  const groups = await Promise.all(groupIDs.map(async (id) => checkGroup(config, id, signal)));
  if (userIDs.length === 0) return groups;
  if (scopes?.includes("users:read") !== true)
    return [
      unknown(
        `${userIDs.join(", ")} may answer; the app has no scope to look them up (users:read), and needs none`,
      ),
      ...groups,
    ];
  const people = await Promise.all(
    userIDs.slice(0, LOOKED_UP).map(async (id) => ({ id, why: await whyNoPerson(config, id, signal) })),
  );
  const nobody = people.filter(({ why }) => why !== undefined);
  return [
    ...nobody.map(({ id, why }) =>
      wrong(`Nobody can answer as ${id} of SLACK_APPROVER_IDS: it ${why}`, "Correct the ID, or remove it."),
    ),
    ...(nobody.length === 0 ? [ok(`${userIDs.join(", ")} may answer`)] : []),
    ...groups,
  ];
}

/** @returns undefined for somebody who can press a button, and where Slack does not tell. */
async function whyNoPerson(config: Config, id: string, signal: AbortSignal): Promise<string | undefined> {
  const answer = await ask(config, "users.info", { user: id }, signal);
  if (codeOf(answer) === "user_not_found") return "is nobody in this workspace";
  const { user } = bodyOf(answer, userSchema) ?? {};
  if (user?.deleted === true) return "is a deactivated account";
  return user?.is_bot === true ? "is a bot, which cannot press a button" : undefined;
}

async function checkGroup(config: Config, id: string, signal: AbortSignal): Promise<Check> {
  const answer = await ask(config, "usergroups.users.list", { usergroup: id }, signal);
  const users = bodyOf(answer, z.object({ users: z.array(z.string()).nullable() }))?.users;
  const code = codeOf(answer);
  if (code === "no_such_subteam" || code === "plan_upgrade_required")
    return wrong(`Slack does not know a user group in SLACK_APPROVER_IDS: ${id}`, advice(code));
  if (users === undefined) return unknown(`Slack does not tell who is in the user group ${id}`);
  return (users ?? []).length === 0
    ? wrong(`Nobody is in the user group ${id}`, "Add members to it, or list people in SLACK_APPROVER_IDS.")
    : ok(`The ${users?.length} members of the user group ${id} may answer`);
}

async function ask(
  config: Config,
  method: string,
  parameters: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<BareAnswer> {
  return callBare({ ...config, method, parameters, token: config.botToken, signal });
}

function bodyOf<T>(answer: BareAnswer, schema: z.ZodType<T>): T | undefined {
  return answer.kind === "answered" && answer.body.ok ? schema.safeParse(answer.body).data : undefined;
}

function codeOf(answer: BareAnswer): string | undefined {
  return answer.kind === "answered" && !answer.body.ok ? answer.body.error : undefined;
}

function advice(code: string): string {
  return adviceForCode(code, "SLACK_BOT_TOKEN") ?? `Slack says: ${code}.`;
}
