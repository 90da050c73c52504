/** How one request looks on a card: what will be done, its warnings and buttons, where it comes from. Pure. */

import type { KnownBlock, RichTextElement } from "@slack/web-api";
import type { Row } from "../../gateway/domain/card.ts";
import type { CardContent, NoApprover, ShownPermission } from "../../gateway/domain/content.ts";
import { isClosed, isGranted, type CardState } from "../../gateway/domain/state.ts";
import { renderControls } from "./card-buttons.ts";
import { drawnDetails, isWhole, quoteToDecide, remarksOf, renderBelowHead } from "./card-details.ts";
import { headOf, isRisky, projectOf, renderHeader, RISK, whatOf } from "./head.ts";
import { LINE_LIMIT, nameSession, renderLine, renderOrigin } from "./origin.ts";
import { namePatterns, reachOf, renderOutcome, summarizeOutcome } from "./outcomes.ts";
import { isAnswerable, NO_PASSWORDS } from "./question-modals.ts";
import { lines, quote, renderTime, richText, warning } from "./rich-text.ts";
import { abbreviate, escapeMrkdwn } from "./text.ts";
import { renderSize } from "../../sanitize/visible.ts";

/** Characters of another request that a row of a shared card names: it stands on that card, or above it. */
const SHARED_SUMMARY_LIMIT = 60;
/** Characters that stand in a row's own line, beside its number and what it is for: two lines of a phone. */
const ROW_LINE_LIMIT = 60;
/** Lines that anybody can see at once, so that nobody needs to count them. */
const COUNTED_LINES = 20;

const NO_APPROVER: Readonly<Record<NoApprover, string>> = {
  "none-configured":
    "Nobody may answer from Slack yet: SLACK_APPROVER_IDS is empty. Press a button to learn your ID.",
  "channel-not-private":
    "Nobody may answer from Slack: SLACK_APPROVER_IDS is * (everyone), and this channel is not private.",
  "channel-unknown":
    "Nobody may answer from Slack: SLACK_APPROVER_IDS is * (everyone), and Slack does not say whether this channel is private.",
};

const UNANSWERABLE =
  "A dialog in Slack has no room for these questions, or one of them has no option that can be chosen here.";

const IN_EDITOR =
  "The editor asks this, too, and an answer from Slack does not close its dialog. After a Reject here, press nothing but Reject there.";

/** A row of which its card may show only the beginning. */
export interface ShownRow extends Row {
  /** What of it is not on the card, and where that is, as a sentence. */
  readonly notice?: string;
}

/** On a card of its own. */
export function renderRequest(row: ShownRow, memberID: string): KnownBlock[] {
  return isClosed(row.state) ? renderClosed(row, memberID) : renderOpen(row, memberID);
}

function renderOpen(row: ShownRow, memberID: string): KnownBlock[] {
  const { content, controls, hasOthers } = row;
  return [
    renderHeader(headOf(content)),
    ...renderDone(row),
    ...renderWarnings(content),
    ...renderElements(remarksOf(content)),
    ...(isForGood(row) && content.request.kind === "permission" ? [renderAlways(content.request)] : []),
    ...(isToBeCounted(row) ? [renderLine(`Length: ${renderSize(content.size)}`)] : []),
    renderOrigin(content),
    ...(content.session.isInEditor === true ? [renderLine(IN_EDITOR)] : []),
    ...(takesOwnWords(content) ? [renderLine(NO_PASSWORDS)] : []),
    ...renderControls(controls, memberID, content),
    ...(hasOthers === true ? [renderReach()] : []),
  ];
}

/** Whether somebody can type an answer. */
function takesOwnWords({ request }: CardContent): boolean {
  return request.kind === "question" && request.questions.some(({ custom }) => custom);
}

/** Where only its beginning is here, it is said how much more there is. */
function isToBeCounted({ content, notice }: ShownRow): boolean {
  return notice === undefined && content.size.lines > COUNTED_LINES;
}

/** How it ended comes first, and nothing asks any more; what is still allowed can be taken back. */
function renderClosed(row: ShownRow, memberID: string): KnownBlock[] {
  const { content, state, controls } = row;
  if (!isClosed(state)) return [];
  return [
    renderOutcome(state, content, { limit: LINE_LIMIT, project: projectOf(content.directory) }),
    renderLine(whatOf(content)),
    ...renderDone(row),
    ...renderElements(remarksOf(content)),
    renderOrigin(content),
    ...(isGranted(state) ? renderControls(controls, memberID, content) : []),
  ];
}

function renderDone({ content, notice }: ShownRow): KnownBlock[] {
  return [
    ...renderElements(renderBelowHead(drawnDetails(content))),
    ...(notice === undefined ? [] : [richText({ type: "text", text: notice, style: { bold: true } })]),
  ];
}

function renderElements(elements: ReturnType<typeof renderBelowHead>): KnownBlock[] {
  return elements.length === 0 ? [] : [{ type: "rich_text", elements }];
}

/** Among others: two blocks, one line where that is enough, and its buttons or its end. */
export function renderRow(row: Row, number: number, isOneSession: boolean, memberID: string): KnownBlock[] {
  const { content, state, controls } = row;
  const isOpen = !isClosed(state);
  const mark = isOpen && isRisky(content) ? RISK : "";
  const head: RichTextElement = {
    type: "text",
    text: `${mark}${number}. ${whatOf(content)}`,
    style: { bold: true },
  };
  const details = drawnDetails(content);
  const [first, ...others] = details;
  const isLine = first?.isSubject === true && others.length === 0 && isShort(first.text);
  const line: RichTextElement[] = isLine
    ? [head, { type: "text", text: " " }, { type: "text", text: first.text, style: { code: true } }]
    : [head];
  const names = isOneSession ? "" : nameSession(content);
  const warnings = isOpen ? lines(...warningsOf(content)) : [];
  return [
    {
      type: "rich_text",
      elements: [
        ...lines(line),
        ...(isLine ? [] : renderBelowHead(details)),
        ...warnings,
        ...(names === "" ? [] : [quote(names)]),
      ],
    },
    ...(isClosed(state)
      ? [renderOutcome(state, content, { limit: SHARED_SUMMARY_LIMIT })]
      : renderControls(controls, memberID, content)),
  ];
}

/** In a line of text, blanks at its ends and many in a row are not shown. */
function isShort(text: string): boolean {
  return text.length <= ROW_LINE_LIMIT && /^\S+(?: \S+)*$/.test(text);
}

/** What whoever reads the request must know, and why Allow is not offered. */
function renderWarnings(content: CardContent): KnownBlock[] {
  const { noApprover } = content;
  const warnings = [...warningsOf(content), ...(noApprover ? [warning(NO_APPROVER[noApprover])] : [])];
  return warnings.length === 0 ? [] : [{ type: "rich_text", elements: lines(...warnings) }];
}

function warningsOf(content: CardContent): RichTextElement[][] {
  const { request, remarks, doubt, offers } = content;
  const { terminalOnly, confirm } = offers;
  const isQuestion = request.kind === "question";
  const inOpenCode = `It can be ${isQuestion ? "answered" : "allowed"} in OpenCode only.`;
  const isTooMuch = isQuestion && doubt === undefined && isWhole(content) && !isAnswerable(request);
  const sentences = [
    ...(confirm === undefined ? [] : [`${confirm} You will be asked again.`]),
    ...(terminalOnly === undefined ? [] : [`${terminalOnly} ${inOpenCode}`]),
    ...(isTooMuch ? [`${UNANSWERABLE} ${inOpenCode}`] : []),
    ...(doubt === undefined ? [] : [abbreviate(doubt, LINE_LIMIT)]),
    ...remarks,
  ];
  return [...sentences.map(warning), ...renderRejection(content)];
}

/** Whether it can be answered for good, so that it is to be said what that means. */
function isForGood({ controls }: Row): boolean {
  return controls.some(({ dialog }) => dialog?.kind === "always");
}

/** Why nobody can answer. */
export function renderNoApprover(why: NoApprover): KnownBlock {
  return richText(...warning(NO_APPROVER[why]));
}

/** An agent that asks for the same again may hope that somebody gets tired. */
function renderRejection({ rejectedAt }: CardContent): RichTextElement[][] {
  if (rejectedAt === undefined) return [];
  return [
    [
      ...warning("This is like one that was rejected "),
      renderTime(rejectedAt),
      { type: "text", text: " in this session.", style: { bold: true } },
    ],
  ];
}

function renderAlways(request: ShownPermission): KnownBlock {
  const { permission, always } = request;
  return richText(
    { type: "text", text: "Allow always", style: { bold: true } },
    { type: "text", text: ": stop asking for " },
    ...namePatterns(abbreviate(permission, LINE_LIMIT), always),
    { type: "text", text: `${reachOf(request)}.` },
  );
}

/** What a Reject brings with it. */
export function renderReach(): KnownBlock {
  return renderLine("Reject also rejects what else this session asks.");
}

/** Which request it is, for a dialog that is about it. */
export function renderBriefly(content: CardContent): KnownBlock[] {
  const text = quoteToDecide(content, LINE_LIMIT);
  const head: RichTextElement = { type: "text", text: headOf(content), style: { bold: true } };
  return [richText(head, ...(text === "" ? [] : [{ type: "text" as const, text: `\n${text}` }]))];
}

/** What a phone's lock screen or a screen reader says of a request, in mrkdwn. */
export function renderText(content: CardContent, state: CardState): string {
  const head = isClosed(state) ? `${projectOf(content.directory)} · ${whatOf(content)}` : headOf(content);
  return withOutcome(say(head, quoteToDecide(content, LINE_LIMIT)), state);
}

/** The same of a row among others of one project, in about so many characters. */
export function renderRowText(content: CardContent, state: CardState, limit: number): string {
  const risk = !isClosed(state) && isRisky(content) ? RISK : "";
  const half = Math.floor(limit / 2);
  const what = abbreviate(whatOf(content), half);
  return withOutcome(say(`${risk}${what}`, quoteToDecide(content, half)), state);
}

function say(head: string, quoted: string): string {
  return escapeMrkdwn(quoted === "" ? head : `${head}: ${quoted}`);
}

function withOutcome(said: string, state: CardState): string {
  return isClosed(state) ? `${summarizeOutcome(state)} · ${said}` : said;
}
