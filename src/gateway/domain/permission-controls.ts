/** What cards can be pressed on that show permission requests. */

import type { Answer, PermissionAnswer } from "./ask.ts";
import type { CardContent, ShownPermission } from "./content.ts";
import type { Offered, PlannedControl } from "./control.ts";

const ONCE: PermissionAnswer = { kind: "permission", reply: "once" };
const ALWAYS: Answer = { kind: "permission", reply: "always" };
const REJECT: Answer = { kind: "permission", reply: "reject" };

/** What of a content says whether it may be allowed for a time. */
export type GrantContent = Pick<CardContent, "offers" | "isVerbatim" | "doubt" | "noApprover">;

/**
 * For how many minutes a request may be allowed from a card of its own: only where whoever presses has all of it before
 * them, as it is, without anything that asks for more care.
 */
export function grantMinutesOf(
  { offers, isVerbatim, doubt, noApprover }: GrantContent,
  { replies, isAlone, isInThread }: Pick<Offered, "replies" | "isAlone" | "isInThread">,
): number | undefined {
  const { confirm, terminalOnly, grantMinutes } = offers;
  const isClear = [confirm, terminalOnly, doubt, noApprover].every((why) => why === undefined);
  const isRead = isVerbatim && isAlone && isInThread !== true;
  return isClear && isRead && replies.includes("once") ? grantMinutes : undefined;
}

/** Those of one request, from left to right. */
export function planPermissionControls(
  request: ShownPermission,
  content: GrantContent,
  offered: Offered,
): readonly PlannedControl[] {
  const { confirm } = content.offers;
  const { replies, alsoAnswered, isAlone } = offered;
  const minutes = grantMinutesOf(content, offered);
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
    ...(minutes === undefined ? [] : [planGrant(minutes, request.permission)]),
    ...(replies.includes("always") ? [always] : []),
    ...(replies.includes("reject") ? [JUST_REJECT] : []),
    ...(isAlone ? [REJECT_WITH_REASON] : []),
  ];
}

function planGrant(minutes: number, permission: string): PlannedControl {
  return {
    name: "grant",
    label: `Allow for ${minutes} min`,
    dialog: { kind: "grant", minutes, permission },
    effect: { kind: "submit", answer: { ...ONCE, forMinutes: minutes } },
  };
}

/** Of the closed card of what was allowed for a time. */
export const REVOKE: PlannedControl = {
  name: "revoke",
  label: "Revoke",
  style: "danger",
  effect: { kind: "revoke" },
};

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
