/** How one request looks on a card: what will be done, where it comes from, its warnings and buttons. Pure. */

import type { KnownBlock, RichTextElement } from "@slack/web-api";
import type { Row } from "../../gateway/domain/card.ts";
import type { CardContent, NoApprover } from "../../gateway/domain/content.ts";
import { isClosed, type CardState } from "../../gateway/domain/state.ts";
import { renderControls } from "./card-buttons.ts";
import { nameDetail, renderDetail, renderDetails, renderDetailText, summarize } from "./card-details.ts";
import { LINE_LIMIT, renderLine, renderNames, renderOrigin } from "./origin.ts";
import { ANSWERED, goneWords, renderOutcome } from "./outcomes.ts";
import { lines, plainText, renderTime, richText, warning } from "./rich-text.ts";
import { abbreviate, escapeMrkdwn, quoted, slackLength } from "./text.ts";
import { renderSize } from "../../sanitize/visible.ts";

/** Characters of a permission in a header, which has room for 150, or in a row of a shared card's text. */
const PERMISSION_LIMIT = 60;

/** Characters of another request that a row of a shared card names: it stands on that card, or above it. */
const SHARED_SUMMARY_LIMIT = 60;

const QUESTIONS: ReadonlyMap<string, string> = new Map([
  ["bash", "Run a command?"],
  ["edit", "Change files?"],
  ["external_directory", "Reach outside the project directory?"],
  ["webfetch", "Fetch a URL?"],
  ["task", "Start a subagent?"],
  ["doom_loop", "Go on repeating the same call?"],
]);

const NO_APPROVER: Readonly<Record<NoApprover, string>> = {
  "none-configured":
    "Nobody may answer from Slack yet: SLACK_APPROVER_IDS is empty. Press a button to learn your ID.",
  "channel-not-private":
    "Nobody may answer from Slack: SLACK_APPROVER_IDS is * (everyone), and this channel is not private.",
  "channel-unknown":
    "Nobody may answer from Slack: SLACK_APPROVER_IDS is * (everyone), and Slack does not say whether this channel is private.",
};

/** On a card of its own. */
export function renderRequest(row: Row, memberID: string): KnownBlock[] {
  const { content, state } = row;
  return [
    renderQuestion(questionOf(content.request.permission)),
    ...renderDetails(content.details),
    renderOrigin(content),
    ...(isClosed(state) ? [renderOutcome(state, LINE_LIMIT)] : renderAnswers(row, memberID)),
  ];
}

/** Among others: two blocks. */
export function renderRow(row: Row, number: number, isOneSession: boolean, memberID: string): KnownBlock[] {
  const { content, state, controls } = row;
  const { request, details } = content;
  const question = `${number}. ${questionOf(request.permission)}`;
  const [first, ...others] = details;
  // Room is scarce here: the question says what a single detail is, and one line can be seen to be one.
  const name = first === undefined || others.length === 0 ? [] : [[nameDetail(first)]];
  const size = content.size.lines > 1 ? [nameSize(content)] : [];
  const answers = [
    ...warningsOf(content).map((sentence) => [warning(sentence)]),
    ...renderRejection(content),
    ...(isForGood(row) ? [namePatterns(request)] : []),
  ];
  return [
    {
      type: "rich_text",
      elements: [
        ...lines([{ type: "text", text: question, style: { bold: true } }], ...name),
        ...(first === undefined ? [] : renderDetailText(first)),
        ...others.flatMap(renderDetail),
        ...(isOneSession ? [] : renderNames(content)),
        ...lines(
          ...size.map((text): RichTextElement[] => [{ type: "text", text }]),
          ...(isClosed(state) ? [] : answers),
        ),
      ],
    },
    ...(isClosed(state) ? [renderOutcome(state, SHARED_SUMMARY_LIMIT)] : renderControls(controls, memberID)),
  ];
}

/** What stands at the top of a card. */
export function renderQuestion(question: string): KnownBlock {
  return {
    type: "header",
    text: plainText(question),
  };
}

/** Never longer than a header may be. */
export function questionOf(permission: string): string {
  return QUESTIONS.get(permission) ?? `Use ${quoted(abbreviate(permission, PERMISSION_LIMIT))}?`;
}

function nameSize({ size }: CardContent): string {
  return `Length: ${renderSize(size)}`;
}

/** What stands under the request while it is open: warnings, what "Allow always" means, the buttons. */
function renderAnswers(row: Row, memberID: string): KnownBlock[] {
  const { content, controls } = row;
  const { noApprover, request } = content;
  return [
    ...warningsOf(content).map(renderWarning),
    ...(noApprover ? [renderNoApprover(noApprover)] : []),
    ...renderRejection(content).map((elements) => richText(...elements)),
    ...(isForGood(row) ? [renderAlways(request)] : []),
    renderLine(nameSize(content)),
    ...renderControls(controls, memberID),
  ];
}

/** What whoever reads the request must know, and why Allow is not offered. */
function warningsOf({ remarks, doubt, offers: { terminalOnly } }: CardContent): string[] {
  return [
    ...remarks,
    ...(doubt === undefined ? [] : [abbreviate(doubt, LINE_LIMIT)]),
    ...(terminalOnly === undefined ? [] : [`${terminalOnly} It can be allowed in OpenCode only.`]),
  ];
}

/** Whether it can be answered for good, so that it is to be said what that means. */
export function isForGood({ controls }: Row): boolean {
  return controls.some(({ dialog }) => dialog?.kind === "always");
}

/** Why nobody can answer. */
export function renderNoApprover(why: NoApprover): KnownBlock {
  return renderWarning(NO_APPROVER[why]);
}

function renderWarning(sentence: string): KnownBlock {
  return richText(warning(sentence));
}

/** An agent that asks for the same again may hope that somebody gets tired. */
function renderRejection({ rejectedAt }: CardContent): RichTextElement[][] {
  if (rejectedAt === undefined) return [];
  return [
    [
      warning("This is like one that was rejected "),
      renderTime(rejectedAt),
      { type: "text", text: " in this session.", style: { bold: true } },
    ],
  ];
}

function renderAlways({ permission, always }: CardContent["request"]): KnownBlock {
  const matching = always.flatMap((pattern, index): RichTextElement[] => [
    { type: "text", text: index === 0 ? " of " : ", " },
    { type: "text", text: pattern, style: { code: true } },
  ]);
  return richText(
    { type: "text", text: "Allow always", style: { bold: true } },
    { type: "text", text: ": OpenCode asks no more for " },
    { type: "text", text: abbreviate(permission, LINE_LIMIT), style: { code: true } },
    ...matching,
    { type: "text", text: " in all sessions of this project directory, until OpenCode ends." },
  );
}

/** What "Allow always" would save for one row; {@link renderSharedAlways} says for all what that means. */
function namePatterns({ permission, always }: CardContent["request"]): RichTextElement[] {
  const saved = `${abbreviate(permission, LINE_LIMIT)} ${always.join(", ")}`;
  return [
    { type: "text", text: "Allow always: " },
    { type: "text", text: saved, style: { code: true } },
  ];
}

/** What "Allow always" means, once for all rows. */
export function renderSharedAlways(): KnownBlock {
  return richText(
    { type: "text", text: "Allow always", style: { bold: true } },
    {
      type: "text",
      text: ": OpenCode asks no more for what the request names there, in all sessions of this directory, until OpenCode ends.",
    },
  );
}

/** What a phone's notification or a screen reader says of a request, in mrkdwn. */
export function renderText(content: CardContent, state: CardState, limit: number): string {
  const { permission } = content.request;
  const asked = questionOf(permission);
  const question = escapeMrkdwn(`${asked} ${quoted(summarize(content, limit - slackLength(asked)))}`);
  switch (state.kind) {
    case "asked":
      return question;
    case "replied": {
      const by = state.by.kind === "opencode" ? "in OpenCode" : `by <@${state.by.userID}>`;
      return `${ANSWERED[state.answer.reply]} ${by}: ${question}`;
    }
    case "gone":
      return `${goneWords(state.reason)}. ${question}`;
  }
}
