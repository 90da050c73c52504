import { z } from "zod";
import { method } from "../method.ts";

/** https://docs.slack.dev/reference/methods/apps.connections.open: a one-off address for one WebSocket. */
export const openConnection = method({
  token: "app",
  scope: () => "connections:write",
  arguments: z.object({}),
  call: (_, { socketMode }) => ({ ok: true, url: socketMode.issueTicket() }),
});

/** https://docs.slack.dev/reference/methods/auth.test */
export const testAuth = method({
  token: "bot",
  arguments: z.object({}),
  call(_, { workspace }) {
    const { team, enterprise, isEnterpriseInstall = false, botUserID, botID } = workspace.identity;
    return {
      ok: true,
      url: `https://${team.domain}.slack.com/`,
      team: team.name,
      user: workspace.people.get(botUserID)?.name,
      team_id: isEnterpriseInstall ? null : team.id,
      user_id: botUserID,
      bot_id: botID,
      ...(enterprise && { enterprise_id: enterprise.id }),
      is_enterprise_install: isEnterpriseInstall,
    };
  },
});
