import { z } from "zod";
import { structured } from "../arguments.ts";
import { checkModal } from "../block-kit.ts";
import { TIER_4, method, refusal, refusalWith } from "../method.ts";
import { wireView } from "../view-payload.ts";

const VIEW_SIZE_LIMIT_BYTES = 250_000;

/** https://docs.slack.dev/reference/methods/views.open */
export const open = method({
  token: "bot",
  limit: TIER_4,
  arguments: z.object({ trigger_id: z.string(), view: structured }),
  call({ trigger_id, view: sent }, { workspace, triggers }) {
    const checked = checkModal(sent);
    if (!checked.ok) return refusalWith(checked.error, checked.messages);
    if (JSON.stringify(sent).length > VIEW_SIZE_LIMIT_BYTES) return refusal("view_too_large");
    const trigger = triggers.exchange(trigger_id);
    if (!trigger.ok) return refusal(trigger.error);

    const id = workspace.nextID("V");
    const view = { ...checked.value, id, hash: workspace.nextTs(), user: trigger.userID, errors: {} };
    workspace.views.set(id, view);
    workspace.changed();
    return { ok: true, view: wireView(view, workspace.identity) };
  },
});

/** https://docs.slack.dev/reference/methods/views.update */
export const update = method({
  token: "bot",
  limit: TIER_4,
  arguments: z.object({
    view: structured,
    view_id: z.string().optional(),
    external_id: z.string().optional(),
    hash: z.string().optional(),
  }),
  call({ view: sent, view_id, external_id, hash }, { workspace }) {
    const checked = checkModal(sent);
    if (!checked.ok) return refusalWith(checked.error, checked.messages);
    const old = [...workspace.views.values()].find(({ id, external_id: external }) =>
      view_id === undefined ? external !== "" && external === external_id : id === view_id,
    );
    if (!old) return refusal("not_found");
    if (hash !== undefined && hash !== old.hash) return refusal("hash_conflict");

    const view = { ...checked.value, id: old.id, hash: workspace.nextTs(), user: old.user, errors: {} };
    workspace.views.set(view.id, view);
    workspace.changed();
    return { ok: true, view: wireView(view, workspace.identity) };
  },
});
