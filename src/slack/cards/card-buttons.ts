/** A card's controls as Slack's buttons, and the dialogs in which Slack asks once more. Pure. */

import type { KnownBlock } from "@slack/web-api";
import type { CardContent } from "../../gateway/domain/content.ts";
import type { Control, Dialog } from "../../gateway/domain/control.ts";
import { actionID } from "./action-id.ts";
import { plainText } from "./rich-text.ts";
import { abbreviate, quoted, slackLength } from "./text.ts";

/** Characters of the text of a button's dialog. */
const DIALOG_LIMIT = 300;
/** Characters of a rule's sentence in a dialog: its beginning says which. */
const RULE_SENTENCE_LIMIT = 200;
/** More requests than are ever open: a dialog's number is not known when a card is measured. */
export const MANY_REQUESTS = 9_999;

/** One line of buttons; Slack takes none without any. */
export function renderControls(controls: readonly Control[], memberID: string): KnownBlock[] {
  if (controls.length === 0) return [];
  return [{ type: "actions", elements: controls.map((control) => renderControl(control, memberID)) }];
}

function renderControl({ name, label, style, dialog, value }: Control, memberID: string) {
  return {
    type: "button" as const,
    action_id: actionID(memberID, name),
    text: plainText(label),
    value,
    ...(style === undefined ? {} : { style }),
    ...(dialog === undefined ? {} : { confirm: renderDialog(label, wordsOf(dialog)) }),
  };
}

function wordsOf(dialog: Dialog): string {
  switch (dialog.kind) {
    case "rule":
      return `${abbreviate(dialog.why, RULE_SENTENCE_LIMIT)} Have you read all of it?`;
    case "always":
      return explainAlways(dialog.request, dialog.alsoAnswered);
    case "reject-all":
      return "Every request that is still open on this card is rejected, and with each of them the other open requests of its session.";
    case "reject-all-and-stop":
      return "Every open request of this session and of its subagents is rejected, and OpenCode stops the session.";
  }
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
