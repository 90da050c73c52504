/** How a card looks: content and state → Slack's blocks. Pure. */
import type { Block, KnownBlock, RichTextElement } from "@slack/web-api";
import {
  isClosed,
  type ButtonValues,
  type CardContent,
  type CardFace,
  type CardState,
  type GoneState,
  type NoApprover,
  type Orphan,
  type Reply,
  type Row,
  type ThreadForm,
  type ThreadState,
} from "../permission.ts";
import { fitsDialog, MANY_REQUESTS, renderButtons, renderRejectAll } from "./card-buttons.ts";
import {
  nameDetail,
  renderDetail,
  renderDetails,
  renderDetailText,
  summarize,
  withCutDetails,
} from "./card-details.ts";
import { ANSWERED, goneWords, renderOutcome } from "./outcomes.ts";
import { lines, plainText, renderTime, richText, warning } from "./rich-text.ts";
import { abbreviate, escapeMrkdwn, slackLength } from "./text.ts";
import { renderSize } from "./visible.ts";

/**
 * Characters of all blocks together. Slack documents no limit and refuses messages (`msg_blocks_too_long`) somewhere
 * between 11,300 and 13,200.
 */
const CARD_LIMIT = 10_000;
/** Blocks of a message. */
const BLOCKS_LIMIT = 50;
/** Requests on one card: more cannot be found again on a phone. */
const ROWS_LIMIT = 20;

/** A button's value is not known when a card is measured; this is longer than any. */
const ANY_VALUE = "v".repeat(100);

/** Characters of the summary in a message's `text`, of which `chat.update` refuses more than 4,000. */
const SUMMARY_LIMIT = 3_000;
/** The same for all rows of a shared card; how each of them ended, and where they come from, adds to it. */
const SHARED_TEXT_LIMIT = 2_400;
/** Characters of a header block. */
const HEADER_LIMIT = 150;
/** Characters of a line that only describes: a session's title, a directory. */
const LINE_LIMIT = 300;
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

const TOO_LONG = "It is too long to be read here, so it can be allowed in OpenCode only.";

const IN_THREAD: Readonly<Record<ThreadForm, Readonly<Record<ThreadState, string>>>> = {
  messages: {
    coming:
      "It is too long for a card. All of it is on its way to the thread of this card; then it can be allowed.",
    complete:
      "It is too long for a card. All of it is in the thread of this card: read it there before you allow it.",
    refused: TOO_LONG,
  },
  snippet: {
    coming:
      "It is too long for a card. All of it is on its way to the thread of this card, as a file; then it can be allowed.",
    complete:
      "It is too long for a card. All of it is in the file in the thread of this card: open the file and read it before you allow it.",
    refused: TOO_LONG,
  },
};

/** A card as Slack's `chat.postMessage` and `chat.update` take it. */
export interface RenderedCard {
  readonly text: string;
  readonly blocks: (KnownBlock | Block)[];
}

/** Draws a card. A request in the state `asked` has a button for each of its values. */
export function renderCard(face: CardFace): RenderedCard {
  const [row, ...others] = face.rows;
  return row !== undefined && others.length === 0 ? renderAlone(row, face) : renderShared(face);
}

function renderAlone(row: Row, { rejectAllAndStop, waiting, head }: Omit<CardFace, "rows">): RenderedCard {
  const { content, state } = row;
  return {
    text: `${renderText(content, state, SUMMARY_LIMIT)} ${escapeMrkdwn(`(${nameWhere(content)})`)}`,
    blocks: [
      ...renderBlocks(fits(content) ? row : cutRow(row)),
      ...(isClosed(state) ? [] : renderRejectAll({ rejectAllAndStop })),
      ...renderWaiting(waiting),
      ...renderHead(head),
    ],
  };
}

/** A card with several requests. Each takes two blocks, so that {@link ROWS_LIMIT} of them stay within Slack's limit. */
function renderShared({ rows, rejectAll, rejectAllAndStop, waiting, head }: CardFace): RenderedCard {
  const title = `${rows.length} permission requests`;
  const open = rows.filter(({ state }) => !isClosed(state));
  const limit = Math.floor(SHARED_TEXT_LIMIT / rows.length);
  const summaries = rows.map(({ content, state }) => renderText(content, state, limit));
  const [first, ...others] = rows.map(({ content }) => content);
  if (first === undefined) throw new Error("A card shows at least one request.");
  const isOneSession = others.every(
    (other) => describeSession(other).join() === describeSession(first).join(),
  );
  return {
    text: `${title}, ${open.length} open: ${summaries.join(" · ")}${escapeMrkdwn(` (${nameWhere(first)})`)}`,
    blocks: [
      renderQuestion(title),
      isOneSession
        ? renderOrigin(first)
        : renderLines([`Project: ${first.directory}`, `Host: ${first.host}`]),
      ...(open.length > 0 && first.noApprover ? [renderWarning(NO_APPROVER[first.noApprover])] : []),
      ...(open.some(({ values }) => values.always !== undefined) ? [renderSharedAlways()] : []),
      ...rows.flatMap((row, index) => renderRow(row, index + 1, isOneSession)),
      ...(open.length > 1 ? renderRejectAll({ rejectAll, rejectAllAndStop }) : []),
      ...(open.length === 1 ? renderRejectAll({ rejectAllAndStop }) : []),
      ...renderWaiting(waiting),
      ...renderHead(head),
    ],
  };
}

function renderWaiting(waiting = 0): KnownBlock[] {
  if (waiting === 0) return [];
  const more =
    waiting === 1 ? "1 more request of this session waits" : `${waiting} more requests of this session wait`;
  return [renderLines([`${more} until one of its open cards is closed.`])];
}

/** One line for a whole card: a head covers all that was recorded before it. */
function renderHead(head: string | undefined): KnownBlock[] {
  return head === undefined ? [] : [renderLines([`Audit record up to ${head}`])];
}

function renderRow(row: Row, number: number, isOneSession: boolean): KnownBlock[] {
  const { content, state, values } = row;
  const { request, details } = content;
  const question = `${number}. ${abbreviate(questionOf(request.permission), HEADER_LIMIT)}`;
  const [first, ...others] = details;
  const origin = isOneSession ? [] : describeSession(content);
  // Room is scarce here: the question says what a single detail is, and one line can be seen to be one.
  const name = first === undefined || others.length === 0 ? [] : [[nameDetail(first)]];
  const size = content.size.lines > 1 ? [nameSize(content)] : [];
  const answers = [
    ...warningsOf(content).map((sentence) => [warning(sentence)]),
    ...renderRejection(content),
    ...(values.always === undefined ? [] : [namePatterns(request)]),
  ];
  return [
    {
      type: "rich_text",
      elements: [
        ...lines([{ type: "text", text: question, style: { bold: true } }], ...name),
        ...(first === undefined ? [] : renderDetailText(first)),
        ...others.flatMap(renderDetail),
        ...lines(
          ...origin.map((line): RichTextElement[] => [{ type: "text", text: abbreviate(line, LINE_LIMIT) }]),
          ...size.map((text): RichTextElement[] => [{ type: "text", text }]),
          ...(isClosed(state) ? [] : answers),
        ),
      ],
    },
    isClosed(state) ? renderOutcome(state, SHARED_SUMMARY_LIMIT) : renderButtons(row),
  ];
}

/** What "Allow always" would save for one row; {@link renderSharedAlways} says for all what that means. */
function namePatterns({ permission, always }: CardContent["request"]): RichTextElement[] {
  return [
    { type: "text", text: `Allow always: ${abbreviate(permission, LINE_LIMIT)} ` },
    { type: "text", text: always.join(", "), style: { code: true } },
  ];
}

function renderSharedAlways(): KnownBlock {
  return richText(
    { type: "text", text: "Allow always", style: { bold: true } },
    {
      type: "text",
      text: ": OpenCode asks no more for what the request names there, in all sessions of this project directory, until OpenCode ends.",
    },
  );
}

/** Draws the end of a card whose request nobody knows any more: nothing of it was kept. */
export function renderOrphan(orphan: Orphan, state: GoneState): RenderedCard {
  const { directory } = orphan;
  const question = nameOrphan(orphan);
  const where = directory === undefined ? [] : [`Project: ${directory}`];
  const text = [question, ...where].map((line) => escapeMrkdwn(abbreviate(line, LINE_LIMIT))).join(" ");
  return {
    text: `${goneWords(state.reason)}. ${text}`,
    blocks: [
      renderQuestion(question),
      ...(where.length > 0 ? [renderLines(where)] : []),
      renderOutcome(state, LINE_LIMIT),
    ],
  };
}

function nameOrphan({ permission, requests = 1 }: Orphan): string {
  if (requests > 1) return `${requests} permission requests`;
  return permission === undefined ? "A permission request" : questionOf(permission);
}

/**
 * Of the replies that the rules offer, those that a card may offer: Allow only when all that will be done can be read
 * and there is no doubt about it, and "Allow always" only when that which it saves can be read as well.
 *
 * @param isReadable whether all of it is on the card, or will be in its thread.
 */
export function offeredReplies(content: CardContent, isReadable = fits(content)): readonly Reply[] {
  return content.doubt === undefined && isReadable ? readableReplies(content) : ["reject"];
}

/**
 * Without "Allow always" where that which it saves is nothing, or too long for the dialog that asks for it, and where
 * anything is not shown as it is.
 */
function readableReplies({ offers, request, isVerbatim }: CardContent): readonly Reply[] {
  const { always } = request;
  const isReadable =
    isVerbatim && always.length > 0 && always.every((pattern) => pattern !== "") && fitsDialog(request);
  return offers.replies.filter((reply) => reply !== "always" || isReadable);
}

/** Whether all of a request can be read on its card. */
export function fits(content: CardContent): boolean {
  return (
    isWhole(content) &&
    isWithinLimits([...renderBlocks(aloneRow(content)), ...renderRejectAll({ rejectAllAndStop: ANY_VALUE })])
  );
}

/** Whether all that will be done was read, however long it is. */
export function isWhole({ details, furtherDetails }: CardContent): boolean {
  return furtherDetails === 0 && details.every((detail) => detail.isWhole);
}

/** How many of these, from the first on, can be read on one card. A request that does not fit even alone counts 1. */
export function countFitting(contents: readonly CardContent[]): number {
  let count = 1;
  while (count < Math.min(contents.length, ROWS_LIMIT) && canShare(contents.slice(0, count + 1))) count += 1;
  return count;
}

function canShare(contents: readonly CardContent[]): boolean {
  const faces = [contents.map(openRow), contents.map(closedRow)];
  const around = { rejectAll: ANY_VALUE, rejectAllAndStop: ANY_VALUE, waiting: 1_000, head: ANY_VALUE };
  return (
    contents.every(isWhole) && faces.every((rows) => isWithinLimits(renderShared({ rows, ...around }).blocks))
  );
}

/** An open row at its longest: with all buttons that it may have. */
function openRow(content: CardContent): Row {
  const values: ButtonValues = Object.fromEntries(
    readableReplies(content).map((reply) => [reply, ANY_VALUE]),
  );
  return { content, state: { kind: "asked" }, values, alsoAnswered: MANY_REQUESTS };
}

/** The same on a card of its own, where there is room for more. */
function aloneRow(content: CardContent): Row {
  const row = openRow(content);
  return { ...row, values: { ...row.values, "reject-with-reason": ANY_VALUE } };
}

/** A closed row at its longest. */
function closedRow(content: CardContent): Row {
  const to = { ...content, details: [{ label: "", text: ANY_VALUE }] };
  const by = { kind: "sibling", userID: "U0123456789", to } as const;
  return {
    content,
    state: { kind: "replied", reply: "reject", by, at: new Date(0) },
    values: {},
    alsoAnswered: 0,
  };
}

/** Whether Slack takes a message of these blocks. */
export function isWithinLimits(blocks: readonly (KnownBlock | Block)[]): boolean {
  return blocks.length <= BLOCKS_LIMIT && slackLength(JSON.stringify(blocks)) <= CARD_LIMIT;
}

/** Only the beginning of a request that its card has no room for. Allow is there when all of it is in the thread. */
function cutRow(row: Row): Row {
  const { content, values, thread } = row;
  const { once: _once, always: _always, ...rejects } = values;
  return {
    ...row,
    content: withCutDetails(content, thread === undefined ? TOO_LONG : IN_THREAD[thread.form][thread.state]),
    values: thread?.state === "complete" ? values : rejects,
  };
}

/** What a phone's notification or a screen reader says of a request, in mrkdwn. */
function renderText(content: CardContent, state: CardState, limit: number): string {
  const { permission } = content.request;
  const question = escapeMrkdwn(
    abbreviate(`${questionOf(permission)} ${summarize(content, SUMMARY_LIMIT)}`, limit),
  );
  switch (state.kind) {
    case "asked":
      return question;
    case "replied": {
      const by = state.by.kind === "opencode" ? "in OpenCode" : `by <@${state.by.userID}>`;
      return `${ANSWERED[state.reply]} ${by}: ${question}`;
    }
    case "gone":
      return `${goneWords(state.reason)}. ${question}`;
  }
}

function nameWhere({ directory, host }: CardContent): string {
  return `in ${abbreviate(directory, LINE_LIMIT)} on ${abbreviate(host, LINE_LIMIT)}`;
}

function renderBlocks(row: Row): KnownBlock[] {
  const { content, state } = row;
  return [
    renderQuestion(questionOf(content.request.permission)),
    ...renderDetails(content.details),
    renderOrigin(content),
    ...(isClosed(state) ? [renderOutcome(state, LINE_LIMIT)] : renderAnswers(row)),
  ];
}

function renderQuestion(question: string): KnownBlock {
  return {
    type: "header",
    text: plainText(abbreviate(question, HEADER_LIMIT)),
  };
}

function renderOrigin(content: CardContent): KnownBlock {
  const { directory, host } = content;
  return renderLines([`Project: ${directory}`, ...describeSession(content), `Host: ${host}`]);
}

function nameSize({ size }: CardContent): string {
  return `Length: ${renderSize(size)}`;
}

function describeSession({ session }: CardContent): string[] {
  const model = [session.agent, session.model].filter((part) => part !== undefined);
  return [
    ...(session.titles.length > 0 ? [`Session: ${session.titles.join(" → ")}`] : []),
    ...(model.length > 0 ? [`Agent: ${model.join(", ")}`] : []),
  ];
}

function renderLines(lines: readonly string[]): KnownBlock {
  return {
    type: "context",
    elements: lines.map((line) => plainText(abbreviate(line, LINE_LIMIT))),
  };
}

/** What stands under the request while it is open: warnings, what "Allow always" means, the buttons. */
function renderAnswers(row: Row): KnownBlock[] {
  const { content, values } = row;
  const { noApprover, request } = content;
  return [
    ...[...warningsOf(content), ...(noApprover ? [NO_APPROVER[noApprover]] : [])].map(renderWarning),
    ...renderRejection(content).map((elements) => richText(...elements)),
    ...(values.always === undefined ? [] : [renderAlways(request)]),
    renderLines([nameSize(content)]),
    renderButtons(row),
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

function questionOf(permission: string): string {
  return QUESTIONS.get(permission) ?? `Use ${permission}?`;
}
