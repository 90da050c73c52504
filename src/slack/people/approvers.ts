/** Who may reply. Asked anew for each press: a channel can be opened to others after a card was posted. */

import type { WebClient } from "@slack/web-api";
import * as z from "zod";
import type { Log } from "../../system/log.ts";
import type { Approvers } from "../../gateway/ports.ts";
import type { NoApprover } from "../../gateway/domain/content.ts";
import type { Refusal } from "../../gateway/domain/interaction.ts";
import { startStopwatch } from "../../system/stopwatch.ts";
import { adviceFor, parseSlackFailure } from "../connection/errors.ts";
import type { InstallationFinder } from "./installation.ts";

/**
 * Who may answer a permission request from Slack. Empty lists mean nobody; who is in a group, and whether a channel is
 * private, which `everyone` is only good in, Slack has to be asked.
 */
export type ApproverList =
  | { readonly kind: "listed"; readonly userIDs: readonly string[]; readonly groupIDs: readonly string[] }
  | { readonly kind: "everyone" };

/** How old an answer may be that says who is in a user group. */
const GROUP_LIMIT_MS = 60_000;

/** What Slack leaves out, or writes null for, is not so. */
const flagSchema = z
  .boolean()
  .nullish()
  .transform((flag) => flag ?? false);

/** `conversations.info`: https://docs.slack.dev/reference/objects/conversation-object */
const channelSchema = z.object({
  is_private: z.boolean(),
  is_ext_shared: flagSchema,
  is_pending_ext_shared: flagSchema,
  is_org_shared: flagSchema,
});

/** https://docs.slack.dev/reference/methods/usergroups.users.list */
const groupSchema = z.object({ users: z.array(z.string()).nullable() });

/** @param channel where cards are posted, as configured. */
export function createApprovers(
  approvers: ApproverList,
  client: WebClient,
  installation: InstallationFinder,
  channel: string,
  log: Log,
): Approvers {
  const groups = new Map<string, { readonly userIDs: readonly string[]; readonly ageMs: () => number }>();

  async function whyNotEveryone(): Promise<NoApprover | undefined> {
    try {
      const { channel: answer } = await client.conversations.info({ channel });
      const { is_private, is_ext_shared, is_pending_ext_shared, is_org_shared } = channelSchema.parse(answer);
      const isOpen = !is_private || is_ext_shared || is_pending_ext_shared || is_org_shared;
      return isOpen ? "channel-not-private" : undefined;
    } catch (err) {
      const failure = parseSlackFailure(err);
      log.warn(
        { channel, failure, err, advice: adviceFor(failure) },
        "Slack does not tell whether the channel is private",
      );
      return "channel-unknown";
    }
  }

  async function missing(): Promise<NoApprover | undefined> {
    // A card is about to be posted: by its first press this is known.
    void installation.find();
    if (approvers.kind === "everyone") return whyNotEveryone();
    return approvers.userIDs.length + approvers.groupIDs.length === 0 ? "none-configured" : undefined;
  }

  async function whyNotFrom(teamID: string | undefined): Promise<Refusal | undefined> {
    if (teamID === undefined) return "team-unknown";
    const home = await installation.find();
    if (home === undefined) return "workspace-unknown";
    // An organisation's account may be anybody in it, also somebody whom the workspace does not know.
    if (teamID === home.enterpriseID) return approvers.kind === "listed" ? undefined : "organisation-account";
    // Nothing in a press says whether a workspace is one of the organisation's.
    if (home.isOrganisationWide) return "organisation-install";
    return teamID === home.teamID ? undefined : "other-workspace";
  }

  /** @returns undefined when Slack does not tell. */
  async function membersOf(usergroup: string): Promise<readonly string[] | undefined> {
    const known = groups.get(usergroup);
    if (known !== undefined && known.ageMs() <= GROUP_LIMIT_MS) return known.userIDs;
    try {
      const ageMs = startStopwatch();
      const { users } = groupSchema.parse(await client.usergroups.users.list({ usergroup }));
      const userIDs = users ?? [];
      groups.set(usergroup, { userIDs, ageMs });
      return userIDs;
    } catch (err) {
      const failure = parseSlackFailure(err);
      log.warn(
        { usergroup, failure, err, advice: adviceFor(failure) },
        "Slack does not tell who is in a user group",
      );
      return undefined;
    }
  }

  async function whyNotInGroup(userID: string, groupIDs: readonly string[]): Promise<Refusal | undefined> {
    const lists = await Promise.all(groupIDs.map(membersOf));
    if (lists.some((userIDs) => userIDs?.includes(userID))) return undefined;
    return lists.includes(undefined) ? "group-unknown" : "not-listed";
  }

  return {
    missing,
    async refusal({ userID, teamID }) {
      const reason = (await missing()) ?? (await whyNotFrom(teamID));
      if (reason !== undefined || approvers.kind === "everyone") return reason;
      return approvers.userIDs.includes(userID) ? undefined : whyNotInGroup(userID, approvers.groupIDs);
    },
  };
}
