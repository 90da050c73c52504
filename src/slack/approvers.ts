/** Who may reply. Asked anew for each click: a channel can be opened to others after a card was posted. */

import type { WebClient } from "@slack/web-api";
import * as z from "zod";
import type * as config from "../config.ts";
import type { Log } from "../log.ts";
import type { Approvers } from "../ports.ts";
import type { NoApprover } from "../permission.ts";
import { parseSlackFailure } from "./errors.ts";

/** `conversations.info`: https://docs.slack.dev/reference/objects/conversation-object */
const channelSchema = z.object({
  is_private: z.boolean(),
  is_ext_shared: z.boolean().default(false),
  is_pending_ext_shared: z.boolean().default(false),
  is_org_shared: z.boolean().default(false),
});

/** @param channel where cards are posted, as configured. */
export function createApprovers(
  approvers: config.Approvers,
  client: WebClient,
  channel: string,
  log: Log,
): Approvers {
  async function whyNotEveryone(): Promise<NoApprover | undefined> {
    try {
      const { channel: answer } = await client.conversations.info({ channel });
      const { is_private, is_ext_shared, is_pending_ext_shared, is_org_shared } = channelSchema.parse(answer);
      const isOpen = !is_private || is_ext_shared || is_pending_ext_shared || is_org_shared;
      return isOpen ? "channel-not-private" : undefined;
    } catch (err) {
      log.warn(
        { channel, failure: parseSlackFailure(err), err },
        "Slack does not tell whether the channel is private",
      );
      return "channel-unknown";
    }
  }

  async function missing(): Promise<NoApprover | undefined> {
    if (approvers.kind === "everyone") return whyNotEveryone();
    return approvers.userIDs.length === 0 ? "none-configured" : undefined;
  }

  return {
    missing,
    async refusal(userID) {
      const reason = await missing();
      if (reason !== undefined || approvers.kind === "everyone") return reason;
      return approvers.userIDs.includes(userID) ? undefined : "not-listed";
    },
  };
}
