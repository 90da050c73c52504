import type { Times } from "./times.ts";
import type { Workspace } from "./workspace.ts";

/** The `trigger_id`s that interactions carry: each opens one modal for the person who pressed, for three seconds. */
export interface Triggers {
  issue(userID: string): string;
  /** https://docs.slack.dev/reference/methods/views.open#errors */
  exchange(id: string): { ok: true; userID: string } | { ok: false; error: string };
}

/** No triggers yet. */
export function createTriggers(workspace: Workspace, times: Times): Triggers {
  const issued = new Map<string, { userID: string; at: number; exchanged: boolean }>();

  return {
    issue(userID) {
      const id = `${workspace.nextTs()}.${workspace.nextID("t")}`;
      issued.set(id, { userID, at: workspace.now(), exchanged: false });
      return id;
    },
    exchange(id) {
      const trigger = issued.get(id);
      if (!trigger) return { ok: false, error: "invalid_trigger_id" };
      if (trigger.exchanged) return { ok: false, error: "exchanged_trigger_id" };
      if (workspace.now() - trigger.at > times.triggerLifeMs)
        return { ok: false, error: "expired_trigger_id" };
      trigger.exchanged = true;
      return { ok: true, userID: trigger.userID };
    },
  };
}
