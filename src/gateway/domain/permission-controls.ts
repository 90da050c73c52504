/** What cards can be pressed on that show permission requests. */

import type { Answer } from "./ask.ts";
import type { Offers, ShownPermission } from "./content.ts";
import type { Offered, PlannedControl } from "./control.ts";

const ONCE: Answer = { kind: "permission", reply: "once" };
const ALWAYS: Answer = { kind: "permission", reply: "always" };
const REJECT: Answer = { kind: "permission", reply: "reject" };

/** Those of one request, from left to right. */
export function planPermissionControls(
  request: ShownPermission,
  { confirm }: Offers,
  { replies, alsoAnswered, isAlone }: Offered,
): readonly PlannedControl[] {
  const once: PlannedControl = {
    name: "once",
    label: "Allow once",
    // One coloured button says at first sight which kind of card this is: red is what a second question guards.
    style: confirm === undefined ? "primary" : "danger",
    ...(confirm !== undefined && { dialog: { kind: "rule", why: confirm } }),
    effect: { kind: "submit", answer: ONCE },
  };
  const always: PlannedControl = {
    name: "always",
    label: "Allow always",
    dialog: { kind: "always", request, alsoAnswered },
    effect: { kind: "submit", answer: ALWAYS },
  };
  return [
    ...(replies.includes("once") ? [once] : []),
    ...(replies.includes("always") ? [always] : []),
    ...(replies.includes("reject") ? [JUST_REJECT] : []),
    ...(isAlone ? [REJECT_WITH_REASON] : []),
  ];
}

const JUST_REJECT: PlannedControl = {
  name: "reject",
  label: "Reject",
  effect: { kind: "submit", answer: REJECT },
};

const REJECT_WITH_REASON: PlannedControl = {
  name: "reject-with-reason",
  label: "Reject with reason…",
  effect: { kind: "open", modal: "reason", answer: REJECT },
};

/** Of a card with several requests: all that are still open. */
export const REJECT_ALL: PlannedControl = {
  name: "reject-all",
  label: "Reject all",
  style: "danger",
  dialog: { kind: "reject-all" },
  effect: { kind: "submit", answer: REJECT },
};

/** Of a card whose session has come off its way. */
export const REJECT_ALL_AND_STOP: PlannedControl = {
  name: "reject-all-and-stop",
  label: "Reject all and stop",
  style: "danger",
  dialog: { kind: "reject-all-and-stop" },
  effect: { kind: "stop", answer: REJECT },
};
