import { z } from "zod";
import { flag } from "../arguments.ts";
import { TIER_2, TIER_4, method, refusal } from "../method.ts";

/** https://docs.slack.dev/reference/methods/users.info */
export const info = method({
  token: "bot",
  scope: () => "users:read",
  limit: TIER_4,
  arguments: z.object({ user: z.string(), include_locale: flag.optional() }),
  call({ user: id }, { workspace }) {
    const person = workspace.people.get(id);
    if (!person) return refusal("user_not_found");
    const { identity } = workspace;
    return {
      ok: true,
      user: {
        id,
        team_id: person.teamID,
        name: person.name,
        real_name: person.realName,
        deleted: person.isDeleted,
        profile: { real_name: person.realName, display_name: person.name },
        is_bot: person.isBot,
        is_stranger: person.teamID !== identity.team.id && person.teamID !== identity.enterprise?.id,
      },
    };
  },
});

/** https://docs.slack.dev/reference/methods/usergroups.users.list */
export const listUserGroup = method({
  token: "bot",
  scope: () => "usergroups:read",
  limit: TIER_2,
  arguments: z.object({
    usergroup: z.string(),
    include_disabled: flag.optional(),
    team_id: z.string().optional(),
  }),
  call({ usergroup }, { workspace }) {
    const users = workspace.userGroups.get(usergroup);
    return users ? { ok: true, users } : refusal("no_such_subteam");
  },
});
