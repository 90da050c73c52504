/** A card's buttons, and the dialogs in which Slack asks once more. Pure. */

import type { KnownBlock } from "@slack/web-api";
import type { Action, Row } from "../../gateway/domain/card.ts";
import type { CardContent } from "../../gateway/domain/content.ts";
import { actionID } from "./action-id.ts";
import { plainText } from "./rich-text.ts";
import { abbreviate, quoted, slackLength } from "./text.ts";

/** Characters of the text of a button's dialog. */
const DIALOG_LIMIT = 300;
/** A rule's sentence in a dialog: its beginning says which. */
const RULE_SENTENCE_LIMIT = 200;
/** More requests than are ever open: a dialog's number is not known when a card is measured. */
export const MANY_REQUESTS = 9_999;

const BUTTONS = [
  { action: "once", label: "Allow once", style: "primary" },
  { action: "always", label: "Allow always", style: undefined },
  { action: "reject", label: "Reject", style: "danger" },
  { action: "reject-with-reason", label: "Reject with reason…", style: undefined },
] as const satisfies readonly { action: Action; label: string; style: string | undefined }[];

/** What the dialogs of the buttons for all requests say. */
const REJECT_ALL =
  "Every request that is still open on this card is rejected, and with each of them the other open requests of its session.";
const REJECT_ALL_AND_STOP =
  "Every open request of this session and of its subagents is rejected, and OpenCode stops the session.";

/** The buttons of one request: those that it has values for. */
export function renderButtons(row: Row, memberID: string): KnownBlock {
  return {
    type: "actions",
    elements: BUTTONS.flatMap((button) => renderButton(button, row, memberID)),
  };
}

function renderButton({ action, label, style }: (typeof BUTTONS)[number], row: Row, memberID: string) {
  const value = row.values[action];
  if (value === undefined) return [];
  const question = questionBefore(action, row);
  return [
    {
      type: "button" as const,
      action_id: actionID(memberID, action),
      text: plainText(label),
      value,
      ...(style === undefined ? {} : { style }),
      ...(question === undefined ? {} : { confirm: renderDialog(label, question) }),
    },
  ];
}

/** Below what is asked: buttons that are about more than one request. */
export function renderRejectAll(
  { rejectAll, rejectAllAndStop }: Partial<Record<"rejectAll" | "rejectAllAndStop", string | undefined>>,
  memberID: string,
): KnownBlock[] {
  const all = actionID(memberID, "reject_all");
  const andStop = actionID(memberID, "reject_all_and_stop");
  const elements = [
    ...(rejectAll === undefined ? [] : [renderDanger(all, "Reject all", rejectAll, REJECT_ALL)]),
    ...(rejectAllAndStop === undefined
      ? []
      : [renderDanger(andStop, "Reject all and stop", rejectAllAndStop, REJECT_ALL_AND_STOP)]),
  ];
  return elements.length === 0 ? [] : [{ type: "actions", elements }];
}

function renderDanger(action_id: string, label: string, value: string, question: string) {
  return {
    type: "button" as const,
    action_id,
    text: plainText(label),
    value,
    style: "danger" as const,
    confirm: renderDialog(label, question),
  };
}

/** What a button's dialog says; undefined for one that has none. */
function questionBefore(
  action: Action,
  { content: { request, offers }, alsoAnswered }: Row,
): string | undefined {
  if (action === "always") return explainAlways(request, alsoAnswered);
  if (action !== "once" || offers.confirm === undefined) return undefined;
  return `${abbreviate(offers.confirm, RULE_SENTENCE_LIMIT)} Have you read all of it?`;
}

/** Whether all that "Allow always" would save can be read in its dialog, whatever number that names. */
export function fitsDialog(request: CardContent["request"]): boolean {
  return slackLength(explainAlways(request, MANY_REQUESTS)) <= DIALOG_LIMIT;
}

/** What "Allow always" does, for this and `alsoAnswered` other requests. */
function explainAlways({ permission, always }: CardContent["request"], alsoAnswered: number): string {
  const what = `${quoted(permission)} of ${always.map(quoted).join(", ")}${warnOfFiles(permission, always)}`;
  const now =
    alsoAnswered === 0
      ? ""
      : ` It also answers ${alsoAnswered} other open ${alsoAnswered === 1 ? "request" : "requests"}.`;
  return `OpenCode asks no more for ${what} in all sessions of this directory, until OpenCode ends.${now}`;
}

/** OpenCode compares a command with its redirections: the `*` behind a command takes them in. */
function warnOfFiles(permission: string, always: readonly string[]): string {
  const open = always.find((pattern) => pattern.endsWith(" *"));
  if (permission !== "bash" || open === undefined) return "";
  return ` (so ${open.slice(0, -" *".length)} > file runs, too)`;
}

/** Slack's own dialog, which asks before a press counts. */
function renderDialog(label: string, text: string) {
  return {
    title: plainText(`${label}?`),
    text: plainText(text),
    confirm: plainText(label),
    deny: plainText("Cancel"),
    style: "danger" as const,
  };
}
