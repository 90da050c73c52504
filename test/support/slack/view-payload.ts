import type { Identity, View } from "./slack-objects.ts";

/** What a person has entered, as `view.state.values` carries it: by `block_id`, then by `action_id`. */
export type StateValues = Record<string, Record<string, unknown>>;

/** A view as Slack sends it. */
export function wireView(view: View, { team, appID, botID }: Identity, values: StateValues = {}) {
  const { user: _, errors: __, ...fields } = view;
  return {
    ...fields,
    submit: view.submit ?? null,
    close: view.close ?? null,
    team_id: team.id,
    app_id: appID,
    app_installed_team_id: team.id,
    bot_id: botID,
    root_view_id: view.id,
    previous_view_id: null,
    state: { values },
  };
}
