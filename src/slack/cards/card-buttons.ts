/** A card's controls as Slack's buttons, and the dialogs in which Slack asks once more. Pure. */

import type { KnownBlock } from "@slack/web-api";
import type { CardContent, ShownPermission } from "../../gateway/domain/content.ts";
import type { Control, Dialog } from "../../gateway/domain/control.ts";
import { actionID } from "./action-id.ts";
import { quoteToDecide } from "./card-details.ts";
import { projectOf, whatOf } from "./head.ts";
import { reachOf } from "./outcomes.ts";
import { plainText } from "./rich-text.ts";
import { abbreviate, quoted, slackLength } from "./text.ts";

/** Characters of the text of a button's dialog. */
const DIALOG_LIMIT = 300;
/** Characters of a dialog's button. */
const CONFIRM_LIMIT = 30;
/** Characters of a rule's sentence in a dialog: its beginning says which. */
const RULE_SENTENCE_LIMIT = 100;
/** Characters of what a request is for, and in which project. */
const HEAD_LIMIT = 90;
/** With fewer characters left, nothing would be said of what runs. */
const SUMMARY_MIN_LIMIT = 50;
/** More requests than are ever open: a dialog's number is not known when a card is measured. */
export const MANY_REQUESTS = 9_999;

/**
 * One line of buttons; Slack takes none without any.
 *
 * @param content of the request that they are about, which their dialogs repeat; missing where they are about several.
 */
export function renderControls(
  controls: readonly Control[],
  memberID: string,
  content?: CardContent,
): KnownBlock[] {
  if (controls.length === 0) return [];
  return [
    { type: "actions", elements: controls.map((control) => renderControl(control, memberID, content)) },
  ];
}

function renderControl(
  { name, label, style, dialog, value }: Control,
  memberID: string,
  content: CardContent | undefined,
) {
  return {
    type: "button" as const,
    action_id: actionID(memberID, name),
    text: plainText(label),
    value,
    ...(style === undefined ? {} : { style }),
    ...(dialog === undefined ? {} : { confirm: renderDialog(label, wordsOf(dialog, content)) }),
  };
}

function wordsOf(dialog: Dialog, content: CardContent | undefined): string {
  switch (dialog.kind) {
    case "rule":
      return repeating(content, `${abbreviate(dialog.why, RULE_SENTENCE_LIMIT)} Have you read all of it?`);
    case "always":
      return repeating(content, explainAlways(dialog.request, dialog.alsoAnswered));
    case "grant":
      return repeating(content, explainGrant(dialog));
    case "reject-all":
      return "This rejects every open request on this card, and everything else that their sessions ask. What was allowed for a time there is revoked.";
    case "reject-all-and-stop":
      return "This rejects everything that this session and its subagents ask, revokes what was allowed for a time, and stops the session.";
  }
}

/** The words that were read stay the same; what they lead to, nobody can promise. */
const MAY_CHANGE: ReadonlyMap<string, string> = new Map([
  ["bash", "What this command runs may change meanwhile."],
  ["read", "What is in this file may change meanwhile."],
  ["webfetch", "What this URL gives may change meanwhile."],
]);
const TOOL_MAY_CHANGE = "What this tool does may change meanwhile.";

/** What "Allow for …" does. */
function explainGrant({ minutes, permission }: Extract<Dialog, { kind: "grant" }>): string {
  const same = `For ${minutes} minutes the very same request of this session is allowed without asking.`;
  return `${same} ${MAY_CHANGE.get(permission) ?? TOOL_MAY_CHANGE}`;
}

/** What runs, above why the dialog asks; as much of it as there is room for. */
function repeating(content: CardContent | undefined, why: string): string {
  if (content === undefined) return why;
  const head = `${projectOf(content.directory)} · ${whatOf(content, HEAD_LIMIT)}`;
  const headed = `${abbreviate(head, HEAD_LIMIT)}\n${why}`;
  const room = DIALOG_LIMIT - slackLength(headed) - slackLength(": ");
  if (room < 0) return why;
  const quotation = room < SUMMARY_MIN_LIMIT ? "" : quoteToDecide(content, room);
  return quotation === "" ? headed : headed.replace("\n", () => `: ${quotation}\n`);
}

/** Whether all that "Allow always" would save can be read in its dialog, whatever number that names. */
export function fitsDialog(request: ShownPermission): boolean {
  return slackLength(explainAlways(request, MANY_REQUESTS)) <= DIALOG_LIMIT;
}

/** What "Allow always" does, for this and `alsoAnswered` other requests. */
function explainAlways(request: ShownPermission, alsoAnswered: number): string {
  const { permission, always } = request;
  const of = permission === "bash" ? "" : `${quoted(permission)} of `;
  const what = `${of}${always.map(quoted).join(", ")}${warnOfFiles(permission, always)}`;
  const now =
    alsoAnswered === 0
      ? ""
      : ` It also answers ${alsoAnswered} other open ${alsoAnswered === 1 ? "request" : "requests"}.`;
  return `Stop asking for ${what}${reachOf(request)}.${now}`;
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
    confirm: plainText(abbreviate(label, CONFIRM_LIMIT)),
    deny: plainText("Cancel"),
    style: "danger" as const,
  };
}
